import type { Value } from '../../value';
import { all, type Verdict } from '../../verdict';

/** A `VpcConfig` with at least one subnet and one security group. */
export function inVpc(config: Value): Verdict {
  return config.isAbsent ? config.present() : all(config.at('Subnets').present(), config.at('SecurityGroupIds').present());
}
