import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PlacedFinding } from '../../evidence/record';
import { Baseline, type BaselineEntry } from '../../policy/baseline';
import { fingerprint, settled } from '../../policy/fingerprint';
import { WAIVER } from '../../rules/rule';
import { gatherAll, type GatherFlags } from '../gather';
import { readText, shownPath } from '../input/file';
import type { Io } from '../io';
import { dim, printableJson, Screen, yellow } from '../screen';
import { count } from '../words';

/** Name of the file when nobody says another. */
export const BASELINE_FILE = 'regulated-ml-baseline.json';

/** Flags of `baseline`. */
export interface BaselineFlags extends GatherFlags {
  readonly out?: string;
  readonly grow?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `regulated-ml baseline`: writes what is found today as known; one that is there already only shrinks. */
export function run(paths: readonly string[], flags: BaselineFlags, io: Io): number {
  const screen = new Screen(io, flags.quiet === true || flags.json === true);
  const { evidence } = gatherAll(paths, { ...flags, baseline: undefined, withoutBaseline: true }, io, screen);
  const file = resolve(io.cwd, flags.out ?? BASELINE_FILE);
  const name = shownPath(io.cwd, file);
  const before = existsSync(file) ? Baseline.fromJson(readText(file, name).text) : undefined;
  const open = evidence.findings.filter(({ waiver, weight, resourceType }) => waiver === undefined && weight !== 'fatal' && resourceType !== WAIVER);
  const today = entriesOf(open);
  const entries = before && !flags.grow ? within(today, before.entries) : today;
  writeFileSync(file, Baseline.of(entries).toJson());
  const known = sum(entries);
  const left = sum(today) - known;
  const gone = before ? sum(before.entries) - sum(within(before.entries, today)) : 0;
  const { fatal } = evidence.verdict;
  if (flags.json) screen.raw(printableJson({ schema: 'regulated-ml-baseline-written/1', file: name, findings: known, leftOut: left, gone, fatal }));
  else if (!flags.quiet) {
    screen.line(`${name}: ${count(known, 'finding')} known${before ? `, ${gone} gone since it was taken` : ''}`);
    if (left > 0) screen.line(yellow(`${count(left, 'finding is', 'findings are')} new since it was taken and ${left === 1 ? 'was' : 'were'} left out: mend them, or take them in with --grow`));
    if (fatal > 0) screen.line(yellow(`${count(fatal, 'fatal finding')} cannot be taken in: no baseline accepts what is fatal`));
    screen.line(dim(`Next: add "baseline": "${name}" to 'regulated-ml.json', and commit both; what is new fails from now on.`));
  }
  return 0;
}

function entriesOf(findings: readonly PlacedFinding[]): BaselineEntry[] {
  const entries = new Map<string, BaselineEntry>();
  for (const { rule, path, step, location } of findings) {
    const key = fingerprint({ rule, path, step, location });
    const known = entries.get(key);
    entries.set(key, { rule, path, ...(step === undefined ? {} : { step }), location: settled(location), count: (known?.count ?? 0) + 1 });
  }
  return [...entries.values()];
}

// of each entry as many as the other list has
function within(entries: readonly BaselineEntry[], others: readonly BaselineEntry[]): BaselineEntry[] {
  const counts = new Map(others.map((entry) => [fingerprint(entry), entry.count]));
  return entries.map((entry) => ({ ...entry, count: Math.min(entry.count, counts.get(fingerprint(entry)) ?? 0) })).filter((entry) => entry.count > 0);
}

function sum(entries: readonly BaselineEntry[]): number {
  return entries.reduce((total, entry) => total + entry.count, 0);
}
