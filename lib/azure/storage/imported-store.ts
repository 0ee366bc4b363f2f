import { Construct } from 'constructs';
import { Classification } from '../../policy/classification';
import type { PrivacyBudget } from '../../policy/privacy';
import type { Purpose } from '../../policy/purpose';
import { Residency } from '../../policy/residency';
import { shown } from '../../policy/given';
import { Names } from '../private/names';
import { partsOf } from '../private/resource-id';
import { Store } from './store';
import type { DataStoreAttributes, Hierarchy } from './store-props';
import { Zone } from './zone';

/** A store that exists. */
export class ImportedStore extends Store {
  public readonly accountId: string;
  public readonly accountName: string;
  public readonly containerName: string;
  public readonly datastoreName: string;
  public readonly classification: Classification;
  public readonly purpose?: Purpose;
  public readonly privacyBudget?: PrivacyBudget;
  public readonly zone: Zone;
  public readonly hierarchy: Hierarchy;
  public readonly location: string;

  constructor(scope: Construct, id: string, attrs: DataStoreAttributes) {
    super(scope, id);
    const owner = `store '${this.node.path}'`;
    this.classification = Store.classificationOf(this, attrs?.classification);
    this.accountId = attrs.accountId;
    this.accountName = partsOf(`accountId of ${owner}`, attrs.accountId, 'Microsoft.Storage/storageAccounts').name;
    this.containerName = Names.check(owner, 'container', attrs.containerName);
    this.datastoreName = Names.check(owner, 'datastore', attrs.datastoreName ?? attrs.containerName.replace(/-/g, '_'));
    if (!Residency.isRegion(attrs.location)) {
      throw new Error(`${owner} is in unknown region ${shown(attrs.location)}: give location, such as 'germanywestcentral'`);
    }
    this.location = attrs.location;
    this.purpose = attrs.purpose;
    this.privacyBudget = attrs.privacyBudget;
    this.zone = attrs.zone ?? Zone.RAW;
    this.hierarchy = Store.hierarchyOf(this, attrs.hierarchy);
    this.declareFlow();
    this.openBudget(attrs.privacyBudget);
  }
}
