import {
  DescribeHyperParameterTuningJobCommand, DescribeTrainingJobCommand, type DescribeTrainingJobResponse, paginateListTrainingJobs,
  paginateListTrainingJobsForHyperParameterTuningJob, type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Run } from '../ledger-rules/ledger';
import { executionIdOf, type SettleEvent } from '../ledger-rules/request';
import type { JobReport, RunReport } from '../ledger-rules/verdict';

/**
 * The trainings of the job that ended, and all others that carry the reservation among their hyperparameters: those of an attempt that failed, in a
 * run that was resumed. SageMaker puts the id of the execution into the names of its jobs; where it does not, it is not known that these are all.
 */
export async function reportOf(sagemaker: SageMakerClient, event: SettleEvent, run: Run): Promise<RunReport> {
  const own = event.kind === 'tuning' ? await trainingsOf(sagemaker, event.job) : { names: [event.job], complete: true };
  const named: string[] = [];
  const pages = paginateListTrainingJobs({ client: sagemaker }, { NameContains: executionIdOf(event), CreationTimeAfter: new Date(run.at - 86_400_000), MaxResults: 100 });
  for await (const page of pages) named.push(...(page.TrainingJobSummaries ?? []).map(({ TrainingJobName }) => TrainingJobName!));
  const jobs: JobReport[] = [];
  for (const name of new Set([...own.names, ...named])) {
    const job = jobReport(await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name })));
    if (own.names.includes(name) || job.told.dp_reservation === run.reservation) jobs.push(job);
  }
  return { jobs, complete: own.complete && own.names.every((name) => named.includes(name)) && jobs.every(({ told }) => told.dp_reservation === run.reservation) };
}

/** The trainings of a tuning, and whether these are all that it counts. */
async function trainingsOf(sagemaker: SageMakerClient, HyperParameterTuningJobName: string): Promise<{ names: string[]; complete: boolean }> {
  const { TrainingJobStatusCounters: counters = {} } = await sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
  const { Completed = 0, Stopped = 0, RetryableError = 0, NonRetryableError = 0, InProgress = 0 } = counters;
  const names: string[] = [];
  const pages = paginateListTrainingJobsForHyperParameterTuningJob({ client: sagemaker }, { HyperParameterTuningJobName, MaxResults: 100 });
  for await (const page of pages) names.push(...(page.TrainingJobSummaries ?? []).map(({ TrainingJobName }) => TrainingJobName!));
  return { names, complete: InProgress === 0 && names.length > 0 && names.length >= Completed + Stopped + RetryableError + NonRetryableError };
}

function jobReport(job: DescribeTrainingJobResponse): JobReport {
  const ours = ([name]: [string, unknown]) => name.startsWith('dp_');
  return {
    name: job.TrainingJobName!, status: job.TrainingJobStatus!, began: job.TrainingStartTime !== undefined || job.TrainingJobStatus === 'Completed',
    told: Object.fromEntries(Object.entries(job.HyperParameters ?? {}).filter(ours)),
    reported: Object.fromEntries((job.FinalMetricDataList ?? []).map(({ MetricName = '', Value = NaN }): [string, number] => [MetricName, Value]).filter(ours)),
    ...(job.TuningJobArn ? { tuning: job.TuningJobArn } : {}),
  };
}
