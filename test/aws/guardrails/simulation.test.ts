import { Duration } from 'aws-cdk-lib';
import { Guardrails } from '../../../lib/aws';
import { documentsOf } from '../../../lib/aws/guardrails/documents';
import { isOfWorkloads, Place, sidOf, Statement, statementOf } from '../../../lib/aws/guardrails/guard';
import { limitsOf } from '../../../lib/aws/guardrails/limits';
import { GUARDS } from '../../../lib/aws/guardrails/statements';
import { Answer } from '../../../lib/policy';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { judged, template } from '../../rules/support';
import { sagemakerContext } from '../../support/sagemaker-context';
import { ADMINISTRATOR, simulate, SimulatedRequest } from '../../support/simulate';
import { profile } from '../../support/workspace';
import { BREAK_GLASS, Call, Case, CASES, GROUP, KEYS, OPTIONS, SUBNETS } from './cases';

interface Document { readonly Version: string; readonly Statement: readonly Statement[] }

const BOUNDARY = 'arn:aws:iam::123456789012:policy/regulated-ml/guardrails/Boundary';
const limits = limitsOf(profile, { ...OPTIONS, maximumRuntime: Duration.days(1) }, { subnets: SUBNETS, securityGroups: [GROUP], keys: KEYS, boundary: BOUNDARY });
const PLACES: readonly Place[] = ['boundary', 'companion', 'denial', 'scp', 'rcp'];

// what an account knows is no matter of its organisation
const limitsIn = (place: Place) => (place === 'scp' ? { ...limits, subnets: [], securityGroups: [], keys: [] } : limits);
const documents = Object.fromEntries(PLACES.map((place) => [place, documentsOf(place, limitsIn(place)).map((text) => JSON.parse(text) as Document)])) as Record<Place, Document[]>;
const VERSION = '2012-10-17';

async function requestOf(call: Call): Promise<SimulatedRequest> {
  const [service, action] = call.action.split(':') as [string, string];
  const principal = call.by ?? 'arn:aws:iam::123456789012:role/Somebody';
  const context = {
    ...(principal.startsWith('arn:') ? { 'aws:PrincipalArn': principal } : {}), 'aws:RequestedRegion': 'eu-central-1',
    ...(service === 'sagemaker' && call.request ? await sagemakerContext(action, call.request) : {}), ...call.context,
  };
  return { principal, action: call.action, resource: call.resource ?? resourceOf(action), context, resourcePolicy: call.resourcePolicy };
}

async function ask(call: Call, place: Place, policies: readonly Document[]): Promise<string> {
  const request = await requestOf(call);
  const isService = !request.principal.startsWith('arn:');
  return simulate({
    ...request,
    identityPolicy: isService ? undefined : place === 'denial' || place === 'companion' ? { Version: '2012-10-17', Statement: [...ADMINISTRATOR.Statement, ...policies.flatMap(({ Statement: own }) => own)] } : ADMINISTRATOR,
    ...(place === 'boundary' ? { boundary: policies[0] } : {}),
    ...(place === 'scp' ? { serviceControlPolicies: policies } : {}),
    ...(place === 'rcp' ? { resourceControlPolicies: policies } : {}),
  });
}

/** The ARN of what a call of SageMaker makes: `CreateTrainingJob` makes a `training-job`. */
function resourceOf(action: string): string {
  const kind = action.replace(/^(Create|Update)/, '').replace(/V2$/, '').replace('AutoML', 'Automl').replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
  return `arn:aws:sagemaker:eu-central-1:123456789012:${kind}/a1b2`;
}

/** Only the statement in question, and what a boundary allows at most: documents have it together with others that ask the same. */
function alone(sid: string, place: Place): Document[] {
  const guard = GUARDS.find((one) => sidOf(one) === sid)!;
  const own = place === 'boundary' ? documents.boundary.flatMap(({ Statement: all }) => all).filter((statement) => statement.Sid === sid || statement.Effect === 'Allow') : [statementOf(guard, limitsIn(place), place)!];
  return [{ Version: VERSION, Statement: own }];
}

const placesOf = (sid: string) => GUARDS.filter((guard) => sidOf(guard) === sid).flatMap(({ places }) => places)
  // what an organisation cannot name
  .filter((place) => place !== 'scp' || !['EncryptionAtRestVolumeKeys', 'EncryptionAtRestOutputKeys', 'EncryptionAtRestOnlineFeatureKeys', 'EncryptionAtRestOfflineFeatureKeys', 'PrivateNetworkSubnets', 'PrivateNetworkSecurityGroups'].includes(sid));

const words = ({ action, request, context, by }: Call) => `${action} ${by ? `by ${by.split('/').at(-1)} ` : ''}${JSON.stringify(context ?? request ?? {}).slice(0, 60)}`;
const rows = CASES.flatMap((one) => placesOf(one.sid).filter((place) => one.places?.includes(place) ?? true).map((place): [string, Place, Case] => [one.sid, place, one]));

test('every statement has a case, and every case a statement', () => {
  const sids = GUARDS.map(sidOf);
  expect(new Set(sids).size).toBe(sids.length);
  expect(sids.filter((sid) => !CASES.some((one) => one.sid === sid))).toEqual([]);
  expect(CASES.filter(({ sid }) => placesOf(sid).length === 0)).toEqual([]);
});

test('a case is judged by a rule that there is, and that its statement names', () => {
  const strange = CASES.filter(({ sid, judged: by }) => by && !(AWS_RULES.some(({ name }) => name === by.rule) && GUARDS.some((guard) => sidOf(guard) === sid && guard.rules.includes(by.rule))));
  expect(strange.map(({ sid, judged: by }) => `${sid} ${by!.rule}`)).toEqual([]);
});

/** Whether a statement is about a call where it stands: of some, a boundary has room for a part, and its companion holds the rest. */
function isAbout(sid: string, place: Place, { action }: Call): boolean {
  const denied = GUARDS.find((guard) => sidOf(guard) === sid)!.denied(limitsIn(place), place)!;
  return denied.actions?.includes(action) ?? true;
}

/** What becomes of calls, each in words. */
async function answers(calls: readonly Call[], place: Place, policies: readonly Document[]): Promise<string[]> {
  return Promise.all(calls.map(async (call) => `${await ask(call, place, policies)}: ${words(call)}`));
}

test.each(rows)('%s in a %s denies what it is about by itself, and lets the closest through with all the others', async (sid, place, { denied: calls, allowed }) => {
  const denied = calls.filter((call) => isAbout(sid, place, call));
  // of workloads none deploys or approves
  const passes = isOfWorkloads(place) ? allowed.filter(({ by }) => by === undefined || !/Steward|cfn-exec|Clinician/.test(by)) : allowed;
  const own = alone(sid, place);
  const isWritten = own[0]!.Statement.some((statement) => statement.Sid === sid);
  expect(await answers(denied, place, own)).toEqual(denied.map((call) => `${isWritten ? 'ExplicitlyDenied' : 'ImplicitlyDenied'}: ${words(call)}`));
  expect(await answers(passes, place, documents[place])).toEqual(passes.map((call) => `Allowed: ${words(call)}`));
  if (isOfWorkloads(place) || place === 'rcp') return;
  expect([sid, await ask({ ...denied[0]!, by: BREAK_GLASS }, place, documents[place])]).toEqual([sid, 'Allowed']);
});

const judgedCases = CASES.filter(({ judged: by }) => by).map((one): [string, string, Case] => [one.judged!.rule, one.sid, one]);

test.each(judgedCases)('what fails the rule %s is what %s denies', (name, _sid, { judged: by, denied, allowed }) => {
  const rule = AWS_RULES.find((one) => one.name === name)!;
  const judgement = (request: Record<string, unknown>) => {
    const subject = by!.step
      ? { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: JSON.stringify({ Version: '2020-12-01', Steps: [{ Name: 'Step', Type: by!.step, Arguments: request }] }) } } }
      : { Type: by!.type, Properties: request };
    return judged([template({ Subject: subject })], [rule]).map(({ finding }) => finding.answer);
  };
  for (const { request } of denied) expect(judgement(request!)).toEqual([Answer.NON_COMPLIANT]);
  for (const { request } of allowed) expect(judgement(request!)).toEqual([Answer.COMPLIANT]);
});

/** What only people are denied, in whole or in part: a role that a construct of ours makes does the same. */
const LEFT_TO_PEOPLE = ['ModelMonitoring', 'NoPublicAccessPolicies', 'RetentionLimit', 'SensitiveDataDiscoverySettings'];

test('a role with the boundary and its companions does nothing of it, whoever it is named after', async () => {
  const companions = documents.companion.flatMap(({ Statement: own }) => own);
  const held: string[] = [];
  for (const { sid, denied } of CASES.filter((one) => !placesOf(one.sid).includes('rcp'))) {
    for (const call of denied) {
      const answer = await simulate({ ...await requestOf(call), identityPolicy: { Version: VERSION, Statement: [...ADMINISTRATOR.Statement, ...companions] }, boundary: documents.boundary[0] });
      if (answer === 'Allowed') held.push(sid);
    }
  }
  expect([...new Set(held)].sort()).toEqual(LEFT_TO_PEOPLE);
});

test('no boundary lets a role make identities, or take its account elsewhere', async () => {
  const calls: Call[] = [
    { action: 'iam:CreateUser', resource: 'arn:aws:iam::123456789012:user/ada' }, { action: 'identitystore:CreateUser', resource: 'arn:aws:identitystore::123456789012:identitystore/d-1234567890' },
    { action: 'sso:CreatePermissionSet', resource: 'arn:aws:sso:::instance/ssoins-1234567890abcdef' }, { action: 'organizations:LeaveOrganization', resource: '*' },
    { action: 'account:CloseAccount', resource: 'arn:aws:account::123456789012:account' },
  ];
  for (const call of calls) expect([call.action, await ask(call, 'boundary', documents.boundary)]).toEqual([call.action, 'ImplicitlyDenied']);
});

test('the simulator is live: without guardrails all of it is allowed', async () => {
  for (const { denied } of CASES.filter(({ sid }) => !placesOf(sid).includes('rcp'))) {
    for (const call of denied) expect([words(call), await ask(call, 'scp', [])]).toEqual([words(call), 'Allowed']);
  }
});

test('the documents are those that the class gives away', () => {
  const options = { ...OPTIONS, maximumRuntime: Duration.days(1) };
  expect(Guardrails.scpDocuments(profile, options).map((text) => JSON.parse(text) as Document)).toEqual(documents.scp);
  expect(Guardrails.rcpDocuments(profile, options).map((text) => JSON.parse(text) as Document)).toEqual(documents.rcp);
});
