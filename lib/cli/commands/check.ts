import type { Evidence, PlacedFinding } from '../../evidence/record';
import { gather, type Gathered, type GatherFlags } from '../gather';
import type { Io } from '../io';
import { bold, dim, green, printableJson, red, Screen, yellow, type Painted } from '../screen';
import { count, some } from '../words';

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
    findings: openIn(evidence).map(({ rule, weight, answer, title, control, requirements, path, step, resourceType, logicalId, template, location, detail, source, why, fix }) => ({
      rule, severity: weight, answer, title, control, requirements, path, ...(step ? { step } : {}), resourceType, logicalId, template, location,
      ...(detail ? { detail } : {}), ...(source ? { source } : {}), why, fix,
    })),
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
  const groups = grouped(openIn(evidence).filter(({ weight }) => !flags.quiet || weight !== 'warning'));
  for (const group of groups) printGroup(group, flags, screen);
  printPacks(evidence, flags, screen);
  if (defects.length > 0) {
    screen.line();
    screen.line(bold('No proof, whatever was found'));
    for (const defect of defects) screen.line('  ', red('✗'), ` ${defect}`);
  }
  if (limits.length > 0 && !flags.quiet) {
    screen.line();
    screen.line(bold('What limits this'));
    for (const limit of limits) screen.line('  ', yellow('!'), ` ${limit}`);
  }
  if (!flags.quiet || !verdict.clean) screen.line();
  if (flags.quiet && verdict.clean) return;
  screen.line(verdictLine(evidence));
  if (!flags.quiet) nextSteps(gathered, groups).forEach((line, index) => screen.line(dim(`${index === 0 ? 'Next: ' : '      '}${line}`)));
}

function openIn({ findings }: Evidence): PlacedFinding[] {
  const open = findings.filter(({ waiver }) => waiver === undefined);
  return ['fatal', 'error', 'warning'].flatMap((weight) => open.filter((finding) => finding.weight === weight));
}

// one rule, with all the places where it is broken
function grouped(findings: readonly PlacedFinding[]): PlacedFinding[][] {
  const groups = new Map<string, PlacedFinding[]>();
  for (const finding of findings) {
    const key = `${finding.weight} ${finding.rule}`;
    const known = groups.get(key);
    if (known) known.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()];
}

const FEW = 5;
const SIGNS: Readonly<Record<string, (text: string) => Painted>> = { fatal: red, error: red, warning: yellow };

function printGroup(group: readonly PlacedFinding[], flags: CheckFlags, screen: Screen): void {
  const [{ rule, weight, title, why, fix, requirements }] = group as [PlacedFinding];
  screen.line();
  screen.line(SIGNS[weight]!(`${weight === 'warning' ? '!' : '✗'} ${weight}`), ' ', bold(rule), `: ${title}`, rule.endsWith('[unknown]') ? ' (cannot be told before deployment)' : '');
  const shown = flags.all ? group : group.slice(0, FEW);
  for (const { path, step, detail, source } of shown) screen.line(`    ${path}${step ? `, step '${step}'` : ''}${detail ? `: ${detail}` : ''}`, dim(source ? ` (${source})` : ''));
  if (shown.length < group.length) screen.line(dim(`    and ${count(group.length - shown.length, 'place')} more, shown with --all`));
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
    for (const { rule, severity, path, description, source } of flags.all ? shown : shown.slice(0, FEW * 2)) {
      screen.line('    ', severity === 'warning' || severity === 'info' ? yellow('!') : red('✗'), ` ${rule} ${path}: ${description}`, dim(source ? ` (${source})` : ''));
    }
    if (!flags.all && shown.length > FEW * 2) screen.line(dim(`    and ${shown.length - FEW * 2} more, shown with --all`));
  }
}

function verdictLine({ verdict, defects, packs, answers, findings, waivers }: Evidence): Painted {
  const { fatal, errors, warnings, unknown, waived, compliant, otherPacks, clean } = verdict;
  const known = findings.filter(({ acceptedBy }) => acceptedBy === 'baseline').length;
  const inBaseline = new Set(waivers.filter(({ kind }) => kind === 'baseline').map(({ index }) => index));
  const beside = [
    warnings > 0 ? `${count(warnings, 'warning')}${unknown > 0 ? `, ${unknown} of them unknown until deployment` : ''}` : '',
    waived > known ? `${waived - known} accepted by ${count(new Set(answers.flatMap(({ accepted }) => (accepted === undefined || inBaseline.has(accepted) ? [] : accepted))).size, 'waiver')}` : '',
    known > 0 ? `${known} known since the baseline` : '', `${compliant} kept`,
  ].filter((part) => part !== '').join('; ');
  if (clean) return green(`Clean: nothing has to be fixed (${beside}).`);
  const wrong = [
    fatal > 0 ? `${fatal} fatal` : '', errors > 0 ? count(errors, 'error') : '',
    otherPacks > 0 ? `${otherPacks} of ${packs.filter(({ findings, failure }) => findings.length > 0 || failure).map(({ name }) => name).join(', ')}` : '',
    defects.length > 0 ? `${defects.length} that ${defects.length === 1 ? 'shows' : 'show'} this is no proof` : '',
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
