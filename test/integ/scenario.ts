import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribePipelineExecutionCommand, ListPipelineExecutionStepsCommand, SageMakerClient, StartPipelineExecutionCommand } from '@aws-sdk/client-sagemaker';

/** What a deployed stack tells a check. */
export interface Deployed {
  readonly region: string;
  /** The outputs of the stack by name. */
  readonly outputs: Record<string, string>;
  say(line: string): void;
}

/** One integration test: `app.ts` beside it is deployed, then it is checked, cleaned and destroyed. */
export interface Scenario {
  /** The outputs of the stack that the check reads. */
  readonly needs: readonly string[];
  /**
   * Makes the deployed stack do its work, and looks at what came of it.
   *
   * @throws an error that says what is not as it should be
   */
  check(deployed: Deployed): Promise<void>;
  /** Removes what AWS made besides CloudFormation and what would stop the stack's deletion; buckets are emptied anyway. */
  clean?(deployed: Deployed): Promise<void>;
}

/** @throws an error with the message, unless it holds */
export function expect(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}

/**
 * Asks until there is an answer.
 *
 * @throws an error when the minutes are over
 */
export async function until<T>(what: string, minutes: number, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + minutes * 60_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what}: not after ${minutes} minutes`);
    await sleep(20_000);
  }
}

/** Puts text into a store, under the bucket's own encryption. */
export async function put(region: string, bucket: string, key: string, body: string): Promise<void> {
  await new S3Client({ region }).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
}

/** Keys below a prefix. */
export async function keysBelow(region: string, bucket: string, prefix: string): Promise<string[]> {
  const { Contents = [] } = await new S3Client({ region }).send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return Contents.map((object) => object.Key!);
}

/**
 * Runs a pipeline to its end.
 *
 * @throws an error with the reasons of the steps that failed
 */
export async function runPipeline({ region, say }: Deployed, name: string, minutes: number): Promise<string> {
  const sagemaker = new SageMakerClient({ region });
  const { PipelineExecutionArn: run } = await sagemaker.send(new StartPipelineExecutionCommand({ PipelineName: name }));
  say(`runs ${run}`);
  const status = await until(`the run of ${name}`, minutes, async () => {
    const { PipelineExecutionStatus } = await sagemaker.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn: run }));
    return PipelineExecutionStatus === 'Executing' ? undefined : PipelineExecutionStatus;
  });
  const { PipelineExecutionSteps: steps = [] } = await sagemaker.send(new ListPipelineExecutionStepsCommand({ PipelineExecutionArn: run }));
  const reasons = steps.filter((step) => step.FailureReason).map((step) => `${step.StepName}: ${step.FailureReason}`);
  expect(status === 'Succeeded', `the run of ${name} ended as ${status}: ${reasons.join('; ') || 'no step says why'}`);
  return run!;
}
