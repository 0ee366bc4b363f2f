import { Size, Stack, Token } from 'aws-cdk-lib';
import * as emr from 'aws-cdk-lib/aws-emrserverless';
import { Construct } from 'constructs';
import { having, requireProps } from '../../policy/required';
import type { IWorkspace } from '../workspace/workspace';

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
}

/** Spark without servers, on EMR Serverless: in the workspace's private subnets, with a limit to what it may use. */
export class SparkApplication extends Construct {
  /** Its id. */
  public readonly applicationId: string;
  /** Its ARN. */
  public readonly applicationArn: string;

  constructor(scope: Construct, id: string, props: SparkApplicationProps) {
    super(scope, id);
    requireProps(this.node.path, props, { workspace: { is: having('profile', 'vpc', 'logsKey'), give: 'a Workspace' }, maxVcpus: { is: (count) => typeof count === 'number', give: 'a whole number from 4' } });
    const { workspace, maxVcpus, releaseLabel = 'emr-7.9.0' } = props;
    if (!Token.isUnresolved(maxVcpus) && (!Number.isInteger(maxVcpus) || maxVcpus < 4)) throw new Error(`${this.node.path}: maxVcpus of ${maxVcpus} is not possible: use a whole number from 4, the least that a driver and an executor take`);
    if (!Token.isUnresolved(releaseLabel) && !/^emr-\d+\.\d+\.\d+$/.test(releaseLabel)) throw new Error(`${this.node.path}: releaseLabel '${releaseLabel}' is none: it looks like 'emr-7.9.0'`);
    const resource = new emr.CfnApplication(this, 'Resource', {
      type: 'Spark',
      releaseLabel,
      maximumCapacity: { cpu: `${maxVcpus} vCPU`, memory: `${(props.maxMemory ?? Size.gibibytes(maxVcpus * 4)).toGibibytes()} GB` },
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
}
