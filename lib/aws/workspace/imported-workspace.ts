import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { isRecord } from '../../policy/given';
import { ComplianceProfile } from '../../policy/profile';
import { logRetentionOf } from '../private/log-retention';
import { requireProfile } from '../../policy/required';
import { requireRegion } from '../private/residency';
import { DataStore, IDataStore } from '../storage/data-store';
import { StoreProps } from '../storage/store-props';
import { checkAdministrators, checkRegions, checkStores, jobSubnets } from './checks';
import type { IWorkspace } from './workspace';
import { WorkspaceAttributes } from './workspace-attributes';

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
    this.profile = requireProfile(this, 'workspace', attrs);
    this.region = requireRegion(this, this.profile);
    checkGiven(this, attrs);
    checkRegions(this, [
      ['key', attrs.dataKey], ['key', attrs.modelsKey], ['key', attrs.logsKey],
      ['network', attrs.vpc], ['access-log bucket', attrs.accessLogs], ['topic', attrs.alarms],
    ]);
    this.vpc = attrs.vpc;
    this.subnets = jobSubnets(this, attrs.vpc, attrs.subnets);
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

/** Where no compiler looks, a part may be missing. */
function checkGiven(workspace: Construct, attrs: WorkspaceAttributes): void {
  const needed = ['vpc', 'securityGroup', 'dataKey', 'modelsKey', 'logsKey', 'outputs', 'models', 'accessLogs', 'alarms'] as const;
  const missing = needed.filter((name) => !isRecord(attrs[name]));
  if (missing.length > 0) throw new Error(`workspace '${workspace.node.path}' is imported without ${missing.join(', ')}: give what the workspace that exists has`);
}
