import { Construct } from 'constructs';
import type { Json } from '../azapi';
import type { Classification } from '../../policy/classification';
import type { Control } from '../../policy/control';
import { DataFlow } from '../../policy/flow';
import { DataInput } from '../storage/data-input';
import type { IDataStore } from '../storage/data-store';
import { Identity } from '../workspace/identity';
import type { IIdentity } from '../workspace/identity';
import type { Output } from './output';
import type { MLPipeline } from './pipeline';
import { expression, isExpression } from './private/expression';
import { checkedId, checkStepProps, nodeNameOf } from './private/step-props';
import { declareWeakening } from '../../policy/weakening';
import type { Weakening } from '../../policy/weakening';

/** What a step of a pipeline is, in the words that both clouds use. */
export enum StepType {
  /** Code that prepares, checks or measures. */
  PROCESSING = 'Processing',
  /** Code that learns: it has a model among its outputs. */
  TRAINING = 'Training',
  /** Trains many times to find the best hyperparameters. */
  TUNING = 'Tuning',
  /** Puts data to a model, in parallel. */
  TRANSFORM = 'Transform',
  /** A Spark program. */
  SPARK = 'Spark',
  /** Finds a model by itself. */
  AUTO_ML = 'AutoML',
  /** Copies data. */
  DATA_TRANSFER = 'DataTransfer',
  /** Another pipeline. */
  PIPELINE = 'Pipeline',
}

/** What every step takes. */
export interface StepProps {
  /**
   * Name in the pipeline: lower-case letters, digits or `_`, beginning with a letter.
   *
   * @default - made from the id of the construct
   */
  readonly stepName?: string;
  /**
   * Name that people see.
   *
   * @default - the id of the construct
   */
  readonly displayName?: string;
  /**
   * What the step is for.
   *
   * @default - none
   */
  readonly description?: string;
  /**
   * What the step acts as, if it shares that with others.
   *
   * @default - an identity of its own, which may do what its inputs and outputs need
   */
  readonly identity?: IIdentity;
}

/** What steps take that read and write data. */
export interface DataStepProps extends StepProps {
  /**
   * What it reads: input() of a store, or output() of a step.
   *
   * @default - nothing
   */
  readonly inputs?: DataInput[];
  /**
   * What it writes.
   *
   * @default - one folder called `output`
   */
  readonly outputs?: Output | Output[];
  /**
   * States that the step de-identifies: its outputs are of this classification, whatever goes in.
   *
   * @default - the outputs are as sensitive as the most sensitive input
   */
  readonly deIdentifiesTo?: Classification;
}

/** What a step is made of, beside what the user says. */
export interface StepParts {
  readonly type: StepType;
  readonly inputs: readonly DataInput[];
  readonly outputs: readonly Output[];
  readonly deIdentifiesTo?: Classification;
  /** Inputs that are texts. */
  readonly literals?: Readonly<Record<string, string>>;
  /** Which of the props are asked for. */
  readonly kind: string;
  /** Whether others read and write for it, as their own identities. */
  readonly isGroup?: boolean;
}

/** A step of a pipeline: a node in its graph, with an identity that may read its inputs and write its outputs. */
export abstract class PipelineStep extends Construct {
  /** The pipeline it belongs to. */
  public readonly pipeline: MLPipeline;
  /** Its name in the pipeline. */
  public readonly stepName: string;
  /** What it is. */
  public readonly stepType: StepType;
  /** What it acts as. */
  public readonly identity: IIdentity;
  /** @internal */
  public readonly _inputs: readonly DataInput[];
  /** @internal */
  public readonly _outputs: readonly Output[];
  /** @internal */
  public readonly _literals: Readonly<Record<string, string>>;
  /** @internal Names under which outputs that are models are registered. */
  public readonly _registered = new Map<string, string>();
  private readonly gaps: Weakening[] = [];

  protected constructor(pipeline: MLPipeline, id: string, props: StepProps, parts: StepParts) {
    super(pipeline, checkedId(pipeline, id, 'step'));
    checkStepProps(this.node.path, parts.kind, props);
    this.pipeline = pipeline;
    this.stepType = parts.type;
    this.stepName = nodeNameOf(this, id, props.stepName);
    this._inputs = parts.inputs;
    this._outputs = parts.outputs;
    this._literals = parts.literals ?? {};
    this.checkNames();
    pipeline._adopt(this);
    const flow = DataFlow.of(this);
    flow.add({ id: this.node.path, kind: 'step', name: this.stepName, detail: parts.type, deIdentifiesTo: parts.deIdentifiesTo, purpose: pipeline._purpose, region: pipeline.workspace.location });
    for (const input of parts.inputs) pipeline._checkSource(this, input);
    this.identity = props.identity ?? (parts.isGroup ? pipeline.workspace.identity : new Identity(this, 'Identity', { workspace: pipeline.workspace }));
    if (parts.isGroup) return;
    for (const input of parts.inputs) {
      if (!isExpression(input.uri)) pipeline._handedIn.nameFor(input);
      input.grantRead(this.identity);
      flow.connect(input.sourceId, this.node.path, input.name);
    }
    for (const output of parts.outputs) {
      const store = this._storeOf(output);
      pipeline.workspace.profile.residency.check(store.location, `the store of output '${output.name}' of '${this.node.path}'`);
      store.grantReadWrite(this.identity);
      flow.connect(this.node.path, store.node.path, output.name);
    }
  }

  /** What the step lacks in protection, and why. */
  public get weakenings(): Weakening[] {
    return [...this.gaps];
  }

  /**
   * One of its outputs, as the input of another step.
   *
   * @param name may be left out when there is only one
   */
  public output(name?: string): DataInput {
    const output = this._named(name);
    const store = this._storeOf(output);
    return DataInput.of({
      uri: expression(`parent.jobs.${this.stepName}.outputs.${output.name}`), name: output.name, type: output.type, sourceId: this.node.path,
      grantRead: (identity) => store.grantRead(identity),
    });
  }

  /** The model among its outputs, as the input of another step or for a registration. */
  public get model(): DataInput {
    const models = this._outputs.filter((output) => output.isModel);
    if (models.length !== 1) this._fail(`has ${models.length === 0 ? 'no model' : 'several models'} among its outputs: ${models.length === 0 ? 'add one with Output.model or Output.mlflowModel' : 'name one with output()'}`);
    return this.output(models[0].name);
  }

  /** @internal What of it stands in the pipeline: the fields of its own beside those that all have. */
  public abstract _fields(): { readonly [name: string]: Json | undefined };

  /** @internal Versions that it refers to. */
  public abstract _needs(): readonly { readonly version: string }[];

  /** @internal What is wrong with it when all steps and stores are there; each message begins with its path. */
  public _problems(): string[] {
    return [];
  }

  /** @internal The node, as the pipeline has it. */
  public _render(): Json {
    return { name: this.stepName, inputs: this._renderInputs(), outputs: this._renderOutputs(), ...this._fields() };
  }

  /** @internal */
  public get _identityBlock(): Json {
    return { identity_type: 'Managed', client_id: this.identity.clientId };
  }

  /** @internal */
  public _named(name?: string): Output {
    const names = this._outputs.map((output) => `'${output.name}'`).join(', ');
    if (name === undefined && this._outputs.length !== 1) this._fail(`has the outputs ${names}: name one of them`);
    return (name === undefined ? this._outputs[0] : this._outputs.find((output) => output.name === name)) ?? this._fail(`has no output '${name}': it has ${names}`);
  }

  /** @internal */
  public _storeOf(output: Output): IDataStore {
    const { workspace } = this.pipeline;
    return output.store ?? (output.isModel ? workspace.models : workspace.outputs);
  }

  /** @internal Where an output lies; in each run in a folder of that run, unless the user named the place. */
  public _uriOf(output: Output): string {
    const folder = output.folder ?? `${this.pipeline.pipelineName}/${this.stepName}/${output.name}/${expression('name')}/`;
    return this._storeOf(output).uri(folder);
  }

  /** @internal */
  public _weaken(control: Control, reason: string, substitute: string): void {
    this.gaps.push(declareWeakening(this, control, reason, substitute));
  }

  /** @internal Fails with the path of this construct in front. */
  public _fail(message: string): never {
    throw new Error(`${this.node.path}: ${message}`);
  }

  private _renderInputs(): Json {
    const data = this._inputs.map((input): [string, Json] => [input.name, {
      job_input_type: 'literal', value: isExpression(input.uri) ? input.uri : expression(`parent.inputs.${this.pipeline._handedIn.nameFor(input)}`),
      ...this._inputMode(input),
    }]);
    const literals = Object.entries(this._literals).map(([name, value]): [string, Json] => [name, { job_input_type: 'literal', value }]);
    return Object.fromEntries([...data, ...literals]);
  }

  /** @internal How an input comes into the container. */
  protected _inputMode(_input: DataInput): { readonly mode?: string } {
    return { mode: 'ReadOnlyMount' };
  }

  /** @internal How an output leaves the container. */
  protected _outputMode(): string | undefined {
    return 'ReadWriteMount';
  }

  private _renderOutputs(): Json {
    return Object.fromEntries(this._outputs.map((output): [string, Json] => {
      const exposed = this.pipeline._exposedAs(this, output.name);
      if (exposed !== undefined) return [output.name, { type: 'literal', value: expression(`parent.outputs.${exposed}`) }];
      return [output.name, this._place(output)];
    }));
  }

  /** @internal */
  public _place(output: Output): Json {
    return { job_output_type: output.type, uri: this._uriOf(output), mode: this._outputMode(), name: this._registered.get(output.name) };
  }

  private checkNames(): void {
    const names = [...this._inputs.map(({ name }) => name), ...Object.keys(this._literals)];
    const stray = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name));
    if (stray !== undefined) this._fail(`input name '${stray}' is not usable: give 1 to 63 letters, digits or '_', not beginning with a digit, with as()`);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) this._fail(`two inputs are called '${twice}': give each a name of its own with as()`);
    const outputs = this._outputs.map(({ name }) => name);
    const both = outputs.find((name, index) => outputs.indexOf(name) !== index);
    if (both !== undefined) this._fail(`two outputs are called '${both}': give each a name of its own`);
  }
}
