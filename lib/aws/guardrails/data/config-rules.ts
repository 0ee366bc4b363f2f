import { Control } from '../../../policy/control';

/** A managed rule of AWS Config, what it looks at, and where it is offered. */
export interface ConfigRule {
  /** As CloudFormation names it. */
  readonly identifier: string;
  readonly control: Control;
  /** Names of rules that judge the same at synth. */
  readonly rules: readonly string[];
  /** The only regions that have it. */
  readonly only?: readonly string[];
  /** Regions that do not have it. */
  readonly except?: readonly string[];
  readonly parameters?: Readonly<Record<string, string>>;
}

const NEWEST = ['ap-east-2', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'mx-central-1'];
const CHINA = ['cn-north-1', 'cn-northwest-1'];
const GOVERNMENT = ['us-gov-east-1', 'us-gov-west-1'];
const NOT_MODELS = [
  ...NEWEST, ...CHINA, ...GOVERNMENT, 'ap-south-2', 'ap-southeast-4', 'ca-west-1', 'eu-central-2', 'eu-south-2', 'il-central-1', 'me-central-1',
];
const NOT_NOTEBOOKS = [...NOT_MODELS, 'ap-southeast-3'];
const NOT_FEATURES = [...NEWEST, ...GOVERNMENT, 'ap-south-2', 'ap-southeast-4', 'ca-west-1', 'me-central-1', 'me-south-1'];
const NOT_NOTEBOOK_VOLUMES = [
  ...NEWEST, 'us-gov-east-1', 'ap-south-2', 'ap-southeast-4', 'ca-west-1', 'eu-central-2', 'eu-south-2', 'il-central-1', 'me-central-1', 'me-south-1',
];
const NOT_EXPERIMENTS = [...NOT_MODELS, 'ap-southeast-3', 'me-south-1'];

/** The rules on monitors have a list of their own each, and this part in common. */
const MONITORS = [
  'ap-east-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ca-central-1', 'eu-central-1',
  'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2',
];
const AND_STOCKHOLM = [...MONITORS, 'eu-north-1'];
const AND_BAHRAIN = [...MONITORS, 'me-south-1'];
const AND_BOTH = [...MONITORS, 'eu-north-1', 'me-south-1'];

const { AUDIT_LOGGING, AVAILABILITY, ENCRYPTION_AT_REST, ENCRYPTION_IN_TRANSIT, KEY_MANAGEMENT, LEAST_PRIVILEGE, NETWORK_ISOLATION, NO_PUBLIC_ACCESS } = Control;

/**
 * Regions as the page of each rule states them. Where copies of a page differ, or none could be read, the shorter list of its family: a pack that
 * names a rule which its region lacks is refused as a whole.
 *
 * Not among them: `sagemaker-model-private-registry-required` and its twin for several containers, which no image in ECR can keep; the isolation
 * rules on bias and explainability monitors, which run Clarify and are kept in by a VPC.
 *
 * @see https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html
 */
export const CONFIG_RULES: readonly ConfigRule[] = [
  { identifier: 'SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS', control: NETWORK_ISOLATION, rules: ['SageMakerNotebookInternet'], except: NEWEST },
  { identifier: 'SAGEMAKER_DOMAIN_IN_VPC', control: NETWORK_ISOLATION, rules: ['SageMakerNotebookInternet'], except: NOT_MODELS },
  { identifier: 'SAGEMAKER_NOTEBOOK_INSTANCE_INSIDE_VPC', control: Control.PRIVATE_NETWORK, rules: ['SageMakerNotebookVpc'], except: NOT_NOTEBOOKS },
  { identifier: 'SAGEMAKER_NOTEBOOK_INSTANCE_ROOT_ACCESS_CHECK', control: LEAST_PRIVILEGE, rules: ['SageMakerNotebookRootAccess'], except: NOT_NOTEBOOKS },
  { identifier: 'SAGEMAKER_NOTEBOOK_INSTANCE_STORAGE_VOL_KMS_ENCRYPTED', control: ENCRYPTION_AT_REST, rules: ['SageMakerNotebookKey'], except: NOT_NOTEBOOK_VOLUMES },
  {
    identifier: 'SAGEMAKER_NOTEBOOK_INSTANCE_PLATFORM_VERSION', control: Control.SUPPORTED_SOFTWARE, rules: ['SageMakerNotebookPlatform'],
    except: [...NEWEST, 'ap-southeast-4', 'ca-west-1', 'me-south-1'], parameters: { supportedPlatformIdentifierVersions: 'notebook-al2023-v1' },
  },
  {
    identifier: 'SAGEMAKER_ENDPOINT_CONFIG_PROD_INSTANCE_COUNT', control: AVAILABILITY, rules: ['SageMakerEndpointConfigInstanceCount'],
    except: [...NEWEST, ...CHINA, 'ca-west-1'],
  },
  {
    identifier: 'SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED', control: ENCRYPTION_AT_REST, rules: ['SageMakerEndpointConfigKey'],
    except: [...NEWEST, 'ap-southeast-4'],
  },
  { identifier: 'SAGEMAKER_MODEL_ISOLATION_ENABLED', control: NETWORK_ISOLATION, rules: ['SageMakerModelNetworkIsolation'], except: NOT_MODELS },
  { identifier: 'SAGEMAKER_MODEL_IN_VPC', control: Control.PRIVATE_NETWORK, rules: ['SageMakerModelVpc'], except: NOT_MODELS },
  { identifier: 'SAGEMAKER_DATA_QUALITY_JOB_ENCRYPT_IN_TRANSIT', control: ENCRYPTION_IN_TRANSIT, rules: ['SageMakerJobInterContainerEncryption'], only: AND_BOTH },
  { identifier: 'SAGEMAKER_MODEL_QUALITY_JOB_ENCRYPT_IN_TRANSIT', control: ENCRYPTION_IN_TRANSIT, rules: ['SageMakerJobInterContainerEncryption'], only: AND_BOTH },
  { identifier: 'SAGEMAKER_MODEL_BIAS_JOB_ENCRYPT_IN_TRANSIT', control: ENCRYPTION_IN_TRANSIT, rules: ['SageMakerJobInterContainerEncryption'], only: AND_BAHRAIN },
  { identifier: 'SAGEMAKER_MODEL_EXPLAINABILITY_JOB_ENCRYPT_IN_TRANSIT', control: ENCRYPTION_IN_TRANSIT, rules: ['SageMakerJobInterContainerEncryption'], only: MONITORS },
  { identifier: 'SAGEMAKER_DATA_QUALITY_JOB_ISOLATION', control: NETWORK_ISOLATION, rules: ['SageMakerJobNetworkIsolation'], only: AND_BOTH },
  { identifier: 'SAGEMAKER_MODEL_QUALITY_JOB_DEFINITION_ISOLATION', control: NETWORK_ISOLATION, rules: ['SageMakerJobNetworkIsolation'], only: AND_STOCKHOLM },
  { identifier: 'SAGEMAKER_MONITORING_SCHEDULE_ISOLATION', control: NETWORK_ISOLATION, rules: ['SageMakerJobNetworkIsolation'], only: AND_BOTH },
  { identifier: 'SAGEMAKER_MONITORING_SCHEDULE_TRAFFIC_ENCRYPTION', control: ENCRYPTION_IN_TRANSIT, rules: ['SageMakerJobInterContainerEncryption'], only: MONITORS },
  { identifier: 'SAGEMAKER_FEATUREGROUP_ENCRYPTION_AT_REST', control: ENCRYPTION_AT_REST, rules: ['SageMakerFeatureGroupKey'], except: NOT_FEATURES },
  { identifier: 'SAGEMAKER_FEATUREGROUP_ONLINE_STORE_ENCRYPTION', control: ENCRYPTION_AT_REST, rules: ['SageMakerFeatureGroupKey'], except: NOT_FEATURES },
  { identifier: 'SAGEMAKER_INF_EXPERIMENT_INSTANCE_STORAGE_KMS_ENCRYPTED', control: ENCRYPTION_AT_REST, rules: ['SageMakerInferenceExperimentKey'], except: NOT_EXPERIMENTS },
  { identifier: 'SAGEMAKER_INF_EXPERIMENT_DATA_STORAGE_KMS_ENCRYPTED', control: ENCRYPTION_AT_REST, rules: ['SageMakerInferenceExperimentKey'], except: NOT_EXPERIMENTS },
  { identifier: 'S3_DEFAULT_ENCRYPTION_KMS', control: ENCRYPTION_AT_REST, rules: ['S3BucketKey'] },
  { identifier: 'S3_BUCKET_SSL_REQUESTS_ONLY', control: ENCRYPTION_IN_TRANSIT, rules: ['S3BucketTls'], except: NEWEST },
  { identifier: 'S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED', control: NO_PUBLIC_ACCESS, rules: ['S3BucketPublicAccessBlock'], except: NEWEST },
  { identifier: 'S3_BUCKET_PUBLIC_READ_PROHIBITED', control: NO_PUBLIC_ACCESS, rules: ['ResourcePolicyPublic'], except: NEWEST },
  { identifier: 'S3_BUCKET_VERSIONING_ENABLED', control: AVAILABILITY, rules: ['S3BucketVersioning'], except: NEWEST },
  { identifier: 'S3_BUCKET_LOGGING_ENABLED', control: AUDIT_LOGGING, rules: ['S3BucketAccessLogs'], except: NEWEST },
  { identifier: 'CLOUD_TRAIL_ENABLED', control: AUDIT_LOGGING, rules: ['CloudTrailLogging'], except: NEWEST },
  { identifier: 'CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED', control: AUDIT_LOGGING, rules: ['CloudTrailLogValidation'], except: NEWEST },
  { identifier: 'CMK_BACKING_KEY_ROTATION_ENABLED', control: KEY_MANAGEMENT, rules: ['KmsKeyRotation'], except: NEWEST },
  { identifier: 'KMS_CMK_NOT_SCHEDULED_FOR_DELETION', control: KEY_MANAGEMENT, rules: [], except: NEWEST },
  { identifier: 'IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS', control: LEAST_PRIVILEGE, rules: ['IamWildcardAction'], except: NEWEST },
];

/** Whether a region has a rule. */
export function isOffered({ only, except }: ConfigRule, region: string): boolean {
  return only ? only.includes(region) : !(except ?? []).includes(region);
}
