import type { DataInput } from '../../storage/data-input';
import type { CheckStepProps } from '../check';
import { Carrier } from '../controls';
import { InstanceUse } from '../instances';
import type { PipelineStep } from '../step';
import type { ContainerImage } from '../images';
import { Job } from './job';
import { ExecutionVariable } from '../execution';
import { s3Input } from './processing';
import { PipelineVariable } from './variable';
import { PipelineParameter, ParameterType } from '../parameter';
import * as iam from 'aws-cdk-lib/aws-iam';

/** What the two kinds of check steps have in common. */
export class CheckJob {
  public readonly job: Job;
  private readonly imageUri: string;

  constructor(private readonly step: PipelineStep, private readonly props: CheckStepProps, carrier: Carrier, image: ContainerImage, private readonly outputName: string) {
    this.job = new Job(step, {
      carrier, kind: 'processing', logGroup: '/aws/sagemaker/ProcessingJobs', use: InstanceUse.PROCESSING,
      instances: props.instances, maxRuntime: props.maxRuntime, environment: props.environment,
    });
    const { workspace } = this.job;
    const role = step.pipeline._role;
    this.imageUri = this.job.pull(image);
    this.job.read(props.dataset);
    this.job.write(workspace.outputs, this.job.prefix(), 'report', true);
    // Pipelines itself compares constraints and writes what violates them.
    workspace.outputs.grantReadWrite(role, this.job.prefix());
    props.group?.grantRead(role);
    for (const parameter of [props.skipCheckParameter, props.registerNewBaselineParameter]) this.checkParameter(parameter);
  }

  /** Where all runs leave their statistics and constraints. */
  public get reports(): DataInput {
    return this.job.workspace.outputs.input(this.job.prefix());
  }

  public get outputUri(): string {
    return `${this.job.workspace.outputs.uri(this.job.prefix())}${ExecutionVariable.EXECUTION_ID}`;
  }

  public request(inputs: Record<string, unknown>[], environment: Record<string, string>): Record<string, unknown> {
    const all = { ...environment, ...this.job.environment };
    return {
      ProcessingResources: { ClusterConfig: this.job.cluster },
      AppSpecification: { ImageUri: this.imageUri },
      RoleArn: this.job.role.role.roleArn,
      ProcessingInputs: inputs,
      ProcessingOutputConfig: {
        KmsKeyId: this.job.workspace.outputs.key?.keyArn,
        Outputs: [{ OutputName: this.outputName, AppManaged: false, S3Output: { S3Uri: this.outputUri, LocalPath: '/opt/ml/processing/output', S3UploadMode: 'EndOfJob' } }],
      },
      Environment: Object.keys(all).length > 0 ? all : undefined,
      NetworkConfig: this.job.networkConfig,
      StoppingCondition: this.job.stoppingCondition,
    };
  }

  public dataset(name: string, path: string): Record<string, unknown> {
    return s3Input(name, this.props.dataset.uri, path);
  }

  /** What stands beside the arguments, for both kinds. */
  public fields(checkType: string): Record<string, unknown> {
    const { skipCheck, skipCheckParameter, failOnViolation, registerNewBaseline, registerNewBaselineParameter, group, suppliedConstraints } = this.props;
    return {
      CheckType: checkType,
      ModelPackageGroupName: group?.modelPackageGroupName,
      SkipCheck: skipCheckParameter ? variableOf(skipCheckParameter) : skipCheck ?? false,
      FailOnViolation: failOnViolation ?? true,
      RegisterNewBaseline: registerNewBaselineParameter ? variableOf(registerNewBaselineParameter) : registerNewBaseline ?? false,
      SuppliedBaselineConstraints: suppliedConstraints,
    };
  }

  /** Lets a job run isolated from nothing but with what Clarify calls. */
  public allow(statement: iam.PolicyStatement, reason?: string): void {
    this.job.role.allow(statement, reason);
  }

  private checkParameter(parameter?: PipelineParameter): void {
    if (parameter && parameter.type !== ParameterType.BOOLEAN) this.step._fail(`parameter '${parameter.name}' holds a ${parameter.type.toLowerCase()} and decides between yes and no: declare it with addBoolean`);
  }
}

function variableOf(parameter: PipelineParameter): unknown {
  return new PipelineVariable({ Get: `Parameters.${parameter.name}` });
}
