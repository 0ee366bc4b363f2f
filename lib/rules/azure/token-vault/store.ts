import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { at } from '../property';
import { nameOf } from './names';
import { ASSIGNMENTS, Vaults } from './vaults';

export default rule({
  name: 'AzureTokenVaultStore',
  title: 'Only functions of a token vault have roles in its store, and none may both add tokens and read them',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ASSIGNMENTS,
  properties: ['principal_id', 'properties.principalId'],
  why: 'who reads the containers turns tokens back without the vault: for no purpose, within no budget, and on no record',
  fix: 'let callers ask a function of the vault, and give each function the containers and actions that it needs',
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://learn.microsoft.com/azure/cosmos-db/nosql/reference-data-plane-security'],
  good: 'role assignments on the account of a vault for the identities of its three function apps, of which one may create items of the container of tokens and another one may read them',
  bad: 'a role on the account of a vault for an identity of a job, or for a group of people, or one by which a function may both create and read tokens',
  check: (assignment) => {
    const vaults = Vaults.of(assignment.relations);
    const vault = vaults.vaultAt(assignment);
    if (!vault) return NOT_APPLICABLE;
    const actors = vaults.actorsOf(vault);
    const principal = at(assignment, { azurerm: 'principal_id', arm: 'properties.principalId' })!;
    return vaults.principals(principal).flatMap(({ who, doubt }): Verdict[] => {
      const sites = vault.sites.filter((site) => who !== undefined && vaults.actorsAt(site).some((one) => one.who === who));
      if (sites.length === 0) {
        const [open] = [doubt, ...actors.map((one) => one.doubt)].filter((one) => one !== undefined);
        if (open !== undefined) return [unknown(`whether who has a role in the store of vault '${vault.name}' is one of its functions cannot be told: ${open}`, principal.location)];
        return [nonCompliant(`'${nameOf(who!)}' has a role in the store of vault '${vault.name}', and is none of its functions`, principal.location)];
      }
      return sites.map((site) => {
        const [creates, reads] = [vaults.does(site, 'create'), vaults.does(site, 'read')];
        if (!creates || !reads) return COMPLIANT;
        const what = `'${site.path}' may both add tokens and read them`;
        return creates === 'surely' && reads === 'surely' ? nonCompliant(what) : unknown(`whether ${what} cannot be told`);
      });
    });
  },
});
