import { Control } from '../../../policy/control';
import { append } from '../../relations';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { PERMISSIONS } from '../iam/ml-roles';
import { type Found, VaultAccess } from './access';
import type { Holder } from './holders';
import type { Part, Vault } from './parts';

export default rule({
  name: 'TokenVaultDirections',
  title: 'Nobody may both give tokens and turn them back',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: [...PERMISSIONS, 'AWS::Lambda::Permission'],
  why: 'who holds both directions of a vault links records of a person at will, and one identity that is stolen is the whole vault',
  fix: 'give each direction an identity of its own; name functions in Resource instead of a wildcard, or deny lambda:InvokeFunction on the other one, with its aliases',
  properties: ['PolicyDocument.Statement.Action.lambda:InvokeFunction'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://docs.aws.amazon.com/lambda/latest/dg/access-control-identity-based.html'],
  good: 'a role that may invoke the function of a vault that tokenizes, and another one for the alias of a purpose of the function that detokenizes',
  bad: 'a role that may invoke both, by two policies, by lambda:* on *, by NotAction, or as a member of a group',
  check: (resource) => {
    const access = VaultAccess.of(resource.relations);
    const holders = access.holdersAt(resource);
    return holders.length === 0 ? NOT_APPLICABLE : holders.flatMap((holder) => [COMPLIANT, ...judged(access, holder)]);
  },
});

function judged(access: VaultAccess, holder: Holder): Verdict[] {
  const byVault = new Map<Vault, [Part, Found][]>();
  for (const one of access.of(holder).get('invoke') ?? []) append(byVault, one[0].vault, one);
  return [...byVault].map(([vault, invoked]) => judgedIn(access, holder, vault, invoked));
}

function judgedIn(access: VaultAccess, holder: Holder, vault: Vault, invoked: readonly (readonly [Part, Found])[]): Verdict {
  const by = (verb: 'add' | 'read') => invoked.flatMap(([part, found]): Found[] => {
    const does = access.does(part.resource, vault, verb);
    if (does === undefined) return [];
    return [does === 'surely' || found.sure === 'perhaps' ? found : { ...found, sure: 'perhaps', reason: `what '${part.resource.path}' may do with the table of tokens is not known` }];
  }).sort((one, other) => Number(one.sure === 'perhaps') - Number(other.sure === 'perhaps'));
  const [gives] = by('add');
  const [opens] = by('read');
  if (!gives || !opens) {
    const one = gives ?? opens;
    return one && holder.doubt !== undefined ? unknown(`${holder.name} may ${gives ? 'tokenize' : 'detokenize'} with vault '${vault.name}': ${holder.doubt}`) : COMPLIANT;
  }
  const what = `'${holder.name}' may tokenize and detokenize with vault '${vault.name}', by ${[...new Set([gives.by, opens.by])].map((path) => `'${path}'`).join(' and ')}`;
  const perhaps = [gives, opens].find(({ sure }) => sure === 'perhaps');
  return perhaps ? unknown(`whether ${what} cannot be told: ${perhaps.reason}`) : nonCompliant(what);
}
