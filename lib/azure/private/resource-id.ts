import { Fn, Token } from 'cdktf';
import { shown } from '../../policy/given';

/** What an id of Azure Resource Manager says. */
export interface ResourceId {
  /** Id of the resource group. */
  readonly resourceGroupId: string;
  /** Name of the resource group. */
  readonly resourceGroupName: string;
  /** Name of the resource. */
  readonly name: string;
}

const FORM = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/([^/]+\/[^/]+)\/([^/]+)$/i;

/**
 * The parts of an id; of a reference, expressions that Terraform works out.
 *
 * @param owner who was given it, for the message
 * @param type such as `Microsoft.Storage/storageAccounts`
 * @throws an error with the value and the form when it is no id of that type
 */
export function partsOf(owner: string, id: string, type: string): ResourceId {
  if (typeof id === 'string' && Token.isUnresolved(id)) {
    const part = (index: number) => Token.asString(Fn.element(Fn.split('/', id), index));
    return { resourceGroupId: Fn.join('/', Fn.slice(Fn.split('/', id), 0, 5)), resourceGroupName: part(4), name: part(8) };
  }
  const found = typeof id === 'string' ? FORM.exec(id) : null;
  if (!found || found[2].toLowerCase() !== type.toLowerCase()) {
    throw new Error(`${owner} is ${shown(id)}: give an id such as '/subscriptions/<id>/resourceGroups/<group>/providers/${type}/<name>'`);
  }
  return { resourceGroupId: id.slice(0, id.toLowerCase().indexOf('/providers/')), resourceGroupName: found[1], name: found[3] };
}

/**
 * The name of a resource group, from its id.
 *
 * @throws an error with the value and the form when it is no id of a resource group
 */
export function groupNameOf(owner: string, id: string): string {
  if (typeof id === 'string' && Token.isUnresolved(id)) return Token.asString(Fn.element(Fn.split('/', id), 4));
  const found = typeof id === 'string' ? /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)$/i.exec(id) : null;
  if (!found) throw new Error(`the resource group of ${owner} is ${shown(id)}: give an id such as '/subscriptions/<id>/resourceGroups/<group>'`);
  return found[1];
}
