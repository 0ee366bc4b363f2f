import { Residency } from '../../../policy/residency';

/** Endings of addresses of storage, by partition: https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure */
const SUFFIXES: Readonly<Record<string, string>> = {
  'azure': 'core.windows.net',
  'azure-us-gov': 'core.usgovcloudapi.net',
  'azure-cn': 'core.chinacloudapi.cn',
};

/** What addresses of storage in a region end with. */
export function blobSuffix(location: string): string {
  return SUFFIXES[Residency.partitionOf(location)];
}
