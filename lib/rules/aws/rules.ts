import { FLOW_RULES } from '../flow';
import type { Rule } from '../rule';
import { WAIVER_RULES } from '../waivers';
import { batchRules } from './batch';
import { cleanRoomsRules } from './clean-rooms';
import { cloudformationRules } from './cloudformation';
import { cloudtrailRules } from './cloudtrail';
import { cloudwatchRules } from './cloudwatch';
import { dataBrewRules } from './databrew';
import { databaseRules } from './databases';
import { dynamodbRules } from './dynamodb';
import { ecrRules } from './ecr';
import { emrServerlessRules } from './emr-serverless';
import { flowRules } from './flow';
import { glueRules } from './glue';
import { iamRules } from './iam';
import { kinesisRules } from './kinesis';
import { kmsRules } from './kms';
import { lakeFormationRules } from './lake-formation';
import { lambdaRules } from './lambda';
import { logsRules } from './logs';
import { macieRules } from './macie';
import { policyRules } from './policy';
import { residencyRules } from './residency';
import { s3Rules } from './s3';
import { sagemakerRules } from './sagemaker';
import { secretsManagerRules } from './secrets-manager';
import { snsRules } from './sns';
import { sqsRules } from './sqs';
import { stepFunctionsRules } from './step-functions';
import { tokenVaultRules } from './token-vault';

/** Every rule of the pack: one file a rule, one folder a service, by whose index they come here. */
export const AWS_RULES: readonly Rule[] = [
  ...batchRules,
  ...cleanRoomsRules,
  ...cloudformationRules,
  ...cloudtrailRules,
  ...cloudwatchRules,
  ...dataBrewRules,
  ...databaseRules,
  ...dynamodbRules,
  ...ecrRules,
  ...emrServerlessRules,
  ...flowRules,
  ...glueRules,
  ...iamRules,
  ...kinesisRules,
  ...kmsRules,
  ...lakeFormationRules,
  ...lambdaRules,
  ...logsRules,
  ...macieRules,
  ...policyRules,
  ...residencyRules,
  ...s3Rules,
  ...sagemakerRules,
  ...secretsManagerRules,
  ...snsRules,
  ...sqsRules,
  ...stepFunctionsRules,
  ...tokenVaultRules,
  ...FLOW_RULES,
  ...WAIVER_RULES,
];
