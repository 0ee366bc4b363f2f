import { Control } from '../policy/control';
import { Answer, Severity } from '../policy/finding';
import { RECORD_SCHEMA, type RawRecord } from '../policy/record';

const LISTS = ['rules', 'stacks', 'subjects', 'answers', 'notApplicable', 'accepted', 'limits', 'plugins', 'weakenings', 'choices', 'privacy', 'costs'] as const;

/** What each entry of a list must say in words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  rules: ['id', 'title', 'severity', 'control', 'why', 'fix'],
  stacks: ['path', 'name', 'template', 'digest'],
  subjects: ['path', 'type', 'logicalId', 'stack', 'template'],
  answers: ['rule', 'answer', 'location'],
  notApplicable: ['rule'],
  accepted: ['kind', 'id', 'reason', 'at'],
  weakenings: ['path', 'control', 'reason', 'substitute'],
  choices: ['path', 'dimension', 'choice', 'gives', 'costs'],
  privacy: ['dataSet', 'unit', 'period', 'method'],
  costs: ['path', 'basis'],
};

/**
 * Whether something is a whole record, whose answers are about rules and subjects that it holds.
 *
 * @param file its name in messages
 * @throws an error that says what is missing
 */
export function checkRecord(record: unknown, file: string): asserts record is RawRecord {
  const edited = (what: string) => new Error(`'${file}' ${what}: it was cut off or edited, synthesize again`);
  const given = asObject(record);
  if (given.schema !== RECORD_SCHEMA) {
    throw new Error(`'${file}' has the schema '${String(given.schema).slice(0, 80)}', not '${RECORD_SCHEMA}': synthesize again with this version of the library`);
  }
  const list = (name: string) => given[name] as readonly unknown[];
  for (const name of LISTS) if (!Array.isArray(given[name])) throw edited(`lacks its list of ${name}`);
  for (const [name, words] of Object.entries(WORDS)) {
    const broken = list(name).findIndex((entry) => !words.every((word) => typeof asObject(entry)[word] === 'string'));
    if (broken >= 0) throw edited(`has an entry ${broken + 1} of its ${name} that is not whole`);
  }
  const bare = list('accepted').findIndex((one) => !isWhole(asObject(one)));
  if (bare >= 0) throw edited(`has an entry ${bare + 1} of its accepted that is not whole`);
  if (![...list('limits'), ...list('plugins')].every((text) => typeof text === 'string')) throw edited('has limits or plugins that are no texts');
  const { pack, profile, libraries, flow } = { pack: asObject(given.pack), profile: asObject(given.profile), libraries: given.libraries, flow: asObject(given.flow) };
  if (!['name', 'version', 'scope', 'origin'].every((word) => typeof pack[word] === 'string') || !isOne(Severity, pack.unknownAs)) throw edited('does not say which pack wrote it');
  if (!isProfile(profile)) throw edited('does not say which profile it was judged by');
  if (!isObject(libraries)) throw edited('lacks its libraries');
  if (!Array.isArray(flow.nodes) || !Array.isArray(flow.edges) || ![...flow.nodes, ...flow.edges].every(isObject)) throw edited('lacks its data flow');
  const rules = new Set(list('rules').map((rule) => asObject(rule).id));
  const isRule = (rule: unknown) => isOne(Severity, asObject(rule).severity) && isOne(Control, asObject(rule).control) && isTexts(asObject(rule).resources);
  if (!list('rules').every(isRule)) throw edited('has a rule without severity, control or resources');
  const isIndex = (index: unknown, of: string) => Number.isInteger(index) && (index as number) >= 0 && (index as number) < list(of).length;
  // in their order, so that none counts twice
  const areSubjects = (indices: unknown) => Array.isArray(indices) && indices.every((index, at) => isIndex(index, 'subjects') && (at === 0 || index > indices[at - 1]));
  const isAnswer = (one: Readonly<Record<string, unknown>>) => rules.has(one.rule) && isOne(Answer, one.answer)
    && areSubjects(one.subjects) && (one.subjects as unknown[]).length > 0 && (one.accepted === undefined || isIndex(one.accepted, 'accepted')) && (one.detail === undefined || typeof one.detail === 'string');
  if (!list('answers').every((one) => isAnswer(asObject(one)))) throw edited('has an answer to a rule, or about a resource, that it does not hold');
  if (!list('notApplicable').every((one) => areSubjects(asObject(one).subjects))) throw edited('names subjects that it does not hold');
}

function isProfile(profile: Readonly<Record<string, unknown>>): boolean {
  const residency = asObject(profile.residency);
  const isFramework = (one: unknown) => ['name', 'title', 'url'].every((word) => typeof asObject(one)[word] === 'string') && isTextOrNone(asObject(one).oscalCatalog)
    && Array.isArray(asObject(one).requirements) && (asObject(one).requirements as unknown[]).every((demand) => isRequirement(asObject(demand)));
  return Array.isArray(profile.frameworks) && profile.frameworks.every(isFramework) && typeof residency.description === 'string' && isTexts(residency.allowedRegions) && isObject(profile.retentionDays);
}

// what was added later can be missing: older records are whole without it
function isRequirement(demand: Readonly<Record<string, unknown>>): boolean {
  return ['id', 'citation', 'title'].every((word) => typeof demand[word] === 'string') && isTexts(demand.controls)
    && ['oscalId', 'appliesFrom'].every((word) => isTextOrNone(demand[word])) && (demand.resourceTypes === undefined || isTexts(demand.resourceTypes));
}

// a waiver that lacks an approver holds an empty text, which a rule finds
function isWhole({ kind, approver, expires }: Readonly<Record<string, unknown>>): boolean {
  return kind === 'acknowledgement' || kind === 'baseline' || (kind === 'waiver' && typeof approver === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(String(expires)));
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isOne(values: Readonly<Record<string, string>>, value: unknown): boolean {
  return Object.values(values).includes(value as string);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value as Record<string, unknown> : {};
}
