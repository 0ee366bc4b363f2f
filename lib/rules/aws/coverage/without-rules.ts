import { Control } from '../../../policy/control';
import type { Reasons } from '../../coverage';

/** Why no rule judges a control on any type, where the reason is no type's own. */
export const WITHOUT_RULE: Reasons = {
  '*': {
    [Control.ASSET_INVENTORY]: 'tags are set for a whole app at once, and which it needs its owner says; they are asked for where a public checker names the type',
  },
};
