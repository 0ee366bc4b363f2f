import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, COMPLIANT, NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'AzureMLJobTimeLimit',
  title: 'Jobs end after a time',
  severity: 'error',
  control: Control.RESOURCE_LIMIT,
  resources: ['Microsoft.MachineLearningServices/workspaces/jobs'],
  properties: ['properties.limits.timeout', 'properties.taskDetails.limitSettings.timeout'],
  why: 'a job that hangs is paid for until somebody looks',
  fix: 'set limits.timeout, such as PT4H',
  sources: ['https://learn.microsoft.com/azure/machine-learning/reference-yaml-job-command'],
  good: { properties: { jobType: 'Command', limits: { jobLimitsType: 'Command', timeout: 'PT4H' } } },
  bad: { properties: { jobType: 'Command' } },
  check: (job) => {
    const [kind] = job.at('properties.jobType').texts;
    if (kind === 'AutoML') return all(job.at('properties.taskDetails.limitSettings.timeout').isAbsent ? job.present('properties.limits.timeout') : COMPLIANT);
    return kind === 'Command' || kind === 'Sweep' ? job.present('properties.limits.timeout') : NOT_APPLICABLE;
  },
});
