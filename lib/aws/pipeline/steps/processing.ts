import * as iam from 'aws-cdk-lib/aws-iam';
import { Classification } from '../../../policy/classification';
import { DataFlow } from '../../../policy/flow';
import { DataInput } from '../../storage/data-input';
import { IDataStore } from '../../storage/data-store';
import { Code } from '../code';
import { ExecutionVariable } from '../execution';
import { ContainerImage } from '../images';
import { InstanceUse } from '../instances';
import { JobStepProps } from '../job-props';
import { Output } from '../output';
import type { MLPipeline } from '../pipeline';
import { cacheConfig, Job } from '../private/job';
import { commandOf, launcher, PROCESSING_CODE_PATH } from '../private/launch';
import { s3Input } from '../private/processing';
import type { UploadedFile } from '../private/upload';
import { PipelineVariable } from '../private/variable';
import { PipelineStep, StepType } from '../step';

/** What a processing step is made from. */
export interface ProcessingStepProps extends JobStepProps {
  /** The image it runs in. */
  readonly image: ContainerImage;
  /**
   * The code it runs.
   *
   * @default - the image's own entrypoint
   */
  readonly code?: Code;
  /**
   * What is run, instead of the program of the code or the entrypoint of the image.
   *
   * @default - `python3` with the program of the code; the image's own without code
   */
  readonly entrypoint?: string[];
  /**
   * Arguments of the program; may hold pipeline variables.
   *
   * @default - none
   */
  readonly arguments?: string[];
  /**
   * What it reads, each mounted at `/opt/ml/processing/input/<name>` unless said otherwise with `mountedAt`.
   *
   * @default - nothing
   */
  readonly inputs?: DataInput[];
  /**
   * What it writes.
   *
   * @default - one output called `output`
   */
  readonly outputs?: Output[];
  /**
   * States that the step de-identifies: its outputs are of this classification, whatever goes in.
   *
   * @default - the outputs are as sensitive as the most sensitive input
   */
  readonly deIdentifiesTo?: Classification;
}

/**
 * Runs a processing job. Its container has no network and no credentials to speak of: SageMaker brings the inputs and
 * takes the outputs.
 */
export class ProcessingStep extends PipelineStep implements iam.IGrantable {
  /** The role of the job. */
  public readonly role: iam.IRole;
  /** The principal to grant to. */
  public readonly grantPrincipal: iam.IPrincipal;
  /** @internal */
  public readonly _code?: UploadedFile;
  private readonly job: Job;
  private readonly processing: ProcessingStepProps;
  private readonly outputs: Output[];
  private readonly imageUri: string;

  constructor(pipeline: MLPipeline, id: string, props: ProcessingStepProps) {
    super(pipeline, id, StepType.PROCESSING, props);
    this.processing = props;
    this.outputs = props.outputs ?? Output.named('output');
    this.checkProps();
    this.job = new Job(this, {
      carrier: 'processing', kind: 'processing', logGroup: '/aws/sagemaker/ProcessingJobs', use: InstanceUse.PROCESSING,
      instances: props.instances, maxRuntime: props.maxRuntime, environment: props.environment, withoutIsolation: props.withoutNetworkIsolation,
    });
    this.role = this.job.role.role;
    this.grantPrincipal = this.job.role.grantPrincipal;
    DataFlow.of(this).add({ id: this.node.path, kind: 'step', name: this.stepName, detail: this.stepType, deIdentifiesTo: props.deIdentifiesTo, purpose: pipeline._purpose });
    this.imageUri = this.job.pull(props.image);
    if (props.code) this._code = this.job.load(props.code);
    for (const input of props.inputs ?? []) this.job.read(input);
    for (const output of this.outputs) {
      this.job.write(this.storeOf(output), this.prefixOf(output), output.name, output.file !== undefined);
      // Pipelines itself reads the values that conditions compare.
      if (output.file !== undefined) this.storeOf(output).grantRead(pipeline._role, this.prefixOf(output));
    }
  }

  /**
   * One of its outputs, as the input of another step.
   *
   * @param name may be left out when there is only one
   */
  public output(name?: string): DataInput {
    const output = this.named(name);
    const store = this.storeOf(output);
    return DataInput.of({
      uri: this.property(`ProcessingOutputConfig.Outputs['${output.name}'].S3Output.S3Uri`),
      name: output.name,
      sourceId: this.node.path,
      reader: { grantReadTo: (grantee) => { store.grantRead(grantee, this.prefixOf(output)); } },
    });
  }

  /**
   * A number out of a property file, for a condition.
   *
   * @param output name of the output that is a property file
   * @param path in the file, such as `binary_classification_metrics.auc.value`
   */
  public jsonGet(output: string, path: string): number {
    return this.jsonVariable(output, path).number;
  }

  /** A text out of a property file. */
  public jsonGetString(output: string, path: string): string {
    return this.jsonVariable(output, path).text;
  }

  /** S3 URI of the file of a property file, for the metrics of a registration. */
  public propertyFileUri(output: string): string {
    const { file } = this.named(output);
    if (file === undefined) this._fail(`output '${output}' has no property file: declare it with Output.propertyFile('${output}', '<file>.json')`);
    return `${this.property(`ProcessingOutputConfig.Outputs['${output}'].S3Output.S3Uri`)}/${file}`;
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const { inputs = [], arguments: args } = this.processing;
    const entrypoint = this.entrypoint();
    return {
      ProcessingResources: { ClusterConfig: this.job.cluster },
      AppSpecification: { ImageUri: this.imageUri, ContainerEntrypoint: entrypoint, ContainerArguments: args && args.length > 0 ? args : undefined },
      RoleArn: this.role.roleArn,
      ProcessingInputs: [
        ...inputs.map((input) => s3Input(input.name, input.uri, input.path)),
        ...(this._code ? [s3Input('code', this._code.uri, PROCESSING_CODE_PATH)] : []),
      ],
      ProcessingOutputConfig: {
        KmsKeyId: this.storeOf(this.outputs[0]).key?.keyArn,
        Outputs: this.outputs.map((output) => ({
          OutputName: output.name,
          AppManaged: false,
          S3Output: { S3Uri: this.uriOf(output), LocalPath: output.path, S3UploadMode: 'EndOfJob' },
        })),
      },
      Environment: this.job.environment,
      NetworkConfig: this.job.networkConfig,
      StoppingCondition: this.job.stoppingCondition,
    };
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    const files = this.outputs.filter((output) => output.file !== undefined)
      .map((output) => ({ PropertyFileName: output.name, OutputName: output.name, FilePath: output.file }));
    return { ...cacheConfig(this.processing.cache), ...(files.length > 0 ? { PropertyFiles: files } : {}) };
  }

  /** @internal Whether its container reaches nothing. */
  public get _isIsolated(): boolean {
    return this.job.isIsolated;
  }

  private entrypoint(): string[] | undefined {
    const { entrypoint, code } = this.processing;
    return code ? launcher(PROCESSING_CODE_PATH, entrypoint ?? commandOf(code.program)) : entrypoint;
  }

  private jsonVariable(name: string, path: string): PipelineVariable {
    const output = this.named(name);
    if (output.file === undefined) this._fail(`output '${name}' has no property file: declare it with Output.propertyFile('${name}', '<file>.json')`);
    if (path === '') this._fail(`the path into property file '${name}' is empty: give one such as 'metrics.auc.value'`);
    return new PipelineVariable({ 'Std:JsonGet': { PropertyFile: { Get: `Steps.${this.stepName}.PropertyFiles.${name}` }, Path: path } }, this);
  }

  private named(name?: string): Output {
    const names = this.outputs.map((output) => `'${output.name}'`).join(', ');
    if (name === undefined && this.outputs.length !== 1) this._fail(`has the outputs ${names}: name one of them`);
    const found = name === undefined ? this.outputs[0] : this.outputs.find((output) => output.name === name);
    return found ?? this._fail(`has no output '${name}': it has ${names}`);
  }

  private storeOf(output: Output): IDataStore {
    return output.store ?? this.pipeline.workspace.outputs;
  }

  private prefixOf(output: Output): string {
    return output.prefix ?? this.job.prefix(output.name);
  }

  private uriOf(output: Output): string {
    const uri = this.storeOf(output).uri(this.prefixOf(output));
    // A run must not write over another's outputs, except where the user named the place.
    return output.prefix === undefined ? `${uri}${ExecutionVariable.EXECUTION_ID}` : uri;
  }

  private checkProps(): void {
    const names = this.outputs.map((output) => output.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) this._fail(`two outputs are called '${twice}': give each a name of its own`);
    if (this.outputs.length === 0) this._fail('has no outputs: leave them out for one called \'output\'');
    const keys = new Set(this.outputs.map((output) => this.storeOf(output).key));
    if (keys.size > 1) this._fail('writes to stores with different keys, and a processing job encrypts all its outputs with one: use stores with the same key, or two steps');
    if (this.processing.code?._trainsPrivately) this._fail('runs the code of a private training, which takes the numbers of its privacy and gives out a model: use addTraining or addTuning, with privacy');
    if (this.processing.entrypoint?.length === 0) this._fail('entrypoint is empty: give a command, or leave it out');
  }
}
