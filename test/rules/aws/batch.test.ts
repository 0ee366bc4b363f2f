import { ruleTable } from '../table';
import { PARAM } from './around';

const queue = (more: Record<string, unknown> = {}) => ({ Priority: 1, JobQueueType: 'SAGEMAKER_TRAINING', ...more });
const ACTIONS = [{ Action: 'CANCEL', State: 'RUNNABLE', MaxTimeSeconds: 3600, Reason: 'x' }];

ruleTable('BatchQueueTimeLimit', {
  type: 'AWS::Batch::JobQueue',
  compliant: [queue({ JobStateTimeLimitActions: ACTIONS }), { ServiceEnvironmentOrder: [{ Order: 1, ServiceEnvironment: 'x' }], JobStateTimeLimitActions: ACTIONS }],
  nonCompliant: [queue(), queue({ JobStateTimeLimitActions: [] })],
  unknown: [queue({ JobStateTimeLimitActions: PARAM })],
  notApplicable: [{ Priority: 1, JobQueueType: 'ECS' }],
  override: { path: 'JobStateTimeLimitActions', to: [] },
});
