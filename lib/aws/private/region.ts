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
