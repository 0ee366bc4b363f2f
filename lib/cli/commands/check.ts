import { basename } from 'node:path';
import type { Evidence, PackFinding, PlacedFinding } from '../../evidence/record';
import { Answer } from '../../policy/finding';
import { append } from '../../rules/relations';
import { UNSEEN } from '../../rules/rule';
import { unseenLine } from '../acceptance';
import { gather, type Gathered, type GatherFlags } from '../gather';
import type { Io } from '../io';
import { linesIn } from '../input/lines';
import { linesOf, placeOf, placesOf, shownPlace, type Place } from '../places';
import { bold, dim, green, printableJson, red, Screen, yellow, type Painted } from '../screen';
import { count, some } from '../words';
import { worstFirst } from '../worst-first';

/** Flags of `check`. */
export interface CheckFlags extends GatherFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly all?: boolean;
}

/** `regulated-ml check`: judges, says what was found, and answers 0 only when nothing stands in the way, 2 when a file could not be read. */
export function run(paths: readonly string[], flags: CheckFlags, io: Io): number {
  const screen = new Screen(io, flags.quiet === true || flags.json === true);
  const gathered = gather(paths, flags, io, screen);
  const { clean } = gathered.evidence.verdict;
  if (flags.json) screen.raw(printableJson(forPrograms(gathered)));
  else print(gathered, flags, screen);
  return gathered.unreadable.length > 0 ? 2 : clean ? 0 : 1;
}

function forPrograms({ evidence, how }: Gathered): object {
  const { verdict, asOf, defects, limits, profiles, packs } = evidence;
  return {
    schema: 'regulated-ml-check/1', clean: verdict.clean, asOf, how,
    profiles: profiles.map(({ frameworks, residency }) => ({ frameworks, residency: residency.description })),
    verdict, defects, limits,
    findings: grouped(evidence).flat().map((finding) => {
      const { rule, weight, answer, title, control, requirements, path, step, resourceType, logicalId, template, location, detail, source, why, fix } = finding;
      return {
        rule, severity: weight, answer, title, control, requirements, path, ...(step ? { step } : {}), resourceType, logicalId, template, location,
        ...(detail ? { detail } : {}), ...(source ? { source } : {}), why, fix,
      };
    }),
    otherPacks: packs.map(({ name, failure, findings }) => ({
      name, ...(failure ? { failure } : {}),
      findings: findings.map(({ rule, severity, path, description, source }) => ({ rule, severity, path, description, ...(source ? { source } : {}) })),
    })),
  };
}

function print(gathered: Gathered, flags: CheckFlags, screen: Screen): void {
  const { evidence, how } = gathered;
  const { profiles, asOf, defects, limits, verdict } = evidence;
  if (!flags.quiet) {
    for (const line of how) screen.line(line);
    for (const { frameworks, residency } of profiles) if (frameworks.length > 0) screen.line(dim(`by ${frameworks.join(', ')}; data stays in ${residency.description}; waivers as of ${asOf ?? 'no day'}`));
  }
  const all = grouped(evidence);
  const unseen = flags.all ? [] : all.filter(isUnseen).flat();
  const groups = all.filter((group) => (!flags.quiet || group[0]!.weight !== 'warning') && (flags.all || !isUnseen(group)));
  if (groups.length > 0 && !flags.quiet) screen.line(dim('each heading says what has to hold; below it stand the places where it does not'));
  printGroups(groups, gathered, flags, screen);
  printPacks(evidence, flags, screen);
  printList('No proof, whatever was found', defects, unseen, red('✗'), screen);
  if (!flags.quiet) printList('What limits this', limits, unseen, yellow('!'), screen);
  if (!flags.quiet || !verdict.clean) screen.line();
  if (flags.quiet && verdict.clean) return;
  screen.line(verdictLine(gathered));
  if (!flags.quiet) nextSteps(gathered, groups).forEach((line, index) => screen.line(dim(`${index === 0 ? 'Next: ' : '      '}${line}`)));
}

// one rule, with all the places where it is broken
function grouped({ findings }: Evidence): PlacedFinding[][] {
  const groups = new Map<string, PlacedFinding[]>();
  for (const finding of findings) {
    if (finding.waiver === undefined) append(groups, `${finding.weight} ${finding.rule}`, finding);
  }
  return [...groups.values()].sort(([a], [b]) => worstFirst(a!, b!));
}

function isUnseen(group: readonly PlacedFinding[]): boolean {
  return group.every(({ resourceType, answer }) => resourceType === UNSEEN && answer === Answer.UNKNOWN);
}

const FEW = 5;
const SIGNS: Readonly<Record<string, (text: string) => Painted>> = { fatal: red, error: red, warning: yellow };

interface Group {
  readonly findings: readonly PlacedFinding[];
  readonly places: readonly Place[];
  /** Places that are not shown. */
  readonly left: number;
}

// what nobody can see is told where it counts, and once for all of its places
function printList(heading: string, lines: readonly string[], unseen: readonly PlacedFinding[], sign: Painted, screen: Screen): void {
  if (lines.length === 0) return;
  screen.line();
  screen.line(bold(heading));
  const listed = new Set(lines);
  const places = new Map<string, PlacedFinding[]>();
  const own = new Set<string>();
  for (const finding of unseen) {
    const line = unseenLine(finding);
    if (!listed.has(line)) continue;
    own.add(line);
    append(places, finding.detail!, finding);
  }
  for (const line of lines) if (!own.has(line)) screen.line('  ', sign, ` ${line}`);
  for (const [detail, found] of places) {
    screen.line('  ', sign, found.length === 1 ? ` ${unseenLine(found[0]!)}` : ` ${detail}, in ${count(found.length, 'place')}: ${some(found.map(({ path, logicalId }) => logicalId || path), FEW)}`);
  }
  if (places.size > 0) screen.line(dim(`    fix: ${[...places.values()][0]![0]!.fix}`));
}

// lines of files are looked up for all that is printed at once
function printGroups(all: readonly (readonly PlacedFinding[])[], { files }: Gathered, flags: CheckFlags, screen: Screen): void {
  // of one file the path is said already
  const nameOf = (template: string) => (!files.has(template) ? undefined : files.size === 1 ? basename(template) : template);
  const groups = all.map((findings) => (flags.all ? { findings, places: findings.map(placeOf), left: 0 } : fewOf(findings)));
  const lines = linesOf(groups.flatMap(({ places }) => places.filter(({ finding }) => files.has(finding.template))), linesIn((template) => {
    const known = files.get(template);
    return known?.folder.read(known.file).text;
  }));
  for (const group of groups) printGroup(group, (place) => shownPlace(place, nameOf(place.finding.template), lines.get(place)), flags, screen);
}

function fewOf(findings: readonly PlacedFinding[]): Group {
  const places: Place[] = [];
  let left = 0;
  for (const place of placesOf(findings)) {
    if (places.length < FEW) places.push(place);
    else left += 1;
  }
  return { findings, places, left };
}

function printGroup({ findings, places, left }: Group, shown: (place: Place) => ReturnType<typeof shownPlace>, flags: CheckFlags, screen: Screen): void {
  const [{ rule, weight, title, why, fix, requirements }] = findings as [PlacedFinding];
  screen.line();
  screen.line(SIGNS[weight]!(`${weight === 'warning' ? '!' : '✗'} ${weight}`), ' ', bold(rule), `: ${title}`, rule.endsWith('[unknown]') ? ' (cannot be told before deployment)' : '');
  for (const place of places) {
    const { what, where } = shown(place);
    screen.line(`    ${what}`, dim(where === '' ? '' : ` (${where})`));
  }
  if (left > 0) screen.line(dim(`    and ${count(left, 'place')} more, shown with --all`));
  if (flags.quiet) return;
  screen.line(dim(`    why: ${why}`));
  screen.line(`    fix: ${fix}`);
  screen.line(dim(`    asked by: ${flags.all ? requirements.join('; ') : some(requirements, 4)}`));
}

function printPacks({ packs }: Evidence, flags: CheckFlags, screen: Screen): void {
  for (const { name, failure, findings, suppressed } of packs) {
    const shown = findings.filter(({ severity }) => !flags.quiet || (severity !== 'warning' && severity !== 'info'));
    if (shown.length === 0 && !failure) continue;
    screen.line();
    screen.line(bold(name), `: ${failure ?? count(findings.length, 'finding')}${suppressed.length > 0 ? `, ${suppressed.length} accepted` : ''}`);
    const said = flags.all ? shown.map((finding) => [finding]) : saidOnce(shown);
    for (const [{ rule, severity, path, description, source }, ...more] of (flags.all ? said : said.slice(0, FEW * 2)) as [PackFinding, ...PackFinding[]][]) {
      const others = more.length === 0 ? '' : ` and ${count(more.length, 'place')} more`;
      screen.line('    ', severity === 'warning' || severity === 'info' ? yellow('!') : red('✗'), ` ${rule} ${path}${others}: ${description}`, dim(source ? ` (${source})` : ''));
    }
    if (!flags.all && said.length > FEW * 2) screen.line(dim(`    and ${said.length - FEW * 2} more, shown with --all`));
  }
}

// with what fails first
function saidOnce(findings: readonly PackFinding[]): PackFinding[][] {
  const groups = new Map<string, PackFinding[]>();
  for (const finding of findings) {
    append(groups, JSON.stringify([finding.rule, finding.severity, finding.description]), finding);
  }
  const isShownOnly = ([first]: readonly PackFinding[]) => ['warning', 'info'].includes(first!.severity);
  return [...groups.values()].sort((a, b) => Number(isShownOnly(a)) - Number(isShownOnly(b)));
}

function verdictLine({ evidence: { verdict, defects, packs, answers, findings, waivers }, unreadable }: Gathered): Painted {
  const { fatal, errors, warnings, unknown, waived, compliant, otherPacks, clean } = verdict;
  const known = findings.filter(({ acceptedBy }) => acceptedBy === 'baseline').length;
  const inBaseline = new Set(waivers.filter(({ kind }) => kind === 'baseline').map(({ index }) => index));
  const beside = [
    warnings > 0 ? `${count(warnings, 'warning')}${unknown > 0 ? `, ${unknown} of them unknown until deployment` : ''}` : '',
    waived > known ? `${waived - known} accepted by ${count(new Set(answers.flatMap(({ accepted }) => (accepted === undefined || inBaseline.has(accepted) ? [] : accepted))).size, 'waiver')}` : '',
    known > 0 ? `${known} known since the baseline` : '', `${compliant} kept`,
  ].filter((part) => part !== '').join('; ');
  if (clean) return green(`Clean: nothing has to be fixed (${beside}).`);
  const others = defects.length - unreadable.length;
  const wrong = [
    fatal > 0 ? `${fatal} fatal` : '', errors > 0 ? count(errors, 'error') : '',
    otherPacks > 0 ? `${otherPacks} of ${packs.filter(({ findings, failure }) => findings.length > 0 || failure).map(({ name }) => name).join(', ')}` : '',
    unreadable.length > 0 ? `${count(unreadable.length, 'file')} that cannot be read` : '',
    others > 0 ? `${others} that ${others === 1 ? 'shows' : 'show'} this is no proof` : '',
  ].filter((part) => part !== '').join(', ');
  return red(`Not clean: ${wrong} (${beside}).`);
}

function nextSteps({ evidence }: Gathered, groups: readonly (readonly PlacedFinding[])[]): string[] {
  const first = groups[0]?.[0];
  const isAdopting = groups.some(([finding]) => finding!.weight === 'error') && evidence.waivers.every(({ kind }) => kind !== 'baseline');
  return [
    ...(first ? [`'regulated-ml rules ${first.rule.replace(/\[unknown\]$/, '')}' explains a rule.`] : []),
    ...(isAdopting ? ['\'regulated-ml baseline\' takes the findings of an app that is there already as known, so that only new ones fail.'] : []),
    ...(evidence.verdict.clean ? ['\'regulated-ml report\' writes the evidence for an auditor.'] : []),
  ];
}
