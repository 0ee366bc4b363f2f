import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { canMean } from '../policy/arn';
import { eachUnlessNarrowed } from '../policy/openness';
import { each, isAbout, isEverything, unreadable } from '../policy/statements';
import { DECRYPTING } from './data-actions';
import { ofMlStatements, PERMISSIONS } from './ml-roles';

export default rule({
  name: 'IamDecryptAll',
  title: 'Roles of machine learning, and people beside them, decrypt with keys that their policy names',
  severity: 'error',
  control: Control.KEY_MANAGEMENT,
  resources: PERMISSIONS,
  why: 'whoever may decrypt with every key of the account reads whatever ciphertext it can get hold of; a grant or a policy of a key gives the same',
  fix: 'name the keys in Resource, or narrow by kms:ResourceAliases, a tag of the key or the encryption context',
  properties: ['PolicyDocument.Statement'],
  sources: ['Security Hub KMS.1', 'Security Hub KMS.2', 'AWS Config iam-customer-policy-blocked-kms-actions', 'AWS Config iam-inline-policy-blocked-kms-actions', 'Prowler iam_policy_no_full_access_to_kms'],
  good: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'read', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:aws:kms:eu-central-1:123456789012:key/1' }] } }] },
  bad: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'read', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: '*' }] } }] },
  check: (resource) => ofMlStatements(resource, judged),
});

function judged(statement: Value): Verdict[] {
  return eachUnlessNarrowed(statement.at('Condition'), (key) => SAYS_WHICH_KEY.test(key), () => decrypting(statement));
}

function decrypting(statement: Value): Verdict[] {
  const decrypts = DECRYPTING.find((action) => isAbout(statement, action));
  if (!decrypts) return [unreadable(statement) ?? COMPLIANT];
  if (!statement.at('NotResource').isAbsent) return [nonCompliant(`${decrypts} is allowed on every key but some (NotResource)`, statement.location)];
  return each(statement.at('Resource')).flatMap((resource) => resource.alternatives.map((one): Verdict => {
    if ((typeof one !== 'string' && !(one instanceof Unknown)) || !canMean(decrypts, one)) return COMPLIANT;
    if (typeof one === 'string') return isEverything(one) ? nonCompliant(`${decrypts} is allowed on '${one}'`, resource.location) : COMPLIANT;
    if (isEverything(one)) return nonCompliant(`${decrypts} is allowed on '${one.pattern}'`, resource.location);
    return one.leaves.some(({ target }) => target) || /^arn:.*:key\//.test(one.pattern) ? COMPLIANT : unknown(`the key of ${decrypts} is ${one.reason}`, resource.location);
  }));
}

const SAYS_WHICH_KEY = /^(?:kms:(?:ResourceAliases|RequestAlias|EncryptionContext(?::.*)?)|aws:ResourceTag\/.*)$/i;
