import type { Rule } from '../../rule';
import definitionReadable from './definition-readable';
import endpointConfigAsyncKey from './endpoint-config-async-key';
import endpointConfigCaptureKey from './endpoint-config-capture-key';
import endpointConfigInstanceCount from './endpoint-config-instance-count';
import endpointConfigKey from './endpoint-config-key';
import jobImagePinned from './job-image-pinned';
import jobInterContainerEncryption from './job-inter-container-encryption';
import jobMaxRuntime from './job-max-runtime';
import jobNetworkIsolation from './job-network-isolation';
import jobOutputKey from './job-output-key';
import jobSpotCheckpoint from './job-spot-checkpoint';
import jobVolumeKey from './job-volume-key';
import jobVpc from './job-vpc';
import modelNetworkIsolation from './model-network-isolation';
import modelVpc from './model-vpc';
import notebookInternet from './notebook-internet';

export const sagemakerRules: readonly Rule[] = [
  definitionReadable, endpointConfigAsyncKey, endpointConfigCaptureKey, endpointConfigInstanceCount, endpointConfigKey, jobImagePinned,
  jobInterContainerEncryption, jobMaxRuntime, jobNetworkIsolation, jobOutputKey, jobSpotCheckpoint, jobVolumeKey, jobVpc,
  modelNetworkIsolation, modelVpc, notebookInternet,
];
