import type { Settings } from './control-mixin';
import { isAbsent, Settable } from './settable';

/** Where the request of the processing job that a monitor starts has its parts. */
export interface Monitor {
  readonly network: string;
  readonly cluster: string;
  readonly outputKey: string;
  readonly stopping: string;
  /** Clarify asks a shadow endpoint: inside a VPC it cannot be isolated. */
  readonly clarify: boolean;
}

const KINDS = ['DataQuality', 'ModelQuality', 'ModelBias', 'ModelExplainability'] as const;
const INLINE = 'MonitoringScheduleConfig.MonitoringJobDefinition';

/** What to do to each monitor: a job definition of its own, or one that stands inside its schedule. */
export function onMonitors(put: (resource: Settable, monitor: Monitor) => void): Settings {
  return {
    ...Object.fromEntries(KINDS.map((kind) => [`AWS::SageMaker::${kind}JobDefinition`, (resource: Settable) => put(resource, {
      network: 'NetworkConfig', cluster: 'JobResources.ClusterConfig', outputKey: `${kind}JobOutputConfig.KmsKeyId`, stopping: 'StoppingCondition',
      clarify: kind === 'ModelBias' || kind === 'ModelExplainability',
    })])),
    'AWS::SageMaker::MonitoringSchedule': (resource) => {
      // one that names a definition takes everything from there
      if (isAbsent(resource.at(INLINE))) return;
      put(resource, {
        network: `${INLINE}.NetworkConfig`, cluster: `${INLINE}.MonitoringResources.ClusterConfig`, outputKey: `${INLINE}.MonitoringOutputConfig.KmsKeyId`,
        stopping: `${INLINE}.StoppingCondition`,
        clarify: ['ModelBias', 'ModelExplainability'].includes(String(resource.at('MonitoringScheduleConfig.MonitoringType')))
          || String(resource.at(`${INLINE}.MonitoringAppSpecification.ImageUri`)).includes('/sagemaker-clarify-processing'),
      });
    },
  };
}
