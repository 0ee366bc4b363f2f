import type { Relations } from '../../relations';
import type { Value } from '../../value';
import { COMPLIANT, inParts, type Verdict } from '../../verdict';
import { publicAmong } from '../network';
import { stated } from './stated';

/** Where something stands in a network of the user's; some APIs make the security groups themselves. */
export interface Network {
  readonly config: Value;
  readonly subnets: Value;
  readonly securityGroups?: Value;
}

/** A `VpcConfig` as most of SageMaker's requests have it. */
export function vpcConfig(config: Value): Network {
  return { config, subnets: config.at('Subnets'), securityGroups: config.at('SecurityGroupIds') };
}

/** At least one subnet and one security group, and no subnet that the app itself makes public. */
export function inVpc({ config, subnets, securityGroups }: Network, relations: Relations): Verdict[] {
  if (config.isAbsent) return [config.present()];
  return inParts(config, [stated(subnets), ...(securityGroups ? [stated(securityGroups)] : []), ...publicOnes(subnets, relations)]);
}

function publicOnes(subnets: Value, relations: Relations): Verdict[] {
  return subnets.items.flatMap((item) => [...item.unknowns.length > 0 ? [COMPLIANT] : [], ...publicAmong(item, relations)]);
}
