import { TerraformDataSource, TerraformResource, TerraformStack, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { asTerraformReads } from '../private/roles';
import type { IIdentity } from '../workspace/identity';

const REFERENCE = /^\$\{((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+)\.([a-z_]+)\}$/;
const [DATA, MADE] = ['data.azurerm_user_assigned_identity.', 'azurerm_user_assigned_identity.'];
/** What says nothing of which resource it is. */
const ASIDE = new Set(['//', 'depends_on', 'lifecycle', 'tags', 'timeouts']);
// deeper than anybody refers
const DEEPEST = 8;

/** Whose principal it is, as a text that is the same for the same identity: however its id is written, and in whichever data source of its stack it is looked up. */
export function principalOf(identity: IIdentity): string {
  const { principalId } = identity;
  if (!Token.isUnresolved(principalId)) return principalId.toLowerCase();
  const stack = TerraformStack.of(identity);
  const text = asTerraformReads(stack, principalId);
  const [, address, attribute] = REFERENCE.exec(text) ?? [];
  const body = address === undefined ? undefined : bodyOf(stack, address);
  if (body === undefined) return text.toLowerCase();
  const known = Object.fromEntries(Object.entries(body).filter(([name]) => !ASIDE.has(name)).map(([name, value]) => [name, followed(stack, value)]));
  // by its name in its group, whether the app makes it or looks it up
  const { name, resource_group_name: group, provider } = known;
  if (address!.startsWith(MADE) || address!.startsWith(DATA)) return JSON.stringify([name, group, provider, attribute]).toLowerCase();
  // two resources are two, and two questions that are the same have one answer
  return address!.startsWith('data.') ? JSON.stringify([address!.split('.')[1], Object.entries(known).sort(([a], [b]) => (a < b ? -1 : 1)), attribute]).toLowerCase() : text.toLowerCase();
}

/** A value that another part of the stack has, where it is written there. */
function followed(stack: TerraformStack, value: unknown, depth = 0): unknown {
  const [, address, attribute] = (typeof value === 'string' ? REFERENCE.exec(value) : undefined) ?? [];
  const found = address === undefined || depth > DEEPEST ? undefined : bodyOf(stack, address)?.[attribute!];
  return typeof found === 'string' ? followed(stack, found, depth + 1) : value;
}

/** What a resource or a data source is given, as Terraform reads it. */
function bodyOf(stack: TerraformStack, address: string): Readonly<Record<string, unknown>> | undefined {
  const [kind, type, id] = address.startsWith('data.') ? ['data', ...address.split('.').slice(1)] : ['resource', ...address.split('.')];
  const element = stack.node.findAll().find((one): one is Element => isElement(one, kind!) && one.terraformResourceType === type && one.friendlyUniqueId === id);
  const body = (element?.toTerraform() as Record<string, Record<string, Record<string, Record<string, unknown>>>> | undefined)?.[kind!]?.[type!]?.[id!];
  if (body === undefined) return undefined;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? asTerraformReads(stack, value) : value]));
}

/** A resource or a data source. */
interface Element extends IConstruct {
  readonly terraformResourceType: string;
  readonly friendlyUniqueId: string;
  toTerraform(): unknown;
}

function isElement(construct: IConstruct, kind: string): construct is Element {
  return kind === 'data' ? TerraformDataSource.isTerraformDataSource(construct) : TerraformResource.isTerraformResource(construct);
}
