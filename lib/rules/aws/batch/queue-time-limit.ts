import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'BatchQueueTimeLimit',
  title: 'Queues of SageMaker training jobs end jobs that cannot start',
  severity: 'error',
  control: Control.RESOURCE_LIMIT,
  resources: ['AWS::Batch::JobQueue'],
  why: 'a job at the head of the queue that waits for capacity it will never get holds up every training behind it',
  fix: 'set JobStateTimeLimitActions',
  properties: ['JobStateTimeLimitActions'],
  sources: ['https://docs.aws.amazon.com/batch/latest/userguide/job-queue-blocked.html'],
  good: { Priority: 1, JobQueueType: 'SAGEMAKER_TRAINING', JobStateTimeLimitActions: [{ Action: 'CANCEL', State: 'RUNNABLE', MaxTimeSeconds: 3600, Reason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT' }] },
  bad: { Priority: 1, JobQueueType: 'SAGEMAKER_TRAINING' },
  check: (queue) => {
    const trains = queue.at('JobQueueType').texts.some((type) => type.toUpperCase() === 'SAGEMAKER_TRAINING') || !queue.at('ServiceEnvironmentOrder').isAbsent;
    return trains ? queue.present('JobStateTimeLimitActions') : NOT_APPLICABLE;
  },
});
