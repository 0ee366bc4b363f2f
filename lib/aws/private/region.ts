import { IResource, Token } from 'aws-cdk-lib';
import { Residency } from '../../policy/residency';

const URL_SUFFIX: Record<string, string> = { 'aws': 'amazonaws.com', 'aws-us-gov': 'amazonaws.com', 'aws-cn': 'amazonaws.com.cn', 'aws-eusc': 'amazonaws.eu' };

/** Ends the host names of a region's partition, such as `amazonaws.com`. */
export function urlSuffixOf(region: string): string {
  return URL_SUFFIX[Residency.partitionOf(region)] ?? 'amazonaws.com';
}

/** `s3.eu-central-1.amazonaws.com`, the form of `kms:ViaService`. */
export function viaService(service: string, region: string): string {
  return `${service}.${region}.${urlSuffixOf(region)}`;
}

/**
 * Passes when what was given stands in the region, or when that cannot be told.
 *
 * @throws an error that names both regions
 */
export function checkSameRegion(what: string, given: IResource | undefined, user: string, region: string): void {
  const found = given?.env.region;
  if (given && found !== undefined && !Token.isUnresolved(found) && found !== region) {
    throw new Error(`${what} '${given.node.path}' is in region '${found}', ${user} in '${region}': give one of the same region`);
  }
}
