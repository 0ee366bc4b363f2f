import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ParameterType } from '../parameter';
import type { MLPipeline } from '../pipeline';
import { answerPath, renderAnswers } from '../private/answers';
import { cacheConfig } from '../private/job';
import { PipelineStep, StepProps, StepType } from '../step';

/** What a Lambda step is made from. */
export interface LambdaStepProps extends StepProps {
  /** The function. Its own network, role and timeout (at most 10 minutes) hold. */
  readonly handler: lambda.IFunction;
  /**
   * What it is called with; values may hold pipeline variables.
   *
   * @default - nothing
   */
  readonly arguments?: { [name: string]: string };
  /**
   * What it gives back, by name.
   *
   * @default - nothing
   */
  readonly answers?: { [name: string]: ParameterType };
  /**
   * For how long a run takes over the answer of an earlier one with the same arguments.
   *
   * @default - called in each run
   */
  readonly cache?: Duration;
}

/** Calls a Lambda function. */
export class LambdaStep extends PipelineStep {
  private readonly lambdaProps: LambdaStepProps;

  constructor(pipeline: MLPipeline, id: string, props: LambdaStepProps) {
    super(pipeline, id, StepType.LAMBDA, props);
    this.lambdaProps = props;
    this._recordLimits('lambda');
    const seconds = (props.handler as { timeout?: Duration }).timeout?.toSeconds();
    if (seconds !== undefined && seconds > 600) this._fail(`the function may run for ${seconds} seconds, and a Lambda step waits for 600: lower its timeout, or use a callback step`);
    pipeline._role.allow(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.handler.functionArn] }));
  }

  /** What the function gave back, as text. */
  public answer(name: string): string {
    return this.property(answerPath(this, this.lambdaProps.answers, name, false));
  }

  /** What the function gave back, as a number. */
  public answerAsNumber(name: string): number {
    return this.propertyAsNumber(answerPath(this, this.lambdaProps.answers, name, true));
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    return { ...this.lambdaProps.arguments };
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    return { ...cacheConfig(this.lambdaProps.cache), FunctionArn: this.lambdaProps.handler.functionArn, OutputParameters: renderAnswers(this.lambdaProps.answers) };
  }
}
