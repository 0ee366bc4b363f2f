import { Duration, SizeRoundingBehavior, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { requireServices } from '../../private/endpoint-services';
import type { IDataStore } from '../../storage/data-store';
import { ExecutionVariable } from '../execution';
import type { MLPipeline } from '../pipeline';
import { checkSource, declarePlan, deidentificationCode, digestOf, quarantinePrefix } from '../private/deidentification';
import { upload } from '../private/upload';
import { SparkApplication } from '../spark-application';
import { RetriedStepProps } from '../step';
import { DeidentificationSource } from './deidentification';
import { EmrServerlessStep } from './emr-serverless';

/** What a de-identification on EMR Serverless is made from. */
export interface ServerlessDeidentificationStepProps extends DeidentificationSource, RetriedStepProps {
  /** Where it runs. For free text it has an image with Presidio. */
  readonly application: SparkApplication;
  /**
   * Executors.
   *
   * @default 4
   */
  readonly executors?: number;
  /**
   * Cores of each executor and of the driver: 1, 2, 4, 8 or 16.
   *
   * @default 4
   */
  readonly executorCores?: number;
  /**
   * GiB of memory of each executor and of the driver.
   *
   * @default - 3 a core, which leaves a fourth to what Spark uses beside its heap
   */
  readonly executorMemoryGb?: number;
  /**
   * When it is stopped at the latest.
   *
   * @default Duration.hours(6)
   */
  readonly maxRuntime?: Duration;
}

/**
 * De-identifies a table after a plan, with Spark on EMR Serverless. It gives the table as `output()`, in a prefix of each run; the report lies beside it. The
 * pipeline stops where the plan is not held.
 */
export class ServerlessDeidentificationStep extends EmrServerlessStep {
  /** S3 URI of the folder of the report, which ends in the id of the run. */
  public readonly reportUri: string;

  constructor(pipeline: MLPipeline, id: string, props: ServerlessDeidentificationStepProps) {
    checkSource(pipeline, id, props);
    if (props.plan._searchesText && !props.application?._hasOwnImage) {
      throw new Error(`${pipeline.node.path}/${id}: the plan searches free text, for which the image of EMR lacks Presidio: give the SparkApplication an image that has it, or take addDeidentification with one`);
    }
    const { plan, input, quarantine, key, vault, store = pipeline.workspace.outputs, application, maxRuntime } = props;
    const options = sparkOptions(`${pipeline.node.path}/${id}`, props);
    const prefix = `${pipeline.pipelineName}/${props.stepName ?? id}/`;
    const rejected = quarantinePrefix(pipeline, props.stepName ?? id);
    const reportUri = `${store.uri(prefix)}report/${ExecutionVariable.EXECUTION_ID}/`;
    const file = upload(pipeline, 'plan.json', Buffer.from(plan.json));
    super(pipeline, id, {
      stepName: props.stepName, displayName: props.displayName, description: props.description, dependsOn: props.dependsOn, retries: props.retries,
      application, maxRuntime,
      code: deidentificationCode(),
      inputs: [input.as('data')],
      store,
      sparkOptions: options,
      arguments: [
        '--report', reportUri, '--quarantine', `${quarantine.uri(rejected)}${ExecutionVariable.EXECUTION_ID}/`, '--plan', file.uri, '--plan-digest', digestOf(plan),
        ...(key?._folder ? ['--key', `${key._folder.uri}${key._file}`] : []), ...(key?._secret ? ['--key-secret', key._secret.secretArn] : []),
        ...(vault?._batchArguments ?? []),
      ],
      deIdentifiesTo: plan.resultsIn,
    });
    this.reportUri = reportUri;
    const { partition } = Stack.of(this);
    iam.Grant.addToPrincipal({ grantee: this, actions: ['s3:GetObject'], resourceArns: [`arn:${partition}:s3:::${file.bucketName}/${file.key}`] });
    quarantine.grantReadWrite(this, rejected);
    this.allowReplacing(store, prefix);
    this.allowReplacing(quarantine, rejected);
    if (key?._secret) requireServices(pipeline.workspace, ['secretsmanager'], `step '${this.node.path}'`);
    key?.grantRead(this);
    vault?._serve(this);
    declarePlan(this, props);
  }

  /** @internal A retry of a run works where the run did; another run does not. */
  protected override get _target(): string {
    return `${super._target}${ExecutionVariable.EXECUTION_ID}/`;
  }

  // to put a file in its place S3 copies it and removes the copied one
  private allowReplacing(store: IDataStore, prefix: string): void {
    iam.Grant.addToPrincipal({ grantee: this, actions: ['s3:DeleteObject'], resourceArns: [store.bucket.arnForObjects(`${prefix}*`)] });
  }
}

function sparkOptions(path: string, props: ServerlessDeidentificationStepProps): string {
  const { executors = 4, executorCores = 4, executorMemoryGb = executorCores * 3 } = props;
  for (const [name, value] of Object.entries({ executors, executorMemoryGb })) if (!Number.isInteger(value) || value < 1) throw new Error(`${path}: ${name} is ${value}: give a whole number from 1`);
  if (![1, 2, 4, 8, 16].includes(executorCores)) throw new Error(`${path}: executorCores is ${executorCores}: EMR Serverless has workers of 1, 2, 4, 8 or 16 cores`);
  checkLimits(path, props, { executors, executorCores, executorMemoryGb });
  const settings = {
    'dynamicAllocation.enabled': false, 'executor.instances': executors, 'executor.cores': executorCores, 'executor.memory': `${executorMemoryGb}g`,
    'driver.cores': executorCores, 'driver.memory': `${executorMemoryGb}g`, 'sql.shuffle.partitions': executors * executorCores * 4,
  };
  return Object.entries(settings).map(([name, value]) => `--conf spark.${name}=${value}`).join(' ');
}

/** GiB of a worker at most, by its cores: https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/app-behavior.html */
const MOST_MEMORY: Readonly<Record<number, number>> = { 1: 8, 2: 16, 4: 30, 8: 60, 16: 120 };

/** Passes for workers that there are, and that the application may have all at once: executors are of a fixed number, and one is missing for as long as the run. */
function checkLimits(path: string, { application }: ServerlessDeidentificationStepProps, { executors, executorCores, executorMemoryGb }: Required<Pick<ServerlessDeidentificationStepProps, 'executors' | 'executorCores' | 'executorMemoryGb'>>): void {
  // what Spark uses beside its heap: a tenth, and no less than 384 MiB
  const memory = Math.ceil(executorMemoryGb + Math.max(0.375, executorMemoryGb / 10));
  const most = MOST_MEMORY[executorCores]!;
  if (memory > most) throw new Error(`${path}: executorMemoryGb of ${executorMemoryGb} comes to ${memory} GB with what Spark uses besides, and a worker of ${executorCores} cores has ${most} GB at most: give less, or more executorCores`);
  const { vcpus, memory: whole } = application._limits;
  const needed = { vcpus: (executors + 1) * executorCores, memory: (executors + 1) * memory };
  if (!Token.isUnresolved(vcpus) && needed.vcpus > vcpus) throw new Error(`${path}: ${executors} executors and a driver of ${executorCores} cores take ${needed.vcpus} vCPUs, and application '${application.node.path}' has ${vcpus} at most: raise maxVcpus, or lower executors`);
  if (!whole.isUnresolved() && needed.memory > whole.toGibibytes({ rounding: SizeRoundingBehavior.NONE })) {
    throw new Error(`${path}: ${executors} executors and a driver of ${memory} GB take ${needed.memory} GB, and application '${application.node.path}' has ${whole.toGibibytes({ rounding: SizeRoundingBehavior.NONE })} at most: raise maxMemory, or lower executors or executorMemoryGb`);
  }
}
