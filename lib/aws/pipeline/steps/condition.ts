import { Condition } from '../condition';
import type { MLPipeline } from '../pipeline';
import { PipelineStep, StepProps, StepType } from '../step';

/** What a condition step is made from. */
export interface ConditionStepProps extends StepProps {
  /** What must all hold. */
  readonly conditions: Condition[];
  /**
   * Steps that run when all hold. They run in no other case.
   *
   * @default - none
   */
  readonly ifTrue?: PipelineStep[];
  /**
   * Steps that run when one does not hold.
   *
   * @default - none
   */
  readonly ifFalse?: PipelineStep[];
}

/** Chooses between branches. */
export class ConditionStep extends PipelineStep {
  private readonly condition: ConditionStepProps;

  constructor(pipeline: MLPipeline, id: string, props: ConditionStepProps) {
    super(pipeline, id, StepType.CONDITION, props);
    this.condition = props;
    if (props.conditions.length === 0) this._fail('has no conditions: give at least one');
    if (this._branches().length === 0) this._fail('has no branches: give steps in ifTrue or ifFalse');
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    return { Conditions: this.condition.conditions.map((condition) => condition._render()) };
  }

  /** @internal */
  public get _ifTrue(): PipelineStep[] {
    return this.condition.ifTrue ?? [];
  }

  /** @internal */
  public get _ifFalse(): PipelineStep[] {
    return this.condition.ifFalse ?? [];
  }

  /** @internal */
  public override _branches(): PipelineStep[] {
    return [...this._ifTrue, ...this._ifFalse];
  }
}
