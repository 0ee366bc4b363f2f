import { Control } from '../../../policy/control';
import { FLOW_NODE, rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../../verdict';
import { VaultAccess } from '../token-vault/access';

export default rule({
  name: 'FlowTokenVault',
  title: 'Token vaults are deployed with the functions, tables and key that rules know them by',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: [FLOW_NODE],
  why: 'rules find a vault by what its functions are told, as files have it: of one that was changed by an override they would say nothing, and silence would pass for an answer',
  fix: 'change the vault through TokenVault, not by overriding the environment or the role of its functions',
  properties: ['Environment.Variables'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'a vault of the declared flow, and below its path a function that adds to its table of tokens, one that reads it, and a key',
  bad: 'the same vault, with TOKENS_TABLE taken out of the environment of the function that detokenizes',
  check: (node) => {
    const [id] = node.at('Id').texts;
    if (id === undefined || !node.at('Detail').texts.includes('vault')) return NOT_APPLICABLE;
    const access = VaultAccess.of(node.relations);
    const vaults = access.vaults.filter(({ functions }) => functions.some(({ path }) => path.startsWith(`${id}/`)));
    if (vaults.length !== 1) return nonCompliant(`'${id}' is declared as a vault, and its functions name ${vaults.length === 0 ? 'no' : vaults.length} tables of tokens`);
    const [vault] = vaults;
    const does = (verb: 'add' | 'read') => vault!.functions.map((one) => access.does(one, vault!, verb));
    const missing = [
      ...(does('add').some(Boolean) ? [] : ['a function that gives tokens']), ...(does('read').some(Boolean) ? [] : ['a function that turns them back']),
      ...(vault!.tables.length === 3 ? [] : ['three tables']), ...(vault!.keys.length === 1 ? [] : ['a key']),
    ];
    if (missing.length > 0) return nonCompliant(`'${id}' is declared as a vault, and deployed without ${missing.join(', ')}`);
    return [...does('add'), ...does('read')].includes('perhaps') ? unknown(`what the functions of vault '${id}' may do with its table of tokens is not known`) : COMPLIANT;
  },
});
