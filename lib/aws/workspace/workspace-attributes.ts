import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ComplianceProfile } from '../../policy/profile';
import { IDataStore } from '../storage/data-store';

/** What a workspace that exists is described by. */
export interface WorkspaceAttributes {
  /** Frameworks, residency and retention. */
  readonly profile: ComplianceProfile;
  /** The network. */
  readonly vpc: ec2.IVpc;
  /**
   * The subnets that jobs run in.
   *
   * @default - the isolated ones
   */
  readonly subnets?: ec2.SubnetSelection;
  /** The security group of jobs. */
  readonly securityGroup: ec2.ISecurityGroup;
  /** Encrypts data and the volumes of jobs. */
  readonly dataKey: kms.IKey;
  /** Encrypts model artifacts. */
  readonly modelsKey: kms.IKey;
  /** Encrypts logs, alarms and queues. */
  readonly logsKey: kms.IKey;
  /** What steps write. */
  readonly outputs: IDataStore;
  /** Model artifacts. */
  readonly models: IDataStore;
  /** Where stores write their access logs. */
  readonly accessLogs: s3.IBucket;
  /** Where alarms go. */
  readonly alarms: sns.ITopic;
  /**
   * ARNs of principals that no bucket policy locks out.
   *
   * @default - none
   */
  readonly administrators?: string[];
  /**
   * The endpoint through which S3 is reached.
   *
   * @default - not known
   */
  readonly s3EndpointId?: string;
  /**
   * Services that the network has endpoints for.
   *
   * @default - not known
   */
  readonly endpointServices?: string[];
}
