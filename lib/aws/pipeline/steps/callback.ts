import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { granted } from '../../private/granted';
import { ParameterType } from '../parameter';
import type { MLPipeline } from '../pipeline';
import { answerPath, renderAnswers } from '../private/answers';
import { cacheConfig } from '../private/job';
import { PipelineStep, StepProps, StepType } from '../step';

/** What a callback step is made from. */
export interface CallbackStepProps extends StepProps {
  /** The queue that the request and its token are sent to. */
  readonly queue: sqs.IQueue;
  /**
   * What is sent; values may hold pipeline variables.
   *
   * @default - nothing but the token
   */
  readonly arguments?: { [name: string]: string };
  /**
   * What comes back, by name.
   *
   * @default - nothing
   */
  readonly answers?: { [name: string]: ParameterType };
  /**
   * For how long a run takes over the answer of an earlier one with the same arguments.
   *
   * @default - asked in each run
   */
  readonly cache?: Duration;
}

/** Sends a message and waits until somebody answers it: a person, or a system elsewhere. */
export class CallbackStep extends PipelineStep {
  private readonly callback: CallbackStepProps;

  constructor(pipeline: MLPipeline, id: string, props: CallbackStepProps) {
    super(pipeline, id, StepType.CALLBACK, props);
    this.callback = props;
    this._recordLimits('callback');
    const { _role: role } = pipeline;
    const { queue } = props;
    role.allow(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
    if (queue.encryptionMasterKey) {
      role.allow(new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [queue.encryptionMasterKey.keyArn] }));
    }
  }

  /** What came back, as text. */
  public answer(name: string): string {
    return this.property(answerPath(this, this.callback.answers, name, false));
  }

  /** What came back, as a number. */
  public answerAsNumber(name: string): number {
    return this.propertyAsNumber(answerPath(this, this.callback.answers, name, true));
  }

  /** Grants answering. */
  public grantAnswer(grantee: iam.IGrantable): iam.Grant {
    return granted(this, {
      grantee,
      actions: ['sagemaker:SendPipelineExecutionStepSuccess', 'sagemaker:SendPipelineExecutionStepFailure'],
      resourceArns: this.pipeline._arns.map((arn) => `${arn}/execution/*`),
    });
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    return { ...this.callback.arguments };
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    return { ...cacheConfig(this.callback.cache), SqsQueueUrl: this.callback.queue.queueUrl, OutputParameters: renderAnswers(this.callback.answers) };
  }
}
