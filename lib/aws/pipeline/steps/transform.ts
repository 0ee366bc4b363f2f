import { Duration, Token } from 'aws-cdk-lib';
import { DataFlow } from '../../../policy/flow';
import { DataInput } from '../../storage/data-input';
import { IDataStore } from '../../storage/data-store';
import { takesVolumeKey } from '../controls';
import { ExecutionVariable } from '../execution';
import { Instances, InstanceUse } from '../instances';
import type { MLPipeline } from '../pipeline';
import { cacheConfig } from '../private/job';
import { allowJobs, allowVolumeKey } from '../private/permissions';
import { ModelStep } from './model';
import { PipelineStep, RetriedStepProps, StepType } from '../step';

/** How a file is cut into records. */
export enum SplitType {
  /** Not cut: a file is one request. */
  NONE = 'None',
  /** A record a line. */
  LINE = 'Line',
  /** RecordIO. */
  RECORD_IO = 'RecordIO',
  /** TFRecord. */
  TF_RECORD = 'TFRecord',
}

/** What a transform step is made from. */
export interface TransformStepProps extends RetriedStepProps {
  /** The model that answers. Its role reads the data and writes the answers. */
  readonly model: ModelStep;
  /** What is put to it. */
  readonly input: DataInput;
  /**
   * Media type of the data.
   *
   * @default 'text/csv'
   */
  readonly contentType?: string;
  /**
   * Media type of the answers.
   *
   * @default 'text/csv'
   */
  readonly accept?: string;
  /**
   * How files are cut into records.
   *
   * @default SplitType.LINE
   */
  readonly split?: SplitType;
  /**
   * Largest request in MB, 0 to 100.
   *
   * @default 6
   */
  readonly maxPayloadMb?: number;
  /**
   * Whether each answer is written behind its record.
   *
   * @default false
   */
  readonly joinInput?: boolean;
  /**
   * The store that answers go to.
   *
   * @default - the workspace's outputs
   */
  readonly store?: IDataStore;
  /**
   * The machines it runs on.
   *
   * @default - one `ml.m5.xlarge`
   */
  readonly instances?: Instances;
  /**
   * For how long a run takes over the result of an earlier one with the same inputs.
   *
   * @default - each run works afresh
   */
  readonly cache?: Duration;
}

/** Puts a data set to a model. Network and isolation are the model's. */
export class TransformStep extends PipelineStep {
  private readonly transform: TransformStepProps;
  private readonly instances: Instances;

  constructor(pipeline: MLPipeline, id: string, props: TransformStepProps) {
    super(pipeline, id, StepType.TRANSFORM, props);
    this.transform = props;
    const { workspace, _role: role } = pipeline;
    const { maxPayloadMb } = props;
    this.instances = props.instances ?? Instances.of('ml.m5.xlarge');
    this.instances.check(InstanceUse.TRANSFORM, `step '${this.node.path}'`);
    if (maxPayloadMb !== undefined && !Token.isUnresolved(maxPayloadMb) && (!Number.isInteger(maxPayloadMb) || maxPayloadMb < 0 || maxPayloadMb > 100)) {
      this._fail(`maxPayloadMb of ${maxPayloadMb} is not possible: use a whole number from 0 to 100`);
    }
    this._recordLimits('transform');
    allowJobs(role, workspace, 'transform', true);
    if (this.takesVolumeKey) {
      allowVolumeKey(role, workspace);
      allowVolumeKey(props.model._role, workspace);
    }
    props.input.grantRead(props.model._role);
    this.store.grantWrite(props.model._role, this.prefix);
    this._receives(props.model.node.path, 'model');
    this._receives(props.input.sourceId, props.input.name, { prefix: props.input._prefix });
    DataFlow.of(this).connect(this.node.path, this.store.node.path, 'answers', { prefix: this.prefix });
  }

  /** The answers, as the input of another step. */
  public output(): DataInput {
    return DataInput.of({
      uri: this.property('TransformOutput.S3OutputPath'),
      name: 'answers',
      sourceId: this.node.path,
      reader: { grantReadTo: (grantee) => { this.store.grantRead(grantee, this.prefix); } },
    });
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const { model, input, contentType, accept, split = SplitType.LINE, maxPayloadMb = 6, joinInput } = this.transform;
    return {
      ModelName: model.modelName,
      BatchStrategy: split === SplitType.NONE ? 'SingleRecord' : 'MultiRecord',
      MaxPayloadInMB: maxPayloadMb,
      ModelClientConfig: { InvocationsTimeoutInSeconds: 600, InvocationsMaxRetries: 1 },
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: input.uri } },
        ContentType: contentType ?? 'text/csv', CompressionType: 'None', SplitType: split,
      },
      TransformOutput: {
        S3OutputPath: `${this.store.uri(this.prefix)}${ExecutionVariable.EXECUTION_ID}`,
        Accept: accept ?? 'text/csv', AssembleWith: split === SplitType.NONE ? 'None' : 'Line', KmsKeyId: this.store.key?.keyArn,
      },
      TransformResources: {
        InstanceType: this.instances.type, InstanceCount: this.instances.count,
        VolumeKmsKeyId: this.takesVolumeKey ? this.pipeline.workspace.dataKey.keyArn : undefined,
      },
      DataProcessing: joinInput ? { JoinSource: 'Input' } : undefined,
    };
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    return cacheConfig(this.transform.cache);
  }

  private get takesVolumeKey(): boolean {
    return takesVolumeKey('transform', this.instances);
  }

  private get store(): IDataStore {
    return this.transform.store ?? this.pipeline.workspace.outputs;
  }

  private get prefix(): string {
    return `${this.pipeline.pipelineName}/${this.stepName}/`;
  }
}
