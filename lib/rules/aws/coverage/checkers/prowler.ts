import type { Checker } from '../../../comparison';
import { ESCALATION, MINIMUM, SHOWN, WAITING } from './reasons';

const LOOK = 'it looks into an account for what exists at all; a template shows what it makes';
const ENCLAVE = 'keys for Nitro enclaves: no job of SageMaker runs in one';

/** What Prowler checks. */
export const PROWLER: Checker = {
  name: 'Prowler',
  version: 'source of 21 August 2026',
  url: 'https://hub.prowler.com',
  checks: {
    cloudtrail_multi_region_enabled: 'a trail covers all regions',
    cloudwatch_log_group_retention_policy_specific_days_enabled: 'logs are kept for a year or longer',
    iam_policy_allows_privilege_escalation: 'policies allow no way to more permissions',
    iam_user_access_not_stale_to_sagemaker: 'users have used SageMaker lately, where they may',
    kms_cmk_are_used: 'keys are used',
    kms_cmk_not_deleted_unintentionally: 'keys are not about to be deleted',
    kms_cmk_not_multi_region: 'keys stay in one region',
    kms_cmk_rotation_enabled: 'keys are rotated',
    'kms_key_enclave_*': 'six checks of keys for enclaves',
    kms_key_not_publicly_accessible: 'keys are not public',
    macie_automated_sensitive_data_discovery_enabled: 'automated discovery is on',
    macie_is_enabled: 'Macie is on',
    sagemaker_clarify_exists: 'there is a job of Clarify',
    sagemaker_domain_sso_configured: 'domains use single sign-on',
    sagemaker_endpoint_config_kms_encryption_enabled: 'endpoints have a key',
    sagemaker_endpoint_config_prod_variant_instances: 'endpoint variants start with more than one instance',
    sagemaker_models_monitor_enabled: 'there is a monitor, and it runs',
    sagemaker_models_network_isolation_enabled: 'models are isolated',
    sagemaker_models_registry_in_use: 'the registry is used',
    sagemaker_models_vpc_settings_configured: 'models run in a VPC',
    sagemaker_notebook_instance_encryption_enabled: 'notebook instances have a key',
    sagemaker_notebook_instance_no_secrets: 'scripts of notebook instances hold no secrets',
    sagemaker_notebook_instance_root_access_disabled: 'users are not root on notebook instances',
    sagemaker_notebook_instance_vpc_settings_configured: 'notebook instances run in a VPC',
    sagemaker_notebook_instance_without_direct_internet_access_configured: 'notebook instances have no direct way to the internet',
    sagemaker_training_jobs_intercontainer_encryption_enabled: 'training jobs encrypt between containers',
    sagemaker_training_jobs_network_isolation_enabled: 'training jobs are isolated',
    sagemaker_training_jobs_volume_and_output_encryption_enabled: 'volumes and output of training jobs have a key',
    sagemaker_training_jobs_vpc_settings_configured: 'training jobs run in a VPC',
  },
  without: {
    iam_user_access_not_stale_to_sagemaker: LOOK,
    kms_cmk_are_used: LOOK,
    'kms_key_enclave_*': ENCLAVE,
    sagemaker_clarify_exists: LOOK,
    sagemaker_models_monitor_enabled: 'a monitor may stand in another app; that each schedule there is runs again and again, SageMakerMonitoringScheduleRecurring asks',
    sagemaker_models_registry_in_use: LOOK,
  },
  partly: {
    cloudtrail_multi_region_enabled: SHOWN,
    iam_policy_allows_privilege_escalation: ESCALATION,
    kms_cmk_not_deleted_unintentionally: WAITING,
    macie_automated_sensitive_data_discovery_enabled: SHOWN,
    macie_is_enabled: SHOWN,
    sagemaker_training_jobs_intercontainer_encryption_enabled: 'of jobs on several instances: on one nothing goes between instances',
  },
  contrary: { cloudwatch_log_group_retention_policy_specific_days_enabled: MINIMUM },
  rest: 'It looks at what runs, in some six hundred checks; its map of the GDPR names one of SageMaker.',
};
