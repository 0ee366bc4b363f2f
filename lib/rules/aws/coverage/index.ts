import type { Facets, Reasons } from '../../coverage';
import { Facet } from '../../facet';
import { FLOW_NODE, STACK, STEP, TASK, UNSEEN } from '../../rule';
import { WITHOUT_RULE as SAGEMAKER_REASONS } from '../sagemaker/without-rules';
import { WITHOUT_RULES as DATA_REASONS } from '../without-rules';
import { ANALYTICS_FACETS } from './analytics';
import { IDENTITY_FACETS } from './identity';
import { BESIDE_FACETS, COPYING_FACETS, INTEGRATION_FACETS } from './integration';
import { SAGEMAKER_FACETS, STEP_FACETS } from './sagemaker';
import { STORAGE_FACETS } from './storage';
import { WITHOUT_RULE } from './without-rules';

export { kindsJudged } from './steps';

/** Every type that the catalogue knows, with its facets. */
export const AWS_FACETS: Facets = {
  ...SAGEMAKER_FACETS,
  ...Object.fromEntries(Object.entries(STEP_FACETS).map(([kind, facets]) => [`${STEP}/${kind}`, facets])),
  ...STORAGE_FACETS,
  ...IDENTITY_FACETS,
  ...ANALYTICS_FACETS,
  ...INTEGRATION_FACETS,
  ...COPYING_FACETS,
  ...BESIDE_FACETS,
  [FLOW_NODE]: [Facet.FLOW],
  [STACK]: [],
  [UNSEEN]: [Facet.DESCRIPTION],
  [TASK]: [Facet.DESCRIPTION],
  'RegulatedML::Waiver': [Facet.WAIVER],
};

/** Why cells have no rule: what each file that is named `without-rules.ts` says. */
export const AWS_REASONS: readonly Reasons[] = [WITHOUT_RULE, SAGEMAKER_REASONS, DATA_REASONS];
