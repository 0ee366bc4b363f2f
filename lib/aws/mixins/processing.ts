import type { Settings } from './control-mixin';
import { isAbsent, Settable } from './settable';

/** Where the request of a processing job has its parts. */
export interface Processing {
  readonly network: string;
  readonly cluster: string;
  readonly output: string;
  readonly stopping: string;
  /** Clarify asks a shadow endpoint: inside a VPC it cannot be isolated. */
  readonly clarify: boolean;
}

const KINDS = ['DataQuality', 'ModelQuality', 'ModelBias', 'ModelExplainability'] as const;
const INLINE = 'MonitoringScheduleConfig.MonitoringJobDefinition';

/** What to do to each processing job: one by itself, one that a monitor starts, whether its definition is a resource or stands inside its schedule. */
export function onProcessing(put: (resource: Settable, processing: Processing) => void): Settings {
  return {
    ...Object.fromEntries(KINDS.map((kind) => [`AWS::SageMaker::${kind}JobDefinition`, (resource: Settable) => put(resource, {
      network: 'NetworkConfig', cluster: 'JobResources.ClusterConfig', output: `${kind}JobOutputConfig`, stopping: 'StoppingCondition',
      clarify: kind === 'ModelBias' || kind === 'ModelExplainability',
    })])),
    'AWS::SageMaker::MonitoringSchedule': (resource) => {
      // one that names a definition takes everything from there
      if (resource.cases(INLINE).some(isAbsent)) return;
      put(resource, {
        network: `${INLINE}.NetworkConfig`, cluster: `${INLINE}.MonitoringResources.ClusterConfig`, output: `${INLINE}.MonitoringOutputConfig`,
        stopping: `${INLINE}.StoppingCondition`,
        clarify: ['ModelBias', 'ModelExplainability'].includes(String(resource.at('MonitoringScheduleConfig.MonitoringType')))
          || isClarify(resource.at(`${INLINE}.MonitoringAppSpecification.ImageUri`)),
      });
    },
    'AWS::SageMaker::ProcessingJob': (job) => put(job, {
      network: 'NetworkConfig', cluster: 'ProcessingResources.ClusterConfig', output: 'ProcessingOutputConfig', stopping: 'StoppingCondition',
      clarify: isClarify(job.at('AppSpecification.ImageUri')),
    }),
  };
}

function isClarify(image: unknown): boolean {
  return String(image).includes('/sagemaker-clarify-processing');
}
