// Writes docs/rules.md, docs/rules-azure.md and the pages below docs/rules from the rules, the frameworks and the coverage data. A test holds that
// the files are what this writes. GitHub shows no page above 512 KB, so each service has its own.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { Control } from '../lib/policy/control';
import { Framework, type Requirement } from '../lib/policy/framework';
import { AWS_FACETS, AWS_REASONS, kindsJudged } from '../lib/rules/aws/coverage';
import { AWS_CHECKERS } from '../lib/rules/aws/coverage/checkers';
import { AWS_RULES } from '../lib/rules/aws/rules';
import { AZURE_FACETS, AZURE_REASONS } from '../lib/rules/azure/coverage';
import { AZURE_CHECKERS } from '../lib/rules/azure/coverage/checkers';
import { AZURE_RULES } from '../lib/rules/azure/rules';
import { compare, type Checker, type Compared } from '../lib/rules/comparison';
import { cellsOf, gapsOf, rulesFor, type Asked, type Cell, type Facets, type Reasons } from '../lib/rules/coverage';
import { asMarkdown, explain } from '../lib/rules/explain';
import { APPLIES_TO, FACET_MEANS, reasonAgainst } from '../lib/rules/facet';
import { FLOW_NODE, PACK, STACK, STEP, TASK, type Rule } from '../lib/rules/rule';

const ROOT = join(__dirname, '..');

/** The rules of a cloud, and what is said around them. */
interface Catalogue {
  readonly title: string;
  /** The first page, and the folder of the others, in docs. */
  readonly index: string;
  readonly folder: string;
  /** How a finding is accepted. */
  readonly accepting: string;
  readonly rules: readonly Rule[];
  readonly facets: Facets;
  readonly reasons: readonly Reasons[];
  readonly kinds: ReadonlyMap<string, readonly string[]>;
  readonly checkers: readonly Checker[];
}

const AWS: Catalogue = {
  title: 'Rules', index: 'rules.md', folder: 'rules/aws',
  accepting: '`Validations.of(construct).acknowledge({ id: \'RegulatedML::RegulatedML-S3BucketTls\', reason: \'...\' })`',
  rules: AWS_RULES, facets: AWS_FACETS, reasons: AWS_REASONS, kinds: kindsJudged(AWS_RULES), checkers: AWS_CHECKERS,
};

const AZURE: Catalogue = {
  title: 'Rules for Azure', index: 'rules-azure.md', folder: 'rules/azure',
  accepting: '`RegulatedMLChecks.acknowledge(construct, { id: \'RegulatedML-AzureStorageKey\', reason: \'...\' })`',
  rules: AZURE_RULES, facets: AZURE_FACETS, reasons: AZURE_REASONS, kinds: new Map(), checkers: AZURE_CHECKERS,
};

/** All pages of both clouds, by their path in docs. */
export function pages(): Map<string, string> {
  return new Map([AWS, AZURE].flatMap((catalogue) => pagesOf(catalogue)));
}

function pagesOf(catalogue: Catalogue): [string, string][] {
  const { rules, facets, reasons, kinds, index, folder } = catalogue;
  const frameworks = Framework.all();
  const services = servicesOf(rules);
  const cells = cellsOf({ rules, facets, reasons, kinds });
  const count = (state: Cell['state']) => cells.filter((cell) => cell.state === state).length;
  const file = (name: string) => `${folder}/${anchor(name)}.md`;
  const drafts = new Map<string, string[]>([
    [index, [
      `# ${catalogue.title}`,
      '',
      GENERATED,
      '',
      `${rules.length} rules judge ${Object.keys(facets).length} types of resource and kinds of step for ${Object.values(Control).length} controls, which ${frameworks.length} frameworks ask for in ${frameworks.reduce((sum, { requirements }) => sum + requirements.length, 0)} requirements. Of ${cells.length} pairs of type and control ${count('not-applicable')} do not apply, ${count('rule')} have a rule, ${count('reason')} a reason why there is none, and ${count('open')} are open.`,
      '',
      `A finding takes a waiver by its id, except where it is fatal: ${catalogue.accepting}.`,
      '',
      `- [Controls](${file('controls')}): what each means, where it applies, which rules judge it`,
      `- [Types](${file('types')}): each type of resource, its rules, and why it has no more`,
      `- [Frameworks](${file('frameworks')}): each requirement, its controls, its rules`,
      `- [Other checkers](${file('other-checkers')}): their checks beside these rules`,
      '- [Gaps](#gaps): what no rule reaches',
      '',
      '## By service',
      '',
      ...services.flatMap(([service, own]) => [`### [${service}](${file(service)})`, '', ...rulesTable(own), '']),
      ...gapsSection(gapsOf(rules, frameworks)),
    ]],
    ...services.map(([service, own]): [string, string[]] => [file(service), [
      ...headOf(`${catalogue.title}: ${service}`, catalogue), ...rulesTable(own), '', ...own.map((rule) => asMarkdown(explain(rule, { pack: PACK, frameworks }))),
    ]]),
    [file('controls'), [...headOf(`${catalogue.title}: controls`, catalogue), ...controlsSection(frameworks, catalogue)]],
    [file('types'), [...headOf(`${catalogue.title}: types`, catalogue), ...typesSection(cells, catalogue)]],
    [file('frameworks'), [...headOf(`${catalogue.title}: frameworks`, catalogue), ...frameworksSection(frameworks, catalogue)]],
    [file('other-checkers'), [...headOf(`${catalogue.title}: other checkers`, catalogue), ...checkersSection(catalogue)]],
  ]);
  return linked(new Map([...drafts].map(([name, lines]) => [name, `${lines.join('\n').trimEnd()}\n`])));
}

const GENERATED = 'Generated by `npm run rules-docs`; do not edit.';

function headOf(title: string, { folder, index, title: all }: Catalogue): string[] {
  return [`# ${title}`, '', `${GENERATED} [${all}](${posix.relative(folder, index)})`, ''];
}

/** What the headings of a page are called in links to it. */
export function anchorsIn(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading!.replace(/^\[(.+)\]\(.*\)$/, '$1')));
}

// sections name what they refer to; on which page it stands is known when all are made
function linked(drafts: ReadonlyMap<string, string>): [string, string][] {
  const pageOf = new Map<string, string>();
  for (const [name, page] of [...drafts].reverse()) for (const heading of anchorsIn(page)) pageOf.set(heading, name);
  return [...drafts].map(([name, page]) => {
    const own = new Set(anchorsIn(page));
    return [name, page.replace(/\]\(#([^)]+)\)/g, (whole, heading: string) => {
      const target = own.has(heading) ? undefined : pageOf.get(heading);
      return target === undefined ? whole : `](${posix.relative(dirname(name), target)}#${heading})`;
    })];
  });
}

function rulesTable(rules: readonly Rule[]): string[] {
  return table(['Rule', 'Asks', 'Severity', 'Control'], rules.map(({ name, title, severity, control }) => [link(name), title, severity, link(control)]));
}

function controlsSection(frameworks: readonly Framework[], catalogue: Catalogue): string[] {
  const meanings = meaningsOf();
  const general = generalIn(catalogue);
  return [
    'A control is the word between a law and a rule. It applies to a type that has a side which the control is about; to all others there is nothing that a rule could judge.',
    '',
    ...Object.values(Control).flatMap((control) => {
      const { facets, because } = APPLIES_TO[control];
      const rules = catalogue.rules.filter((rule) => rule.control === control).map(({ name }) => link(name));
      const asking = frameworks.map((framework) => ({ name: framework.name, ids: framework.requirements.filter(({ controls }) => controls.includes(control)).map(({ id }) => id) }))
        .filter(({ ids }) => ids.length > 0);
      return [
        `### ${control}`,
        '',
        `${meanings.get(control) ?? ''}`,
        '',
        `- **Applies to**: ${facets === 'all' ? 'every type' : `a type that ${facets.map((facet) => FACET_MEANS[facet]).join('; or ')}`}. Why: ${because}`,
        `- **Rules**: ${rules.join(', ') || 'none'}`,
        ...(general.has(control) ? [`- **No rule on other types**: ${general.get(control)}`] : []),
        `- **Asked by**: ${asking.map(({ name, ids }) => `${name} ${ids.join(', ')}`).join(' · ') || 'none'}`,
        '',
      ];
    }),
  ];
}

function typesSection(cells: readonly Cell[], catalogue: Catalogue): string[] {
  const general = generalIn(catalogue);
  const everywhere = new Set(catalogue.rules.filter(({ resources }) => resources.includes('*')).map(({ name }) => name));
  const types = [...new Set(cells.map(({ type }) => type))];
  const groups = new Map<string, string[]>();
  for (const type of types) groups.set(groupOf(type), [...(groups.get(groupOf(type)) ?? []), type]);
  return [
    'A pair of type and control that is not listed does not apply: the type lacks the side that the control is about. The rules on [every resource](every-resource.md) are not listed again, nor is a reason that stands with its [control](controls.md).',
    '',
    ...[...groups].sort(byName).flatMap(([group, members]) => [
      '<details>',
      `<summary>${group}: ${members.length}</summary>`,
      '',
      ...table(['Type', 'Sides', 'Rules', 'No rule, and why'], members.sort().map((type) => {
        const own = cells.filter((cell) => cell.type === type);
        return [
          `\`${type}\``,
          (catalogue.facets[type] ?? []).join(', ') || 'none',
          own.map(({ control, rules }) => [control, rules.filter((rule) => !everywhere.has(rule))] as const)
            .filter(([, rules]) => rules.length > 0).map(([control, rules]) => `${control}: ${rules.map(link).join(', ')}`).join('<br>'),
          reasonsOf(type, own, catalogue, general).join('<br>'),
        ];
      })),
      '',
      '</details>',
      '',
    ]),
  ];
}

function generalIn({ reasons }: Catalogue): Map<Control, string> {
  return new Map(reasons.flatMap((list) => Object.entries(list['*'] ?? {}) as [Control, string][]));
}

// what was written of a control that does not apply says more than that a side is missing
function reasonsOf(type: string, cells: readonly Cell[], { reasons }: Catalogue, general: ReadonlyMap<Control, string>): string[] {
  const whole = reasons.map((list) => list[type]).find((own) => typeof own === 'string');
  const byReason = new Map<string, string[]>();
  for (const { control, state, reason } of cells) {
    if (state === 'rule' || (reason !== undefined && [general.get(control), reasonAgainst(control), whole].includes(reason))) continue;
    const text = state === 'open' ? '**open**' : reason!;
    byReason.set(text, [...(byReason.get(text) ?? []), control]);
  }
  return [...(whole === undefined ? [] : [whole]), ...[...byReason].map(([reason, controls]) => `${controls.join(', ')}: ${reason}`)];
}

function frameworksSection(frameworks: readonly Framework[], { rules }: Catalogue): string[] {
  return [
    'That the rules of a control are kept supports a requirement, it does not fulfil one.',
    '',
    ...frameworks.flatMap((framework) => {
      const shown = framework.requirements.filter(({ controls }) => controls.length > 0);
      const bare = framework.requirementsWithoutControl();
      return [
        `### ${framework.name}`,
        '',
        `[${framework.title}](${framework.url}). ${framework.requirements.length} requirements, of which infrastructure can show a part of ${shown.length}.`,
        '',
        '<details>',
        `<summary>Requirements with controls: ${shown.length}</summary>`,
        '',
        ...table(['Requirement', 'Asks for', 'Controls', 'Rules'], shown.map((requirement) => [
          requirement.citation,
          `${requirement.title}${requirement.appliesFrom ? ` (from ${requirement.appliesFrom})` : ''}`,
          // a link in each of two thousand places would make the page too long to be shown
          requirement.controls.join(', '),
          rulesInWords(requirement, rules),
        ])),
        '',
        '</details>',
        '',
        ...(bare.length === 0 ? [] : [
          '<details>',
          `<summary>What infrastructure cannot show: ${bare.length}</summary>`,
          '',
          bare.map(({ id, title }) => `${id} ${title}`).join('; '),
          '',
          '</details>',
          '',
        ]),
      ];
    }),
  ];
}

// the rules of a control stand with the control: here only how many there are, or which, where a requirement speaks of one type
function rulesInWords(requirement: Requirement, all: readonly Rule[]): string {
  const rules = rulesFor(requirement, all);
  if (rules.length === 0) return 'none';
  return requirement.resourceTypes ? rules.map(({ name }) => link(name)).join(', ') : String(rules.length);
}

function gapsSection(gaps: ReturnType<typeof gapsOf>): string[] {
  const cited = (asked: readonly Asked[]) => asked.map(({ requirement }) => requirement.citation).join('; ') || 'none';
  return [
    '## Gaps',
    '',
    `- **Controls without a rule**: ${gaps.controlsWithoutRule.map(link).join(', ') || 'none'}`,
    `- **Requirements with a control and without a rule** (${gaps.requirementsWithoutRule.length}): ${cited(gaps.requirementsWithoutRule)}`,
    `- **Requirements that infrastructure cannot show**: ${gaps.requirementsWithoutControl.length}, each named under its framework`,
    '',
  ];
}

function checkersSection({ checkers, rules: all }: Catalogue): string[] {
  return [
    'What a check asks is in our words. It counts as asked where a rule asks that or more, of what touches data of machine learning; a check of which a rule asks the very same has the words of the rule.',
    '',
    ...checkers.flatMap((checker) => {
      const compared = compare(checker, all);
      const count = (how: Compared['asked']) => compared.filter(({ asked }) => asked === how).length;
      return [
        `### ${checker.name}`,
        '',
        `[${checker.version}](${checker.url}). Of ${compared.length} checks ${count('same')} are asked here, ${count('partly')} in part, ${count('contrary')} the other way round, ${count('not')} not, for a reason; ${count('open')} are open. ${checker.rest}`,
        '',
        '<details>',
        '<summary>Check by check</summary>',
        '',
        ...table(['Check', 'Asks', 'Here'], compared.map((row) => [`\`${row.id}\``, row.what, hereOf(row, all)])),
        '',
        '</details>',
        '',
      ];
    }),
  ];
}

function hereOf({ asked, rules, because }: Compared, all: readonly Rule[]): string {
  if (asked === 'open') return '**open**';
  if (asked === 'not') return `no: ${because!}`;
  if (asked === 'same') return rules.map(link).join(', ');
  if (asked === 'partly') return `in part, ${rules.map(link).join(', ')}: ${because!}`;
  const [name] = because!.split(' ');
  return `the other way round: ${all.some((rule) => rule.name === name) ? because!.replace(name!, link(name!)) : because!}`;
}

// the sentence above each member is what is said of it everywhere
function meaningsOf(): Map<string, string> {
  const source = readFileSync(join(ROOT, 'lib', 'policy', 'control.ts'), 'utf8');
  return new Map([...source.matchAll(/\/\*\* (.*?) \*\/\n\s+[A-Z_]+ = '([a-z-]+)'/g)].map(([, text, control]) => [control!, text!]));
}

function servicesOf(rules: readonly Rule[]): [string, Rule[]][] {
  const services = new Map<string, Rule[]>();
  for (const rule of rules) {
    const service = rule.resources.includes('*') ? 'Every resource' : groupOf(rule.resources[0]!);
    services.set(service, [...(services.get(service) ?? []), rule]);
  }
  return [...services].sort(byName).map(([service, own]) => [service, own.sort((a, b) => (a.name < b.name ? -1 : 1))]);
}

const GROUPS: Readonly<Record<string, string>> = { [STEP]: 'SageMaker jobs', [TASK]: 'Tasks of state machines', [STACK]: 'Stacks', [FLOW_NODE]: 'Data flow', 'RegulatedML::Waiver': 'Waivers' };

// a type of azurerm does not say its service, and one of azapi says it by a namespace
const AZURE_SERVICES: readonly (readonly [string, RegExp])[] = [
  ['Machine Learning', /^(azurerm_(machine_learning|ai_foundry)|Microsoft\.MachineLearningServices)/],
  ['Storage', /^(azurerm_(storage|security_center_storage)|Microsoft\.(Storage|Security))/],
  ['Key Vault', /^(azurerm_key_vault|Microsoft\.KeyVault)/],
  ['Container Registry', /^(azurerm_container_registry|Microsoft\.ContainerRegistry)/],
  ['Purview', /^(azurerm_purview|Microsoft\.Purview)/],
  ['AI services', /^(azurerm_(cognitive|ai_services)|Microsoft\.CognitiveServices)/],
  ['Cosmos DB', /^(azurerm_cosmosdb|Microsoft\.DocumentDB)/],
  ['Azure Functions', /^(azurerm_(function_app|linux_function_app|windows_function_app|service_plan)|Microsoft\.Web)/],
  ['Databricks', /^(azurerm_databricks|Microsoft\.Databricks)/],
  ['Synapse', /^(azurerm_synapse|Microsoft\.Synapse)/],
  ['IoT Hub', /^(azurerm_iothub|Microsoft\.Device)/],
  ['Event Grid', /^(azurerm_eventgrid|Microsoft\.EventGrid)/],
  ['Logs and alerts', /^(azurerm_(log_analytics|application_insights|monitor)|Microsoft\.(OperationalInsights|Insights))/],
  ['Identity', /^(azurerm_(role|user_assigned|federated)|Microsoft\.(Authorization|ManagedIdentity))/],
  ['Network', /^(azurerm_(virtual_network|subnet|network|private|route_table)|Microsoft\.Network)/],
  ['Backups', /^(azurerm_(recovery_services|data_protection)|Microsoft\.(RecoveryServices|DataProtection))/],
  ['Groups, locks and policies', /^(azurerm_|Microsoft\.Resources)/],
];

function groupOf(type: string): string {
  return GROUPS[type.split('/')[0]!] ?? AZURE_SERVICES.find(([, shape]) => shape.test(type))?.[0] ?? type.split('::')[1] ?? type;
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function link(name: string): string {
  return `[${name}](#${anchor(name)})`;
}

function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^a-z0-9 _-]/g, '').replaceAll(' ', '-');
}

if (require.main === module) {
  rmSync(join(ROOT, 'docs', 'rules'), { recursive: true, force: true });
  for (const [name, page] of pages()) {
    mkdirSync(dirname(join(ROOT, 'docs', name)), { recursive: true });
    writeFileSync(join(ROOT, 'docs', name), page);
  }
}
