import type { IConstruct } from 'constructs';

/**
 * Accepts a finding of the rules on a resource of ours that has a reason to be as it is; the evidence lists it.
 *
 * @param rule such as `AzureRegistryQuarantine`
 */
export function waive(construct: IConstruct, rule: string, reason: string): void {
  construct.node.addMetadata('regulated-ml:acknowledged', { id: `RegulatedML-${rule}`, reason });
}
