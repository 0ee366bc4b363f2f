import type { Relations } from '../relations';
import type { Resource } from '../resource';
import type { Value } from '../value';
import { COMPLIANT, nonCompliant, type Verdict } from '../verdict';

/** Subnets that must be named, none of them one that the app itself makes public. */
export function privateSubnets(subnets: Value, resource: Resource): Verdict[] {
  const { relations } = resource;
  const open = [subnets, ...subnets.items].flatMap((value) => publicAmong(value, relations));
  const named = relations.targets(subnets).length > 0 ? [] : [subnets.present()];
  return [COMPLIANT, ...named, ...open];
}

/** Subnets that the app itself makes public, of those that a value refers to. */
export function publicAmong(value: Value, relations: Relations): Verdict[] {
  return relations.targets(value).flatMap((subnet) => {
    const why = relations.publicSubnets.get(subnet);
    return why === undefined ? [] : [nonCompliant(`subnet ${subnet.logicalId} is public: ${why}`, value.location)];
  });
}
