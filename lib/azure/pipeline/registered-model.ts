import { Construct } from 'constructs';
import { DataFlow } from '../../policy/flow';
import { having, requireProps } from '../../policy/required';
import { nameOf, Names } from '../private/names';
import type { DataInput } from '../storage/data-input';
import type { IServable, VersionOptions } from '../serving/served-model';
import { ServedModel } from '../serving/served-model';
import type { MLPipeline } from './pipeline';
import { outputOf } from './private/expression';
import { checkedId } from './private/step-props';
import type { ITrainedModel } from './trained-model';

/** What is registered. */
export interface RegistrationProps {
  /** The step that makes the model. */
  readonly training: ITrainedModel;
  /**
   * Which of its outputs, where several are models.
   *
   * @default - the one that is a model
   */
  readonly model?: DataInput;
  /**
   * Name in the registry of the workspace.
   *
   * @default - made from the path of the construct
   */
  readonly modelName?: string;
}

/**
 * A name in the registry of models, under which each run of a pipeline puts a version. Azure ML knows no approval of a version: what is served is the
 * version that somebody names, see `ServedModel`.
 */
export class RegisteredModel extends Construct implements IServable {
  /** Name in the registry. */
  public readonly modelName: string;
  private readonly pipeline: MLPipeline;
  private readonly artifact: DataInput;
  private readonly options: VersionOptions;
  private served?: ServedModel;

  constructor(pipeline: MLPipeline, id: string, props: RegistrationProps) {
    super(pipeline, checkedId(pipeline, id, 'registration'));
    const owner = `registration '${this.node.path}'`;
    requireProps(owner, props, {
      training: { is: having('model', 'stepName', '_registered'), give: 'the step of addCommand, addSweep or addAutoML that makes the model' },
      model: { is: having('uri', 'sourceId'), give: 'the output of the step', optional: true },
    });
    const { training } = props;
    if (training.pipeline !== pipeline) throw new Error(`${owner}: registers the model of '${training.node.path}', a step of another pipeline: register it there`);
    this.pipeline = pipeline;
    this.artifact = props.model ?? training.model;
    this.modelName = props.modelName === undefined ? nameOf(this, 'asset') : Names.check(owner, 'asset', props.modelName);
    this.options = { isMlflow: this.artifact.type === 'mlflow_model', environment: training.trainingEnvironment };
    const { step, output } = outputOf(this.artifact.uri) ?? {};
    if (step !== training.stepName || output === undefined || !training._named(output).isModel) {
      throw new Error(`${owner}: '${this.artifact.name}' is no model of step '${training.stepName}': declare the output with Output.model or Output.mlflowModel`);
    }
    const other = training._registered.get(output);
    if (other !== undefined) throw new Error(`${owner}: output '${output}' of step '${training.stepName}' is registered as '${other}': register it once`);
    training._registered.set(output, this.modelName);
    const flow = DataFlow.of(this);
    flow.add({ id: this.node.path, kind: 'model', name: this.modelName, detail: 'registered model', region: pipeline.workspace.location });
    flow.connect(training.node.path, this.node.path, 'version');
  }

  /** What an endpoint serves: the version that somebody approved by giving its number; nothing before. */
  public get servedModel(): ServedModel {
    return this.served ??= ServedModel.approvedVersionOf(this, this.options);
  }

  /** A version, fixed. */
  public version(version: string): ServedModel {
    return ServedModel.fromVersion(this.idOf(version), { sourceId: this.node.path, ...this.options });
  }

  /** Id of a version, in Azure Resource Manager. */
  public idOf(version: string): string {
    return `${this.pipeline.workspace.workspaceId}/models/${this.modelName}/versions/${version}`;
  }
}
