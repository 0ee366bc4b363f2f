import { INFERENCE_PROFILES } from '../../../policy/regions/inference-profiles';
import { Residency } from '../../../policy/residency';

// a model's id begins with its maker; amazon.com is none
const PROFILE = new RegExp(`(?<![\\w.-])(${Object.keys(INFERENCE_PROFILES).sort((a, b) => b.length - a.length).join('|')})`
  + '\\.(?:ai21|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|nvidia|openai|qwen|stability|twelvelabs|writer|zai|amazon\\.(?:nova|titan|rerank))[\\w.:-]*', 'g');

/** Inference profiles that a text names, with every region that they may answer from. */
export function profilesIn(text: string): { readonly id: string; readonly regions: readonly string[] }[] {
  return [...text.matchAll(PROFILE)].map(([id, geography]) => ({ id, regions: INFERENCE_PROFILES[geography!]! }));
}

const AWS = Residency.knownRegions().filter((region) => Residency.partitionOf(region).startsWith('aws'));

const SHORT: Readonly<Record<string, string>> = { north: 'n', south: 's', east: 'e', west: 'w', central: 'c', northeast: 'ne', northwest: 'nw', southeast: 'se', southwest: 'sw', gov: 'g' };
const ZONES = new Map(AWS.map((region) => [region.split('-').map((part) => SHORT[part] ?? part).join(''), region]));

/** The region of a zone by its id, such as `use1-az4`. */
export function regionOfZoneId(id: string): string | undefined {
  return ZONES.get(/^([a-z]+\d+)-az\d+$/.exec(id)?.[1] ?? '');
}
