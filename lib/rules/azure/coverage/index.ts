import type { Reasons } from '../../coverage';
import { WITHOUT_RULE } from './without-rules';

export { AZURE_FACETS } from './facets';

/** Why cells have no rule. */
export const AZURE_REASONS: readonly Reasons[] = [WITHOUT_RULE];
