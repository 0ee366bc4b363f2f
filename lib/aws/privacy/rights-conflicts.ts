import { CfnResource, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { IConstruct } from 'constructs';
import { DataFlow } from '../../policy/flow';
import type { Conflict } from './rights-definition';
import type { BoundEraser } from './rights-ground';

/** Something that stands against an erasure, and what to say of it. */
export interface Standing {
  readonly conflict: Conflict;
  readonly message: string;
}

/** What stands against each eraser, as the whole app tells it: locks, replicas, backups, files of another form, and stores downstream that no eraser reaches. */
export function standingAgainst(rights: IConstruct, erasers: readonly BoundEraser[], own: IConstruct): Map<BoundEraser, Standing[]> {
  const erased = new Set(erasers.flatMap(({ bucketArn }) => bucketArn ?? []));
  const selections = rights.node.root.node.findAll().filter((node): node is CfnResource => CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::Backup::BackupSelection');
  return new Map(erasers.map((eraser) => [eraser, [
    ...ofBucket(eraser, erased), ...ofBackups(eraser, selections), ...ofForms(rights, eraser), ...ofColumns(rights, eraser), ...ofQuarantine(rights, eraser),
    ...ofLineage(rights, eraser, own),
  ]]));
}

function ofBucket({ store, storeConstruct }: BoundEraser, erased: ReadonlySet<string>): Standing[] {
  const bucket = (storeConstruct as { bucket?: s3.IBucket } | undefined)?.bucket?.node.defaultChild;
  if (!(bucket instanceof s3.CfnBucket)) return [];
  const found: Standing[] = [];
  if (bucket.objectLockEnabled !== undefined || bucket.objectLockConfiguration !== undefined) {
    found.push({ conflict: 'locked', message: `objects of '${store}' are locked for a time, and nobody can erase a person from them before it ends` });
  }
  const replication = bucket.replicationConfiguration as s3.CfnBucket.ReplicationConfigurationProperty | undefined;
  const targets = (Array.isArray(replication?.rules) ? replication.rules as s3.CfnBucket.ReplicationRuleProperty[] : [])
    .map(({ destination }) => (destination as s3.CfnBucket.ReplicationDestinationProperty).bucket);
  // the replica of a store is erased with it
  const hasOwn = storeConstruct!.node.tryFindChild('Replica') !== undefined;
  if (!hasOwn && targets.some((target) => !erased.has(target))) {
    found.push({ conflict: 'replica', message: `'${store}' is replicated to a store that has no eraser, and S3 does not replicate the deletion of a version: give that store an eraser too` });
  }
  return found;
}

function ofBackups({ store, storeConstruct }: BoundEraser, selections: readonly CfnResource[]): Standing[] {
  const bucket = (storeConstruct as { bucket?: s3.IBucket } | undefined)?.bucket;
  if (!bucket || selections.length === 0) return [];
  const arn = JSON.stringify(Stack.of(bucket).resolve(bucket.bucketArn));
  const takes = selections.some((selection) => {
    const { Resources = [], NotResources = [], ListOfTags, Conditions } = propertiesOf(selection);
    const names = (list: unknown[]) => list.some((one) => one === '*' || one === 'arn:aws:s3:::*' || JSON.stringify(one) === arn);
    // whatever has a tag may be this
    return (names(Resources) || (Resources.length === 0 && (ListOfTags !== undefined || Conditions !== undefined))) && !names(NotResources);
  });
  return takes ? [{
    conflict: 'backup',
    message: `a plan of AWS Backup takes in '${store}', or may: a person who was erased is in its recovery points until they end. Leave the store out, or erase again after each restore`,
  }] : [];
}

interface Selection { Resources?: unknown[]; NotResources?: unknown[]; ListOfTags?: unknown; Conditions?: unknown }

function propertiesOf(selection: CfnResource): Selection {
  interface Rendered { Resources: Record<string, { Properties?: { BackupSelection?: Selection } }> }
  const template = Stack.of(selection).resolve((selection as unknown as { _toCloudFormation(): object })._toCloudFormation()) as Rendered;
  return Object.values(template.Resources)[0]?.Properties?.BackupSelection ?? {};
}

/** Steps that say to read or write files of another form in a store than rows are taken out of. Of other steps nothing is known. */
function ofForms(rights: IConstruct, { store, storeConstruct, rowsOf }: BoundEraser): Standing[] {
  if (!storeConstruct || rowsOf === undefined) return [];
  const flow = DataFlow.of(rights);
  const own = storeConstruct.node.path;
  const others = flow.edges.flatMap(({ from, to, label }) => {
    const isRead = from === own;
    const step = isRead ? flow.node(to) : to === own ? flow.node(from) : undefined;
    const promise = step?.deIdentification;
    // rows that cannot be released have a form of their own
    const form = isRead ? promise?.reads : label === 'quarantine' ? undefined : promise?.writes;
    return form === undefined || form === rowsOf ? [] : [`step '${step!.name}' ${isRead ? 'reads' : 'writes'} ${form}`];
  });
  return others.length === 0 ? [] : [{
    conflict: 'unreadable',
    message: `people are erased from '${store}' by rows of ${rowsOf}, and ${[...new Set(others)].sort().join(', ')} there: such files are left as they are, and each request is left open. Have both take one form, or erase with a function of yours (Eraser.byFunction)`,
  }];
}

/** Steps whose plan names the columns that they read or give out under the prefix of an eraser, and not the one by which it finds people. */
function ofColumns(rights: IConstruct, { store, storeConstruct, rowsOf, personIn, accounts }: BoundEraser): Standing[] {
  const flow = DataFlow.of(rights);
  const own = storeConstruct?.node.path;
  // a path leads into what a plan calls one column
  const column = personIn?.split('.')[0];
  if (own === undefined || rowsOf === undefined || column === undefined) return [];
  const looks = (prefix: string | undefined) => prefix !== undefined && accounts.some((account) => account.node === own && prefix.startsWith(account.prefix ?? ''));
  const columnsOf = (id: string) => flow.node(id)?.deIdentification?.columns;
  const without = [
    ...flow.outOf(own).filter(({ to, carries, prefix }) => carries === undefined && looks(prefix) && columnsOf(to)?.[column] === undefined).map(({ to }) => ({ id: to, does: 'reads' })),
    ...flow.into(own).filter(({ from, carries, prefix }) => carries === undefined && looks(prefix) && [undefined, 'suppress'].includes(columnsOf(from)?.[column])).map(({ from }) => ({ id: from, does: 'writes' })),
  ].filter(({ id }) => columnsOf(id) !== undefined).map(({ id, does }) => `step '${flow.node(id)!.name}' ${does} rows without it`);
  return without.length === 0 ? [] : [{
    conflict: 'unreadable',
    message: `people are erased from '${store}' by '${column}', and ${[...new Set(without)].sort().join(', ')} there: nobody is found in them. Name the column that says whose a row is`,
  }];
}

/** Steps that set rows aside in a store whose eraser finds people in what has a known form: for such rows it does nothing, and says so with each request. */
function ofQuarantine(rights: IConstruct, { store, storeConstruct, accounts }: BoundEraser): Standing[] {
  const flow = DataFlow.of(rights);
  const own = storeConstruct?.node.path;
  if (own === undefined || accounts.some(({ node, finds }) => node === own && finds === 'anything')) return [];
  const steps = flow.into(own).filter(({ carries }) => carries === 'aside').map(({ from, prefix }) => `'${flow.node(from)?.name ?? from}'${prefix === undefined ? '' : ` below '${prefix}'`}`);
  return steps.length === 0 ? [] : [{
    conflict: 'unreadable',
    message: `rows are set aside in '${store}' by ${steps.sort().join(', ')}, and no eraser finds a person in such rows: give the quarantine a store of its own that keeps them shortly`,
  }];
}

/** Stores and models of people that data of a store reaches, and from which nothing erases. */
function ofLineage(rights: IConstruct, { store, accounts }: BoundEraser, own: IConstruct): Standing[] {
  const flow = DataFlow.of(rights);
  const next = new Map<string, string[]>();
  for (const { from, to, carries } of flow.edges) if (carries !== 'key') next.set(from, [...next.get(from) ?? [], to]);
  const seen = new Set(accounts.map(({ node }) => node));
  const waiting = [...seen];
  const derived: string[] = [];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const to of next.get(id) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      waiting.push(to);
      const node = flow.node(to);
      if (node?.kind === 'store' && to !== own.node.path && node.erasure === undefined && node.keptByLaw === undefined && node.keepsNobody === undefined && flow.classificationOf(to)?.isPersonal) derived.push(`'${node.name}'`);
      if (node?.kind === 'external') derived.push(`'${node.name}', outside the app`);
    }
  }
  return derived.length === 0 ? [] : [{ conflict: 'lineage', message: `data of '${store}' reaches ${derived.sort().join(', ')}, from where no eraser takes it: give an eraser, or see to it that it is told` }];
}
