import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { Classification } from '../../policy/classification';
import { DataFlow } from '../../policy/flow';
import { shown } from '../../policy/given';
import type { PrivacyBudget } from '../../policy/privacy';
import { PrivacyPlan } from '../../policy/privacy/privacy-plan';
import type { Purpose } from '../../policy/purpose';
import type { Retention } from '../../policy/retention';
import { assignRole, Role } from '../private/roles';
import type { IIdentity } from '../workspace/identity';
import { DataInput } from './data-input';
import type { IDataStore } from './data-store';
import { Hierarchy } from './store-props';
import type { Zone } from './zone';

/** What stores that are made and stores that exist have in common. */
export abstract class Store extends Construct implements IDataStore {
  /**
   * The classification that was given. Where no compiler looks, it may be missing.
   *
   * @throws an error that lists what there is
   */
  public static classificationOf(store: Construct, classification: Classification | undefined): Classification {
    if (!(classification instanceof Classification)) {
      throw new Error(`store '${store.node.path}' has no classification (it is ${shown(classification)}): give one of ${Classification.all().map((c) => `Classification.${c.name.toUpperCase().replace('-', '_')}`).join(', ')}`);
    }
    return classification;
  }

  /**
   * The hierarchy, folders where none was given.
   *
   * @throws an error that lists what there is
   */
  public static hierarchyOf(store: Construct, given: Hierarchy | undefined): Hierarchy {
    const hierarchy = given ?? Hierarchy.FOLDERS;
    if (!Object.values(Hierarchy).includes(hierarchy)) throw new Error(`the hierarchy of store '${store.node.path}' is ${shown(hierarchy)}: give Hierarchy.FOLDERS or Hierarchy.FLAT`);
    return hierarchy;
  }

  public abstract readonly accountId: string;
  public abstract readonly accountName: string;
  public abstract readonly containerName: string;
  public abstract readonly datastoreName: string;
  public abstract readonly classification: Classification;
  public abstract readonly purpose?: Purpose;
  public abstract readonly privacyBudget?: PrivacyBudget;
  public abstract readonly zone: Zone;
  public abstract readonly hierarchy: Hierarchy;
  public abstract readonly location: string;

  public input(path: string = ''): DataInput {
    const folder = Token.isUnresolved(path) ? undefined : path.split('/').filter((part) => part !== '').pop();
    return DataInput.of({
      uri: this.uri(path),
      // Azure ML hands inputs to code as variables
      name: (folder ?? this.node.id).replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '').replace(/^(?=[0-9])/, 'data_').toLowerCase() || 'data',
      sourceId: this.node.path,
      grantRead: (identity) => this.grantRead(identity),
    });
  }

  public uri(path: string = ''): string {
    if (!Token.isUnresolved(path) && (path.startsWith('/') || path.includes('://'))) {
      throw new Error(`'${path}' is no path in store '${this.node.path}': give one without container and leading '/', such as 'admissions/'`);
    }
    return `azureml://datastores/${this.datastoreName}/paths/${path}`;
  }

  public grantRead(identity: IIdentity): void {
    assignRole(this, { identity, role: Role.BLOB_READER, targetId: this.containerId });
  }

  public grantReadWrite(identity: IIdentity): void {
    assignRole(this, { identity, role: Role.BLOB_CONTRIBUTOR, targetId: this.containerId });
  }

  /** Id of the container, in Azure Resource Manager: the narrowest scope of a role. */
  protected get containerId(): string {
    return `${this.accountId}/blobServices/default/containers/${this.containerName}`;
  }

  /** What goes beyond a budget fails synth; what is spent of it, and what that rests on, stands in the record. */
  protected openBudget(budget: PrivacyBudget | undefined): void {
    if (budget === undefined) return;
    if (typeof budget?.statementOf !== 'function') throw new Error(`store '${this.node.path}': privacyBudget is ${shown(budget)}: give a PrivacyBudget, such as PrivacyBudget.perYear({ epsilon, delta, records, unit })`);
    PrivacyPlan.of(this).open(this, budget);
  }

  protected declareFlow(retention?: Retention): void {
    DataFlow.of(this).add({
      id: this.node.path, kind: 'store', name: this.node.id, detail: this.zone,
      classification: this.classification, purpose: this.purpose, region: this.location, ...(retention ? { retentionDays: retention.inDays } : {}),
      ...(this.privacyBudget ? { hasPrivacyBudget: true } : {}),
    });
  }
}
