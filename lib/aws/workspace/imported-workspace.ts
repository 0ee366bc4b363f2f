import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ComplianceProfile } from '../../policy/profile';
import { logRetentionOf } from '../private/log-retention';
import { requireRegion } from '../private/residency';
import { DataStore, IDataStore, StoreProps } from '../storage/data-store';
import { checkAdministrators, checkRegions, checkStores, isolatedSubnets } from './checks';
import type { IWorkspace } from './workspace';

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
  /** Encrypts logs, access logs, alarms and queues. */
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

/** A workspace that exists. */
export class ImportedWorkspace extends Construct implements IWorkspace {
  public readonly profile: ComplianceProfile;
  public readonly region: string;
  public readonly vpc: ec2.IVpc;
  public readonly subnets: ec2.SubnetSelection;
  public readonly securityGroup: ec2.ISecurityGroup;
  public readonly dataKey: kms.IKey;
  public readonly modelsKey: kms.IKey;
  public readonly logsKey: kms.IKey;
  public readonly outputs: IDataStore;
  public readonly models: IDataStore;
  public readonly accessLogs: s3.IBucket;
  public readonly alarms: sns.ITopic;
  public readonly administrators: string[];
  public readonly s3EndpointId?: string;
  public readonly endpointServices?: string[];
  public readonly logRetention: logs.RetentionDays;

  constructor(scope: Construct, id: string, attrs: WorkspaceAttributes) {
    super(scope, id);
    this.profile = attrs.profile;
    this.region = requireRegion(this, attrs.profile);
    checkRegions(this, [
      ['key', attrs.dataKey], ['key', attrs.modelsKey], ['key', attrs.logsKey],
      ['network', attrs.vpc], ['access-log bucket', attrs.accessLogs], ['topic', attrs.alarms],
    ]);
    this.vpc = attrs.vpc;
    this.subnets = attrs.subnets ?? isolatedSubnets(this, attrs.vpc);
    this.securityGroup = attrs.securityGroup;
    this.dataKey = attrs.dataKey;
    this.modelsKey = attrs.modelsKey;
    this.logsKey = attrs.logsKey;
    this.outputs = attrs.outputs;
    this.models = attrs.models;
    checkStores(this);
    this.accessLogs = attrs.accessLogs;
    this.alarms = attrs.alarms;
    this.administrators = attrs.administrators ?? [];
    checkAdministrators(this, this.administrators);
    this.s3EndpointId = attrs.s3EndpointId;
    this.endpointServices = attrs.endpointServices;
    this.logRetention = logRetentionOf(attrs.profile.logRetention);
  }

  public addStore(id: string, props: StoreProps): DataStore {
    return new DataStore(this, id, { ...props, workspace: this });
  }
}
