import { Annotations, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { Classification } from '../../policy/classification';
import { ComplianceProfile } from '../../policy/profile';
import { accessLogBucket } from '../private/access-logs';
import { declareChoice } from '../../policy/choice';
import { requireServices } from '../private/endpoint-services';
import { logRetentionOf } from '../private/log-retention';
import { requireProfile } from '../../policy/required';
import { requireRegion } from '../private/residency';
import { DataStore, IDataStore } from '../storage/data-store';
import { StoreProps } from '../storage/store-props';
import { Zone } from '../storage/zone';
import { checkAdministrators, checkRegions, checkStores, jobSubnets } from './checks';
import { ImportedWorkspace } from './imported-workspace';
import { admitUsers, KeyPurpose, usersOf } from './key-users';
import { checkServices, isolatedSecurityGroup, NEEDED_SERVICES, Network, servicesOf } from './network';
import { WorkspaceAttributes } from './workspace-attributes';

/** Network, keys, stores, logs and alarms that share one profile: the ground that pipelines and endpoints stand on. */
export interface IWorkspace extends IConstruct {
  /** Frameworks, residency and retention. */
  readonly profile: ComplianceProfile;
  /** The region, by name. */
  readonly region: string;
  /** The network. */
  readonly vpc: ec2.IVpc;
  /** The subnets that jobs run in. */
  readonly subnets: ec2.SubnetSelection;
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
  /** ARNs of principals that no bucket policy locks out; `*` matches any characters. */
  readonly administrators: string[];
  /**
   * The endpoint through which S3 is reached.
   *
   * @default - not known: stores then admit the network as a whole
   */
  readonly s3EndpointId?: string;
  /**
   * Services that the network has endpoints for, such as `sagemaker.api`.
   *
   * @default - not known: the network was imported without saying
   */
  readonly endpointServices?: string[];
  /** How long log groups are kept. */
  readonly logRetention: logs.RetentionDays;
  /** Adds a store with the workspace's keys, access logs and network. */
  addStore(id: string, props: StoreProps): DataStore;
}

/** Keys that a workspace is to use instead of making them. */
export interface WorkspaceKeys {
  /**
   * Encrypts data and the volumes of jobs.
   *
   * @default - a new key
   */
  readonly data?: kms.IKey;
  /**
   * Encrypts model artifacts.
   *
   * @default - a new key
   */
  readonly models?: kms.IKey;
  /**
   * Encrypts logs, alarms and queues.
   *
   * @default - a new key
   */
  readonly logs?: kms.IKey;
}

/** What a workspace is made from. */
export interface WorkspaceProps {
  /** Frameworks, residency and retention. */
  readonly profile: ComplianceProfile;
  /**
   * The most sensitive data that it is for: what its outputs and models are classified as.
   *
   * @default - `phi` under HIPAA, `special-category` otherwise
   */
  readonly classification?: Classification;
  /**
   * A network that exists.
   *
   * @default - a new one without a route to the internet
   */
  readonly vpc?: ec2.IVpc;
  /**
   * The subnets of the network that jobs run in; never public ones. Those with a route out get a warning: jobs without network isolation could
   * reach the internet.
   *
   * @default - the isolated ones
   */
  readonly subnets?: ec2.SubnetSelection;
  /**
   * The security group of jobs.
   *
   * @default - a new one: to each other, and out on 443
   */
  readonly securityGroup?: ec2.ISecurityGroup;
  /**
   * Services that the network has (or, for a new network, gets) endpoints for, such as `sagemaker.api`.
   *
   * @default - all that jobs and functions of this library call; for a network that exists: not known
   */
  readonly endpointServices?: string[];
  /**
   * The endpoint of a network that exists through which S3 is reached.
   *
   * @default - not known: stores then admit the network as a whole
   */
  readonly s3EndpointId?: string;
  /**
   * Accounts whose buckets, images and keys may be reached from a new network, such as the one that models are promoted from.
   *
   * @default - none but its own
   */
  readonly trustedAccounts?: string[];
  /**
   * Zones of a new network, at least two.
   *
   * @default - the first two of the region
   */
  readonly availabilityZones?: string[];
  /**
   * Address range of a new network.
   *
   * @default '10.0.0.0/16'
   */
  readonly cidr?: string;
  /**
   * Keys that exist.
   *
   * @default - a new key for each purpose
   */
  readonly keys?: WorkspaceKeys;
  /**
   * A bucket that exists for access logs.
   *
   * @default - a new one
   */
  readonly accessLogs?: s3.IBucket;
  /**
   * A topic that exists for alarms.
   *
   * @default - a new one, encrypted
   */
  readonly alarms?: sns.ITopic;
  /**
   * A store that exists for what steps write.
   *
   * @default - a new one
   */
  readonly outputs?: IDataStore;
  /**
   * A store that exists for model artifacts.
   *
   * @default - a new one
   */
  readonly models?: IDataStore;
  /**
   * ARNs of principals that no bucket policy locks out; `*` matches any characters.
   *
   * @default - none besides CloudFormation and services
   */
  readonly administrators?: string[];
}

/**
 * The ground of a regulated pipeline, secure with nothing but a profile.
 *
 * What containers of jobs print goes to log groups that belong to the account, not to a workspace (`/aws/sagemaker/TrainingJobs` and its like).
 * `AccountBaseline` encrypts them and says how long they are kept; without one SageMaker makes them without key and without end.
 */
export class Workspace extends Construct implements IWorkspace {
  /** A workspace that exists, of this app or another. */
  public static fromAttributes(scope: Construct, id: string, attrs: WorkspaceAttributes): IWorkspace {
    return new ImportedWorkspace(scope, id, attrs);
  }

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

  constructor(scope: Construct, id: string, props: WorkspaceProps) {
    super(scope, id);
    this.profile = requireProfile(this, 'workspace', props);
    this.region = requireRegion(this, this.profile);
    this.administrators = props.administrators ?? [];
    checkAdministrators(this, this.administrators);
    checkRegions(this, [
      ['key', props.keys?.data], ['key', props.keys?.models], ['key', props.keys?.logs],
      ['network', props.vpc], ['access-log bucket', props.accessLogs], ['topic', props.alarms],
    ]);
    this.endpointServices = props.endpointServices;
    if (props.endpointServices) checkServices(this, props.endpointServices);
    this.logRetention = logRetentionOf(props.profile.logRetention);

    this.dataKey = this.keyFor('data', props.keys?.data);
    this.modelsKey = this.keyFor('models', props.keys?.models);
    this.logsKey = this.keyFor('logs', props.keys?.logs);

    if (props.vpc) {
      this.vpc = props.vpc;
      this.subnets = jobSubnets(this, props.vpc, props.subnets);
      this.securityGroup = props.securityGroup ?? isolatedSecurityGroup(this, 'Jobs', props.vpc);
      this.s3EndpointId = props.s3EndpointId;
      if (!props.endpointServices) requireServices(this, NEEDED_SERVICES, 'jobs');
    } else {
      const network = new Network(this, 'Network', {
        region: this.region, logsKey: this.logsKey, logRetention: this.logRetention, availabilityZones: props.availabilityZones, cidr: props.cidr,
        endpointServices: this.endpointServices ?? servicesOf(this.region), trustedAccounts: props.trustedAccounts ?? [],
      });
      this.vpc = network.vpc;
      this.subnets = jobSubnets(this, network.vpc, props.subnets);
      this.securityGroup = props.securityGroup ?? network.securityGroup;
      this.s3EndpointId = network.s3EndpointId;
      this.endpointServices = network.endpointServices;
      declareChoice(this, {
        dimension: 'privacy', choice: 'a network without a route to the internet', gives: 'what a container reads it cannot send anywhere but to the services it is given',
        costs: `${network.endpointServices.length} interface endpoints that are paid for by the hour in each zone, and images that bring all their packages`,
      });
    }

    this.accessLogs = props.accessLogs ?? accessLogBucket(this, 'AccessLogs', { profile: this.profile });
    this.alarms = props.alarms ?? new sns.Topic(this, 'Alarms', { masterKey: this.logsKey, enforceSSL: true });
    this.admitDeliveries(props);
    const classification = props.classification
      ?? (props.profile.frameworks.some((framework) => framework.name === 'HIPAA') ? Classification.PHI : Classification.SPECIAL_CATEGORY);
    this.outputs = props.outputs ?? this.addStore('Outputs', { classification, zone: Zone.CURATED });
    this.models = props.models ?? this.addStore('Models', { classification, zone: Zone.MODELS });
    checkStores(this);
  }

  public addStore(id: string, props: StoreProps): DataStore {
    return new DataStore(this, id, { ...props, workspace: this });
  }

  private keyFor(purpose: KeyPurpose, given?: kms.IKey): kms.IKey {
    const key = given ?? new kms.Key(this, `${purpose.charAt(0).toUpperCase()}${purpose.slice(1)}Key`, {
      description: `${this.node.path}: ${purpose}`, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN,
    });
    admitUsers(this, key, usersOf(purpose), this.region, `the ${purpose} key`);
    return key;
  }

  /** Lets access logs and alarms arrive, as far as the policy of what was given is ours to add to. */
  private admitDeliveries(given: WorkspaceProps): void {
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    const logsAdmitted = !given.accessLogs || this.accessLogs.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'ServerAccessLogs', principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')], actions: ['s3:PutObject'],
      resources: [this.accessLogs.arnForObjects('*')], conditions,
    })).statementAdded;
    const alarmsAdmitted = this.alarms.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Alarms', principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')], actions: ['sns:Publish'], resources: [this.alarms.topicArn], conditions,
    })).statementAdded;
    // EventBridge is not documented to name its rule or account to a topic, and drops without a word what it may not publish: where it does
    // name them, they have to be ours. Rules of other accounts reach a topic by a role and not as the service.
    this.alarms.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Events', principals: [new iam.ServicePrincipal('events.amazonaws.com')], actions: ['sns:Publish'], resources: [this.alarms.topicArn],
      conditions: {
        ArnLikeIfExists: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'events', resource: 'rule', resourceName: '*' }) },
        StringEqualsIfExists: { 'aws:SourceAccount': Stack.of(this).account },
      },
    }));
    if (!logsAdmitted) Annotations.of(this).addInfo('the policy of the access-log bucket is not managed in this app: make sure it lets logging.s3.amazonaws.com put objects');
    if (!alarmsAdmitted) Annotations.of(this).addInfo('the policy of the topic is not managed in this app: make sure it lets cloudwatch.amazonaws.com and events.amazonaws.com publish');
  }
}
