import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Control, Framework } from '../../../lib/policy';
import { AZURE_CHECKERS } from '../../../lib/rules/azure/coverage/checkers';
import { AZURE_FACETS, AZURE_REASONS } from '../../../lib/rules/azure/coverage';
import { DEFAULTS } from '../../../lib/rules/azure/defaults';
import { AZURE_RULES } from '../../../lib/rules/azure/rules';
import { azureViewOf } from '../../../lib/rules/azure/view';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { RULES } from '../../../lib/rules/catalogue';
import { flawsOfComparison } from '../../../lib/rules/comparison';
import { cellsOf, flawsOf, gapsOf } from '../../../lib/rules/coverage';
import { CHECKERS } from '../../../lib/rules/rule';
import { configuration, judgedIn } from './support';

const FROZEN = join(__dirname, '../../golden/rules-azure.txt');
const SCHEMA = join(__dirname, '../../../../shared/data/azurerm-schema-4.55.0.json');
if (!existsSync(SCHEMA)) process.stderr.write('types and defaults of rules are not held to azurerm: there is no ../shared/data/azurerm-schema-4.55.0.json beside the project\n');
const withSchema = existsSync(SCHEMA) ? test : test.skip;

// UPDATE_GOLDEN=1 writes the file anew; a line that goes away is an id that users hold waivers on
test('the list of rules is frozen: names are never reused, none is dropped by a refactoring', () => {
  const lines = AZURE_RULES.map(({ name, severity, control }) => `${name} ${severity} ${control}`).sort();
  if (process.env.UPDATE_GOLDEN) writeFileSync(FROZEN, `${lines.join('\n')}\n`);
  expect(lines).toEqual(readFileSync(FROZEN, 'utf8').trimEnd().split('\n'));
});

test('every rule file is in the list, and imports no cloud library', () => {
  const root = join(__dirname, '../../../lib/rules');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /^(azure\/[^/]+|flow|waivers)\//.test(file) && file.endsWith('.ts'));
  expect(files.filter((file) => readFileSync(join(root, file), 'utf8').includes('export default rule(')).length).toBe(AZURE_RULES.length);
  for (const file of files) expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/from '(aws-cdk-lib|constructs|cdk-nag|@cdktf|cdktf)/);
});

test('clouds share rules on the flow and on waivers, and no other name', () => {
  const shared = AZURE_RULES.filter((rule) => AWS_RULES.includes(rule));
  expect(shared.map(({ name }) => name).sort()).toEqual([
    'FlowDeIdentification', 'FlowDeIdentificationPlan', 'FlowDeIdentificationThresholds', 'FlowPurpose', 'FlowStoreClassification', 'ResidencyFlow', 'WaiverExpiry', 'WaiverReason', 'WaiverRule', 'WaiverUse',
  ]);
  expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
});

const IDS: Readonly<Partial<Record<(typeof CHECKERS)[number], RegExp>>> = {
  'Azure Policy': /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'PSRule': /^Azure\.[A-Za-z]+\.[A-Za-z]+$/, 'Checkov': /^CKV2?_AZURE_\d+$/,
};

test.each(AZURE_RULES.filter((rule) => !AWS_RULES.includes(rule)).map((rule): [string, typeof rule] => [rule.name, rule]))('%s says what it asks, why, where the demand comes from and what to do', (_, { title, why, fix, sources, properties, resources }) => {
  for (const text of [title, why, fix]) expect(text.length).toBeGreaterThan(10);
  expect(fix).not.toMatch(/\.$/);
  expect(new Set(properties).size).toBe(properties.length);
  expect(new Set(resources).size).toBe(resources.length);
  expect(sources.length).toBeGreaterThan(0);
  for (const source of sources) {
    const checker = CHECKERS.find((one) => source.startsWith(`${one} `));
    expect(checker ? IDS[checker]?.test(source.slice(checker.length + 1)) : URL.canParse(source)).toBe(true);
  }
});

test('no two rules judge the same property of a type for the same control', () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const { name, control, resources, properties } of AZURE_RULES) {
    for (const key of resources.flatMap((type) => properties.map((property) => `${type} ${property} ${control}`))) {
      if (seen.has(key)) twice.push(`${key}: ${seen.get(key)} and ${name}`);
      seen.set(key, name);
    }
  }
  expect(twice).toEqual([]);
});

describe('the table of types and controls', () => {
  const table = { rules: AZURE_RULES, facets: AZURE_FACETS, reasons: AZURE_REASONS, kinds: new Map<string, readonly string[]>() };

  test('is complete: each cell is a rule or a reason', () => {
    expect(flawsOf(table)).toEqual([]);
  });

  test('knows more than a hundred types, and judges or explains each', () => {
    const cells = cellsOf(table);
    expect(Object.keys(AZURE_FACETS).length).toBeGreaterThan(100);
    expect(cells.filter(({ state }) => state === 'rule').length).toBeGreaterThan(300);
  });

  withSchema('names types of azurerm that its schema has', () => {
    const { providerSchema: { resources } } = JSON.parse(readFileSync(SCHEMA, 'utf8')) as { providerSchema: { resources: Record<string, { schema: Record<string, { elem?: unknown }> }> } };
    const types = [...Object.keys(AZURE_FACETS), ...AZURE_RULES.flatMap((rule) => rule.resources)].filter((type) => type.startsWith('azurerm_'));
    expect([...new Set(types)].filter((type) => !(type in resources))).toEqual([]);
    // an attribute that a rule reads is one of the types that it judges
    const known = (type: string, path: string) => path.split('.').reduce<Record<string, { elem?: unknown }> | undefined>((schema, key) => {
      const elem = schema?.[key] && (schema[key].elem as { schema?: Record<string, object> } | undefined);
      return schema && key in schema ? elem?.schema ?? {} : undefined;
    }, resources[type]!.schema) !== undefined;
    const odd = AZURE_RULES.flatMap(({ name, resources: own, properties }) => properties.filter((path) => !/^(properties|sku|kind|lifecycle|azurerm_|Microsoft\.)/.test(path) && !LATER.has(path) && !own.includes('*'))
      .filter((path) => own.some((type) => type.startsWith('azurerm_')) && !own.filter((type) => type.startsWith('azurerm_')).some((type) => known(type, path))).map((path) => `${name} ${path}`));
    expect(odd).toEqual([]);
  });

  // of azurerm 4.77, and of 5
  const LATER = new Set(['storage_account_access_type', 'local_authentication_enabled']);

  test('knows each type that constructs of this library make', () => {
    const folder = join(__dirname, '../../../lib/azure');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(folder, file), 'utf8'));
    const made = sources.flatMap((source) => [
      ...[...source.matchAll(/provider-azurerm\/lib\/((?!data-|provider')[a-z\d-]+)/g)].map(([, module]) => `azurerm_${module!.replaceAll('-', '_')}`),
      ...[...source.matchAll(/type: '(Microsoft\.[\w/]+)@/g)].map(([, type]) => type!),
    ]);
    expect(new Set(made).size).toBeGreaterThan(50);
    expect([...new Set(made)].filter((type) => !(type in AZURE_FACETS))).toEqual([]);
  });

  interface Attribute { readonly default?: unknown; readonly elem?: { readonly schema?: Record<string, Attribute> } }
  /** What the schema of azurerm 4.55 takes for an attribute that is not given. */
  const saidOf = (): ((type: string, path: string) => unknown) => {
    const { providerSchema: { resources } } = JSON.parse(readFileSync(SCHEMA, 'utf8')) as { providerSchema: { resources: Record<string, { schema: Record<string, Attribute> }> } };
    return (type, path) => path.split('.').reduce<{ schema?: Record<string, Attribute>; own?: Attribute }>(({ schema }, key) => (
      { own: schema?.[key], schema: schema?.[key]?.elem?.schema }), { schema: resources[type]?.schema }).own?.default;
  };

  withSchema('takes for a default what the schema of azurerm 4.55 says', () => {
    const said = saidOf();
    const others = Object.entries(DEFAULTS).filter(([type]) => type.startsWith('azurerm_')).flatMap(([type, own]) => Object.entries(own).filter(([path, value]) => said(type, path) !== value).map(([path]) => `${type} ${path}`));
    // the schema gives no default, and the service takes it to be off
    expect(others).toEqual(['azurerm_container_registry anonymous_pull_enabled']);
  });

  withSchema('knows each default that the schema has of what a rule reads', () => {
    const said = saidOf();
    const read = AZURE_RULES.flatMap(({ resources, properties }) => resources.filter((type) => type.startsWith('azurerm_')).flatMap((type) => properties.map((path) => [type, path] as const)));
    const missing = read.filter(([type, path]) => said(type, path) !== undefined && DEFAULTS[type]?.[path] === undefined).map(([type, path]) => `${type} ${path}`);
    expect(read.length).toBeGreaterThan(200);
    expect([...new Set(missing)].sort()).toEqual([]);
  });

  // what Security Hub asks is asked of types of AWS; no other framework speaks of a cloud
  test('reaches what the frameworks ask of any cloud, but for the controls that no type of Azure shows', () => {
    const gaps = gapsOf(AZURE_RULES, Framework.all().filter(({ name }) => name !== 'SECURITY_HUB_AI'));
    expect(gaps.requirementsWithoutRule.filter(({ requirement }) => requirement.resourceTypes)).toEqual([]);
    expect(gaps.requirementsWithoutRule.length).toBeLessThan(45);
    expect(gaps.controlsWithoutRule).toEqual([
      Control.HUMAN_APPROVAL, Control.BIAS_ASSESSMENT, Control.EXPLAINABILITY, Control.ASSET_INVENTORY, Control.CONSENT,
    ]);
  });
});

test('checks of others have a rule or a reason', () => {
  expect(flawsOfComparison(AZURE_CHECKERS, AZURE_RULES)).toEqual([]);
});

const leaf = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '${var.given}', '${azurerm_key_vault.v.id}', '${azurerm_key_vault.v.location}', '${azurerm_subject.subject.id}', '${local.a}', '${jsonencode({"a" = [1, var.given]})}', '${a ? b : c}', '${', '$${x}',
    '%{ if true }x%{ endif }', '${lower("A${var.given}")}', '${[for x in y : x]}', '${azurerm_key_vault.v["k"].a[0].*.b}', 'true', 'Enabled', '__proto__',
  ),
);
const NAMES = [
  'properties', 'identity', 'type', 'location', 'network_rules', 'default_action', 'blob_properties', 'rule', 'actions', 'enabled', 'encryption', 'permissions', 'role_definition_name', 'scope',
  'private_service_connection', 'jobs', 'jobType', 'limits', 'environmentId', 'dynamic', 'count', 'for_each', 'content', 'body', 'georeplications', 'security_rule', 'access', 'direction', '__proto__', 'constructor',
];
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...NAMES), tie('tree'), { maxKeys: 5 })),
}));
const TYPES = [...new Set(AZURE_RULES.flatMap(({ resources }) => resources))].filter((type) => /^(azurerm_|Microsoft\.)/.test(type));

test('no rule throws on any JSON-shaped properties', () => {
  fc.assert(fc.property(fc.constantFrom(...TYPES), tree, (type, properties) => {
    const body = typeof properties === 'object' && properties !== null && !Array.isArray(properties) ? properties as Record<string, unknown> : { properties };
    const content = configuration({ [`${type}.subject`]: body, 'azurerm_key_vault.v': { location: '${var.given}' } }, { locals: { a: '${local.b}', b: ['${local.a}', '${local.a}'] } });
    for (const { finding } of judgedIn(content)) expect(finding.detail ?? '').not.toContain('the rule failed');
  }), { numRuns: 600 });
});

test('names that stand for each other twice at each level end', () => {
  const locals = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`l${index}`, index === 0 ? 'x' : { a: `\${local.l${index - 1}}`, b: `\${local.l${index - 1}}` }]));
  const started = Date.now();
  judgedIn({ locals, resource: { azurerm_storage_account: { subject: { tags: '${local.l39}', location: '${local.l39}' } } } });
  expect(Date.now() - started).toBeLessThan(5000);
});

test('the view is linear in the number of resources', () => {
  const time = (many: number) => {
    const resources = Object.fromEntries(Array.from({ length: many }, (_, index) => [`azurerm_private_endpoint.e${index}`, {
      location: '${azurerm_resource_group.g.location}', private_service_connection: { private_connection_resource_id: `\${azurerm_storage_account.a${index}.id}` },
    }]));
    const accounts = Object.fromEntries(Array.from({ length: many }, (_, index) => [`azurerm_storage_account.a${index}`, { location: 'westeurope' }]));
    const content = configuration({ 'azurerm_resource_group.g': { location: 'westeurope' }, ...resources, ...accounts });
    const started = process.hrtime.bigint();
    judgedIn(content);
    return Number(process.hrtime.bigint() - started);
  };
  time(200);
  const [few, many] = [Math.min(...[1, 2, 3].map(() => time(250))), Math.min(...[1, 2, 3].map(() => time(1000)))];
  // four times as many take four times as long; a search inside of a rule would take sixteen times
  expect(many / few).toBeLessThan(9);
  expect(azureViewOf({ files: [] }).resources).toEqual([]);
});
