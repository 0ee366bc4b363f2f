import type { Rule } from '../rule';
import { WAIVER_RULES } from '../waivers';
import { flowRules } from './flow';
import { kmsRules } from './kms';
import { policyRules } from './policy';
import { residencyRules } from './residency';
import { s3Rules } from './s3';
import { sagemakerRules } from './sagemaker';

/** Every rule of the pack: one file a rule, one folder a service, by whose index they come here. */
export const AWS_RULES: readonly Rule[] = [
  ...flowRules,
  ...kmsRules,
  ...policyRules,
  ...residencyRules,
  ...s3Rules,
  ...sagemakerRules,
  ...WAIVER_RULES,
];
