import { AWS_REASONS } from './aws/coverage';
import { AZURE_REASONS } from './azure/coverage';
import type { Reasons } from './coverage';

/** Why types have no rule, or none for a control. */
export const REASONS: Reasons = Object.assign({}, ...AWS_REASONS, ...AZURE_REASONS) as Reasons;
