import { Control } from '../../../policy/control';
import { FLOW_NODE, rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../../verdict';
import { Vaults } from '../token-vault/vaults';

export default rule({
  name: 'AzureFlowTokenVault',
  title: 'Token vaults are deployed with the functions, store and keys that rules know them by',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: [FLOW_NODE],
  properties: ['properties.siteConfig.appSettings'],
  why: 'rules find a vault by what its functions are told, as files have it: of one that was changed by an override they would say nothing, and silence would pass for an answer',
  fix: 'change the vault through TokenVault, not by overriding the settings or the identity of its functions',
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'a vault of the declared flow, and below its path a function that adds to its container of tokens, one that reads it, and three keys',
  bad: 'the same vault, with ACCESS taken out of the settings of the function that detokenizes',
  check: (node) => {
    const [id] = node.at('Id').texts;
    if (id === undefined || !node.at('Detail').texts.includes('vault')) return NOT_APPLICABLE;
    const vaults = Vaults.of(node.relations);
    const found = vaults.all.filter(({ sites }) => sites.some(({ path }) => path.startsWith(`${id}/`)));
    if (found.length !== 1) return nonCompliant(`'${id}' is declared as a vault, and its functions name ${found.length === 0 ? 'no' : found.length} stores`);
    const [vault] = found;
    const does = (action: 'create' | 'read') => vault!.sites.map((site) => vaults.does(site, action));
    const missing = [
      ...(does('create').some(Boolean) ? [] : ['a function that gives tokens']), ...(does('read').some(Boolean) ? [] : ['a function that turns them back']),
      ...(vault!.accounts.length === 1 ? [] : ['a store']), ...(vault!.keys.length > 0 ? [] : ['keys']),
    ];
    if (missing.length > 0) return nonCompliant(`'${id}' is declared as a vault, and deployed without ${missing.join(', ')}`);
    return [...does('create'), ...does('read')].includes('perhaps') ? unknown(`what the functions of vault '${id}' may do with its tokens is not known`) : COMPLIANT;
  },
});
