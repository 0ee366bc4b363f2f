import type { Rule } from '../../rule';
import resourcePolicyPublic from './resource-policy-public';

export const policyRules: readonly Rule[] = [
  resourcePolicyPublic,
];
