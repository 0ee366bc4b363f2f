import { type ITerraformDependable, Token } from 'cdktf';
import { Construct } from 'constructs';
import { AzapiDataPlaneResource, type Json } from '../azapi';
import { Names } from '../private/names';
import { reachOf } from '../private/order';
import type { DiscoverySchedule } from './discovery-schedule';
import type { IPurviewAccount } from './purview-account';

/** Version of the scanning interface: https://github.com/Azure/azure-rest-api-specs, Azure.Analytics.Purview.Scanning/stable */
const VERSION = '2023-09-01';

/** Interfaces of Purview that azapi knows, without `Microsoft.Purview/accounts/Scanning/`. */
type ScanningType = 'classificationrules' | 'credentials' | 'datasources' | 'datasources/scans' | 'datasources/scans/triggers' | 'integrationruntimes'
  | 'managedvirtualnetworks/managedprivateendpoints';

/** A resource of the scanning interface of a Purview account. */
export function scanning(
  scope: Construct, id: string, account: IPurviewAccount,
  props: { readonly type: ScanningType; readonly name: string; readonly parentId?: string; readonly body: Json; readonly dependsOn?: ITerraformDependable[] },
): AzapiDataPlaneResource {
  return new AzapiDataPlaneResource(scope, id, {
    type: `Microsoft.Purview/accounts/Scanning/${props.type}@${VERSION}`, name: props.name, body: props.body, dependsOn: [...reachOf(account), ...props.dependsOn ?? []],
    parentId: props.parentId ?? `${account.accountName}.purview.azure.com/scan`,
  });
}

/** A name that Purview takes: 3 to 63 letters, digits and single `-` between them, the same at each synth. */
export function purviewName(construct: Construct, readable: string): string {
  const hash = Names.hash(construct.node.path);
  const words = Token.isUnresolved(readable) ? construct.node.id : readable;
  const plain = words.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63 - hash.length - 1).replace(/-+$/, '');
  return plain === '' ? hash : `${plain}-${hash}`;
}

export interface PurviewScanProps {
  readonly account: IPurviewAccount;
  /** Names the source for people. */
  readonly readable: string;
  readonly collection: string;
  readonly schedule: DiscoverySchedule;
  readonly source: { readonly kind: 'AdlsGen2' | 'AzureStorage' | 'AmazonS3'; readonly properties: Readonly<Record<string, Json>> };
  /** Name of a credential; none for the identity of the account. */
  readonly credential?: string;
  /** Name of the integration runtime that it goes through. */
  readonly runtime?: string;
  /** Name of a rule set of one's own; the system's else. */
  readonly ruleSet?: string;
  /** What has to be there before it runs. */
  readonly after?: readonly ITerraformDependable[];
}

/** A source of data, the scan of it and when that runs. */
export class PurviewScan extends Construct {
  constructor(scope: Construct, id: string, props: PurviewScanProps) {
    super(scope, id);
    const { account, source } = props;
    const collection = { referenceName: props.collection, type: 'CollectionReference' };
    const registered = scanning(this, 'Source', account, {
      type: 'datasources', name: purviewName(this, props.readable), body: { kind: source.kind, properties: { ...source.properties, collection } }, dependsOn: [...props.after ?? []],
    });
    const scan = scanning(this, 'Scan', account, {
      type: 'datasources/scans', name: purviewName(this, 'scan'), parentId: registered.id,
      body: {
        kind: `${source.kind}${props.credential === undefined ? 'Msi' : 'Credential'}`,
        properties: {
          ...(props.credential === undefined ? {} : { credential: { referenceName: props.credential, credentialType: 'AmazonARN' } }),
          ...(props.runtime === undefined ? {} : { connectedVia: { referenceName: props.runtime } }),
          ...(props.ruleSet === undefined ? { scanRulesetName: source.kind, scanRulesetType: 'System' } : { scanRulesetName: props.ruleSet, scanRulesetType: 'Custom' }),
          // of the same hierarchy as the source's, or Purview answers Scan_CollectionOutOfBound
          collection,
        },
      },
    });
    scanning(this, 'Trigger', account, {
      type: 'datasources/scans/triggers', name: 'default', parentId: scan.id,
      body: { properties: { scanLevel: 'Incremental', recurrence: props.schedule.render() } },
    });
  }
}
