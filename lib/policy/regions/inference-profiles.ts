import { AWS_REGIONS } from './aws';
import type { RegionData } from './region';

// countries of the Union with a region of AWS
const EU = ['DE', 'ES', 'FR', 'IE', 'IT', 'SE'];

const countries = (...wanted: string[]) => ({ partition, country }: RegionData) => partition === 'aws' && wanted.includes(country);

const GEOGRAPHIES: Readonly<Record<string, (region: RegionData) => boolean>> = {
  'global': ({ partition }) => partition === 'aws',
  'eu': countries(...EU),
  'us': countries('US'),
  'us-gov': ({ partition }) => partition === 'aws-us-gov',
  'apac': ({ name }) => name.startsWith('ap-'),
  'jp': countries('JP'),
  'au': countries('AU'),
  'ca': countries('CA'),
};

/**
 * Regions that an inference profile of Bedrock may answer from, by the word before the id of its model: a request goes to any region of the geography, to one
 * that the account has not opted in to as well, and to one that joins later. What judges an app and what guards an account read this one table.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
 */
export const INFERENCE_PROFILES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(GEOGRAPHIES).map(([geography, has]) => [geography, AWS_REGIONS.filter(has).map(({ name }) => name)]),
);
