import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from 'cdktf';
import type { Construct, IConstruct, Node } from 'constructs';
import { Names } from './names';

/**
 * Built-in roles that are assigned here, each with what it is for.
 *
 * @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export enum Role {
  /** Reads blobs. */
  BLOB_READER = 'Storage Blob Data Reader',
  /** Reads, writes and deletes blobs. */
  BLOB_CONTRIBUTOR = 'Storage Blob Data Contributor',
  /** All of that, versions and index tags too. */
  BLOB_OWNER = 'Storage Blob Data Owner',
  /** Takes messages from a queue. */
  QUEUE_PROCESSOR = 'Storage Queue Data Message Processor',
  /** Puts messages into a queue. */
  QUEUE_SENDER = 'Storage Queue Data Message Sender',
  /** Reads and writes file shares over REST, past their own permissions. */
  FILE_PRIVILEGED_CONTRIBUTOR = 'Storage File Data Privileged Contributor',
  /** Wraps and unwraps with a key; what encryption with a customer's key needs, no more. */
  KEY_USER = 'Key Vault Crypto Service Encryption User',
  /** Reads and writes secrets. */
  SECRETS_OFFICER = 'Key Vault Secrets Officer',
  /** Pulls images. */
  IMAGE_PULLER = 'AcrPull',
  /** Submits jobs and manages assets of an Azure ML workspace, but makes no computes and assigns no roles. */
  DATA_SCIENTIST = 'AzureML Data Scientist',
  /** Reads metrics, logs and settings. */
  READER = 'Reader',
  /** Writes metrics of a resource. */
  METRICS_PUBLISHER = 'Monitoring Metrics Publisher',
  /** Approves the private endpoints that the managed network makes. */
  NETWORK_CONNECTION_APPROVER = 'Azure AI Enterprise Network Connection Approver',
}

/** What a role is assigned to, and where. */
export interface Assignment {
  /** Who gets it. */
  readonly identity: { readonly principalId: string; readonly node: Node };
  /** The role, or the name of another built-in one. */
  readonly role: Role | string;
  /** Id of the narrowest resource that it is needed on. */
  readonly targetId: string;
}

/**
 * Assigns a role, once: a second time for the same identity, role and target gives the first. The assignment stands in the stack of the identity: what is
 * shared, such as a store, does not come to wait for the stacks that use it, which wait for it.
 */
export function assignRole(scope: IConstruct, assignment: Assignment): RoleAssignment {
  const { identity, role, targetId } = assignment;
  const id = `${role.replace(/[^A-Za-z]/g, '')}-${Names.hash(`${identity.node.path}|${asTerraformReads(scope, targetId)}`)}`;
  const [holder] = identity.node.scopes.slice(-1);
  const home = TerraformStack.of(holder) === TerraformStack.of(scope) ? scope : holder;
  const found = home.node.tryFindChild(id);
  return found ? found as RoleAssignment : new RoleAssignment(home as Construct, id, {
    scope: targetId, roleDefinitionName: role, principalId: identity.principalId, principalType: 'ServicePrincipal',
    // a principal that was made a moment ago is not everywhere in the directory yet
    skipServicePrincipalAadCheck: true,
  });
}

/** A text as Terraform will read it. The id of a token counts tokens, and would be another one as soon as the app has one resource more. */
export function asTerraformReads(scope: IConstruct, value: string): string {
  return String(Tokenization.resolve(value, { scope, preparing: true, resolver: new DefaultTokenResolver(new StringConcat()) }));
}
