import { Annotations, TerraformOutput, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { shown } from '../../policy/given';
import { having, requireProps } from '../../policy/required';
import { AzapiDataPlaneResource } from '../azapi';
import { Names } from '../private/names';
import { reachOf } from '../private/order';
import { assignRole, Role } from '../private/roles';
import type { IDataStore } from '../storage/data-store';
import { Hierarchy } from '../storage/store-props';
import type { IWorkspace } from '../workspace/workspace';
import type { AmazonS3Source } from './amazon-s3-source';
import type { DataIdentifier } from './data-identifier';
import { DayOfWeek, DiscoverySchedule } from './discovery-schedule';
import type { IPurviewAccount } from './purview-account';
import { Quarantine, type QuarantineOptions } from './quarantine';
import { PurviewScan, purviewName, scanning } from './purview-scan';
import { ruleSetFor, ruleSetRequests, scriptOf } from './rule-sets';
import type { ScanResultsTarget } from './scan-results';
import { StorageDefender } from './storage-defender';

/** What a discovery is made from. */
export interface SensitiveDataDiscoveryProps {
  /** The workspace whose network, logs and alarms it uses. */
  readonly workspace: IWorkspace;
  /** The Purview account of the tenant. */
  readonly purview: IPurviewAccount;
  /**
   * The stores that are looked at.
   *
   * @default - what steps write
   */
  readonly stores?: readonly IDataStore[];
  /**
   * Buckets of Amazon S3 that are looked at as well.
   *
   * @default - none
   */
  readonly buckets?: readonly AmazonS3Source[];
  /**
   * Identifiers of data that Purview has no classifier of its own for. They take effect in a rule set of one's own only; see `ruleSet`.
   *
   * @default - none
   */
  readonly identifiers?: readonly DataIdentifier[];
  /**
   * Name of a scan rule set of one's own that holds the identifiers; of several kinds of source, its beginning. Terraform has no resource for it: with `identifiers`
   * the output `<id>RuleSets` of the stack is a program that makes it, as the README of this folder says.
   *
   * @default - the system's rule set of each kind of source, with all classifiers of Microsoft's
   */
  readonly ruleSet?: string;
  /**
   * Name of the collection that its own collection is put under.
   *
   * @default - the root collection
   */
  readonly parentCollection?: string;
  /**
   * When scans run.
   *
   * @default DiscoverySchedule.weekly(DayOfWeek.SUNDAY)
   */
  readonly schedule?: DiscoverySchedule;
  /**
   * Whether Defender for Storage looks at the stores: which hold sensitive data, and what is written to them for malware. It is paid for by storage
   * account, and by gigabyte that is scanned.
   *
   * @default true
   */
  readonly defender?: boolean;
  /**
   * Gigabytes that Defender scans for malware in each store in a month, at most; -1 for any number.
   *
   * @default 5000
   */
  readonly malwareScanGigabytes?: number;
  /**
   * Holds back the blobs that Defender calls malicious: a job in the network of the workspace moves them to a store of their own.
   *
   * @default - nothing does: `malwareTarget` may
   */
  readonly quarantine?: QuarantineOptions;
  /**
   * A program of the user's that takes the blobs that Defender calls malicious out of the way, instead of a `quarantine`.
   *
   * @default - none: without a quarantine the alarms of the workspace go off, and the blob stays, marked by an index tag where the store has those
   */
  readonly malwareTarget?: ScanResultsTarget;
}

/**
 * Finds sensitive data where it should not be: Purview scans stores on Azure, and buckets on AWS if it is told to; Defender for Storage watches the stores on
 * Azure between the scans.
 *
 * Whoever applies it must be Collection admin and Data source admin of the parent collection, and reach the Purview account.
 *
 * @see https://learn.microsoft.com/purview/data-map
 */
export class SensitiveDataDiscovery extends Construct {
  /** The stores that are looked at. */
  public readonly stores: readonly IDataStore[];
  /** Name of the collection that holds what was found. */
  public readonly collection: string;
  /** What holds malicious blobs back. */
  public readonly quarantine?: Quarantine;

  private readonly workspace: IWorkspace;
  private readonly purview: IPurviewAccount;

  constructor(scope: Construct, id: string, props: SensitiveDataDiscoveryProps) {
    super(scope, id);
    const owner = `discovery '${this.node.path}'`;
    requireProps(owner, props, {
      workspace: { is: having('profile', 'outputs', 'logAnalyticsId'), give: 'a Workspace' },
      purview: { is: having('accountName', 'principalId'), give: 'a PurviewAccount, such as PurviewAccount.fromAttributes(this, \'Purview\', { accountId, location, principalId })' },
      stores: { is: having('accountId', 'classification'), give: 'a DataStore', list: true, optional: true },
    });
    this.workspace = props.workspace;
    this.purview = props.purview;
    this.stores = props.stores ?? [props.workspace.outputs];
    this.check(owner, props);
    const schedule = props.schedule ?? DiscoverySchedule.weekly(DayOfWeek.SUNDAY);
    const collection = this.newCollection(props.parentCollection ?? this.purview.accountName);
    this.collection = collection.name;
    for (const identifier of props.identifiers ?? []) this.addIdentifier(identifier);
    const runtime = this.newRuntime();
    const kinds = [...new Set([...this.stores.map(kindOf), ...(props.buckets ?? []).map(() => 'AmazonS3' as const)])];
    const ruleSet = (kind: (typeof kinds)[number]) => ruleSetFor(props.ruleSet, kind, kinds);
    if (props.ruleSet !== undefined && props.identifiers?.length) {
      new TerraformOutput(this, 'RuleSets', {
        description: 'A program that makes in Purview what Terraform has no resource for: terraform output -raw <name> | sh',
        value: scriptOf(ruleSetRequests(this.purview.accountName, props.ruleSet, props.identifiers, kinds)),
      });
    }

    for (const store of this.stores) this.addStore(store, { schedule, ruleSet: ruleSet(kindOf(store)), runtime });
    for (const bucket of props.buckets ?? []) this.addBucket(bucket, schedule, ruleSet('AmazonS3'));
    if (props.defender ?? true) {
      this.quarantine = props.quarantine && new Quarantine(this, 'Quarantine', { ...props.quarantine, workspace: this.workspace, stores: this.stores });
      new StorageDefender(this, 'Defender', {
        workspace: this.workspace, stores: this.stores, monthlyGigabytes: props.malwareScanGigabytes ?? 5000, target: props.malwareTarget, quarantine: this.quarantine,
      });
    }
  }

  private check(owner: string, props: SensitiveDataDiscoveryProps): void {
    const { residency } = this.workspace.profile;
    residency.check(this.purview.location, `the Purview account of ${owner}`);
    for (const store of this.stores) residency.check(store.location, `store '${store.node.path}' of ${owner}`);
    for (const bucket of props.buckets ?? []) residency.check(bucket.region, `bucket '${bucket.bucketName}' of ${owner}`);
    const names = (props.identifiers ?? []).map((identifier) => identifier.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`${owner} has data identifier '${twice}' twice: name it once`);
    const gigabytes = props.malwareScanGigabytes;
    if (gigabytes !== undefined && (!Number.isInteger(gigabytes) || (gigabytes < 1 && gigabytes !== -1))) {
      throw new Error(`malwareScanGigabytes of ${owner} is ${shown(gigabytes)}: give a whole number of gigabytes a month from 1, or -1 for any number`);
    }
    if (props.malwareTarget && props.defender === false) throw new Error(`${owner} has a malwareTarget and no Defender that would find malware: leave defender at true, or leave the target out`);
    if (props.quarantine && props.defender === false) throw new Error(`${owner} has a quarantine and no Defender that would find malware: leave defender at true, or leave the quarantine out`);
    if (props.quarantine && props.malwareTarget) throw new Error(`${owner} has a quarantine and a malwareTarget, and Defender sends a result to one topic: the program would look for blobs that were moved; give one of them`);
    const { ruleSet } = props;
    if (ruleSet !== undefined && !/^(?=.{3,63}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/.test(ruleSet)) {
      throw new Error(`rule set ${shown(ruleSet)} of ${owner} is no name that Purview takes: give 3 to 63 letters, digits and single '-' between them`);
    }
    if (names.length > 0 && ruleSet === undefined) {
      Annotations.of(this).addWarning(`the identifiers of ${owner} are made and not looked for: Purview's own rule sets hold none but Microsoft's; name a rule set in ruleSet, and an output of the stack makes it with them`);
    }
    if (this.purview.managedNetwork === undefined) {
      Annotations.of(this).addWarning(`Purview account '${this.purview.node.path}' has no managed network: scans of stores that are reachable through private endpoints only will fail; give managedNetwork`);
    }
  }

  private newCollection(parent: string): AzapiDataPlaneResource {
    return new AzapiDataPlaneResource(this, 'Collection', {
      type: 'Microsoft.Purview/accounts/Account/collections@2019-11-01-preview', name: `rml${Names.hash(this.node.path)}`, parentId: `${this.purview.accountName}.purview.azure.com`,
      body: { friendlyName: this.node.id, description: `Stores of ${this.workspace.node.path}`, parentCollection: { referenceName: parent, type: 'CollectionReference' } },
      dependsOn: reachOf(this.purview),
    });
  }

  private addIdentifier(identifier: DataIdentifier): void {
    const { columnPattern } = identifier;
    scanning(this, `Identifier-${identifier.name}`, this.purview, {
      type: 'classificationrules', name: identifier.name,
      body: {
        kind: 'Custom',
        properties: {
          description: identifier.description, classificationName: identifier.classification, minimumPercentageMatch: identifier.minimumMatch, ruleStatus: 'Enabled',
          dataPatterns: [{ kind: 'Regex', pattern: identifier.valuePattern }],
          ...(columnPattern === undefined ? {} : { columnPatterns: [{ kind: 'Regex', pattern: columnPattern }] }),
        },
      },
    });
  }

  /** What scans private stores: it works in the managed network of the Purview account. */
  private newRuntime(): AzapiDataPlaneResource | undefined {
    const { managedNetwork } = this.purview;
    if (managedNetwork === undefined) return undefined;
    return scanning(this, 'Runtime', this.purview, {
      type: 'integrationruntimes', name: purviewName(this, 'runtime'),
      body: {
        kind: 'Managed',
        properties: {
          description: `Scans for ${this.node.path}`, managedVirtualNetworkReference: { referenceName: managedNetwork, type: 'ManagedVirtualNetworkReference' },
          typeProperties: { computeProperties: { location: this.purview.location } },
        },
      },
    });
  }

  private addStore(
    store: IDataStore, how: { readonly schedule: DiscoverySchedule; readonly ruleSet?: string; readonly runtime?: AzapiDataPlaneResource },
  ): void {
    const id = `Store-${Names.hash(store.node.path)}`;
    const isFlat = store.hierarchy === Hierarchy.FLAT;
    // listing containers is an action of the account, and Purview lists before it reads
    const access = assignRole(this, { identity: this.purview, role: Role.BLOB_READER, targetId: store.accountId });
    const services = isFlat ? ['blob'] : ['dfs', 'blob'];
    const endpoints: ITerraformDependable[] = how.runtime === undefined ? [] : services.map((service) => scanning(this, `Endpoint-${service}-${Names.hash(store.node.path)}`, this.purview, {
      type: 'managedvirtualnetworks/managedprivateendpoints', name: `${purviewName(this, store.accountName).slice(0, 100)}-${Names.hash(store.node.path)}-${service}`,
      parentId: `${this.purview.accountName}.purview.azure.com/scan/managedvirtualnetworks/${this.purview.managedNetwork}`, body: { properties: { groupId: service, privateLinkResourceId: store.accountId } },
    }));
    new PurviewScan(this, id, {
      account: this.purview, readable: store.accountName, collection: this.collection, schedule: how.schedule, ruleSet: how.ruleSet, runtime: how.runtime?.name,
      source: {
        kind: kindOf(store),
        properties: {
          endpoint: `https://${store.accountName}.${isFlat ? 'blob' : 'dfs'}.core.windows.net/`, resourceId: store.accountId, resourceName: store.accountName, location: store.location,
        },
      },
      after: [access, ...endpoints],
    });
  }

  private addBucket(bucket: AmazonS3Source, schedule: DiscoverySchedule, ruleSet: string | undefined): void {
    const id = `Bucket-${Names.hash(`${bucket.bucketName}|${bucket.roleArn}`)}`;
    const credential = scanning(this, `Credential-${Names.hash(`${bucket.bucketName}|${bucket.roleArn}`)}`, this.purview, {
      type: 'credentials', name: purviewName(this, bucket.bucketName),
      body: { kind: 'AmazonARN', properties: { description: `Reads bucket ${bucket.bucketName}`, typeProperties: { roleARN: bucket.roleArn } } },
    });
    new PurviewScan(this, id, {
      account: this.purview, readable: bucket.bucketName, collection: this.collection, schedule, ruleSet, credential: credential.name,
      source: { kind: 'AmazonS3', properties: { serviceUrl: `s3://${bucket.bucketName}` } },
    });
  }
}

function kindOf(store: IDataStore): 'AzureStorage' | 'AdlsGen2' {
  return store.hierarchy === Hierarchy.FLAT ? 'AzureStorage' : 'AdlsGen2';
}
