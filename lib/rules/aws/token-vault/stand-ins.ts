import { append } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import type { Value } from '../../value';
import { nonCompliant, unknown, type Verdict } from '../../verdict';
import { aboutOf, allowing, each, unreadable } from '../policy/statements';
import type { VaultAccess } from './access';
import type { Holder } from './holders';

const ASSUMES = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];
const LAMBDA = /^lambda\.(?:amazonaws\.|\?)/;

/** Who can act as a function of a vault, by its role, and is none: other functions that run as it, and whomever it trusts beside Lambda. */
export function standInsOf(holder: Holder, access: VaultAccess): Verdict[] {
  const vaults = [...access.vaultsOf(holder)];
  if (vaults.length === 0) return [];
  const what = `role of a function of vault '${vaults[0]!.name}'`;
  const others = access.functionsAs(holder).filter((one) => !vaults.some(({ functions }) => functions.includes(one)));
  const unclear = access.functionsAs(undefined).filter((one) => !access.vaults.some(({ functions }) => functions.includes(one)));
  return [
    ...unclear.map((one) => unknown(`whether '${one.path}' runs as '${holder.name}', the ${what}, cannot be told: its role is ${one.at('Role').unknowns[0]!.reason}`)),
    ...others.map(({ path }) => nonCompliant(`'${path}' runs as '${holder.name}', the ${what}, and is none of it`)),
    ...holder.resource ? allowing([holder.resource.at('AssumeRolePolicyDocument')]).flatMap((statement) => trusted(statement, `'${holder.name}', the ${what}`)) : [],
  ];
}

/** Functions of the app by the roles that they run as; under nothing, those of which that cannot be told. */
export function functionsByRole(functions: readonly Resource[], access: VaultAccess): Map<Holder | undefined, Resource[]> {
  const found = new Map<Holder | undefined, Resource[]>();
  for (const one of functions) {
    const role = one.at('Role');
    const holders = access.rolesAt(role);
    for (const holder of holders.length > 0 || role.unknowns.length === 0 ? holders : [undefined]) append(found, holder, one);
  }
  return found;
}

function trusted(statement: Value, role: string): Verdict[] {
  const open = (reason: string) => unknown(`who may assume ${role}, is ${reason}`, statement.location);
  if (statement.unknowns.length > 0) return [open(statement.unknowns[0]!.reason)];
  if (!ASSUMES.some(aboutOf(statement))) return [unreadable(statement)].filter((doubt) => doubt !== undefined);
  if (!statement.at('NotPrincipal').isAbsent) return [nonCompliant(`everybody but some (NotPrincipal) may assume ${role}`, statement.location)];
  const listed = [...each(statement.at('Principal')), ...['AWS', 'Federated', 'Service'].flatMap((kind) => each(statement.at(`Principal.${kind}`)))].flatMap(({ alternatives }) => alternatives);
  return listed.flatMap((one): Verdict[] => {
    if (typeof one !== 'string' && !(one instanceof Unknown)) return [];
    const text = one instanceof Unknown ? one.pattern : one;
    if (LAMBDA.test(text)) return [];
    return [one instanceof Unknown && !one.target && text === '?' ? open(one.reason) : nonCompliant(`'${one instanceof Unknown ? one.reason : text}' may assume ${role}`, statement.location)];
  });
}
