import { Annotations, Size, Stack, Token } from 'aws-cdk-lib';
import * as emr from 'aws-cdk-lib/aws-emrserverless';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { having, requireProps } from '../../policy/required';
import type { IWorkspace } from '../workspace/workspace';
import { ContainerImage } from './images';

/** What a Spark application is made from. */
export interface SparkApplicationProps {
  /** Whose network it runs in. */
  readonly workspace: IWorkspace;
  /** The most vCPUs that all its jobs use together. */
  readonly maxVcpus: number;
  /**
   * The most memory that all its jobs use together.
   *
   * @default - 4 GiB a vCPU
   */
  readonly maxMemory?: Size;
  /**
   * Release of EMR.
   *
   * @default 'emr-7.9.0'
   */
  readonly releaseLabel?: string;
  /**
   * An image of yours for drivers and executors, built on that of the release (`public.ecr.aws/emr-serverless/spark/<release>`), in a repository of the same region.
   *
   * @default - that of the release, which has no package besides Spark's
   * @see https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/application-custom-image.html
   */
  readonly image?: ContainerImage;
}

/** Spark without servers, on EMR Serverless: in the workspace's private subnets, with a limit to what it may use. */
export class SparkApplication extends Construct {
  /** Its id. */
  public readonly applicationId: string;
  /** Its ARN. */
  public readonly applicationArn: string;
  /** @internal What all its jobs use together at most, each a number or a token. */
  public readonly _limits: { readonly vcpus: number; readonly memory: Size };
  /** @internal Whether packages besides those of the release may be there. */
  public readonly _hasOwnImage: boolean;

  constructor(scope: Construct, id: string, props: SparkApplicationProps) {
    super(scope, id);
    requireProps(this.node.path, props, { 
      workspace: { is: having('profile', 'vpc', 'logsKey'), give: 'a Workspace' }, maxVcpus: { is: (count) => typeof count === 'number', give: 'a whole number from 4' },
      image: { is: having('bind', 'grantPull'), give: 'a ContainerImage, such as ContainerImage.fromEcrRepository(repository, digest)', optional: true },
    });
    const { workspace, maxVcpus, image, releaseLabel = 'emr-7.9.0' } = props;
    if (!Token.isUnresolved(maxVcpus) && (!Number.isInteger(maxVcpus) || maxVcpus < 4)) throw new Error(`${this.node.path}: maxVcpus of ${maxVcpus} is not possible: use a whole number from 4, the least that a driver and an executor take`);
    if (!Token.isUnresolved(releaseLabel) && !/^emr-\d+\.\d+\.\d+$/.test(releaseLabel)) throw new Error(`${this.node.path}: releaseLabel '${releaseLabel}' is none: it looks like 'emr-7.9.0'`);
    this._limits = { vcpus: maxVcpus, memory: props.maxMemory ?? Size.gibibytes(maxVcpus * 4) };
    this._hasOwnImage = image !== undefined;
    const resource = new emr.CfnApplication(this, 'Resource', {
      type: 'Spark',
      releaseLabel,
      maximumCapacity: { cpu: `${maxVcpus} vCPU`, memory: `${this._limits.memory.toGibibytes()} GB` },
      imageConfiguration: image && { imageUri: this.admit(image, workspace.region) },
      networkConfiguration: {
        subnetIds: workspace.vpc.selectSubnets(workspace.subnets).subnetIds,
        securityGroupIds: [workspace.securityGroup.securityGroupId],
      },
      autoStopConfiguration: { enabled: true, idleTimeoutMinutes: 15 },
      // Logs go where the job says, encrypted with a key of ours; the service keeps none.
      monitoringConfiguration: { managedPersistenceMonitoringConfiguration: { enabled: false } },
    });
    this.applicationId = resource.attrApplicationId;
    this.applicationArn = Stack.of(this).formatArn({ service: 'emr-serverless', resource: '', resourceName: `applications/${this.applicationId}` });
  }
  /** The service itself pulls the image, which the repository has to let it. */
  private admit(image: ContainerImage, region: string): string {
    if (image._ofAws !== undefined) throw new Error(`${this.node.path}: ${image._ofAws} of AWS is none of EMR Serverless: build one on public.ecr.aws/emr-serverless/spark/<release>, and name it with ContainerImage.fromEcrRepository(repository, digest)`);
    const { uri, region: where } = image.bind(this, { region });
    if (where !== undefined && !Token.isUnresolved(where) && where !== region) throw new Error(`${this.node.path}: the image is in region '${where}', and EMR Serverless pulls from its own, '${region}': replicate the repository, and name the copy`);
    const isAdmitted = image._admit(new iam.PolicyStatement({
      sid: 'EmrServerless', principals: [new iam.ServicePrincipal('emr-serverless.amazonaws.com')], actions: ['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer'],
      // the id of the application is not known before it may pull
      conditions: { ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'emr-serverless', region, resource: '', resourceName: 'applications/*' }) } },
    }));
    if (!isAdmitted) {
      Annotations.of(this).addWarningV2('cdk-regulated-ml:image-pull-not-granted', `the policy of the repository of image ${uri} is not managed in this app: let emr-serverless.amazonaws.com do ecr:BatchGetImage, ecr:DescribeImages and ecr:GetDownloadUrlForLayer there, with aws:SourceArn of the applications of this account`);
    }
    return uri;
  }
}
