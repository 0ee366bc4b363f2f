import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Answer } from '../../lib/policy';
import { settled } from '../../lib/policy/fingerprint';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { FLOW_NODE, STACK, UNSEEN, WAIVER } from '../../lib/rules/rule';
import { betterInTables, betterThanAlone } from './branches';
import { judged, ruleNamed, saidOf, saidOfEach, template } from './support';
import { resourceOf, TABLES, type Table } from './table';

/** What judges no property of a resource, so that there is nothing to set, leave out or override. */
const WITHOUT_TABLE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(AWS_RULES.filter(({ resources }) => resources.every((type) => [FLOW_NODE, STACK, UNSEEN, WAIVER].includes(type))).map(({ name, resources }) => [name, `it judges ${resources[0]!}, which no template holds`])),
  PipelineMatchesDataFlow: 'it compares the steps of a pipeline with the declared flow',
  PipelineInputsMatchDataFlow: 'it compares the places of a step with the declared flow',
  ConsentFilterUnchanged: 'it compares a filter with what it declared',
  FlowDifferentialPrivacy: 'it asks what flows into a step',
  FlowStoreErasure: 'it asks whether anything in the flow erases from a store',
  FlowDeIdentificationMatches: 'it compares the plan that a step is given with the one that it declared',
  FlowPrivacyMatches: 'it compares the hyperparameters of a step with what it declared',
  SageMakerModelPackageBias: 'it compares a version with the steps beside it',
  SageMakerModelPackageExplainability: 'it compares a version with the steps beside it',
  CleanRoomsPrivacyBudget: 'it asks for another resource',
  LakeFormationRegistered: 'it asks for another resource',
  EcrPublicRepository: 'that the resource is there is the finding',
  SageMakerEdgeService: 'that the resource is there is the finding',
};

type Case = 'compliant' | 'nonCompliant' | 'unknown' | 'override' | 'absent';

/** Cases that a rule cannot have, and why. */
const WITHOUT_CASE: Readonly<Record<string, { readonly cases: readonly Case[]; readonly because: string }>> = {
  CleanRoomsDifferentialPrivacy: { cases: ['nonCompliant', 'override', 'absent'], because: 'without a declared store it is not known whether the table is about people: its own tests declare one' },
  DefinitionReadable: { cases: ['nonCompliant', 'override', 'absent'], because: 'what cannot be read is unknown, which weighs as much as a finding' },
  GlueInteractive: { cases: ['compliant', 'unknown', 'override', 'absent'], because: 'that the resource is there is the finding' },
  PlainSecrets: { cases: ['unknown'], because: 'what is a token is not written out' },
  S3BucketObjectLock: { cases: ['nonCompliant', 'override', 'absent'], because: 'without a declared store it is not known whether the bucket is about people: its own tests declare one' },
  SecretRotation: { cases: ['unknown'], because: 'a schedule that names the secret stands beside it or does not' },
  SnsTopicTls: { cases: ['absent'], because: 'it asks for another resource: its cases are topics with and without a policy' },
  SqsQueueTls: { cases: ['absent'], because: 'it asks for another resource: its cases are queues with and without a policy' },
};

const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts') && file !== 'tables.test.ts');
const texts = files.map((file) => readFileSync(join(__dirname, file), 'utf8'));
const tables = readTables();

test.each(AWS_RULES.filter(({ name }) => !(name in WITHOUT_TABLE)).map(({ name }) => name))('%s has a table with every kind of case', (name) => {
  const own = tables.get(name) ?? [];
  const has = (kind: 'compliant' | 'nonCompliant' | 'unknown') => own.some((table) => table[kind].length > 0);
  const cases: Readonly<Record<Case, boolean>> = {
    compliant: has('compliant'), nonCompliant: has('nonCompliant'), unknown: has('unknown'), override: own.some(({ override }) => override !== undefined), absent: own.some(leavesOut),
  };
  // a reason for a case that is there is one too many
  expect(Object.keys(cases).filter((kind) => !cases[kind as Case])).toEqual(WITHOUT_CASE[name]?.cases ?? []);
});

test.each(Object.entries(WITHOUT_TABLE))('%s has tests of its own: %s', (name) => {
  expect(tables.has(name)).toBe(false);
  expect(texts.filter((text) => new RegExp(`\\b${name}\\b`).test(text)).length).toBeGreaterThan(0);
});

/** Rules whose `properties` name what no case of a table has, and why. */
const IN_WORDS: Readonly<Record<string, string>> = {
  DefinitionReadable: 'definitions that lie in a bucket have tests of their own',
  GlueInteractive: 'that the resource is there is the finding: the role is what a person works with',
  ...Object.fromEntries(['IamDecryptAll', 'IamPassRole', 'IamWildcardAction', 'TokenVaultDirections', 'TokenVaultKeyContext', 'TokenVaultStore'].map((name) => [name, 'it names the part of a policy that it judges, as far as the action or the key of a condition'])),
  ...Object.fromEntries(['ResidencyImage', 'ResidencyInferenceProfile', 'ResidencyKey', 'ResidencyLocation', 'ResidencyModel', 'ResidencyReference', 'ResidencyReplication'].map((name) => [name, 'it judges a text wherever it stands: what is named are the usual places'])),
  ...Object.fromEntries(['S3BucketTls', 'SecretRotation', 'SnsTopicTls', 'SqsQueueTls'].map((name) => [name, 'it names the resource beside it that it asks for'])),
  TokenVaultTraining: 'it asks for the role of what trains, by the name that each type has for it',
};

// what a rule says it judges is shown to be judged by nothing but a case that has it
test('every property that a rule says it judges stands in a case of its tables', () => {
  const missing = AWS_RULES.filter(({ name }) => tables.has(name)).map(({ name, properties }): [string, string[]] => {
    const cases = tables.get(name)!.flatMap(({ compliant, nonCompliant, unknown, notApplicable = [] }) => [...compliant, ...nonCompliant, ...unknown, ...notApplicable]);
    return [name, properties.filter((path) => !cases.some((one) => holds(one, path.split('.'))))];
  }).filter(([, paths]) => paths.length > 0);
  expect(missing.filter(([name]) => !(name in IN_WORDS))).toEqual([]);
  expect(Object.keys(IN_WORDS).filter((name) => missing.every(([one]) => one !== name))).toEqual([]);
});

test('what has no table, or not every case, is a rule, and says why', () => {
  for (const { because } of Object.values(WITHOUT_CASE)) expect(because.length).toBeGreaterThan(20);
  expect([...Object.keys(WITHOUT_TABLE), ...Object.keys(WITHOUT_CASE)].filter((name) => AWS_RULES.every((rule) => rule.name !== name))).toEqual([]);
});

test('of every case the same is said among all others as alone', () => {
  const templates = [...tables.values()].flat().filter(({ type }) => type).map(({ type, around, compliant, nonCompliant, unknown, notApplicable = [] }, index) => {
    // twice, so that what is kept of the first is asked for
    const cases = [...compliant, ...nonCompliant, ...unknown, ...notApplicable].flatMap((properties) => [properties, structuredClone(properties)]);
    const subjects = cases.map((properties, number): [string, object] => [`Subject${number}`, { Type: type, Properties: properties }]);
    const written = template({ ...around, ...Object.fromEntries(subjects), Subject: { Type: type, Properties: {} } }, { Parameters: { Param: { Type: 'String' } }, Conditions: { Cond: {} } });
    return { ...written, path: `Test${index}`, stackName: `Test${index}`, region: index % 2 === 0 ? 'eu-central-1' : 'us-east-1' };
  });
  const said = saidOf({ templates });
  expect(said.length).toBeGreaterThan(2000);
  expect(said).toEqual(saidOfEach({ templates }));
});

test.each(AWS_RULES.filter(({ name }) => tables.has(name)).map((rule) => [rule.name, rule] as const))('%s is not kept where a condition can break it', (name, rule) => {
  expect([...betterInTables(rule, tables.get(name)!), ...betterThanAlone(rule, tables.get(name)!)]).toEqual([]);
});

test('a key that is no text is the customer\'s nowhere', () => {
  const taken = new Set<string>();
  let tried = 0;
  for (const [name, table] of [...tables].flatMap(([rule, own]) => own.map((one): [string, Table] => [rule, one]))) {
    const isKept = (properties: Record<string, unknown>) => judged([template({ ...table.around, Subject: resourceOf(table, properties) }, GIVEN)], [ruleNamed(name)], table.profile)
      .filter(({ resource }) => resource.logicalId === 'Subject').every(({ answer }) => answer === Answer.COMPLIANT);
    for (const [path, properties] of table.compliant.flatMap((own) => keysIn(own).map((keys) => [keys, own] as const))) {
      if (isKept(withAt(properties, path, undefined))) continue;
      tried += 1;
      if (isKept(withAt(properties, path, { Invented: 'x' }))) taken.add(`${name} ${path.join('.')}`);
    }
  }
  expect(tried).toBeGreaterThan(60);
  expect([...taken]).toEqual([]);
});

const KEY_NAME = /kms_?\w*key(?:id|arn)?$|^encryptionkeyarn$|^keyarn$|^resultskeyarn$/i;

/** Paths of what is named like a key. */
function keysIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null || /^(?:Ref|Fn::.*)$/.test(Object.keys(value)[0] ?? '')) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...KEY_NAME.test(key) ? [[key]] : [], ...keysIn(inner).map((path) => [key, ...path])]);
}

function withAt(value: unknown, [key, ...rest]: string[], instead: unknown): Record<string, unknown> {
  const copy = (Array.isArray(value) ? [...value as unknown[]] : { ...value as Record<string, unknown> }) as Record<string, unknown>;
  copy[key!] = rest.length === 0 ? instead : withAt(copy[key!], rest, instead);
  return copy;
}

/** What stands in a list and is one finding all the same, and why. */
const ONCE: Readonly<Record<string, string>> = {
  PlainSecrets: 'in a list of arguments a secret stands after its flag, and what follows it is another thing',
  S3BucketKey: 'S3 takes one rule of encryption for a bucket',
  SageMakerPlainSecrets: 'in a list of arguments a secret stands after its flag, and what follows it is another thing',
  SageMakerWorkforceNetwork: 'where one range is everybody, the others add nobody',
  StateMachineExecutionData: 'Step Functions takes one destination of a state machine\'s log',
};

// a baseline counts findings by their place, without the place in a list: a second of its kind must make a second one
test('what is wrong twice in a list is told twice', () => {
  const once = new Set<string>();
  let doubled = 0;
  for (const [name, table] of [...tables].flatMap(([rule, own]) => own.map((one): [string, Table] => [rule, one]))) {
    const placesOf = (properties: Record<string, unknown>) => judged([template({ ...table.around, Subject: resourceOf(table, properties) }, GIVEN)], [ruleNamed(name)], table.profile)
      .filter(({ resource, answer }) => resource.logicalId === 'Subject' && answer === Answer.NON_COMPLIANT).map(({ location }) => location);
    for (const properties of table.nonCompliant) {
      for (const location of placesOf(properties)) {
        const keys = location.replace(BEFORE, '').split('.');
        for (const [depth, key] of keys.entries()) {
          const twice = structuredClone(properties);
          const list = /^\d+$/.test(key) && at(twice, keys.slice(0, depth));
          if (!Array.isArray(list)) continue;
          list.push(structuredClone(list[Number(key)]));
          doubled += 1;
          if (placesOf(twice).filter((place) => settled(place) === settled(location)).length < 2) once.add(name);
        }
      }
    }
  }
  expect(doubled).toBeGreaterThan(100);
  expect([...once].sort()).toEqual(Object.keys(ONCE));
});

const GIVEN = { Parameters: { Param: { Type: 'String' } }, Conditions: { Cond: {} } };
// up to what a case gives: properties, arguments of a step, parameters of a task
const BEFORE = /^Properties\.(?:.*?\.(?:Steps|States)\.[^.]*\.(?:Arguments|Parameters)\.)?/;

// a case in which what the override breaks is not there at all
function leavesOut({ override, compliant, nonCompliant, unknown, notApplicable = [] }: Table): boolean {
  return override !== undefined && [...compliant, ...nonCompliant, ...unknown, ...notApplicable].some((properties) => at(properties, override.path.split('.')) === undefined);
}

function at(value: unknown, path: string[]): unknown {
  return path.reduce<unknown>((object, key) => (typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[key] : undefined), value);
}

// through lists, and what an intrinsic chooses between
function holds(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return value !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => holds(item, [key, ...rest]));
  return Object.entries(value).some(([name, inner]) => (name === key ? holds(inner, rest) : name.startsWith('Fn::') && holds(inner, [key, ...rest])));
}

// the files are read for their tables alone: what they would test runs where they stand
function readTables(): ReadonlyMap<string, readonly Table[]> {
  const names = ['test', 'describe', 'beforeAll', 'afterAll', 'beforeEach', 'afterEach'] as const;
  const kept = names.map((name) => globalThis[name]);
  const nothing = () => undefined;
  const silent = Object.assign(nothing, { each: () => nothing, skip: nothing });
  const grouped = Object.assign((_name: string, group: () => void) => group(), {
    each: (rows: readonly unknown[]) => (_name: string, group: (...row: unknown[]) => void) => rows.forEach((row) => group(...(Array.isArray(row) ? row : [row]))),
    skip: nothing,
  });
  Object.assign(globalThis, Object.fromEntries(names.map((name) => [name, name === 'describe' ? grouped : silent])));
  try {
    for (const [index, file] of files.entries()) if (/from '[./]*\/table'/.test(texts[index]!)) require(`./${file}`);
  } finally {
    Object.assign(globalThis, Object.fromEntries(names.map((name, index) => [name, kept[index]])));
  }
  const found = new Map<string, Table[]>();
  for (const [name, table] of TABLES) found.set(name, [...found.get(name) ?? [], table]);
  return found;
}
