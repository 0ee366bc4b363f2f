import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DataInput } from '../../storage/data-input';
import type { MLPipeline } from '../pipeline';
import { allowStatusRule } from '../private/emr';
import { cacheConfig } from '../private/job';
import { PipelineStep, StepProps, StepType } from '../step';

/** What an EMR step is made from. */
export interface EmrStepProps extends StepProps {
  /** Id of the cluster, which exists. Its own role, network and encryption hold. */
  readonly clusterId: string;
  /**
   * The JAR that is run.
   *
   * @default 'command-runner.jar'
   */
  readonly jar?: string;
  /**
   * Its arguments, such as `spark-submit`; may hold pipeline variables.
   *
   * @default - none
   */
  readonly arguments?: string[];
  /**
   * The class that is run, where the JAR does not say.
   *
   * @default - as the JAR says
   */
  readonly mainClass?: string;
  /**
   * What it reads, for the data flow; the role of the cluster has to be granted it.
   *
   * @default - not stated
   */
  readonly inputs?: DataInput[];
  /**
   * For how long a run takes over the result of an earlier one with the same arguments.
   *
   * @default - each run works afresh
   */
  readonly cache?: Duration;
}

/** Runs a step on an EMR cluster. */
export class EmrStep extends PipelineStep {
  private readonly emr: EmrStepProps;

  constructor(pipeline: MLPipeline, id: string, props: EmrStepProps) {
    super(pipeline, id, StepType.EMR, props);
    this.emr = props;
    const { workspace, _role: role } = pipeline;
    if (!Token.isUnresolved(props.clusterId) && !/^j-[A-Z0-9]{1,20}$/.test(props.clusterId)) {
      this._fail(`clusterId '${props.clusterId}' is none: it looks like 'j-1K48XXXXXXHCB'`);
    }
    this._recordLimits('emr');
    for (const input of props.inputs ?? []) this._receives(input.sourceId, input.name, { prefix: input._prefix });
    const { partition, account } = Stack.of(this);
    role.allow(new iam.PolicyStatement({
      actions: ['elasticmapreduce:AddJobFlowSteps', 'elasticmapreduce:CancelSteps', 'elasticmapreduce:DescribeCluster', 'elasticmapreduce:DescribeStep'],
      resources: [`arn:${partition}:elasticmapreduce:${workspace.region}:${account}:cluster/${Token.isUnresolved(props.clusterId) ? '*' : props.clusterId}`],
    }), 'the cluster is known only when the pipeline runs');
    allowStatusRule(role, workspace);
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const { clusterId, jar = 'command-runner.jar', arguments: args, mainClass } = this.emr;
    return {
      ClusterId: clusterId,
      StepConfig: { HadoopJarStep: { Jar: jar, Args: args && args.length > 0 ? args : undefined, MainClass: mainClass } },
    };
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    return cacheConfig(this.emr.cache);
  }
}
