import type { RegionData } from './region';

export const AWS_REGIONS: RegionData[] = [
  { name: 'eu-central-1', partition: 'aws', country: 'DE' },
  { name: 'eu-west-1', partition: 'aws', country: 'IE' },
  { name: 'us-east-1', partition: 'aws', country: 'US' },
];
