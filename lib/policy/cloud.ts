import { AWS_REGIONS } from './regions/aws';
import { AZURE_REGIONS } from './regions/azure';
import type { RegionData } from './regions/region';

/** What tells one cloud from another, as data: what is asked elsewhere in the model, in evidence and in the gate is the same of each. */
export interface Cloud {
  /** Who runs it. */
  readonly name: string;
  /** How types of its resources begin, in each of the languages that name them. */
  readonly types: RegExp;
  readonly regions: readonly RegionData[];
}

/** Every cloud that there are rules for. */
export const CLOUDS: readonly Cloud[] = [
  { name: 'Amazon Web Services', types: /^AWS::/, regions: AWS_REGIONS },
  { name: 'Microsoft Azure', types: /^(azurerm_|azapi_|Microsoft\.)/, regions: AZURE_REGIONS },
];

/** The cloud that a type of resource is of; undefined where a type says nothing of that. */
export function cloudOf(type: string): Cloud | undefined {
  return CLOUDS.find(({ types }) => types.test(type));
}
