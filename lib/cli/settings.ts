import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Baseline } from '../policy/baseline';
import { dayNumber } from '../policy/day';
import { Severity } from '../policy/finding';
import { Framework, type FrameworkProps } from '../policy/framework';
import { isRecord, nearest, shown } from '../policy/given';
import { Jurisdiction } from '../policy/jurisdiction';
import { ComplianceProfile, type RetentionPolicy } from '../policy/profile';
import { Residency } from '../policy/residency';
import { RecordKind, Retention } from '../policy/retention';
import { Waiver } from '../policy/waiver';
import { readText, shownPath } from './input/file';

/** Name of the file that holds what an organisation decided, for the gate. */
export const SETTINGS_FILE = 'regulated-ml.json';

/** What the command line says of it; it goes before the file. */
export interface SettingsFlags {
  readonly config?: string;
  readonly framework?: readonly string[];
  readonly residency?: readonly string[];
  readonly unknownAs?: string;
  readonly waivers?: string;
  readonly baseline?: string;
  readonly asOf?: string;
  /** Leaves out the baseline, whoever names one. */
  readonly withoutBaseline?: boolean;
}

/** What files are judged by. */
export interface Settings {
  /** Where it was decided, for messages. */
  readonly from: string;
  /** Undefined when neither a file nor a flag says one: a record may have it. */
  readonly profile?: ComplianceProfile;
  /** Undefined when nobody chose. */
  readonly unknownAs?: Severity;
  readonly waivers: readonly Waiver[];
  readonly baseline?: Baseline;
  readonly asOf: string;
}

const KEYS = ['$schema', 'frameworks', 'residency', 'retention', 'unknownAs', 'waivers', 'baseline', 'asOf'];
const RESIDENCY_KEYS = ['jurisdictions', 'regions', 'except'];

interface Source {
  readonly name: string;
  readonly folder: string;
}

/**
 * Reads the settings file, if there is one, and the flags.
 *
 * @throws an error that names the key or flag, what is allowed, and the next step
 */
export function readSettings(flags: SettingsFlags, cwd: string, today: string): Settings {
  const file = resolve(cwd, flags.config ?? SETTINGS_FILE);
  const isThere = flags.config !== undefined || existsSync(file);
  const name = shownPath(cwd, file);
  const data = isThere ? parseSettings(readText(file, name).text, name) : {};
  const settings: Source = { name: `'${name}'`, folder: dirname(file) };
  const line: Source = { name: 'the command line', folder: cwd };
  const chosen = <T>(flag: string, given: unknown, key: string, read: (value: unknown, from: Source) => T): T | undefined => {
    const [value, from, at] = given === undefined ? [data[key], settings, `'${key}' of '${name}'`] : [given, line, `--${flag}`];
    return value === undefined ? undefined : told(at, () => read(value, from));
  };
  const frameworks = chosen('framework', flags.framework, 'frameworks', frameworksOf);
  const residency = flags.residency ? told('--residency', () => residencyOf(residencyKeys(flags.residency!))) : chosen('residency', undefined, 'residency', residencyOf);
  const retention = chosen('retention', undefined, 'retention', retentionOf);
  if (frameworks && !residency) throw new Error(`the profile has frameworks and no residency: ${HOW.residency}`);
  if (residency && !frameworks) throw new Error(`the profile has a residency and no frameworks: ${HOW.frameworks}`);
  const profile = frameworks && residency
    ? told(isThere ? `'${name}'` : 'the command line', () => ComplianceProfile.of({ frameworks, residency, ...(retention ? { retention } : {}) })) : undefined;
  const baseline = flags.withoutBaseline ? undefined : chosen('baseline', flags.baseline, 'baseline', (value, from) => Baseline.fromJson(fileOf(value, from, cwd)));
  const unknownAs = chosen('unknown-as', flags.unknownAs, 'unknownAs', severityOf);
  return {
    from: flags.framework || flags.residency || !isThere ? 'the command line' : `'${name}'`,
    ...(profile ? { profile } : {}),
    ...(unknownAs ? { unknownAs } : {}),
    waivers: chosen('waivers', flags.waivers, 'waivers', (value, from) => Waiver.fromJson(fileOf(value, from, cwd))) ?? [],
    ...(baseline ? { baseline } : {}),
    asOf: chosen('as-of', flags.asOf, 'asOf', dayOf) ?? today,
  };
}

/** What to do where there is no profile. */
export const NO_PROFILE = `run 'regulated-ml init' to write '${SETTINGS_FILE}', or give --framework GDPR --residency EU`;

const HOW = {
  frameworks: `add "frameworks": ["GDPR"] to '${SETTINGS_FILE}', or give --framework GDPR; there are ${Framework.all().map((framework) => framework.name).join(', ')}`,
  residency: `add "residency": { "jurisdictions": ["EU"] } to '${SETTINGS_FILE}', or give --residency EU`,
};

function parseSettings(text: string, name: string): Record<string, unknown> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Error(`'${name}' is no JSON: ${error instanceof Error ? error.message : String(error)}; mend it, or write it anew with 'regulated-ml init'`, { cause: error });
  }
  if (!isRecord(data)) throw new Error(`'${name}' holds ${shown(data)}: give an object with the keys ${KEYS.slice(1).join(', ')}`);
  checkKeys(`'${name}'`, data as Record<string, unknown>, KEYS);
  return data as Record<string, unknown>;
}

function checkKeys(owner: string, data: Record<string, unknown>, keys: readonly string[]): void {
  const stray = Object.keys(data).find((key) => !keys.includes(key));
  if (stray === undefined) return;
  const [meant] = nearest(stray, [...keys], 1);
  throw new Error(`${owner} has the key ${shown(stray)}, which means nothing: ${meant ? `did you mean '${meant}'? ` : ''}use ${keys.filter((key) => key !== '$schema').join(', ')}`);
}

function told<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${at}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function frameworksOf(value: unknown, from: Source): Framework[] {
  return texts(value, '["GDPR", "HIPAA"]').map((text) => (/\.json$/i.test(text) ? frameworkFile(text, from) : Framework.named(text)));
}

// a limit stands in the file in days
function frameworkFile(path: string, from: Source): Framework {
  const data: unknown = JSON.parse(readText(resolve(from.folder, path), path).text);
  if (!isRecord(data)) throw new Error(`'${path}' holds ${shown(data)}: give an object with name, title, url and requirements`);
  const { retentionLimits, ...rest } = data as Record<string, unknown>;
  const limits = Array.isArray(retentionLimits) ? retentionLimits.map((limit: unknown) => {
    const { minimumDays, maximumDays, ...others } = (isRecord(limit) ? limit : {}) as Record<string, unknown>;
    return {
      ...others,
      ...(minimumDays === undefined ? {} : { minimum: Retention.days(minimumDays as number) }),
      ...(maximumDays === undefined ? {} : { maximum: Retention.days(maximumDays as number) }),
    };
  }) : retentionLimits;
  return told(`'${path}'`, () => Framework.fromData({ ...rest, ...(limits === undefined ? {} : { retentionLimits: limits }) } as FrameworkProps));
}

/** Names of places as the file has them: jurisdictions and regions apart. */
export function residencyKeys(names: readonly string[]): Record<string, string[]> {
  // a region is written small, a jurisdiction in capitals
  const isRegion = (name: string) => Residency.isRegion(name) || /^[a-z][a-z0-9-]{3,}$/.test(name);
  const regions = names.filter(isRegion);
  const jurisdictions = names.filter((name) => !isRegion(name));
  return { ...(regions.length > 0 ? { regions } : {}), ...(jurisdictions.length > 0 ? { jurisdictions } : {}) };
}

function residencyOf(value: unknown): Residency {
  if (!isRecord(value)) throw new Error(`it is ${shown(value)}: give an object with ${RESIDENCY_KEYS.join(', ')}, such as { "jurisdictions": ["EU"] }`);
  const given = value as Record<string, unknown>;
  checkKeys('it', given, RESIDENCY_KEYS);
  const list = (key: string, example: string) => (given[key] === undefined ? undefined : told(`'${key}'`, () => texts(given[key], example)));
  const jurisdictions = list('jurisdictions', '["EU"]')?.map((name) => Jurisdiction.named(name));
  const regions = list('regions', '["eu-central-1"]');
  const except = list('except', '["eu-south-1"]');
  return Residency.of({ ...(jurisdictions ? { jurisdictions } : {}), ...(regions ? { regions } : {}), ...(except ? { except } : {}) });
}

function retentionOf(value: unknown): RetentionPolicy {
  const kinds: string[] = Object.values(RecordKind);
  if (!isRecord(value)) throw new Error(`it is ${shown(value)}: give days for each kind of record, such as { "data": 365 }`);
  checkKeys('it', value as Record<string, unknown>, kinds);
  return Object.fromEntries(Object.entries(value as Record<string, unknown>).map(([kind, days]) => [kind, told(`'${kind}'`, () => Retention.days(days as number))]));
}

function severityOf(value: unknown): Severity {
  const levels: unknown[] = Object.values(Severity);
  if (!levels.includes(value)) throw new Error(`it is ${shown(value)}: use one of ${levels.join(', ')}`);
  return value as Severity;
}

function dayOf(value: unknown): string {
  dayNumber('the date', value as string);
  return value as string;
}

function fileOf(value: unknown, from: Source, cwd: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`it is ${shown(value)}: give the path of a file`);
  const file = resolve(from.folder, value);
  return readText(file, shownPath(cwd, file)).text;
}

function texts(value: unknown, example: string): string[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => typeof item === 'string')) {
    throw new Error(`it is ${shown(value)}: give a list of texts, such as ${example}`);
  }
  return value as string[];
}
