import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { scalarText, type Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { isNarrowedBy } from '../policy/openness';
import { allowing, documentAt, each, isAbout, isDecided, unreadable, waysOf } from '../policy/statements';
import { isGrantToService, VaultAccess } from './access';
import { isOwnAccount, type Holder } from './holders';

export default rule({
  name: 'TokenVaultKeyContext',
  title: 'The key of a token vault opens data keys for their tenant, and for functions of the vault',
  severity: 'error',
  control: Control.KEY_MANAGEMENT,
  resources: ['AWS::KMS::Key'],
  why: 'without an encryption context a data key of one tenant or use opens for who was let in for another one, and the trail of KMS does not say what was opened',
  fix: 'deny kms:Decrypt and kms:GenerateDataKey to everybody without kms:EncryptionContext:tenant, allow them to functions under kms:EncryptionContext or kms:ViaService, and name nobody else',
  properties: ['KeyPolicy.Statement.Condition.kms:EncryptionContext', 'KeyPolicy.Statement.Principal'],
  sources: ['https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html', 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context'],
  good: 'a key whose policy denies kms:Decrypt and kms:GenerateDataKey where kms:EncryptionContext:tenant is not cardiology, and functions that are allowed them for that tenant and for some uses',
  bad: 'the same key without the Deny, or a function that may decrypt with it whatever the context',
  check: (key) => {
    const access = VaultAccess.of(key.relations);
    const vaults = access.vaults.filter(({ keys }) => keys.includes(key));
    if (vaults.length === 0) return NOT_APPLICABLE;
    const roles = [...new Set(vaults.flatMap(({ functions }) => functions.flatMap((one) => access.rolesOf(one))))];
    const refuses = refusesOthers(key);
    // one that is not known is told as what its policy denies where that is not known either
    return [refuses, ...admitted(key, roles, access).filter(({ answer }) => answer !== 'unknown' || refuses === COMPLIANT), ...roles.flatMap((role) => role.said.map(({ statement, by }) => bound(statement, by, key, access)))];
  },
});

const USES = ['kms:Decrypt', 'kms:GenerateDataKey'];
const OPENS = ['kms:Decrypt', 'kms:ReEncryptFrom', 'kms:CreateGrant', 'kms:PutKeyPolicy'];
// DynamoDB has a context of its own, which says nothing of a tenant
const OF_TENANT = /^kms:EncryptionContext:(?!aws:)./i;
const OF_SERVICE = /^kms:EncryptionContext:aws:/i;

function refusesOthers(key: Resource): Verdict {
  return all(...documentAt(key.at('KeyPolicy')).options.flatMap((document) => document.at('Statement').options.map((statements) => refusesIn(statements, document.location))));
}

function refusesIn(statements: Value, location: string): Verdict {
  const listed = each(statements);
  const [open] = [statements, ...listed].flatMap(({ unknowns }) => unknowns);
  // a statement that can be deployed otherwise refuses if it does in every way
  const verdicts = listed.map((statement) => all(...statement.options.flatMap((one) => (one.isAbsent ? [nonCompliant('')] : waysOf(one).map(refuses)))));
  if (verdicts.some(({ answer }) => answer === COMPLIANT.answer)) return COMPLIANT;
  const unclear = verdicts.find(({ answer }) => answer === 'unknown');
  if (unclear) return unclear;
  return open ? unknown(`what its policy denies is ${open.reason}`, location) : nonCompliant('no statement of its policy denies its use without the encryption context of the tenant to everybody', location);
}

/** Whether a statement denies the use of the key to everybody who does not name a tenant; DynamoDB may be left out. */
function refuses(statement: Value): Verdict {
  if (!isDecided(statement) || statement.unknowns.length > 0 || !statement.at('Effect').texts.includes('Deny') || !isEverybody(statement)) return nonCompliant('');
  if (!USES.every((action) => isAbout(statement, action))) return unreadable(statement) ?? nonCompliant('');
  const condition = statement.at('Condition');
  if (condition.unknowns.length > 0) return unknown(`the condition of its Deny is ${condition.unknowns[0]!.reason}`, condition.location);
  const asked = condition.entries.flatMap(([operator, keys]) => keys.entries.map(([name, value]) => ({ operator, name, value })));
  const isTenant = ({ operator, name }: (typeof asked)[number]) => operator === 'StringNotEquals' && OF_TENANT.test(name);
  const isService = ({ operator, name, value }: (typeof asked)[number]) => operator === 'Null' && OF_SERVICE.test(name) && value.texts.every((text) => text === 'true');
  const open = asked.find((one) => isTenant(one) && one.value.unknowns.length > 0 && one.value.unknowns.every(({ target }) => target === undefined));
  if (open) return unknown(`the tenant that its Deny asks for is ${open.value.unknowns[0]!.reason}`, open.value.location);
  return condition.alternatives.length === 1 && asked.some(isTenant) && asked.every((one) => isTenant(one) || isService(one)) ? COMPLIANT : nonCompliant('');
}

function isEverybody(statement: Value): boolean {
  return [statement.at('Principal'), statement.at('Principal.AWS')].some((principal) => principal.alternatives.length === 1 && [...principal.texts, ...each(principal).flatMap(({ texts }) => texts)].includes('*'));
}

/** Whom the policy of the key names, beside its account, which lets the policies of identities decide. */
function admitted(key: Resource, roles: readonly Holder[], access: VaultAccess): Verdict[] {
  return allowing([key.at('KeyPolicy')]).filter((statement) => !isByService(statement)).flatMap((statement) => {
    const does = isAbout(statement, 'kms:PutKeyPolicy') ? 'rewrite it' : OPENS.some((action) => isAbout(statement, action)) && !isGrantToService(statement) ? 'decrypt' : undefined;
    if (!does) return [unreadable(statement)].filter((doubt) => doubt !== undefined);
    if (!statement.at('NotPrincipal').isAbsent) return [nonCompliant(`its policy lets everybody but some (NotPrincipal) ${does}`, statement.location)];
    const principals = [...each(statement.at('Principal')).filter(({ entries }) => entries.length === 0), ...each(statement.at('Principal.AWS'))];
    return principals.flatMap((principal) => principal.options.map((one): Verdict => {
      const [who] = one.alternatives;
      const text = who instanceof Unknown ? who.pattern : scalarText(who);
      const found = access.rolesAt(one);
      if (isOwnAccount(text, key) || (does === 'decrypt' && found.length > 0 && found.every((role) => roles.includes(role)))) return COMPLIANT;
      if (who instanceof Unknown && found.length === 0) return unknown(`whom its policy lets ${does} is ${who.reason}`, one.location);
      return nonCompliant(`its policy lets '${found[0]?.name ?? text}' ${does}${does === 'decrypt' ? ', which is no function of the vault' : ''}`, one.location);
    }));
  });
}

function isByService(statement: Value): boolean {
  return isNarrowedBy(statement.at('Condition'), (name) => /^kms:ViaService$/i.test(name));
}

/** Whether what a function is allowed is bound to a context of the vault, or comes by way of DynamoDB. */
function bound(statement: Value, by: Resource, key: Resource, access: VaultAccess): Verdict {
  if (statement.unknowns.length > 0) return unknown(`what '${by.path}' allows is ${statement.unknowns[0]!.reason}`);
  const used = USES.find((action) => isAbout(statement, action));
  if (!statement.at('Effect').texts.includes('Allow') || !used) return COMPLIANT;
  const [, sure] = access.meantBy(statement).find(([{ resource }]) => resource === key) ?? [];
  if (sure === undefined || isNarrowedBy(statement.at('Condition'), (name) => OF_TENANT.test(name)) || isByService(statement)) return COMPLIANT;
  const { unknowns } = statement.at('Condition');
  if (unknowns.length > 0) return unknown(`the condition of ${used} in '${by.path}' is ${unknowns[0]!.reason}`);
  return sure === 'surely' ? nonCompliant(`'${by.path}' allows a function ${used} whatever the encryption context`) : unknown(`whether '${by.path}' allows a function ${used} with it cannot be told`);
}
