import { Answer, Severity } from '../../policy/finding';
import { fingerprint } from '../../policy/fingerprint';
import { isOpen, canonicalJson } from '../../policy/record';
import type { AssessedFramework, AssessedRequirement, Evidence, PlacedFinding, Status } from '../record';
import type { WriterOptions } from './options';
import { catalogOf, controlIdsOf, metadataOf, momentOf, prop, prose, uuidOf, uuidsOf } from './oscal';
import { templatePlace } from './place';
import { counted } from './plain-text';

/** An observation, and the control whose requirements it speaks of. */
interface Observed { readonly uuid: string; readonly control: string; readonly observation: object }
/** Ids by the index of subject and finding. */
interface Ids { readonly tool: string; readonly subjects: readonly string[]; readonly observations: readonly string[] }
interface Risk { readonly uuid: string; readonly control: string; readonly risk: object }

const STATE: Record<Exclude<Status, 'not-assessed'>, { readonly state: 'satisfied' | 'not-satisfied'; readonly reason: 'pass' | 'fail' | 'other'; readonly words: string }> = {
  findings: { state: 'not-satisfied', reason: 'fail', words: 'something was found that nobody accepted' },
  unknown: { state: 'not-satisfied', reason: 'other', words: 'something cannot be told before deployment' },
  waived: { state: 'not-satisfied', reason: 'other', words: 'what was found is accepted, with a reason' },
  partly: { state: 'not-satisfied', reason: 'other', words: 'what was judged is kept; a part was not judged' },
  supported: { state: 'satisfied', reason: 'pass', words: 'what the rules check is kept, in every place; more than that they do not say' },
};

/**
 * Evidence as OSCAL assessment results: observations for what was kept and found, risks for what is open or accepted, a finding for each
 * requirement that was judged. What nobody judged is named, and is no finding. Ids are made of the content, times are the given day.
 *
 * @throws an error when no day is known
 */
export function toOscalAssessmentResults(evidence: Evidence, options: WriterOptions = {}): string {
  const moment = momentOf(evidence, options);
  const { name, version } = evidence.runs[0]!;
  const ids: Ids = {
    tool: uuidOf('tool', name, version),
    // a line that moves makes no other subject
    subjects: uuidsOf('subject', evidence.subjects.map(({ source: _source, accepted: _accepted, ...subject }) => subject)),
    observations: uuidsOf('observation', evidence.findings.map(fingerprint)),
  };
  const plan = uuidOf('plan', name, version);
  const observed = [...keptObservations(evidence, ids, moment), ...findingObservations(evidence, ids, moment, options)];
  const risks = risksOf(evidence, ids);
  const body = {
    title: `What ${prose(name)} found before deployment`,
    description: `${counted(evidence.answers.length, 'check')} on what was synthesized, before any deployment.`,
    start: moment,
    props: [
      ...Object.entries(evidence.verdict).map(([key, value]) => prop(`verdict-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, String(value))),
      ...evidence.defects.map((text) => prop('defect', text)), ...evidence.limits.map((text) => prop('limit', text)),
    ],
    'local-definitions': localDefinitions(evidence, ids),
    'reviewed-controls': reviewedControls(evidence),
    observations: observed.map(({ observation }) => observation),
    ...(risks.length > 0 ? { risks: risks.map(({ risk }) => risk) } : {}),
    ...filled('findings', evidence.frameworks.flatMap((framework) => findingsOf(framework, observed, risks, ids))),
  };
  const results = [{ uuid: uuidOf('result', moment, body), ...body }];
  const document = {
    metadata: metadataOf('Assessment of machine-learning infrastructure before deployment', evidence, moment, 'Written from synthesized templates. It shows what they ask for, not what runs.'),
    'import-ap': { href: `#${plan}`, remarks: 'The rules of the pack are the plan.' },
    results,
    'back-matter': { resources: [
      { uuid: plan, title: `Rules of ${prose(name)} ${prose(version)}`, description: evidence.rules.map(({ id, title }) => `- ${prose(id)}: ${prose(title)}`).join('\n') || 'No rules.' },
      ...evidence.frameworks.map((framework) => ({ uuid: uuidOf('framework', framework.name), title: prose(framework.title), rlinks: [{ href: catalogOf(framework) }] })),
      ...evidence.stacks.map(({ path, template, digest }) => {
        const place = templatePlace({ template }, options);
        return {
          uuid: uuidOf('template', template), title: `Template of ${prose(path)}`,
          ...(place ? { rlinks: [{ href: place.uri, 'media-type': 'application/json', ...(/^[0-9a-f]{64}$/.test(digest) ? { hashes: [{ algorithm: 'SHA-256', value: digest }] } : {}) }] } : {}),
        };
      }),
    ] },
  };
  return canonicalJson({ 'assessment-results': { uuid: uuidOf('assessment-results', document), ...document } });
}

// in OSCAL a list that is there is not empty
function filled(name: string, items: readonly object[]): object {
  return items.length === 0 ? {} : { [name]: items };
}

function originOf({ tool }: Ids): object {
  return { origins: [{ actors: [{ type: 'tool', 'actor-uuid': tool }] }] };
}

function localDefinitions(evidence: Evidence, { tool, subjects }: Ids): object {
  const { name, version, origin } = evidence.runs[0]!;
  const answered = new Set(evidence.answers.map(({ subject }) => subject));
  return {
    ...filled('components', evidence.stacks.map(({ path, name: stack, region, account, template }) => ({
      uuid: stackId(template), type: 'software', title: prose(path), description: `CloudFormation stack ${prose(stack)}, not deployed yet.`,
      props: [prop('template', template), ...(region ? [prop('region', region)] : []), ...(account ? [prop('account', account)] : [])], status: { state: 'under-development' },
    }))),
    ...filled('inventory-items', evidence.subjects.flatMap(({ path, type, logicalId, template, source, step }, index) => (answered.has(index) ? [{
      uuid: subjects[index]!, description: `${prose(path || logicalId || type)}${step ? `, step ${prose(step)}` : ''}`,
      props: [prop('resource-type', type), ...(logicalId ? [prop('logical-id', logicalId)] : []), ...(step ? [prop('step', step)] : []), ...(source ? [prop('source', source)] : [])],
      ...(evidence.stacks.some((stack) => stack.template === template) ? { 'implemented-components': [{ 'component-uuid': stackId(template) }] } : {}),
    }] : []))),
    'assessment-assets': {
      components: [{
        uuid: tool, type: 'software', title: `${prose(name)} ${prose(version)}`, status: { state: 'operational' },
        description: origin === 'synth' ? 'Rules over resolved resources and the declared data flow, run at synthesis.' : 'Rules over resolved resources, run on files alone, where less is known.',
      }],
      'assessment-platforms': [{ uuid: uuidOf('platform', name, version), title: 'The synthesis of the app', 'uses-components': [{ 'component-uuid': tool }] }],
    },
  };
}

function reviewedControls({ frameworks, notAssessed }: Evidence): object {
  const selections = frameworks.flatMap((framework) => {
    const controlIds = controlIdsOf(framework);
    const judged = framework.requirements.filter(({ status }) => status !== 'not-assessed');
    return judged.length === 0 ? [] : [{
      description: prose(framework.title), props: [prop('framework', framework.name)], links: [{ href: `#${uuidOf('framework', framework.name)}`, rel: 'reference' }],
      'include-controls': judged.map(({ id }) => ({ 'control-id': controlIds.get(id)! })),
    }];
  });
  return {
    'control-selections': selections.length > 0 ? selections : [{ description: 'No requirement of the profile was judged.' }],
    ...(notAssessed.requirements.length > 0 ? { remarks: `Not assessed, which is no pass:\n\n${notAssessed.requirements.map((one) => `- ${prose(one)}`).join('\n')}` } : {}),
  };
}

// what a rule found kept is one observation, of all its places
function keptObservations(evidence: Evidence, ids: Ids, moment: string): Observed[] {
  return evidence.rules.flatMap(({ id, title, control }) => {
    const places = [...new Set(evidence.answers.filter(({ rule, answer }) => rule === id && answer === Answer.COMPLIANT).map(({ subject }) => subject))];
    const uuid = uuidOf('kept', id);
    return places.length === 0 ? [] : [{
      uuid, control,
      observation: {
        uuid, title: prose(title), description: `Kept in ${counted(places.length, 'place')}.`, props: [prop('rule', id), prop('control', control), prop('answer', Answer.COMPLIANT)],
        methods: ['TEST'], types: ['control-objective'], ...originOf(ids), subjects: places.map((subject) => subjectOf(evidence, ids, subject)), collected: moment,
      },
    }];
  });
}

function findingObservations(evidence: Evidence, ids: Ids, moment: string, options: WriterOptions): Observed[] {
  const subjects = evidence.answers.filter(isOpen).map(({ subject }) => subject);
  return evidence.findings.map((finding, index) => {
    const { rule, title, answer, weight, control, detail, location, waiver, approver, expires } = finding;
    const uuid = ids.observations[index]!;
    const place = templatePlace({ template: finding.template }, options);
    return {
      uuid, control,
      observation: {
        uuid, title: prose(title), description: `${answer === Answer.UNKNOWN ? 'It cannot be told before deployment' : 'It is not kept'}${detail ? `: ${prose(detail)}` : ''}.`,
        props: [
          prop('rule', rule), prop('control', control), prop('answer', answer), prop('weight', weight), prop('location', location),
          ...(waiver === undefined ? [] : [prop('accepted-by', finding.acceptedBy!)]), ...(approver ? [prop('approver', approver)] : []), ...(expires ? [prop('accepted-until', expires)] : []),
        ],
        methods: ['TEST'], types: ['finding'], ...originOf(ids), subjects: [subjectOf(evidence, ids, subjects[index]!)], collected: moment,
        ...(place ? { 'relevant-evidence': [{ href: place.uri, description: `The template, at ${prose(finding.logicalId)} ${prose(location)}.` }] } : {}),
        ...(waiver === undefined ? {} : { remarks: `Accepted: ${prose(waiver || 'no reason given')}.` }),
      },
    };
  });
}

// findings of one rule that stand alike are one risk
function risksOf({ findings }: Evidence, ids: Ids): Risk[] {
  const groups = new Map<string, { finding: PlacedFinding; observations: string[] }>();
  findings.forEach((finding, index) => {
    const key = JSON.stringify([finding.rule, finding.weight, finding.waiver ?? null, finding.approver ?? null, finding.expires ?? null]);
    const group = groups.get(key) ?? { finding, observations: [] };
    groups.set(key, group);
    group.observations.push(ids.observations[index]!);
  });
  return [...groups].map(([key, { finding, observations }]) => {
    const { title, why, fix, weight, control, answer, waiver, expires } = finding;
    const uuid = uuidOf('risk', key);
    return {
      uuid, control,
      risk: {
        uuid, title: prose(title), description: `In ${counted(observations.length, 'place')}. ${weight === Severity.FATAL ? 'It takes no waiver.' : 'It can be accepted with a reason.'}`,
        statement: `${prose(why)}.`, props: [prop('rule', finding.rule), prop('weight', weight), prop('control', control)],
        status: waiver !== undefined ? 'deviation-approved' : answer === Answer.UNKNOWN ? 'investigating' : 'open', ...originOf(ids),
        ...(expires ? { deadline: `${expires}T23:59:59Z` } : {}),
        remediations: [{ uuid: uuidOf('remediation', key), lifecycle: 'recommendation', title: 'What to do', description: `${prose(fix)}.` }],
        'related-observations': observations.map((observation) => ({ 'observation-uuid': observation })),
      },
    };
  });
}

function findingsOf(framework: AssessedFramework, observed: readonly Observed[], risks: readonly Risk[], ids: Ids): object[] {
  const controlIds = controlIdsOf(framework);
  return framework.requirements.flatMap((requirement) => {
    if (requirement.status === 'not-assessed') return [];
    const { state, reason, words } = STATE[requirement.status];
    const speaksOf = ({ control }: { readonly control: string }) => requirement.controls.some((one) => one === control);
    return [{
      uuid: uuidOf('finding', framework.name, requirement.id), title: prose(requirement.citation), description: `${prose(requirement.title)}: ${words}.`,
      props: [
        prop('framework', framework.name), prop('status', requirement.status), ...(requirement.appliesFrom ? [prop('applies-from', requirement.appliesFrom)] : []),
        ...requirement.controls.map((control) => prop('control', control)), ...requirement.supportedBy.map((rule) => prop('rule', rule)),
      ],
      ...originOf(ids),
      target: {
        type: 'statement-id', 'target-id': `${controlIds.get(requirement.id)!}_smt`, status: { state, reason, remarks: remarksOf(requirement, words) },
        ...(requirement.status === 'supported' || requirement.status === 'partly' ? { 'implementation-status': { state: requirement.status === 'supported' ? 'implemented' : 'partial' } } : {}),
      },
      ...filled('related-observations', observed.filter(speaksOf).map(({ uuid }) => ({ 'observation-uuid': uuid }))),
      ...filled('related-risks', risks.filter(speaksOf).map(({ uuid }) => ({ 'risk-uuid': uuid }))),
    }];
  });
}

function remarksOf({ leftOpen }: AssessedRequirement, words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.${leftOpen.length > 0 ? ` Not checked: ${leftOpen.map(prose).join('; ')}.` : ''}`;
}

function subjectOf(evidence: Evidence, ids: Ids, index: number): object {
  const { path, logicalId, type } = evidence.subjects[index]!;
  return { 'subject-uuid': ids.subjects[index]!, type: 'inventory-item', title: prose(path || logicalId || type) };
}

function stackId(template: string): string {
  return uuidOf('stack', template);
}
