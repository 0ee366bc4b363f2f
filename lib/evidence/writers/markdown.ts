import { Answer, Severity } from '../../policy/finding';
import { fingerprint } from '../../policy/fingerprint';
import { acceptedIn } from '../collect';
import type { AssessedFramework, Evidence, PackFinding, PlacedFinding, Status } from '../record';
import { code, codeCell, markdown } from './markdown-text';
import { CATEGORY, type WriterOptions } from './options';
import { placeOf } from './place';
import { counted } from './plain-text';

// a comment of GitHub holds so many characters; bytes are never fewer
const MOST = 65_536;
const TOP = 10;
const LONG = 300;

const STATUSES: readonly (readonly [Status, string])[] = [
  ['findings', 'findings'], ['unknown', 'unknown'], ['waived', 'accepted'], ['partly', 'supported in part'], ['supported', 'supported'], ['not-assessed', 'not assessed'],
];

/** Something that is open, of whichever pack. */
interface Open {
  readonly rule: string;
  readonly weight: string;
  readonly unknown: boolean;
  /** Path of the construct; file and line. */
  readonly where: readonly string[];
  readonly what: string;
  readonly fix?: string;
  readonly cites: readonly string[];
  /** The same from run to run. */
  readonly key: string;
}

/**
 * Evidence as a comment on a pull request: the verdict, what is new against an earlier report, the gravest findings with line and fix, the rest
 * folded. It fits into a comment of GitHub, and says what it left out.
 */
export function toMarkdown(evidence: Evidence, options: WriterOptions = {}): string {
  const open = openIn(evidence, options);
  const known = options.previous && new Map<string, number>();
  for (const { key } of options.previous ? openIn(options.previous, options) : []) known!.set(key, (known!.get(key) ?? 0) + 1);
  const fresh = known && open.filter(({ key }) => takeOne(known, key));
  const gone = known && [...known.values()].reduce((sum, count) => sum + count, 0);
  const top = (fresh && fresh.length > 0 ? fresh : open).slice(0, TOP);
  const rest = open.filter((one) => !top.includes(one));
  const page = new Page(MOST);
  // a robot finds the comment that it wrote before by this line
  page.add(`<!-- ${[CATEGORY, options.category?.replace(/[^A-Za-z0-9/_. ]/g, '')].filter(Boolean).join(' ')} -->`);
  page.add(heading(evidence, fresh?.length, gone));
  page.add(numbers(evidence));
  page.add([...evidence.defects, ...evidence.limits].map((text) => `> ⚠️ ${markdown(text, LONG)}`).join('\n'));
  page.list(top.length === 0 ? '' : fresh && fresh.length > 0 ? '### New' : '### Findings', top.map(entry));
  page.fold(`${counted(rest.length, 'more finding')} and warnings`, '| weight | rule | where | what |\n| --- | --- | --- | --- |', rest.map(row));
  page.fold('Frameworks', `| framework | ${STATUSES.map(([, word]) => word).join(' | ')} |\n| --- |${' ---: |'.repeat(STATUSES.length)}`, evidence.frameworks.map(frameworkRow));
  page.fold(`${counted(acceptedIn(evidence), 'accepted finding')} of all packs`, '| rule | reason | by | until | findings |\n| --- | --- | --- | --- | ---: |', acceptedRows(evidence));
  page.add(`<sub>Judged before any deployment, from what was synthesized; “not assessed” is no pass. ${Object.entries(evidence.libraries).map(([name, version]) => `${markdown(name)} ${markdown(version)}`).join(' · ')}</sub>`);
  return page.text;
}

// one of the findings that were there before is no longer new
function takeOne(known: Map<string, number>, key: string): boolean {
  const left = known.get(key) ?? 0;
  if (left > 0) known.set(key, left - 1);
  return left === 0;
}

function heading({ verdict }: Evidence, fresh: number | undefined, gone: number | undefined): string {
  const toFix = verdict.fatal + verdict.errors + verdict.otherPacks;
  const result = verdict.clean ? '✅ Compliance: no unwaived finding' : toFix === 0 ? '❌ Compliance: the evidence cannot be relied on' : `❌ Compliance: ${counted(toFix, 'finding')} to be fixed`;
  return `## ${result}${fresh === undefined ? '' : ` (${fresh} new, ${gone} gone since the last report)`}`;
}

function numbers({ verdict, frameworks, ...evidence }: Evidence): string {
  const asked = frameworks.flatMap(({ requirements }) => requirements);
  const assessed = asked.filter(({ status }) => status !== 'not-assessed').length;
  const cells: readonly (readonly [string, string | number])[] = [
    ['fatal', verdict.fatal], ['errors', verdict.errors], ['other packs', verdict.otherPacks], ['warnings', verdict.warnings], ['of them unknown', verdict.unknown],
    ['accepted', acceptedIn({ verdict, frameworks, ...evidence })], ['checks kept', verdict.compliant], ['requirements judged in part', `${assessed} of ${asked.length}`],
  ];
  return `| ${cells.map(([name]) => name).join(' | ')} |\n|${' ---: |'.repeat(cells.length)}\n| ${cells.map(([, value]) => value).join(' | ')} |`;
}

function openIn(evidence: Evidence, options: WriterOptions): Open[] {
  const own = evidence.findings.filter(({ waiver }) => waiver === undefined).map((finding) => ownOpen(finding, options));
  const others = evidence.packs.flatMap(({ name, failure, findings }) => [
    ...(failure === undefined ? [] : [{
      rule: name, weight: Severity.ERROR, unknown: false, where: [], what: `the pack failed: ${failure}`, cites: [], key: fingerprint({ rule: name, path: '', location: 'failure' }),
    }]),
    ...findings.map((finding) => packOpen(finding, options)),
  ]);
  const rank = ({ weight }: Open) => (weight === Severity.FATAL ? 0 : weight === Severity.WARNING ? 2 : weight === 'info' ? 3 : 1);
  return [...own, ...others].sort((a, b) => rank(a) - rank(b));
}

function ownOpen(finding: PlacedFinding, options: WriterOptions): Open {
  const { rule, weight, answer, path, step, title, detail, fix, requirements } = finding;
  const unknown = answer === Answer.UNKNOWN;
  return {
    rule, weight, unknown, where: whereOf(finding, `${path}${step ? ` step ${step}` : ''}`, options), what: `${unknown ? 'Unknown: ' : ''}${title}${detail ? `: ${detail}` : ''}`, fix,
    cites: requirements, key: fingerprint(finding),
  };
}

function packOpen(finding: PackFinding, options: WriterOptions): Open {
  const { rule, severity, path, description, fix } = finding;
  return { rule, weight: severity, unknown: false, where: whereOf(finding, path, options), what: description, ...(fix ? { fix } : {}), cites: [], key: fingerprint({ rule, path, location: '' }) };
}

function whereOf(about: Parameters<typeof placeOf>[0], path: string, options: WriterOptions): string[] {
  const place = placeOf(about, options);
  return [path, place ? `${decodeURIComponent(place.uri)}:${place.line}` : ''].filter(Boolean);
}

function entry({ rule, weight, unknown, where, what, fix, cites }: Open): string {
  const asked = cites.length > 0 ? `, asked by ${cites.slice(0, 4).map((cite) => markdown(cite)).join('; ')}${cites.length > 4 ? ` and ${cites.length - 4} more` : ''}` : '';
  return [
    `- **${markdown(weight)}${unknown ? ', unknown' : ''}** ${markdown(what, LONG)}`,
    where.length > 0 && `  ${where.map((text) => code(text, LONG)).join(' at ')}`,
    fix && `  To mend it: ${markdown(fix, LONG)}`,
    `  ${code(rule, LONG)}${asked}`,
  ].filter(Boolean).join('  \n');
}

function row({ rule, weight, unknown, where, what }: Open): string {
  return `| ${markdown(weight)}${unknown ? ', unknown' : ''} | ${codeCell(rule, LONG)} | ${where.map((text) => codeCell(text, LONG)).join(' at ') || '–'} | ${markdown(what, LONG)} |`;
}

function frameworkRow({ name, requirements }: AssessedFramework): string {
  return `| ${markdown(name)} | ${STATUSES.map(([status]) => requirements.filter((one) => one.status === status).length).join(' | ')} |`;
}

// one reason for one rule is one decision, in however many places
function acceptedRows({ findings, packs }: Evidence): string[] {
  const all = [
    ...findings.filter(({ waiver }) => waiver !== undefined).map(({ rule, waiver, approver, expires }) => ({ rule, reason: waiver, approver, expires })),
    ...packs.flatMap(({ suppressed }) => suppressed.map(({ rule, reason }) => ({ rule: rule.replace(/\[[^]*\]$/, ''), reason, approver: undefined, expires: undefined }))),
  ];
  const groups = new Map<string, number>();
  for (const { rule, reason, approver, expires } of all) {
    const cells = [codeCell(rule, LONG), markdown(reason || 'no reason given', LONG), markdown(approver ?? '–', LONG), markdown(expires ?? '–', LONG)].join(' | ');
    groups.set(cells, (groups.get(cells) ?? 0) + 1);
  }
  return [...groups].map(([cells, count]) => `| ${cells} | ${count} |`);
}

/** Blocks of Markdown, as many as fit. */
class Page {
  private readonly blocks: string[] = [];
  private left: number;

  constructor(most: number) {
    // what says that something was left out must fit as well
    this.left = most - 1_000;
  }

  public get text(): string {
    return `${this.blocks.join('\n\n')}\n`;
  }

  /** A block that stands whole, or not at all. */
  public add(block: string): void {
    if (block === '') return;
    if (this.takes(block)) this.blocks.push(block);
    else this.blocks.push('A part of the report does not fit into a comment.');
  }

  /** Items under a heading, as many as fit. */
  public list(title: string, items: readonly string[]): void {
    if (items.length > 0) this.some(`${title}\n`, items, '');
  }

  /** Rows of a table that a reader opens, as many as fit. */
  public fold(title: string, head: string, rows: readonly string[]): void {
    if (rows.length > 0) this.some(`<details><summary>${title}</summary>\n\n${head}`, rows, '\n\n</details>');
  }

  private some(before: string, items: readonly string[], after: string): void {
    this.takes(`${before}${after}`);
    const kept: string[] = [];
    for (const item of items) {
      if (!this.takes(`${item}\n`)) break;
      kept.push(item);
    }
    const missing = items.length - kept.length;
    this.blocks.push(`${[before, ...kept].join('\n')}${missing > 0 ? `\n\n${missing} more in the report, which do not fit into a comment.` : ''}${after}`);
  }

  private takes(text: string): boolean {
    const size = Buffer.byteLength(text) + 2;
    if (size > this.left) return false;
    this.left -= size;
    return true;
  }
}
