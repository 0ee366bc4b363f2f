import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Control, Framework } from '../../lib/policy';
import { AWS_FACETS, AWS_REASONS, kindsJudged } from '../../lib/rules/aws/coverage';
import { AZURE_FACETS } from '../../lib/rules/azure/coverage';
import { BESIDE_FACETS, COPYING_FACETS } from '../../lib/rules/aws/coverage/integration';
import { STEP_FACETS } from '../../lib/rules/aws/coverage/sagemaker';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { cellsOf, flawsOf, gapsOf, rulesFor, type TableProps } from '../../lib/rules/coverage';
import { applies, APPLIES_TO, Facet, FACET_MEANS, reasonAgainst } from '../../lib/rules/facet';
import { FLOW_NODE, rule, STACK, STEP, type Rule } from '../../lib/rules/rule';
import { COMPLIANT, NOT_APPLICABLE } from '../../lib/rules/verdict';

const OPEN = join(__dirname, '../golden/open-cells.txt');
const COVERAGE = join(__dirname, '../../lib/rules/aws/coverage');

function ruleOf(name: string, control: Control, resources: readonly string[], check: Rule['check'] = () => COMPLIANT): Rule {
  return rule({ name, title: name, severity: 'error', control, resources, why: 'it matters', fix: 'do it', properties: [], sources: [], good: {}, bad: {}, check });
}

describe('the table of types and controls', () => {
  // a cell that opens is closed by a rule, or by a sentence in a without-rules.ts: never by a line in the list
  test('leaves nothing open, and the list of what may be stays empty', () => {
    expect(flawsOf({ rules: AWS_RULES, facets: AWS_FACETS, reasons: AWS_REASONS, kinds: kindsJudged(AWS_RULES) })).toEqual([]);
    expect(readFileSync(OPEN, 'utf8')).toBe('');
  });

  test('reads every file of reasons', () => {
    const root = join(COVERAGE, '..');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('without-rules.ts'));
    const imported = [...readFileSync(join(COVERAGE, 'index.ts'), 'utf8').matchAll(/from '(\.[^']*without-rules)'/g)].map(([, specifier]) => `${relative(root, join(COVERAGE, specifier!))}.ts`);
    expect(imported.sort()).toEqual(files.sort());
    expect(AWS_REASONS).toHaveLength(files.length);
  });

  const facets = { A: [Facet.STORE, Facet.TAGS], B: [Facet.TAGS], 'S/One': [Facet.MACHINE], 'S/Two': [Facet.MACHINE] };
  const props = (change: Partial<TableProps>): TableProps => ({ rules: [], facets, reasons: [], kinds: new Map(), ...change });
  const state = (table: TableProps, type: string, control: Control) => cellsOf(table).find((cell) => cell.type === type && cell.control === control)!;

  test('has a cell for each type and control', () => {
    expect(cellsOf(props({}))).toHaveLength(4 * Object.values(Control).length);
  });

  test('a cell is judged where a rule names the type, or all types', () => {
    const rules = [ruleOf('Erased', Control.ERASURE, ['A']), ruleOf('Placed', Control.DATA_RESIDENCY, ['*'])];
    expect(state(props({ rules }), 'A', Control.ERASURE)).toMatchObject({ state: 'rule', rules: ['Erased'] });
    expect(state(props({ rules }), 'B', Control.DATA_RESIDENCY)).toMatchObject({ state: 'rule', rules: ['Placed'] });
  });

  test('a cell whose control does not apply says why', () => {
    expect(state(props({}), 'B', Control.ERASURE)).toMatchObject({ state: 'not-applicable', reason: reasonAgainst(Control.ERASURE) });
    expect(reasonAgainst(Control.ERASURE)).toBe('nothing here keeps data on purpose, beyond the run that wrote it, or is a node of the declared data flow: one person\'s data is erased where data is kept on purpose, and the flow says where its copies are');
    expect(reasonAgainst(Control.DATA_RESIDENCY)).toBe('anything can name a place outside the residency');
  });

  test('a reason that was written says more than one that is derived', () => {
    expect(state(props({ reasons: [{ B: { [Control.ERASURE]: 'it holds names alone' } }] }), 'B', Control.ERASURE)).toMatchObject({ state: 'not-applicable', reason: 'it holds names alone' });
  });

  test('a cell that applies is open until somebody says why there is no rule', () => {
    expect(state(props({}), 'A', Control.ERASURE).state).toBe('open');
    expect(state(props({ reasons: [{ A: { [Control.ERASURE]: 'no property' } }] }), 'A', Control.ERASURE)).toMatchObject({ state: 'reason', reason: 'no property' });
    expect(state(props({ reasons: [{}, { A: 'a name and nothing else' }] }), 'A', Control.RETENTION_LIMIT)).toMatchObject({ state: 'reason', reason: 'a name and nothing else' });
  });

  test('a reason for a control on every type stands behind what a type says itself', () => {
    const reasons = [{ '*': { [Control.ASSET_INVENTORY]: 'the owner tags' }, B: { [Control.ASSET_INVENTORY]: 'it has no owner' } }];
    expect(['A', 'B'].map((type) => state(props({ reasons }), type, Control.ASSET_INVENTORY).reason)).toEqual(['the owner tags', 'it has no owner']);
    expect(state(props({ reasons }), 'A', Control.ERASURE).state).toBe('open');
    expect(flawsOf(props({ reasons, rules: [ruleOf('Tagged', Control.ASSET_INVENTORY, ['A'])] })).filter((line) => line.startsWith('reason'))).toEqual([]);
  });

  test('a reason for all of a type does not hide the rules that it has', () => {
    const table = props({ rules: [ruleOf('Erased', Control.ERASURE, ['A'])], reasons: [{ A: 'a name' }] });
    expect(state(table, 'A', Control.ERASURE).state).toBe('rule');
    expect(flawsOf(table).filter((line) => line.startsWith('reason'))).toEqual([]);
  });

  test('a kind of step is judged by the rules that have something to say on it', () => {
    const rules = [ruleOf('Bounded', Control.RESOURCE_LIMIT, ['S'])];
    const kinds = new Map([['Bounded', ['S/One']]]);
    expect(['S/One', 'S/Two'].map((type) => state(props({ rules, kinds }), type, Control.RESOURCE_LIMIT).state)).toEqual(['rule', 'open']);
    expect(flawsOf(props({ rules, kinds })).some((line) => line.startsWith('type without facets'))).toBe(false);
  });

  test.each([
    ['a cell that is open', props({}), 'open: A erasure'],
    ['a type that a rule names and nobody knows', props({ rules: [ruleOf('New', Control.ERASURE, ['C'])] }), 'type without facets: C'],
    ['a rule where its control does not apply', props({ rules: [ruleOf('Odd', Control.ERASURE, ['B'])] }), 'rule where its control does not apply: B erasure Odd'],
    ['a reason beside a rule', props({ rules: [ruleOf('Erased', Control.ERASURE, ['A'])], reasons: [{ A: { [Control.ERASURE]: 'no property' } }] }), 'reason beside a rule: A erasure'],
    ['a second reason for a cell', props({ reasons: [{ A: 'a name' }, { A: { [Control.ERASURE]: 'no property' } }] }), 'two reasons: A erasure'],
    ['a reason for a type that nobody knows', props({ reasons: [{ C: 'gone' }] }), 'reason for a type without facets: C'],
  ])('names %s', (_, table, line) => {
    expect(flawsOf(table)).toContain(line);
  });

  test('takes a rule that judges every kind of step for one that looks at whatever is there', () => {
    const rules = [ruleOf('Secrets', Control.AUTHENTICATION, ['S'])];
    const odd = (...judged: string[]) => flawsOf(props({ rules, kinds: new Map([['Secrets', judged]]) })).filter((line) => line.startsWith('rule where'));
    expect(odd('S/One', 'S/Two')).toEqual([]);
    expect(odd('S/One')).toEqual(['rule where its control does not apply: S/One authentication Secrets']);
  });

  test('is without flaw when every cell is judged or explained', () => {
    const rules = [ruleOf('Placed', Control.DATA_RESIDENCY, ['*'])];
    expect(flawsOf(props({ rules, reasons: [{ A: 'a', B: 'b', 'S/One': 'c', 'S/Two': 'd' }] }))).toEqual([]);
  });
});

describe('facets', () => {
  test('are each of some type, and each some control\'s', () => {
    const used = new Set([...Object.values(AWS_FACETS), ...Object.values(AZURE_FACETS)].flat());
    const asked = new Set(Object.values(APPLIES_TO).flatMap(({ facets }) => (facets === 'all' ? [] : facets)));
    expect(Object.values(Facet).filter((facet) => !used.has(facet))).toEqual([]);
    expect(Object.values(Facet).filter((facet) => !asked.has(facet))).toEqual([]);
  });

  test('say what they mean, and controls say why they apply', () => {
    expect(Object.keys(FACET_MEANS).sort()).toEqual(Object.values(Facet).sort());
    for (const control of Object.values(Control)) expect(APPLIES_TO[control].because.length).toBeGreaterThan(20);
  });

  test('stand once a type', () => {
    for (const [type, facets] of Object.entries(AWS_FACETS)) expect([type, new Set(facets).size]).toEqual([type, facets.length]);
  });

  test('every type can name a place', () => {
    for (const facets of Object.values(AWS_FACETS)) expect(applies(Control.DATA_RESIDENCY, facets)).toBe(true);
  });

  // a type that the CDK gains is a type without facets
  test.each([
    ['SageMaker', 48], ['Macie', 5], ['KMS', 3], ['CloudTrail', 5], ['S3', 10], ['S3Express', 3], ['S3Tables', 5], ['S3Vectors', 3], ['ECR', 9], ['Glue', 29],
    ['EMRServerless', 1], ['LakeFormation', 7], ['CleanRooms', 9], ['CleanRoomsML', 3], ['Batch', 7],
  ])('all types of %s have theirs: %i', (service, count) => {
    const own = Object.keys(AWS_FACETS).filter((type) => type.startsWith(`AWS::${service}::`));
    expect(own.sort()).toEqual([...constructsOf(service).keys()].sort());
    expect(own).toHaveLength(count);
  });

  test('name types that exist, and tags where the CDK tags', () => {
    const wrong = Object.entries(AWS_FACETS).filter(([type]) => type.startsWith('AWS::') && !(type in COPYING_FACETS) && !(type in BESIDE_FACETS)).filter(([type, facets]) => {
      const construct = constructsOf(type.split('::')[1]!).get(type);
      return !construct || /\b(TagManager|props\.tags)\b/.test(construct) !== facets.includes(Facet.TAGS);
    });
    expect(wrong.map(([type]) => type)).toEqual([]);
  });
});

describe('kinds of step', () => {
  test('are those that a rule answers on', () => {
    const kinds = kindsJudged([
      ruleOf('Trained', Control.RESOURCE_LIMIT, [STEP], (step) => (step.within?.kind === 'Training' ? COMPLIANT : NOT_APPLICABLE)),
      ruleOf('Listed', Control.RESOURCE_LIMIT, [STEP], () => [NOT_APPLICABLE, COMPLIANT]),
      ruleOf('Elsewhere', Control.RESOURCE_LIMIT, [STACK]),
    ]);
    expect(kinds.get('Trained')).toEqual([`${STEP}/Training`]);
    expect(kinds.get('Listed')).toEqual(Object.keys(STEP_FACETS).map((kind) => `${STEP}/${kind}`));
    expect(kinds.has('Elsewhere')).toBe(false);
  });

  test('are found for the rules on jobs', () => {
    const kinds = kindsJudged(AWS_RULES);
    expect(kinds.get('SageMakerJobSpotCheckpoint')).toEqual([`${STEP}/Training`, `${STEP}/Tuning`]);
    expect(kinds.get('SageMakerJobVpc')).toEqual(expect.arrayContaining(['AutoML', 'ClarifyCheck', 'Processing', 'QualityCheck', 'Training', 'Tuning'].map((kind) => `${STEP}/${kind}`)));
    expect(kinds.get('SageMakerJobVpc')).not.toContain(`${STEP}/Transform`);
  });
});

describe('gaps', () => {
  const framework = Framework.fromData({
    name: 'Own', title: 'Own', url: 'https://example.org', requirements: [
      { id: '1', citation: 'Own 1', title: 'erase', controls: [Control.ERASURE] },
      { id: '2', citation: 'Own 2', title: 'appoint', controls: [] },
      { id: '3', citation: 'Own 3', title: 'isolate models', controls: [Control.NETWORK_ISOLATION], resourceTypes: ['AWS::SageMaker::Model'] },
      { id: '4', citation: 'Own 4', title: 'approve', controls: [Control.HUMAN_APPROVAL] },
    ],
  });
  const rules = [ruleOf('Erased', Control.ERASURE, ['AWS::S3::Bucket']), ruleOf('Isolated', Control.NETWORK_ISOLATION, [STEP])];

  test('are named: controls without rule, requirements without control, requirements without rule', () => {
    const gaps = gapsOf(rules, [framework]);
    expect(gaps.controlsWithoutRule).toEqual(Object.values(Control).filter((control) => control !== Control.ERASURE && control !== Control.NETWORK_ISOLATION));
    expect(gaps.requirementsWithoutControl.map(({ framework: name, requirement }) => `${name} ${requirement.id}`)).toEqual(['Own 2']);
    expect(gaps.requirementsWithoutRule.map(({ requirement }) => requirement.id)).toEqual(['3', '4']);
  });

  test('a rule on all types judges a requirement that speaks of one', () => {
    expect(rulesFor(framework.requirements[2]!, [ruleOf('Everywhere', Control.NETWORK_ISOLATION, ['*'])]).map(({ name }) => name)).toEqual(['Everywhere']);
    expect(rulesFor(framework.requirements[0]!, rules).map(({ name }) => name)).toEqual(['Erased']);
  });

  test('of the library name each requirement that infrastructure cannot show', () => {
    const { requirementsWithoutControl } = gapsOf(AWS_RULES, Framework.all());
    expect(requirementsWithoutControl).toHaveLength(Framework.all().reduce((sum, one) => sum + one.requirementsWithoutControl().length, 0));
  });
});

test('nodes of the flow have the facet that nothing else has', () => {
  expect(Object.entries(AWS_FACETS).filter(([, facets]) => facets.includes(Facet.FLOW)).map(([type]) => type)).toEqual([FLOW_NODE]);
});

function constructsOf(service: string): Map<string, string> {
  const module = require(`aws-cdk-lib/aws-${service.toLowerCase()}`) as Record<string, { readonly CFN_RESOURCE_TYPE_NAME?: string }>;
  return new Map(Object.values(module).flatMap((one) => (one?.CFN_RESOURCE_TYPE_NAME ? [[one.CFN_RESOURCE_TYPE_NAME, String(one)] as const] : [])));
}
