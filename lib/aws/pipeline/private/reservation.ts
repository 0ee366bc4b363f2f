import { Lazy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { DifferentialPrivacy } from '../../../policy/privacy';
import type { TrialDistribution } from '../../../policy/privacy/renyi';
import { PrivacyPlan } from '../../private/privacy-plan';
import type { IDataStore } from '../../storage/data-store';
import { ExecutionVariable } from '../execution';
import { ParameterType } from '../parameter';
import type { RetryPolicy } from '../retry';
import type { PipelineStep } from '../step';
import { LambdaStep } from '../steps/lambda';

/** The steps around one that spends privacy. */
export interface Reservation {
  /** Stops the run where a budget has no room. */
  readonly reserve: LambdaStep;
  /** Charges what was really spent; who uses the model waits for it. */
  readonly settle: LambdaStep;
}

/** What is reserved, and for what. */
export interface Spending {
  readonly kind: 'training' | 'tuning';
  readonly privacy: DifferentialPrivacy;
  readonly trainings: number | TrialDistribution;
  readonly retries?: RetryPolicy[];
}

const ANSWERS = { reservation: ParameterType.STRING, epsilon: ParameterType.STRING, delta: ParameterType.STRING, verdict: ParameterType.STRING };
const JOB_NAME = { training: 'TrainingJobName', tuning: 'HyperParameterTuningJobName' };

/** Puts a step before and one after a step that spends privacy, where the workspace has a ledger. */
export function reservePrivacy(step: PipelineStep, { kind, privacy, trainings, retries = [] }: Spending): Reservation | undefined {
  if (retries.some((policy) => policy._repeatsJobs)) {
    step._fail('is retried after an internal error of its job, which has spent privacy by then and would spend it again uncounted: retry on RetryOn.CAPACITY_ERROR, RetryOn.THROTTLING and RetryOn.SERVICE_FAULT, after which no job has begun');
  }
  const { pipeline } = step;
  const plan = PrivacyPlan.of(step);
  const keeper = plan.keeperOf(pipeline.workspace);
  if (!keeper) return undefined;
  const { drawing, sampleRate, noiseMultiplier, steps, passes } = privacy._noisySteps;
  const run = { execution: ExecutionVariable.EXECUTION_ARN, step: step.stepName };
  const handler = (id: string) => lambda.Function.fromFunctionArn(step, id, keeper.ledgerFunctionArn);
  const reserve = new LambdaStep(pipeline, `${step.node.id}Reserve`, {
    handler: handler('Reserve'), stepName: `${step.stepName.slice(0, 57)}Reserve`, description: `Reserves the privacy that ${step.stepName} spends`, answers: ANSWERS,
    arguments: {
      action: 'reserve', ...run, started: ExecutionVariable.START_DATE_TIME, unit: privacy.unit, delta: String(privacy.guarantee.delta), drawing, sampleRate: String(sampleRate), noiseMultiplier: String(noiseMultiplier),
      steps: String(steps), passes: String(passes), trainings: typeof trainings === 'number' ? String(trainings) : JSON.stringify(trainings),
      // the bucket, by which other apps and other stores know the same data; told by the data flow when all of it is there
      dataSets: Lazy.uncachedString({ produce: () => plan.accountsBehind(step).map(({ store }) => (store as IDataStore).bucket.bucketName).join(',') }),
    },
  });
  const settle = new LambdaStep(pipeline, `${step.node.id}Settle`, {
    handler: handler('Settle'), stepName: `${step.stepName.slice(0, 58)}Settle`, description: `Charges the privacy that ${step.stepName} has spent`, answers: ANSWERS,
    arguments: { action: 'settle', ...run, reservation: reserve.answer('reservation'), kind, job: step.property(JOB_NAME[kind]) },
  });
  return { reserve, settle };
}

/** Metrics by which a job says what it did, with what finds them in its log. */
export function spentMetrics({ _noisySteps: { drawing } }: DifferentialPrivacy): Record<string, string> {
  const names = drawing === 'all' ? ['dp_rounds', 'dp_noise_multiplier'] : ['dp_steps', 'dp_sample_rate', 'dp_noise_multiplier'];
  return Object.fromEntries(names.map((name) => [name, `${name}=([0-9.eE+-]+)`]));
}
