import type { Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import type { Alternative } from '../../value';
import { meant } from '../related';
import type { Grant } from './vaults';

/** An identity of this app, or the id of one that is none of it. */
export type Principal = Resource | string;

const IDENTITIES = ['azurerm_user_assigned_identity', 'Microsoft.ManagedIdentity/userAssignedIdentities'];

/** Who ids mean: the same identity is named by the id of its principal, of its client and of its resource. */
export class Principals {
  private readonly byId = new Map<string, Resource>();

  constructor(private readonly relations: Relations) {
    for (const identity of IDENTITIES.flatMap((type) => relations.ofType(type))) {
      // in a plan or a state they are written out
      for (const name of ['principal_id', 'client_id', 'id']) for (const text of identity.at(name).texts) this.byId.set(text.toLowerCase(), identity);
    }
  }

  /** Who it is; an id of Entra ID is the same in any case. */
  public of(one: Alternative): Grant {
    if (typeof one === 'string') return { who: this.byId.get(one.toLowerCase()) ?? one.toLowerCase() };
    if (!(one instanceof Unknown)) return { doubt: 'somebody who is not named' };
    const target = one.leaves.map((leaf) => this.relations.target(leaf)).find((found) => found !== undefined);
    // what a data source finds is one thing, whoever asks
    return target ? { who: target } : one.kind === 'opaque' && /^what the data source/.test(one.reason) ? { who: one.reason } : { doubt: one.reason };
  }

  /** Whom a resource acts as: the identities that it is given, or one of its own. */
  public actors(resource: Resource): Grant[] {
    const ids = resource.at('identity.identity_ids');
    const given = ids.items.length > 0 ? ids.items : ids.isAbsent ? [] : [ids];
    const own = resource.at('identity.type').texts.some((type) => /SystemAssigned/.test(type)) ? [{ who: resource }] : [];
    return [...own, ...given.flatMap((id) => {
      const [found] = meant(id, this.relations).filter(({ type }) => IDENTITIES.includes(type));
      return found ? [{ who: found }] : id.alternatives.map((one) => this.of(one));
    })];
  }
}
