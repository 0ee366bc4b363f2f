import { Residency } from '../../../policy/residency';
import { Unknown } from '../../resolved';
import { regionOfZoneId } from './geography';

const NAME = '\\b(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(?:-[a-z]{1,12}){1,3}-\\d{1,2}\\b';

/** What is called as a region is in a text, wherever it stands in it, known or not: for texts that are about regions. */
export function regionsIn(text: string): string[] {
  return (text.toLowerCase().match(ANYWHERE) ?? []).map(endingIn);
}

// us-train-us-east-1 begins as a region does, and ends with one
function endingIn(name: string): string {
  const words = name.split('-');
  return words.map((_word, index) => words.slice(index).join('-')).find(Residency.isRegion) ?? name;
}

/** The same of hosts of AWS, and regions that are known of hosts of others, in addresses: acct.us-east-1.snowflakecomputing.com stands in that region of AWS. */
export function regionsOfHosts(text: string): string[] {
  const others = text.includes('://') ? [...text.matchAll(ADDRESS)].flatMap(([, host]) => regionsOfLabels(host!)) : [];
  return [...new Set([...text.match(HOST) ?? [], ...others])];
}

/** Regions of a text that is the name of a host, or begins with one. */
export function regionsOfHost(text: string): string[] {
  return BARE_HOST.test(text) ? regionsOfLabels(text.replace(/[:/].*$/s, '')) : [];
}

// a console is looked at, and holds nothing
function regionsOfLabels(host: string): string[] {
  if (/\baws\.amazon\.com$/.test(host)) return [];
  return host.toLowerCase().split('.').flatMap((label) => LABEL.exec(label)?.[1] ?? []).filter(Residency.isRegion);
}

/** Regions of a text that is nothing but regions, or zones of them: one, or a list. */
export function regionsAlone(text: string): string[] {
  if (!ALONE.test(text)) return [];
  const listed = text.toLowerCase().split(/[\s,;|]+/).map((name) => name.replace(/(\d)[a-z]$/, '$1'));
  return listed.every(Residency.isRegion) ? listed : [];
}

/**
 * Regions that a text tells somebody to work in: `--region us-east-1`, `AWS_REGION=us-east-1`, a whole text of JSON. Part of a longer word, such as the
 * name of a function or a hash, is no region, and a sentence that speaks of one is no place.
 */
export function regionsStated(text: string): string[] {
  // what a policy denies, and what it makes a condition of, is not where data is
  if (!text.includes('-') || !MAY_TELL.test(text) || POLICY.test(text)) return [];
  const found: string[] = [];
  let end = 0;
  let isListed = false;
  for (const { 0: name, index } of text.matchAll(WORD)) {
    const between = text.slice(Math.max(end, index - BEFORE), index);
    const isQuoted = /["']$/.test(between) && /^\\?["']/.test(text.slice(index + name.length));
    isListed = isQuoted || TELLS.test(between) || (isListed && SEPARATORS.test(between));
    if (isListed) found.push(name.toLowerCase().replace(/(\d)[a-z]$/, '$1'));
    end = index + name.length;
  }
  return found.filter((name) => Residency.isRegion(name));
}

/** Why it is not known in which region a text tells somebody to work, or which host of AWS it names: where a parameter stands there. */
export function openRegion(value: Unknown): string | undefined {
  const parts = value.parts ?? [];
  const open = parts.find((part, index): part is Unknown => {
    if (typeof part === 'string' || part.kind !== 'parameter') return false;
    const [before, after] = [parts[index - 1], parts[index + 1]];
    return (typeof before === 'string' && (TELLS.test(before.slice(-BEFORE)) || /\bcom\.amazonaws\.$/.test(before))) || (typeof after === 'string' && /^\.(?:amazonaws\.|api\.aws\b)/.test(after));
  });
  return open?.reason;
}

const ANYWHERE = new RegExp(NAME, 'g');
const HOST = new RegExp(`${NAME}(?=\\.(?:amazonaws\\.|api\\.aws\\b|on\\.aws\\b))|(?<=\\bcom\\.amazonaws\\.(?:vpce\\.)?)${NAME}`, 'g');
const ADDRESS = /\b(?!s3[an]?:)[a-z][a-z\d+.-]*:\/\/(?:[^\s/@"']*@)?([^\s/:#"',;]+)/gi;
// a file that is named after a region has but its kind behind it
const BARE_HOST = new RegExp(`^[\\w?-]+(?:\\.[\\w?-]+)*\\.${NAME.slice(2, -2)}(?:-aws|-\\d)?(?:\\.[a-z\\d-]+){2,}(?::\\d+)?(?:/|$)`, 'i');
// clusters of others are numbered within a region, or say whose it is
const LABEL = new RegExp(`^(${NAME.slice(2, -2)})(?:-aws|-\\d)?$`);
const ONE = `${NAME.slice(2, -2)}[a-z]?`;
const ALONE = new RegExp(`^${ONE}(?:[\\s,;|]+${ONE})*$`, 'i');
const WORD = new RegExp(`(?<![\\w./-])${NAME.slice(2, -2)}[a-z]?(?![\\w-])`, 'gi');
// what stands before it: a flag, a variable, a property
const TELLS = /(?:(?:^|\s)--?[\w-]*region[\w-]*[\s=]["']?|region[\w]*(?:\\?["'])?\s*[:=]\s*[[(]?\s*(?:\\?["'])?)$/i;
const MAY_TELL = /["']|region/i;
const SEPARATORS = /^[\s"'\\,;|]+$/;
const POLICY = /"(?:Effect|Statement)\\?"/;
const BEFORE = 60;

/** Where a zone is. */
export interface Zone {
  readonly region: string;
  /** A local zone stands in a city of its own, which can be in another country than its region. */
  readonly isLocal: boolean;
}

/** The zone that a text names: us-east-1a, us-east-1-bos-1a, or by its id use1-az4, which stands in names of directory buckets too. */
export function zoneOf(text: string, name: string): Zone | undefined {
  const named = /availability_?zones?(?:_?names?)?$/i.test(name) ? ZONE.exec(text.toLowerCase()) : null;
  if (named && Residency.isRegion(named[1]!)) return { region: named[1]!, isLocal: named[2] !== undefined };
  const [, region, local] = ZONE_ID.exec(/--([a-z]+\d+-az\d+)--x-s3$/.exec(text)?.[1] ?? text) ?? [];
  const known = region === undefined ? undefined : regionOfZoneId(`${region}-az1`);
  return known === undefined ? undefined : { region: known, isLocal: local !== undefined };
}

// of `Fn::GetAZs` the letter is not known
const ZONE = new RegExp(`^(${NAME.slice(2, -2)})(?:[a-z?]|(-[a-z0-9-]+))?$`);
const ZONE_ID = /^([a-z]+\d+)(-[a-z]+\d+|-wl\d+-[a-z]+)?-(?:az|wlz)\d+$/;
