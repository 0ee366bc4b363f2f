import type { Json } from '../../azapi';
import type { DataInput } from '../../storage/data-input';
import { DataFlow } from '../../../policy/flow';
import type { MLPipeline } from '../pipeline';
import { expression } from '../private/expression';
import { startersOf } from '../private/planned-runs';
import { PipelineStep, StepType } from '../step';
import type { StepProps } from '../step';

/** What a nested pipeline is made from. */
export interface NestedPipelineStepProps extends StepProps {
  /** The pipeline that runs as one step of this one. */
  readonly pipeline: MLPipeline;
  /**
   * Data for what it declared with `addInput`, by name: `clean.output('train').as('cohort')`.
   *
   * @default - it declares no inputs
   */
  readonly inputs?: DataInput[];
}

/** Runs another pipeline as one step: its steps act as their own identities, and its exposed outputs are those of this one. */
export class NestedPipelineStep extends PipelineStep {
  private readonly nested: MLPipeline;

  constructor(pipeline: MLPipeline, id: string, props: NestedPipelineStepProps) {
    super(pipeline, id, props, {
      kind: 'pipeline', type: StepType.PIPELINE, isGroup: true, inputs: props?.inputs ?? [], outputs: props?.pipeline?._exposedOutputs?.() ?? [],
    });
    this.nested = props.pipeline;
    if (this.nested === pipeline) this._fail('is the pipeline itself: nest another');
    this.checkInputs();
    startersOf(this.nested).within.push({ pipeline, step: this.node.path });
    const flow = DataFlow.of(this);
    for (const input of this._inputs) {
      flow.connect(input.sourceId, this.nested._handedIn.pathOf(input.name), input.name);
      // whoever reads an input inside has to be let in to what is put there
      this.nested._handedIn.grant(input.name, input);
    }
    for (const output of this._outputs) flow.connect(this.nested._exposedStep(output.name).node.path, this.node.path, output.name);
  }

  /** @internal */
  public _needs(): readonly { readonly version: string }[] {
    return [this.nested._component];
  }

  /** @internal */
  public _fields(): { readonly [name: string]: Json } {
    return { type: 'pipeline', componentId: this.nested._componentId, _source: 'REMOTE.WORKSPACE.COMPONENT' };
  }

  /** @internal What the nested one reads from stores is handed through. */
  public override _render(): Json {
    const node = super._render() as { readonly [name: string]: Json };
    const through = this.nested._storeInputs().map((input): [string, Json] => [
      this.nested._handedIn.nameFor(input), { job_input_type: 'literal', value: expression(`parent.inputs.${this.pipeline._handedIn.nameFor(input)}`) },
    ]);
    return { ...node, inputs: { ...Object.fromEntries(through), ...node.inputs as object } };
  }

  /** @internal */
  protected override _inputMode(): { readonly mode?: string } {
    return {};
  }

  private checkInputs(): void {
    const wanted = this.nested._handedIn.openNames;
    const given = this._inputs.map(({ name }) => name);
    const stray = given.find((name) => !wanted.includes(name));
    if (stray !== undefined) this._fail(`gives '${stray}' to '${this.nested.node.path}', which declares ${wanted.length > 0 ? wanted.join(', ') : 'no inputs'}: name one of them with as()`);
    const missing = wanted.find((name) => !given.includes(name));
    if (missing !== undefined) this._fail(`does not give '${missing}' to '${this.nested.node.path}': add the data as('${missing}')`);
  }
}
