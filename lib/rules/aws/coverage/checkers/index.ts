import type { Checker } from '../../../comparison';
import { AIA } from './aia';
import { AWS_CONFIG } from './aws-config';
import { CDK_NAG } from './cdk-nag';
import { CHECKOV } from './checkov';
import { CONTROL_TOWER } from './control-tower';
import { PROWLER } from './prowler';
import { SECURITY_HUB } from './security-hub';

/** What others check of SageMaker, of the stores, keys and trails around it, and of Macie. */
export const AWS_CHECKERS: readonly Checker[] = [SECURITY_HUB, AWS_CONFIG, CDK_NAG, CHECKOV, PROWLER, CONTROL_TOWER, AIA];
