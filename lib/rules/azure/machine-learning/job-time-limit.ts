import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { all, any, NOT_APPLICABLE } from '../../verdict';

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
    const limit = job.present('properties.limits.timeout');
    return all(...job.at('properties.jobType').options.map((kind) => {
      // what a kind that is not known needs is not known either, unless it has a limit
      if (kind.unknowns.length > 0) return limit.answer === Answer.COMPLIANT ? limit : kind.present();
      switch (kind.texts[0]) {
        case 'AutoML': return any(job.present('properties.taskDetails.limitSettings.timeout'), limit);
        case 'Command': case 'Sweep': return limit;
        default: return NOT_APPLICABLE;
      }
    }));
  },
});
