import type { RegionData } from './region';

export const AZURE_REGIONS: RegionData[] = [
  { name: 'germanywestcentral', partition: 'azure', country: 'DE', pairedRegion: 'germanynorth' },
  { name: 'germanynorth', partition: 'azure', country: 'DE', pairedRegion: 'germanywestcentral' },
];
