import type { Rule } from '../../rule';
import appImageRoot from './app-image-root';
import clusterNodeRecovery from './cluster-node-recovery';
import clusterPatching from './cluster-patching';
import clusterVolumeKey from './cluster-volume-key';
import clusterVpc from './cluster-vpc';
import codeRepositorySecret from './code-repository-secret';
import definitionPinned from './definition-pinned';
import definitionReadable from './definition-readable';
import domainDocker from './domain-docker';
import domainRstudioTls from './domain-rstudio-tls';
import domainSingleSignOn from './domain-single-sign-on';
import domainSourceIdentity from './domain-source-identity';
import edgeService from './edge-service';
import emrStepEncryption from './emr-step-encryption';
import endpointConfigAmi from './endpoint-config-ami';
import endpointConfigAsyncKey from './endpoint-config-async-key';
import endpointConfigCaptureKey from './endpoint-config-capture-key';
import endpointConfigCoreDumpKey from './endpoint-config-core-dump-key';
import endpointConfigInstanceCount from './endpoint-config-instance-count';
import endpointConfigKey from './endpoint-config-key';
import endpointConfigNetworkIsolation from './endpoint-config-network-isolation';
import endpointConfigVpc from './endpoint-config-vpc';
import endpointRetainVariants from './endpoint-retain-variants';
import endpointRollback from './endpoint-rollback';
import featureGroupKey from './feature-group-key';
import featureGroupNames from './feature-group-names';
import featureGroupTableFormat from './feature-group-table-format';
import featureGroupTtl from './feature-group-ttl';
import humanTaskUiScripts from './human-task-ui-scripts';
import imageDescription from './image-description';
import inferenceComponentCopies from './inference-component-copies';
import inferenceExperimentKey from './inference-experiment-key';
import jobImagePinned from './job-image-pinned';
import jobInterContainerEncryption from './job-inter-container-encryption';
import jobMaxRuntime from './job-max-runtime';
import jobNetworkIsolation from './job-network-isolation';
import jobOutputKey from './job-output-key';
import jobSpotCheckpoint from './job-spot-checkpoint';
import jobVolumeKey from './job-volume-key';
import jobVpc from './job-vpc';
import lifecycleScriptDownloads from './lifecycle-script-downloads';
import mlflowRegistration from './mlflow-registration';
import modelApproval from './model-approval';
import modelCardPurpose from './model-card-purpose';
import modelImagePinned from './model-image-pinned';
import modelNetworkIsolation from './model-network-isolation';
import modelPackageBias from './model-package-bias';
import modelPackageExplainability from './model-package-explainability';
import modelPackageGroupPolicy from './model-package-group-policy';
import modelPackageValidation from './model-package-validation';
import modelRecordKey from './model-record-key';
import modelVpc from './model-vpc';
import monitoringScheduleRecurring from './monitoring-schedule-recurring';
import notebookInternet from './notebook-internet';
import notebookKey from './notebook-key';
import notebookMetadata from './notebook-metadata';
import notebookPlatform from './notebook-platform';
import notebookRootAccess from './notebook-root-access';
import notebookVpc from './notebook-vpc';
import partnerAppIdentity from './partner-app-identity';
import partnerAppKey from './partner-app-key';
import partnerAppUpgrade from './partner-app-upgrade';
import plainSecrets from './plain-secrets';
import privateRegistry from './private-registry';
import publicWorkforce from './public-workforce';
import remoteAccess from './remote-access';
import spaceSharing from './space-sharing';
import studioIdleShutdown from './studio-idle-shutdown';
import studioSharingKey from './studio-sharing-key';
import tagged from './tagged';
import userProfileRole from './user-profile-role';
import workforceNetwork from './workforce-network';

export const sagemakerRules: readonly Rule[] = [
  appImageRoot, clusterNodeRecovery, clusterPatching, clusterVolumeKey, clusterVpc, codeRepositorySecret, definitionPinned, definitionReadable,
  domainDocker, domainRstudioTls, domainSingleSignOn, domainSourceIdentity, edgeService, emrStepEncryption, endpointConfigAmi,
  endpointConfigAsyncKey, endpointConfigCaptureKey, endpointConfigCoreDumpKey, endpointConfigInstanceCount, endpointConfigKey,
  endpointConfigNetworkIsolation, endpointConfigVpc, endpointRetainVariants, endpointRollback, featureGroupKey, featureGroupNames,
  featureGroupTableFormat, featureGroupTtl, humanTaskUiScripts, imageDescription, inferenceComponentCopies, inferenceExperimentKey, jobImagePinned,
  jobInterContainerEncryption, jobMaxRuntime, jobNetworkIsolation, jobOutputKey, jobSpotCheckpoint, jobVolumeKey, jobVpc, lifecycleScriptDownloads,
  mlflowRegistration, modelApproval, modelCardPurpose, modelImagePinned, modelNetworkIsolation, modelPackageBias, modelPackageExplainability,
  modelPackageGroupPolicy, modelPackageValidation, modelRecordKey,
  modelVpc, monitoringScheduleRecurring, notebookInternet, notebookKey, notebookMetadata, notebookPlatform, notebookRootAccess,
  notebookVpc, partnerAppIdentity, partnerAppKey, partnerAppUpgrade, plainSecrets, privateRegistry, publicWorkforce, remoteAccess, spaceSharing,
  studioIdleShutdown, studioSharingKey, tagged, userProfileRole, workforceNetwork,
];
