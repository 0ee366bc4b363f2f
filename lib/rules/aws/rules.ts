import type { Rule } from '../rule';
import flowDeIdentification from './flow/de-identification';
import flowPurpose from './flow/purpose';
import flowStoreClassification from './flow/store-classification';
import pipelineMatchesFlow from './flow/pipeline-matches-flow';
import kmsKeyPolicy from './kms/key-policy';
import kmsKeyRotation from './kms/key-rotation';
import resourcePolicyPublic from './policy/resource-policy-public';
import residencyFlow from './residency/flow';
import residencyImage from './residency/image';
import residencyKey from './residency/key';
import residencyLocation from './residency/location';
import residencyModel from './residency/model';
import residencyReference from './residency/reference';
import residencyReplication from './residency/replication';
import residencyStack from './residency/stack';
import s3BucketKey from './s3/bucket-key';
import s3BucketPublicAccess from './s3/bucket-public-access';
import s3BucketTls from './s3/bucket-tls';
import definitionReadable from './sagemaker/definition-readable';
import endpointConfigAsyncKey from './sagemaker/endpoint-config-async-key';
import endpointConfigCaptureKey from './sagemaker/endpoint-config-capture-key';
import endpointConfigInstanceCount from './sagemaker/endpoint-config-instance-count';
import endpointConfigKey from './sagemaker/endpoint-config-key';
import jobImagePinned from './sagemaker/job-image-pinned';
import jobInterContainerEncryption from './sagemaker/job-inter-container-encryption';
import jobMaxRuntime from './sagemaker/job-max-runtime';
import jobNetworkIsolation from './sagemaker/job-network-isolation';
import jobOutputKey from './sagemaker/job-output-key';
import jobSpotCheckpoint from './sagemaker/job-spot-checkpoint';
import jobVolumeKey from './sagemaker/job-volume-key';
import jobVpc from './sagemaker/job-vpc';
import modelNetworkIsolation from './sagemaker/model-network-isolation';
import modelVpc from './sagemaker/model-vpc';
import notebookInternet from './sagemaker/notebook-internet';

/** Every rule of the pack, by name. */
export const AWS_RULES: readonly Rule[] = [
  definitionReadable, endpointConfigAsyncKey, endpointConfigCaptureKey, endpointConfigInstanceCount, endpointConfigKey, flowDeIdentification,
  flowPurpose, flowStoreClassification,
  jobImagePinned, jobInterContainerEncryption, jobMaxRuntime, jobNetworkIsolation, jobOutputKey, jobSpotCheckpoint, jobVolumeKey, jobVpc,
  kmsKeyPolicy, kmsKeyRotation, modelNetworkIsolation, modelVpc, notebookInternet, pipelineMatchesFlow, resourcePolicyPublic,
  residencyFlow, residencyImage, residencyKey, residencyLocation, residencyModel, residencyReference, residencyReplication, residencyStack,
  s3BucketKey, s3BucketPublicAccess, s3BucketTls,
];
