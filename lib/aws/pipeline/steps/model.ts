import * as iam from 'aws-cdk-lib/aws-iam';
import { DataFlow } from '../../../policy/flow';
import { ServiceRole } from '../../private/service-role';
import { DataInput } from '../../storage/data-input';
import { ContainerImage } from '../images';
import type { MLPipeline } from '../pipeline';
import { allowLogs, allowModels, allowPassing } from '../private/permissions';
import { textOf } from '../private/variable';
import { PipelineStep, RetriedStepProps, StepType } from '../step';

/** What a model step is made from. */
export interface ModelStepProps extends RetriedStepProps {
  /** The image that answers. */
  readonly image: ContainerImage;
  /** The `model.tar.gz`. */
  readonly artifact: DataInput;
  /**
   * Environment variables of the container. They are no place for secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };
}

/** Creates a model, for a transform step or a check. It is isolated from every network. */
export class ModelStep extends PipelineStep implements iam.IGrantable {
  /** The role of the model. */
  public readonly role: iam.IRole;
  /** The principal to grant to. */
  public readonly grantPrincipal: iam.IPrincipal;
  /** @internal */
  public readonly _role: ServiceRole;
  private readonly modelProps: ModelStepProps;
  private readonly imageUri: string;

  constructor(pipeline: MLPipeline, id: string, props: ModelStepProps) {
    super(pipeline, id, StepType.MODEL, props);
    const { workspace } = pipeline;
    this.modelProps = props;
    const role = new ServiceRole(this, 'Role', { service: 'sagemaker.amazonaws.com', description: `Model ${this.stepName} of pipeline ${pipeline.pipelineName}` });
    role.allowVpcJob(workspace);
    allowLogs(role, workspace, '/aws/sagemaker/TransformJobs');
    allowModels(pipeline._role, workspace);
    allowPassing(pipeline._role, role.role, 'sagemaker.amazonaws.com');
    props.image.grantPull(this, role, { region: workspace.region });
    role.explainWildcard(/^\*$/, 'ecr:GetAuthorizationToken knows no resource');
    this.imageUri = props.image.bind(this, { region: workspace.region }).uri;
    props.artifact.grantRead(role);
    // CreateModel looks for the artifact with this role, from SageMaker's network.
    role.admitServiceSide();
    this._role = role;
    DataFlow.of(this).add({ id: this.node.path, kind: 'model', name: this.stepName, detail: this.stepType });
    this._receives(props.artifact.sourceId, 'artifact', { prefix: props.artifact._prefix });
    this.role = role.role;
    this.grantPrincipal = role.grantPrincipal;
  }

  /** Name of the model. */
  public get modelName(): string {
    return this.property('ModelName');
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const { workspace } = this.pipeline;
    const environment = Object.entries(this.modelProps.environment ?? {}).map(([name, value]) => [name, textOf(value)] as const);
    return {
      ExecutionRoleArn: this.role.roleArn,
      PrimaryContainer: {
        Image: this.imageUri,
        ModelDataUrl: this.modelProps.artifact.uri,
        Environment: environment.length > 0 ? Object.fromEntries(environment) : undefined,
      },
      EnableNetworkIsolation: true,
      VpcConfig: {
        SecurityGroupIds: [workspace.securityGroup.securityGroupId],
        Subnets: workspace.vpc.selectSubnets(workspace.subnets).subnetIds,
      },
    };
  }
}
