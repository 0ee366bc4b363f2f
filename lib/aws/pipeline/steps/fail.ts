import { Token } from 'aws-cdk-lib';
import type { MLPipeline } from '../pipeline';
import { PipelineStep, StepProps, StepType } from '../step';

/** What a fail step is made from. */
export interface FailStepProps extends StepProps {
  /** Why the run failed; may hold pipeline variables. Up to 3072 characters, and no personal data. */
  readonly message: string;
}

/** Ends the run as failed. */
export class FailStep extends PipelineStep {
  private readonly message: string;

  constructor(pipeline: MLPipeline, id: string, props: FailStepProps) {
    super(pipeline, id, StepType.FAIL, props);
    this.message = props.message;
    if (!Token.isUnresolved(props.message) && (props.message.length === 0 || props.message.length > 3072)) {
      this._fail(`the message has ${props.message.length} characters: give 1 to 3072`);
    }
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    return { ErrorMessage: this.message };
  }
}
