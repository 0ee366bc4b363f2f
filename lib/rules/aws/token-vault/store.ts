import { Control } from '../../../policy/control';
import { append } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { PERMISSIONS } from '../iam/ml-roles';
import { type Found, VaultAccess } from './access';
import type { Holder } from './holders';
import type { Part, Vault } from './parts';
import { standInsOf } from './stand-ins';

export default rule({
  name: 'TokenVaultStore',
  title: 'Only functions of a token vault read its tables and open what its key has wrapped',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: [...PERMISSIONS, 'AWS::Lambda::Permission', 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
  why: 'who reads the tables and uses the key turns tokens back without the vault: for no purpose, within no budget, and on no record; so does who runs as a function of it, may pass on its role or say whom that trusts, or may rewrite its code or its policies',
  fix: 'let callers invoke a function of the vault; name tables and keys in Resource instead of a wildcard, or deny reading and changing them; let only functions of the vault, and Lambda, have their roles, and deny iam:PassRole and iam:UpdateAssumeRolePolicy on them',
  properties: ['PolicyDocument.Statement.Action.dynamodb:GetItem', 'PolicyDocument.Statement.Action.dynamodb:UpdateItem', 'PolicyDocument.Statement.Action.dynamodb:RestoreTableToPointInTime', 'PolicyDocument.Statement.Action.kms:Decrypt', 'PolicyDocument.Statement.Action.lambda:UpdateFunctionCode', 'PolicyDocument.Statement.Action.iam:PassRole', 'AssumeRolePolicyDocument.Statement.Principal', 'KinesisStreamSpecification', 'ResourcePolicy.PolicyDocument.Statement.Principal'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj', 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/security-iam.html', 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html', 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html'],
  good: 'roles of three functions of a vault, of which one may add tokens, one may read them, and one may delete them',
  bad: 'a role that may query the table of subjects, change its rows and so be given them, restore it as another table, decrypt with the key of the vault, pass the role of a function to Lambda, or that of a function that may both add tokens and read them',
  check: (resource) => {
    const access = VaultAccess.of(resource.relations);
    const holders = access.holdersAt(resource);
    const found = [...holders.flatMap((holder) => [...judged(access, holder), ...standInsOf(holder, access)]), ...streamed(resource, access)];
    return found.length === 0 ? NOT_APPLICABLE : found;
  },
});

const DOES = { read: 'read', change: 'read what it changes in', open: 'decrypt with', let: 'rewrite', become: 'take over' } as const;

/** What is written to a table goes to a stream of Kinesis as well, which whoever may read it reads. */
function streamed(table: Resource, access: VaultAccess): Verdict[] {
  const vault = access.vaults.find(({ tables }) => tables.includes(table));
  if (!vault) return [];
  const places = table.type === 'AWS::DynamoDB::Table' ? [table.at('KinesisStreamSpecification')] : table.at('Replicas').items.map((replica) => replica.at('KinesisStreamSpecification'));
  return places.flatMap(({ given, location }) => [
    ...given.unknowns.map(({ reason }) => unknown(`whether rows of vault '${vault.name}' are copied to a stream is ${reason}`, location)),
    ...given.alternatives.length > given.unknowns.length ? [nonCompliant(`rows of vault '${vault.name}' are copied to a stream of Kinesis`, location)] : [],
  ]);
}

function judged(access: VaultAccess, holder: Holder): Verdict[] {
  const own = access.vaultsOf(holder);
  const permissions = access.of(holder);
  const byVault = new Map<Vault, (Found & { readonly what: string })[]>();
  for (const verb of ['read', 'change', 'open', 'let', 'become'] as const) {
    for (const [part, found] of permissions.get(verb) ?? []) {
      const read = verb === 'change' ? permissions.get('read')?.get(part) : undefined;
      const isSaid = read !== undefined && (read.sure === 'surely' || found.sure === 'perhaps');
      // who may rewrite a part of a vault, or make another function with its role, is none of its functions, whatever it runs as
      if ((verb === 'let' || verb === 'become' || !own.has(part.vault)) && !isSaid) append(byVault, part.vault, { ...found, what: `${DOES[verb]} '${part.resource.path}'` });
    }
  }
  const foreign = [...byVault].map(([vault, may]) => {
    const surely = may.filter(({ sure }) => sure === 'surely');
    const told = surely.length > 0 ? surely : may;
    const what = `may ${told.map((one) => one.what).join(', ')}, by ${[...new Set(told.map((one) => `'${one.by}'`))].join(' and ')}`;
    return answer(own.has(vault) ? `'${holder.name}' ${what}` : `'${holder.name}', which is none of the functions of vault '${vault.name}', ${what}`, holder.doubt === undefined ? told[0]! : { ...told[0]!, sure: 'perhaps', reason: holder.doubt });
  });
  return [...foreign, ...bothIn(permissions.get('add'), permissions.get('read'), own, holder.name), COMPLIANT];
}

/** One function that may do both is both directions, whoever invokes it. */
function bothIn(adds: ReadonlyMap<Part, Found> | undefined, reads: ReadonlyMap<Part, Found> | undefined, own: ReadonlySet<Vault>, name: string): Verdict[] {
  return [...adds ?? []].filter(([{ vault, resource }]) => own.has(vault) && vault.tokens.includes(resource)).flatMap(([part, add]) => {
    const read = reads?.get(part);
    return read ? [answer(`'${name}' may both add to and read '${part.resource.path}', by '${add.by}' and '${read.by}'`, add.sure === 'perhaps' ? add : read)] : [];
  });
}

function answer(what: string, { sure, reason }: Found): Verdict {
  return sure === 'surely' ? nonCompliant(what) : unknown(`whether ${what} cannot be told: ${reason}`);
}
