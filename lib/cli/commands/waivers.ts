import { daysBetween } from '../../policy/day';
import { shown } from '../../policy/given';
import type { WaiverRecord } from '../../evidence/record';
import { OUTPUTS, outputsIn, SYNTHS } from '../apps';
import { gatherAll, type GatherFlags } from '../gather';
import type { Io } from '../io';
import { bold, dim, printableJson, red, Screen, yellow } from '../screen';
import { readSettings } from '../settings';
import { count } from '../words';

/** Flags of `waivers`. */
export interface WaiversFlags extends GatherFlags {
  readonly expiring?: boolean;
  readonly within?: string;
  readonly unused?: boolean;
  readonly expired?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `regulated-ml waivers`: lists what is accepted; asked for those that need somebody, it answers 1 when there are any. */
export function run(paths: readonly string[], flags: WaiversFlags, io: Io): number {
  const screen = new Screen(io, flags.quiet === true || flags.json === true);
  const days = daysOf(flags.within ?? '30d');
  const { list, asOf, judged } = waiversOf(paths, flags, io, screen);
  if (flags.unused && !judged) throw new Error('which waivers are unused is known only beside what they accept: synthesize first, or name what to check');
  const asks = flags.expiring || flags.unused || flags.expired;
  const isAskedFor = (waiver: WaiverRecord) => (flags.expiring && ends(waiver, asOf, days)) || (flags.unused && isUnused(waiver)) || (flags.expired && hasExpired(waiver, asOf));
  const wanted = list.filter((waiver) => !asks || isAskedFor(waiver));
  if (flags.json) screen.raw(printableJson({ schema: 'regulated-ml-waivers/1', asOf, waivers: wanted }));
  else if (!flags.quiet) print(wanted, list.length, asOf, asks === true, days, screen);
  return asks && wanted.length > 0 ? 1 : 0;
}

interface Listed {
  readonly list: readonly WaiverRecord[];
  readonly asOf: string;
  /** Whether they were held against findings. */
  readonly judged: boolean;
}

// the file alone tells of ends; what a waiver accepts is known where something was judged
function waiversOf(paths: readonly string[], flags: WaiversFlags, io: Io, screen: Screen): Listed {
  if (paths.length === 0 && outputsIn(io.cwd).length === 0) {
    const { waivers, asOf } = readSettings(flags, io.cwd, io.today);
    if (waivers.length === 0) throw new Error(`there is nothing to list: no waivers in 'regulated-ml.json', and neither ${OUTPUTS.join(' nor ')}; run ${SYNTHS} first, or give --waivers <file>`);
    return { list: waivers.map(({ rule, reason, at, approver, expires }, index) => ({ index, kind: 'waiver', id: rule, reason, at, approver, expires })), asOf, judged: false };
  }
  const { evidence, settings } = gatherAll(paths, flags, io, screen);
  return { list: evidence.waivers.filter(({ kind, byLibrary }) => kind !== 'baseline' && (flags.all || !byLibrary)), asOf: settings.asOf, judged: true };
}

function print(wanted: readonly WaiverRecord[], all: number, asOf: string, asks: boolean, days: number, screen: Screen): void {
  for (const waiver of wanted) {
    const { id, at, reason, approver, expires, findings, kind, source } = waiver;
    const left = expires === undefined ? undefined : daysBetween(asOf, expires) + 1;
    const end = left === undefined ? dim('no end') : left <= 0 ? red(`ended on ${expires}`) : left <= days ? yellow(`ends on ${expires}, ${count(left, 'day')} left`) : `until ${expires}`;
    screen.line(bold(id), at === '' ? ' on everything' : ` on ${at}`, ': ', end, dim(source ? ` (${source})` : ''));
    screen.line(`    ${reason === '' ? 'no reason given' : reason}`, dim(kind === 'acknowledgement' ? '; acknowledged in the app' : `; approved by ${approver || 'nobody'}`));
    if (findings !== undefined) screen.line(dim(`    accepts ${findings === 0 ? 'nothing here: remove it' : count(findings, 'finding')}`));
  }
  if (wanted.length > 0) screen.line();
  screen.line(asks ? `${wanted.length} of ${count(all, 'waiver')}, as of ${asOf}` : `${count(all, 'waiver')}, as of ${asOf}`);
  if (!asks && all > 0) screen.line(dim('Next: --expiring --within 30d, --expired or --unused lists those that need somebody, and fails when there are any.'));
}

function ends({ expires }: WaiverRecord, asOf: string, days: number): boolean {
  const left = expires === undefined ? undefined : daysBetween(asOf, expires) + 1;
  return left !== undefined && left > 0 && left <= days;
}

function hasExpired({ expires }: WaiverRecord, asOf: string): boolean {
  return expires !== undefined && daysBetween(asOf, expires) < 0;
}

// a bare id of another pack leaves no trace to count
function isUnused({ findings }: WaiverRecord): boolean {
  return findings === 0;
}

function daysOf(text: string): number {
  const match = /^(\d{1,5})(d|w)?$/.exec(text);
  if (!match) throw new Error(`--within is ${shown(text)}: give days or weeks, such as 30d or 4w`);
  return Number(match[1]) * (match[2] === 'w' ? 7 : 1);
}
