import type { Resource } from '../resource';

/** What was accepted, in words; one finding can be about several. */
export function namedBy(waiver: Resource): string {
  return `the ${waiver.at('Kind').texts[0]} of '${waiver.at('Rule').texts[0]}'`;
}
