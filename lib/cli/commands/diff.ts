import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { evidenceOf } from '../../evidence/collect';
import { diff, type Changed, type EvidenceDiff } from '../../evidence/diff';
import { parseRecord } from '../../evidence/read';
import type { Evidence, PlacedFinding, WaiverRecord } from '../../evidence/record';
import { isRecord } from '../../policy/given';
import { RECORD_SCHEMA } from '../../policy/record';
import { gatherAll, type GatherFlags } from '../gather';
import { readText, shownPath } from '../input/file';
import type { Io } from '../io';
import { bold, green, printableJson, red, Screen, yellow, type Part } from '../screen';

/** Flags of `diff`. */
export interface DiffFlags extends GatherFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `regulated-ml diff`: what changed from one record to another; answers 1 when something is worse. */
export function run([before, after]: readonly string[], flags: DiffFlags, io: Io): number {
  const screen = new Screen(io, flags.quiet === true || flags.json === true);
  const [was, is] = [evidenceAt(before!, flags, io, screen), evidenceAt(after!, flags, io, screen)];
  screen.done();
  const changes = diff(was, is);
  if (flags.json) screen.raw(printableJson({ schema: 'regulated-ml-diff/1', ...changes }));
  else print(changes, flags.quiet === true, screen);
  return changes.isWorse ? 1 : 0;
}

const REPORT_SCHEMA: Evidence['schema'] = 'regulated-ml-report/2';
const NAME_ONE = 'name a cloud assembly, a \'regulated-ml-evidence.json\', or an \'evidence.json\'';

/** The evidence of an assembly, a record or a report. */
export function evidenceAt(path: string, flags: GatherFlags, io: Io, screen: Screen): Evidence {
  const file = resolve(io.cwd, path);
  if (existsSync(file) && statSync(file).isDirectory()) return gatherAll([path], flags, io, screen).evidence;
  const name = shownPath(io.cwd, file);
  const { text } = readText(file, name);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Error(`'${name}' is no JSON: ${NAME_ONE}`, { cause: error });
  }
  const schema = isRecord(data) ? (data as { schema?: unknown }).schema : undefined;
  if (schema === RECORD_SCHEMA) return evidenceOf({ records: [parseRecord(text, name)], report: [], asOf: flags.asOf ?? io.today });
  if (schema !== REPORT_SCHEMA || !isEvidence(data)) throw new Error(`'${name}' is neither a record nor evidence of this version, or it was edited: ${NAME_ONE}`);
  return data;
}

/** What a comparison reads of each entry. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  findings: ['rule', 'path', 'location', 'weight', 'title'], waivers: ['kind', 'id', 'at', 'reason'], controls: ['control', 'status'], frameworks: ['name'], rules: ['id'],
  stacks: ['template'], packs: ['name'],
};

function isEvidence(data: unknown): data is Evidence {
  const given = data as Record<string, unknown>;
  const says = (one: unknown, words: readonly string[]) => isRecord(one) && words.every((word) => typeof (one as Record<string, unknown>)[word] === 'string');
  const all = (list: unknown, words: readonly string[]) => Array.isArray(list) && list.every((one: unknown) => says(one, words));
  const texts = (list: unknown) => Array.isArray(list) && list.every((one) => typeof one === 'string');
  const profiles = given.profiles as readonly { readonly residency?: { readonly allowedRegions?: unknown } }[];
  return Object.entries(WORDS).every(([name, words]) => all(given[name], words)) && texts(given.defects) && texts(given.limits)
    && (given.packs as readonly { readonly findings?: unknown }[]).every(({ findings }) => all(findings, ['rule', 'severity', 'path']))
    && all(profiles, []) && profiles.every(({ residency }) => texts(residency?.allowedRegions));
}

function print(changes: EvidenceDiff, quiet: boolean, screen: Screen): void {
  const { appeared, mended, accepted, controls, waivers, residency, regions, frameworks, rules, limits, otherPacks, isWorse, isBetter } = changes;
  const part = (title: string, lines: readonly (readonly Part[])[]) => {
    if (lines.length === 0) return;
    screen.line(bold(title));
    for (const line of lines) screen.line('  ', ...line);
  };
  const words = ({ added, removed }: Changed): Part[][] => [...added.map((word): Part[] => [`+ ${word}`]), ...removed.map((word): Part[] => [`- ${word}`])];
  const mark = ({ weight }: PlacedFinding) => (weight === 'warning' ? yellow('! warning') : red(`✗ ${weight}`));
  part('New', appeared.filter(({ weight }) => !quiet || weight !== 'warning').map((finding) => [mark(finding), ` ${placeOf(finding)}`]));
  part('New, of other packs', otherPacks.added.map((word) => [red('✗'), ` ${word}`]));
  part('Data may be in', words(quiet ? { ...residency, removed: [] } : residency));
  part('Stacks are in', quiet ? [] : words(regions));
  part('Frameworks', words(quiet ? { ...frameworks, added: [] } : frameworks));
  part('Rules that are asked', words(quiet ? { ...rules, added: [] } : rules));
  part('What limits or breaks the proof', words(quiet ? { ...limits, removed: [] } : limits));
  if (!quiet) {
    part('Mended or gone', mended.map((finding) => [green('✓'), ` ${placeOf(finding)}`]));
    part('Gone, of other packs', otherPacks.removed.map((word) => [green('✓'), ` ${word}`]));
    part('Accepted now', accepted.map((finding) => [yellow('○'), ` ${placeOf(finding)}: ${finding.waiver ?? ''}`]));
    part('Waivers', [...ownOf(waivers.added).map((waiver) => [`+ ${waiverLine(waiver)}`]), ...ownOf(waivers.removed).map((waiver) => [`- ${waiverLine(waiver)}`])]);
    part('Controls', controls.map(({ control, before, after }) => [`${control}: ${before} → ${after}`]));
  }
  if (quiet && !isWorse) return;
  screen.line(isWorse ? red(`Worse${isBetter ? ', and better in part' : ''}.`) : green(isBetter ? 'Better, and nothing is worse.' : 'Nothing is worse.'));
}

function placeOf({ rule, path, step, detail, title }: PlacedFinding): string {
  return `${rule} ${path}${step ? `, step '${step}'` : ''}: ${detail ?? title}`;
}

// what the library says of its own constructs changes with them
function ownOf(waivers: readonly WaiverRecord[]): WaiverRecord[] {
  return waivers.filter(({ byLibrary }) => !byLibrary);
}

function waiverLine({ id, at, reason, approver, expires }: WaiverRecord): string {
  return `${id}${at === '' ? '' : ` on ${at}`}: ${reason === '' ? 'no reason' : reason}${approver ? `, ${approver}` : ''}${expires ? `, until ${expires}` : ''}`;
}
