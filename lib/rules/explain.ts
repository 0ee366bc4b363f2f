import type { Framework } from '../policy/framework';
import { FLOW_NODE, STACK, STEP, TASK, UNSEEN, type Example, type Rule } from './rule';

/** What there is to say of a rule. */
export interface Explanation {
  /** Finding id, with the pack's name. */
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly severity: string;
  readonly control: string;
  readonly judges: readonly string[];
  readonly properties: readonly string[];
  readonly why: string;
  readonly fix: string;
  /** Who asks for it: ids of requirements by framework. */
  readonly askedBy: readonly { readonly framework: string; readonly requirements: readonly string[] }[];
  readonly sources: readonly string[];
  /** What keeps it and what breaks it, as it stands in a template or in words. */
  readonly good: string;
  readonly bad: string;
}

/** What it takes to explain a rule. */
export interface ExplainProps {
  /** Prefix of rule ids. */
  readonly pack: string;
  readonly frameworks: readonly Framework[];
}

/** Puts what a rule states of itself beside what the frameworks ask. Pure. */
export function explain(rule: Rule, { pack, frameworks }: ExplainProps): Explanation {
  const [type] = rule.resources;
  return {
    id: `${pack}-${rule.name}`,
    name: rule.name,
    title: rule.title,
    severity: severityOf(rule),
    control: rule.control,
    judges: rule.resources.map(typeInWords),
    properties: rule.properties,
    why: rule.why,
    fix: rule.fix,
    askedBy: frameworks.flatMap((framework) => {
      const requirements = asked(framework, rule);
      return requirements.length === 0 ? [] : [{ framework: framework.name, requirements }];
    }),
    sources: rule.sources,
    good: exampleOf(rule.good, type),
    bad: exampleOf(rule.bad, type),
  };
}

/** As a section of a page; its heading is the rule's name. */
export function asMarkdown(explanation: Explanation): string {
  const { id, name, title, severity, control, judges, properties, why, fix, askedBy, sources } = explanation;
  const lines = [
    `#### ${name}`,
    '',
    `${title}.`,
    '',
    `- **Finding**: \`${id}\`, ${severity}`,
    `- **Control**: [${control}](#${control})`,
    `- **Judges**: ${judges.map((type) => (/[:*_.]/.test(type) ? `\`${type}\`` : type)).join(', ')}; ${properties.map((property) => `\`${property}\``).join(', ')}`,
    `- **Why**: ${why}`,
    `- **Fix**: ${fix}`,
    `- **Asked by**: ${askedBy.map(({ framework, requirements }) => `${framework} ${someOf(requirements)}`).join(' · ') || 'none of the frameworks'}`,
    `- **Sources**: ${sources.map((source) => (source.startsWith('https://') ? `<${source}>` : source)).join(', ')}`,
  ];
  for (const [word, example] of [['Keeps it', explanation.good], ['Breaks it', explanation.bad]] as const) {
    lines.push('', `${word}:`, '', `\`\`\`${example.startsWith('{') ? 'json' : 'text'}`, example, '```');
  }
  return `${lines.join('\n')}\n`;
}

const NAMED = 2;

// all of them stand with the control
function someOf(requirements: readonly string[]): string {
  return requirements.length <= NAMED + 1 ? requirements.join(', ') : `${requirements.slice(0, NAMED).join(', ')} and ${requirements.length - NAMED} more`;
}

/** As lines for a terminal. */
export function asText(explanation: Explanation): string {
  const { id, title, severity, control, judges, properties, why, fix, askedBy, sources, good, bad } = explanation;
  const rows: [string, string][] = [
    ['control', control],
    ['severity', severity],
    ['judges', judges.join(', ')],
    ['properties', properties.join(', ')],
    ['why', why],
    ['fix', fix],
    ...askedBy.map(({ framework, requirements }, index): [string, string] => [index === 0 ? 'asked by' : '', `${framework} ${requirements.join(', ')}`]),
    ...sources.map((source, index): [string, string] => [index === 0 ? 'sources' : '', source]),
    ['keeps it', good],
    ['breaks it', bad],
  ];
  const width = Math.max(...rows.map(([word]) => word.length)) + 2;
  const body = rows.map(([word, text]) => `${word.padEnd(width)}${text.split('\n').join(`\n${' '.repeat(width)}`)}`);
  return `${[id, title, '', ...body].join('\n')}\n`;
}

function severityOf({ severity, unknownFails }: Rule): string {
  return `${severity}${severity === 'fatal' ? ', takes no waiver' : ''}${unknownFails ? '; what cannot be told weighs as much' : ''}`;
}

function asked(framework: Framework, { control, resources }: Rule): string[] {
  const types = resources.includes('*') ? [undefined] : resources;
  const found = new Set(types.flatMap((type) => framework.requirementsOf(control, type)));
  return framework.requirements.filter((requirement) => found.has(requirement)).map(({ id, appliesFrom }) => (appliesFrom ? `${id} (from ${appliesFrom})` : id));
}

const WORDS: Readonly<Record<string, string>> = {
  '*': 'every resource', [STEP]: 'jobs that steps of pipelines and state machines start', [TASK]: 'other tasks of state machines, schedules and custom resources', [STACK]: 'stacks',
  [UNSEEN]: 'what nobody can see before deployment', [FLOW_NODE]: 'the declared data flow',
  'RegulatedML::Waiver': 'findings that were accepted',
};

/** A type as it is spoken of: pseudo-types in words. */
export function typeInWords(type: string): string {
  return WORDS[type] ?? type;
}

function exampleOf(example: Example, type: string | undefined): string {
  return typeof example === 'string' ? example : short(type?.startsWith('AWS::') ? { Type: type, Properties: example } : example, '');
}

const WIDTH = 120;

// JSON that breaks a line only where it would be too long
function short(value: unknown, indent: string): string {
  const line = inline(value);
  if (typeof value !== 'object' || value === null || indent.length + line.length <= WIDTH) return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value) ? value.map((item) => short(item, inner)) : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${short(item, inner)}`);
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
