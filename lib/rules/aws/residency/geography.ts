import { INFERENCE_PROFILES } from '../../../policy/regions/inference-profiles';
import { Residency } from '../../../policy/residency';

// a model's id begins with its maker; amazon.com is none
const MAKERS = 'ai21|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|nvidia|openai|qwen|stability|twelvelabs|writer|zai|amazon\\.(?:nova|titan|rerank)';
const MADE = new RegExp(`^(?:${MAKERS})`);
const PROFILE = new RegExp(`(?<![\\w.-])(${Object.keys(INFERENCE_PROFILES).sort((a, b) => b.length - a.length).join('|')})`
  + `\\.(?:${MAKERS})[\\w.:-]*`, 'g');

// where nothing but a model can stand, whoever made it
const NAMED = /^(?:arn:.*[:/]inference-profile\/)?([a-z]{2,6}(?:-[a-z]{2,4})?)\.([a-z][\w-]*\.[\w.:-]+)$/;
const OF_UNKNOWN = new RegExp(`(?<![\\w.-])\\?\\.(?:${MAKERS})[\\w.:-]*|(?<=\\binference-profile/)\\?.*`, 'g');
const MODEL_NAME = /(?:^|_)model_?(?:id|arn|identifier)$|^foundation_?models?(?:_?arn)?$|inference_?profile(?:_?(?:id|arn|identifier))?$|^copy_?from$/i;

const NO_PROFILES: Profile[] = [];

/** An inference profile that a text names, with every region that it may answer from; without them where that cannot be told, and why. */
export interface Profile {
  readonly id: string;
  readonly regions?: readonly string[];
  readonly reason?: string;
}

/**
 * Inference profiles that a text names.
 *
 * @param name of the property that it stands in
 */
export function profilesIn(text: string, name: string): Profile[] {
  if (!text.includes('.') && !text.includes('?')) return NO_PROFILES;
  const named = MODEL_NAME.test(name) || text.includes('inference-profile/') ? NAMED.exec(text) : null;
  if (named) {
    const [, geography, rest] = named as unknown as [string, string, string];
    if (Object.hasOwn(INFERENCE_PROFILES, geography)) return [{ id: `${geography}.${rest}`, regions: INFERENCE_PROFILES[geography]! }];
    if (MADE.test(rest)) return [{ id: `${geography}.${rest}`, reason: `where profiles of '${geography}' may answer from is not known` }];
  }
  return [
    ...[...text.matchAll(PROFILE)].map(([id, geography]) => ({ id, regions: INFERENCE_PROFILES[geography!]! })),
    ...(text.includes('?') ? [...text.matchAll(OF_UNKNOWN)].map(([id]) => ({ id, reason: 'which geography it is of is not known before deployment' })) : []),
  ];
}

const AWS = Residency.knownRegions().filter((region) => Residency.partitionOf(region).startsWith('aws'));

const SHORT: Readonly<Record<string, string>> = { north: 'n', south: 's', east: 'e', west: 'w', central: 'c', northeast: 'ne', northwest: 'nw', southeast: 'se', southwest: 'sw', gov: 'g' };
const ZONES = new Map(AWS.map((region) => [region.split('-').map((part) => SHORT[part] ?? part).join(''), region]));

/** The region of a zone by its id, such as `use1-az4`. */
export function regionOfZoneId(id: string): string | undefined {
  return ZONES.get(/^([a-z]+\d+)-az\d+$/.exec(id)?.[1] ?? '');
}
