import type { Resource } from '../resource';
import type { Value } from '../value';
import { COMPLIANT, nonCompliant, type Verdict } from '../verdict';

/** Subnets that must be named, none of them one that the app itself makes public. */
export function privateSubnets(subnets: Value, resource: Resource): Verdict[] {
  const { relations } = resource;
  const open = [subnets, ...subnets.items].flatMap((value) => relations.targets(value).filter((subnet) => relations.publicSubnets.has(subnet)).map(({ logicalId }) => nonCompliant(`subnet ${logicalId} is public`, value.location)));
  const named = relations.targets(subnets).length > 0 ? [] : [subnets.present()];
  return [COMPLIANT, ...named, ...open];
}
