import type { Relations } from '../../relations';
import type { Value } from '../../value';
import { all, COMPLIANT, nonCompliant, type Verdict } from '../../verdict';

/** A `VpcConfig` with at least one subnet and one security group, and no subnet that the app itself makes public. */
export function inVpc(config: Value, relations: Relations): Verdict {
  if (config.isAbsent) return config.present();
  return all(config.at('Subnets').present(), config.at('SecurityGroupIds').present(), ...publicOnes(config.at('Subnets'), relations));
}

function publicOnes(subnets: Value, relations: Relations): Verdict[] {
  return subnets.items.flatMap((item) => item.unknowns.map((reference) => {
    const subnet = relations.target(reference);
    return subnet && relations.publicSubnets.has(subnet) ? nonCompliant(`subnet ${subnet.logicalId} is public`, item.location) : COMPLIANT;
  }));
}
