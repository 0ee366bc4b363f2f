import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Classification } from '../../../policy/classification';
import { DataFlow } from '../../../policy/flow';
import { ServiceRole } from '../../private/service-role';
import { wholeMinutes } from '../../private/whole';
import { DataInput } from '../../storage/data-input';
import { IDataStore } from '../../storage/data-store';
import { Code } from '../code';
import type { MLPipeline } from '../pipeline';
import { allowStatusRule } from '../private/emr';
import { cacheConfig } from '../private/job';
import { allowPassing } from '../private/permissions';
import { UploadedFile } from '../private/upload';
import { SparkApplication } from '../spark-application';
import { PipelineStep, RetriedStepProps, StepType } from '../step';

/** What an EMR Serverless step is made from. */
export interface EmrServerlessStepProps extends RetriedStepProps {
  /** Where it runs. */
  readonly application: SparkApplication;
  /** The program and the modules it imports, all in one folder. */
  readonly code: Code;
  /** What it reads; the program is given their URIs as `--<name> <uri>`. */
  readonly inputs: DataInput[];
  /**
   * Further arguments of the program; may hold pipeline variables.
   *
   * @default - none
   */
  readonly arguments?: string[];
  /**
   * Options of `spark-submit`, such as `--conf spark.executor.cores=4`.
   *
   * @default - none
   */
  readonly sparkOptions?: string;
  /**
   * The store it writes to; the program is given `--output <uri>`.
   *
   * @default - the workspace's outputs
   */
  readonly store?: IDataStore;
  /**
   * States that the step de-identifies: its output is of this classification, whatever goes in.
   *
   * @default - the output is as sensitive as the most sensitive input
   */
  readonly deIdentifiesTo?: Classification;
  /**
   * When it is stopped at the latest.
   *
   * @default Duration.hours(6)
   */
  readonly maxRuntime?: Duration;
  /**
   * For how long a run takes over the result of an earlier one with the same arguments.
   *
   * @default - each run works afresh
   */
  readonly cache?: Duration;
}

/** Runs a Spark program on EMR Serverless. */
export class EmrServerlessStep extends PipelineStep implements iam.IGrantable {
  /** The role of the program. */
  public readonly role: iam.IRole;
  /** The principal to grant to. */
  public readonly grantPrincipal: iam.IPrincipal;
  private readonly spark: EmrServerlessStepProps;
  private readonly files: UploadedFile[];

  constructor(pipeline: MLPipeline, id: string, props: EmrServerlessStepProps) {
    super(pipeline, id, StepType.EMR_SERVERLESS, props);
    this.spark = props;
    const nested = props.code._files.find((file) => file.includes('/') || !file.endsWith('.py'));
    if (nested !== undefined) this._fail(`the code has '${nested}': Spark is given Python modules one by one, so keep the folder flat and to .py files`);
    if (props.maxRuntime) wholeMinutes(props.maxRuntime, `${this.node.path}: maxRuntime`);
    this._recordLimits('emr-serverless');
    const role = new ServiceRole(this, 'Role', { service: 'emr-serverless.amazonaws.com', description: `Step ${this.stepName} of pipeline ${pipeline.pipelineName}` });
    this.role = role.role;
    this.grantPrincipal = role.grantPrincipal;
    this.files = props.code._bindFiles(this);
    const { partition } = Stack.of(this);
    role.allow(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: this.files.map((file) => `arn:${partition}:s3:::${file.bucketName}/${file.key}`) }));
    for (const input of props.inputs) {
      input.grantRead(role);
      this._receives(input.sourceId, input.name, { prefix: input._prefix });
    }
    this.store.grantReadWrite(role, this.prefix);
    DataFlow.of(this).add({ id: this.node.path, kind: 'step', name: this.stepName, detail: this.stepType, deIdentifiesTo: props.deIdentifiesTo, purpose: pipeline._purpose });
    DataFlow.of(this).connect(this.node.path, this.store.node.path, 'output', { prefix: `${this.prefix}data/` });
    this.allowPipeline(role);
  }

  /** What it writes, as the input of another step. The prefix is the same in each run: a program overwrites. */
  public output(): DataInput {
    return DataInput.of({
      uri: this._target, name: 'output', sourceId: this.node.path,
      reader: { grantReadTo: (grantee) => { this.store.grantRead(grantee, this.prefix); } },
    });
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const { application, inputs, arguments: args = [], sparkOptions, maxRuntime = Duration.hours(6) } = this.spark;
    const [program, ...modules] = this.files;
    const options = [...(modules.length > 0 ? [`--py-files ${modules.map((module) => module.uri).join(',')}`] : []), ...(sparkOptions === undefined ? [] : [sparkOptions])];
    return {
      ExecutionRoleArn: this.role.roleArn,
      ApplicationId: application.applicationId,
      JobConfig: {
        applicationId: application.applicationId,
        executionRoleArn: this.role.roleArn,
        executionTimeoutMinutes: maxRuntime.toMinutes(),
        configurationOverrides: {
          monitoringConfiguration: { s3MonitoringConfiguration: { logUri: `${this.outputUri}logs/`, encryptionKeyArn: this.store.key?.keyArn } },
        },
        jobDriver: {
          sparkSubmit: {
            entryPoint: program.uri,
            entryPointArguments: [...inputs.flatMap((input) => [`--${input.name}`, input.uri]), '--output', this._target, ...args],
            sparkSubmitParameters: options.length > 0 ? options.join(' ') : undefined,
          },
        },
      },
    };
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    return cacheConfig(this.spark.cache);
  }

  /** @internal Where its output goes. */
  protected get _target(): string {
    return `${this.outputUri}data/`;
  }

  private get store(): IDataStore {
    return this.spark.store ?? this.pipeline.workspace.outputs;
  }

  private get prefix(): string {
    return `${this.pipeline.pipelineName}/${this.stepName}/`;
  }

  private get outputUri(): string {
    return this.store.uri(this.prefix);
  }

  private allowPipeline(role: ServiceRole): void {
    const { _role: pipelineRole, workspace } = this.pipeline;
    const { applicationArn } = this.spark.application;
    pipelineRole.allow(new iam.PolicyStatement({
      actions: ['emr-serverless:GetApplication', 'emr-serverless:StartApplication', 'emr-serverless:StartJobRun', 'emr-serverless:TagResource'],
      resources: [applicationArn],
    }));
    pipelineRole.allow(new iam.PolicyStatement({
      actions: ['emr-serverless:CancelJobRun', 'emr-serverless:GetJobRun', 'emr-serverless:TagResource'],
      resources: [`${applicationArn}/jobruns/*`],
    }), 'EMR names job runs when they start');
    allowPassing(pipelineRole, role.role, 'emr-serverless.amazonaws.com');
    allowStatusRule(pipelineRole, workspace);
  }
}
