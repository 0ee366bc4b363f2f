import type { Guard } from '../guard';
import { PROTECTION_GUARDS } from './protection';
import { RESIDENCY_GUARDS } from './residency';
import { RESOURCE_GUARDS } from './resources';
import { SAGEMAKER_GUARDS } from './sagemaker';

/** Every statement, in the order in which documents hold them. */
export const GUARDS: readonly Guard[] = [...SAGEMAKER_GUARDS, ...RESIDENCY_GUARDS, ...PROTECTION_GUARDS, ...RESOURCE_GUARDS];
