import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { SITES } from '../functions/sites';
import { nameOf } from './names';
import { type Vault, Vaults } from './vaults';

export default rule({
  name: 'AzureTokenVaultDirections',
  title: 'Nobody may both give tokens and turn them back',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: SITES,
  properties: ['app_settings', 'properties.siteConfig.appSettings'],
  why: 'who holds both directions of a vault links records of a person at will, and one identity that is stolen is the whole vault',
  fix: 'give each direction an identity of its own, and name it in ACCESS of one function only',
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://learn.microsoft.com/azure/cosmos-db/nosql/reference-data-plane-security'],
  good: 'a function that tokenizes and lets in one identity, and a function that detokenizes and lets in another one',
  bad: 'both functions with the same principal in ACCESS, or one whose identity may both create and read items of the container of tokens',
  check: (site) => {
    const vaults = Vaults.of(site.relations);
    const vault = vaults.vaultOf(site);
    return vault ? judged(vaults, site, vault) : NOT_APPLICABLE;
  },
});

function judged(vaults: Vaults, site: Resource, vault: Vault): Verdict[] {
  const opens = vaults.does(site, 'read');
  const own = vaults.grantsOf(site);
  const unclear = own.filter(({ doubt }) => doubt !== undefined);
  if (opens === undefined) return unclear.length > 0 && vaults.does(site, 'create') !== undefined ? [unknown(`whom it lets tokenize: ${unclear[0]!.doubt}`)] : [COMPLIANT];
  return [COMPLIANT, ...vault.sites.flatMap((other): Verdict[] => {
    const gives = vaults.does(other, 'create');
    if (gives === undefined) return [];
    // where it is assigned what it may do is not here: which of its functions an app is, nothing says
    const isSure = opens === 'surely' && gives === 'surely';
    const others = vaults.grantsOf(other);
    const both = own.filter(({ who }) => who !== undefined && others.some((one) => one.who === who));
    const doubts = [...own, ...others].filter(({ doubt }) => doubt !== undefined);
    const what = (name: string) => `'${name}' may tokenize by '${other.path}' and detokenize by '${site.path}'`;
    return [
      ...both.map(({ who }) => (isSure ? nonCompliant(what(nameOf(who!))) : unknown(`whether ${what(nameOf(who!))} cannot be told: what the functions may do with tokens is assigned elsewhere`))),
      ...(own.length > 0 && others.length > 0 ? doubts.map(({ doubt }) => unknown(`whether somebody may tokenize by '${other.path}' and detokenize by '${site.path}' cannot be told: ${doubt}`)) : []),
    ];
  })];
}
