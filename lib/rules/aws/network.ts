import type { Resource } from '../resource';
import type { Value } from '../value';
import { all, COMPLIANT, nonCompliant, type Verdict } from '../verdict';

/** Subnets that must be named, none of them one that the app itself makes public. */
export function privateSubnets(subnets: Value, resource: Resource): Verdict {
  const { relations } = resource;
  const open = relations.targets(subnets).concat(subnets.items.flatMap((item) => relations.targets(item))).find((subnet) => relations.publicSubnets.has(subnet));
  const named = relations.targets(subnets).length > 0 ? [] : [subnets.present()];
  return all(...named, ...(open ? [nonCompliant(`subnet ${open.logicalId} is public`, subnets.location)] : [COMPLIANT]));
}
