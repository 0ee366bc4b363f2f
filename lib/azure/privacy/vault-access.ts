/** Functions of a vault. */
export type VaultFunction = 'tokenize' | 'detokenize' | 'shred';

/** Keys of Key Vault that data keys are wrapped by, apart so that a function can be given one and not another. */
export type WrappingKey = 'index' | 'audit' | 'values';

/**
 * Data actions of Cosmos DB, after `Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/`.
 *
 * @see https://learn.microsoft.com/azure/cosmos-db/nosql/reference-data-plane-security
 */
export type DataAction = 'items/create' | 'items/read' | 'items/replace' | 'items/delete' | 'executeQuery';

/** Containers of a vault, and the path of the partition key of each. */
export const CONTAINERS = {
  'index-keys': '/id', 'audit-keys': '/id', 'value-keys': '/id', 'subjects': '/subject', 'tokens': '/id', 'budgets': '/id',
} as const;

/** Name of a container. */
export type ContainerName = keyof typeof CONTAINERS;

/** What a function may do. */
export interface FunctionAccess {
  readonly containers: Partial<Record<ContainerName, readonly DataAction[]>>;
  readonly keys: readonly WrappingKey[];
}

const ADDS_AND_READS: readonly DataAction[] = ['items/create', 'items/read'];
const KEEPS_ACCOUNT: readonly DataAction[] = ['items/create', 'items/read', 'items/replace'];

/**
 * What each function may do, and no more: who tokenizes cannot read what tokens stand for, who detokenizes cannot look anybody up, since it has no index
 * key to name a subject by, who erases can open nothing.
 */
export const ACCESS: Record<VaultFunction, FunctionAccess> = {
  tokenize: {
    keys: ['index', 'values'],
    containers: { 'index-keys': ADDS_AND_READS, 'value-keys': ADDS_AND_READS, 'subjects': ['items/create', 'items/read', 'items/replace'], 'tokens': ['items/create'], 'budgets': KEEPS_ACCOUNT },
  },
  detokenize: {
    keys: ['values', 'audit'],
    containers: { 'value-keys': ['items/read'], 'audit-keys': ADDS_AND_READS, 'subjects': ['items/read'], 'tokens': ['items/read'], 'budgets': KEEPS_ACCOUNT },
  },
  shred: {
    keys: ['index', 'audit'],
    containers: { 'index-keys': ADDS_AND_READS, 'audit-keys': ADDS_AND_READS, 'subjects': ['executeQuery', 'items/delete'], 'tokens': ['items/delete'], 'budgets': KEEPS_ACCOUNT },
  },
};
