import { Annotations, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { ComplianceProfile } from '../../policy/profile';
import { Residency } from '../../policy/residency';
import { accessLogBucket } from '../private/access-logs';
import { requireProfile } from '../../policy/required';
import { requireRegion } from '../private/residency';
import { IDataStore } from '../storage/data-store';
import { admitUsers, KEY_USERS } from '../workspace/key-users';
import { JobLogs } from './job-logs';
import { discoveryResultsBucket, MacieSettings } from './macie';
import { AuditTrail } from './trail';

/** What exists once per account and region: the audit trail, Macie's session, and the log groups of jobs. */
export interface IAccountBaseline extends IConstruct {
  /** The region, by name. */
  readonly region: string;
  /** ARN of the trail. */
  readonly trailArn: string;
  /**
   * Where Macie writes what it found.
   *
   * @default - not known, or Macie is not managed here
   */
  readonly discoveryResults?: s3.IBucket;
  /**
   * The prefix in that bucket.
   *
   * @default - none
   */
  readonly discoveryResultsPrefix?: string;
  /**
   * The key that Macie encrypts with what it writes.
   *
   * @default - not known, or Macie is not managed here
   */
  readonly discoveryResultsKey?: kms.IKey;
  /** Has the trail record who reads, writes and deletes the objects of a store. */
  addStore(store: IDataStore): void;
}

/** How often Macie publishes findings that it has published before. */
export enum FindingFrequency {
  /** Every fifteen minutes. */
  FIFTEEN_MINUTES = 'FIFTEEN_MINUTES',
  /** Every hour. */
  ONE_HOUR = 'ONE_HOUR',
  /** Every six hours. */
  SIX_HOURS = 'SIX_HOURS',
}

/** Whether Macie samples the account's buckets on its own, day by day; it costs by object and by gigabyte. */
export enum AutomatedDiscovery {
  /** It does. */
  ENABLED = 'ENABLED',
  /** It does not: only jobs look for sensitive data. */
  DISABLED = 'DISABLED',
  /** Left as it is: the administrator account of an organisation decides. */
  UNMANAGED = 'UNMANAGED',
}

/** What the baseline of an account is made from. */
export interface AccountBaselineProps {
  /** Frameworks, residency and retention. */
  readonly profile: ComplianceProfile;
  /**
   * Stores of which the trail records who reads, writes and deletes objects; `addStore` adds more. A store of another stack makes this stack
   * depend on that one.
   *
   * @default - none
   */
  readonly stores?: IDataStore[];
  /**
   * A key that exists, for the trail, its log group, the logs of jobs and what Macie writes.
   *
   * @default - a new key
   */
  readonly key?: kms.IKey;
  /**
   * A bucket that exists for access logs.
   *
   * @default - a new one
   */
  readonly accessLogs?: s3.IBucket;
  /**
   * ARN of a trail that exists, of an organisation say; then none is made. An account has five trails a region at most, and a trail of all regions
   * counts in each.
   *
   * @default - a new trail
   */
  readonly trailArn?: string;
  /**
   * Whether the trail also records what happens in other regions. Its records come to this region, so none of it leaves the residency, and a
   * job that someone starts outside is seen. Changes of IAM are recorded in us-east-1 alone, and a trail of another region does not
   * have them. Set it to false in all baselines of an account but one, since every further copy of management events costs.
   *
   * @default true
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
   */
  readonly allRegions?: boolean;
  /**
   * Makes the trail write-once for the retention of the audit trail. Nothing then erases a record before its time.
   *
   * @default - no Object Lock: versions, digests and a retained bucket protect the trail
   */
  readonly objectLock?: s3.ObjectLockMode;
  /**
   * Whether the log groups that SageMaker writes for all jobs of the account and region (`/aws/sagemaker/ProcessingJobs`, `TrainingJobs`
   * and `TransformJobs`) are encrypted with the key and kept for as long as the profile says. Containers print there what they like, personal
   * data too. Groups that exist are taken as they are found: records older than the retention are then deleted.
   *
   * @default true
   */
  readonly jobLogs?: boolean;
  /**
   * Whether Macie's session, export and automated discovery are set here. A session that exists is taken as it is found, never switched off.
   *
   * @default true
   */
  readonly macie?: boolean;
  /**
   * How often Macie publishes findings that it has published before.
   *
   * @default FindingFrequency.FIFTEEN_MINUTES
   */
  readonly findingFrequency?: FindingFrequency;
  /**
   * Whether Macie samples buckets on its own.
   *
   * @default AutomatedDiscovery.ENABLED
   */
  readonly automatedDiscovery?: AutomatedDiscovery;
  /**
   * A bucket that exists for what Macie finds; its policy must let Macie write. With it, `discoveryResultsKey` is needed as well.
   *
   * @default - a new one
   */
  readonly discoveryResults?: s3.IBucket;
  /**
   * The key for a bucket that exists; its policy must let Macie use it.
   *
   * @default - the key of the baseline
   */
  readonly discoveryResultsKey?: kms.IKey;
  /**
   * The prefix under which Macie writes.
   *
   * @default 'macie/'
   */
  readonly discoveryResultsPrefix?: string;
}

/** What a baseline that exists is described by. */
export interface AccountBaselineAttributes {
  /** ARN of the trail. */
  readonly trailArn: string;
  /**
   * Where Macie writes what it found.
   *
   * @default - not known
   */
  readonly discoveryResults?: s3.IBucket;
  /**
   * The prefix in that bucket.
   *
   * @default - none
   */
  readonly discoveryResultsPrefix?: string;
  /**
   * The key that Macie encrypts with what it writes.
   *
   * @default - not known
   */
  readonly discoveryResultsKey?: kms.IKey;
}

/** Baselines of an app by account and region, to refuse a second one. */
const BASELINES = new WeakMap<IConstruct, Map<string, string>>();

/**
 * What exists once per account and region: a trail with data events of our stores, and Macie switched on, with its export and automated
 * discovery, and the logs of jobs encrypted. Workspaces refer to it. Deleting its stack leaves the trail recording, Macie on and the logs.
 */
export class AccountBaseline extends Construct implements IAccountBaseline {
  /** A baseline that exists, made by this library or not. */
  public static fromAttributes(scope: Construct, id: string, attrs: AccountBaselineAttributes): IAccountBaseline {
    return new ImportedBaseline(scope, id, attrs);
  }

  public readonly region: string;
  public readonly trailArn: string;
  /** Encrypts the trail, its log group, the logs of jobs and what Macie writes. */
  public readonly key: kms.IKey;
  /** Where the buckets write their access logs. */
  public readonly accessLogs: s3.IBucket;
  /**
   * Where the trail is delivered.
   *
   * @default - the trail exists already
   */
  public readonly trailBucket?: s3.IBucket;
  public readonly discoveryResults?: s3.IBucket;
  public readonly discoveryResultsPrefix?: string;
  public readonly discoveryResultsKey?: kms.IKey;
  private readonly profile: ComplianceProfile;
  private readonly trail?: AuditTrail;
  private readonly allRegions: boolean;

  constructor(scope: Construct, id: string, props: AccountBaselineProps) {
    super(scope, id);
    this.profile = requireProfile(this, 'baseline', props);
    this.region = requireRegion(this, this.profile);
    this.refuseSecond();
    this.refuseContradictions(props);
    this.key = this.newKey(props.key);
    this.accessLogs = props.accessLogs ?? accessLogBucket(this, 'AccessLogs', { profile: props.profile });
    this.allRegions = props.allRegions ?? true;

    if (props.trailArn) {
      this.trailArn = props.trailArn;
    } else {
      this.trail = new AuditTrail(this, 'Trail', {
        profile: props.profile, region: this.region, key: this.key, accessLogs: this.accessLogs, allRegions: this.allRegions, objectLock: props.objectLock,
      });
      this.trailArn = this.trail.trailArn;
      this.trailBucket = this.trail.bucket;
    }
    for (const store of props.stores ?? []) this.addStore(store);

    if (props.jobLogs ?? true) new JobLogs(this, 'JobLogs', { profile: props.profile, region: this.region, key: this.key });

    if (props.macie ?? true) {
      this.discoveryResultsKey = props.discoveryResultsKey ?? this.key;
      this.discoveryResultsPrefix = props.discoveryResultsPrefix ?? 'macie/';
      this.discoveryResults = props.discoveryResults ?? discoveryResultsBucket(this, 'DiscoveryResults', {
        profile: props.profile, region: this.region, key: this.key, accessLogs: this.accessLogs,
      });
      this.switchMacieOn(props);
    }
  }

  public addStore(store: IDataStore): void {
    if (!this.trail) return leaveToOwner(this, store, this.trailArn);
    this.profile.residency.check(store.region, `store '${store.node.path}'`);
    if (!this.allRegions && store.region !== this.region) {
      throw new Error(`store '${store.node.path}' is in region '${store.region}' and the trail of '${this.node.path}' records '${this.region}' only: set allRegions, or add the store to the baseline of its region`);
    }
    this.trail.watch(store.bucket);
  }

  private switchMacieOn(props: AccountBaselineProps): void {
    const automatedDiscovery = props.automatedDiscovery ?? AutomatedDiscovery.ENABLED;
    new MacieSettings(this, 'Macie', {
      profile: props.profile,
      region: this.region,
      logsKey: this.key,
      results: this.discoveryResults!,
      resultsKey: this.discoveryResultsKey!,
      resultsPrefix: this.discoveryResultsPrefix!,
      frequency: props.findingFrequency ?? FindingFrequency.FIFTEEN_MINUTES,
      automatedDiscovery: automatedDiscovery === AutomatedDiscovery.UNMANAGED ? undefined : automatedDiscovery,
    });
  }

  private refuseSecond(): void {
    const { account } = Stack.of(this);
    if (Token.isUnresolved(account)) return;
    const known = BASELINES.get(this.node.root) ?? new Map<string, string>();
    BASELINES.set(this.node.root, known);
    const place = `${account}/${this.region}`;
    const first = known.get(place);
    if (first) {
      throw new Error(`account ${account} has a baseline in region '${this.region}' already, '${first}': an account and region have one, refer to it instead of making '${this.node.path}'`);
    }
    known.set(place, this.node.path);
  }

  private refuseContradictions(props: AccountBaselineProps): void {
    const partition = Residency.partitionOf(this.region);
    if ((props.macie ?? true) && partition !== 'aws') {
      throw new Error(`Macie does not exist in partition '${partition}' of region '${this.region}': set macie to false, and look for sensitive data by a processing step`);
    }
    if (props.discoveryResults && !props.discoveryResultsKey) {
      throw new Error(`baseline '${this.node.path}' is given a bucket for discovery results without its key: give discoveryResultsKey, Macie writes with a customer managed key only`);
    }
    const prefix = props.discoveryResultsPrefix;
    if (prefix !== undefined && !Token.isUnresolved(prefix) && !/^([A-Za-z0-9!_.*'()-]+\/)+$/.test(prefix)) {
      throw new Error(`prefix '${prefix}' for discovery results is not usable: give folders that end in '/', such as 'macie/'`);
    }
    if (props.trailArn && props.objectLock !== undefined) {
      throw new Error(`baseline '${this.node.path}' is to lock a trail that exists already (${props.trailArn}): drop objectLock, or drop trailArn to have a new trail made`);
    }
    if (props.objectLock !== undefined && props.profile.erasureDuty) {
      Annotations.of(this).addWarningV2('cdk-regulated-ml:trail-object-lock',
        `the trail of '${this.node.path}' cannot be erased for ${props.profile.auditRetention}, and a framework of the profile gives people a right to erasure: keep personal data out of object keys and names`);
    }
  }

  private newKey(given?: kms.IKey): kms.IKey {
    const key = given ?? new kms.Key(this, 'Key', {
      description: `${this.node.path}: trail, logs of jobs and discovery results`, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN,
    });
    const users = KEY_USERS.filter((user) => ['CloudTrail', 'CloudWatch Logs', 'Macie export'].includes(user.service));
    admitUsers(this, key, users, this.region, `the key of '${this.node.path}'`);
    return key;
  }
}

class ImportedBaseline extends Construct implements IAccountBaseline {
  public readonly region: string;
  public readonly trailArn: string;
  public readonly discoveryResults?: s3.IBucket;
  public readonly discoveryResultsPrefix?: string;
  public readonly discoveryResultsKey?: kms.IKey;

  constructor(scope: Construct, id: string, attrs: AccountBaselineAttributes) {
    super(scope, id);
    this.region = Stack.of(this).region;
    this.trailArn = attrs.trailArn;
    this.discoveryResults = attrs.discoveryResults;
    this.discoveryResultsPrefix = attrs.discoveryResultsPrefix;
    this.discoveryResultsKey = attrs.discoveryResultsKey;
  }

  public addStore(store: IDataStore): void {
    leaveToOwner(this, store, this.trailArn);
  }
}

function leaveToOwner(baseline: Construct, store: IDataStore, trailArn: string): void {
  Annotations.of(baseline).addInfo(`the trail ${trailArn} is not managed in this app: make sure it records the data events of store '${store.node.path}'`);
}
