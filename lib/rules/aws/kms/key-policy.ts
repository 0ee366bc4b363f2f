import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { closed } from '../policy/openness';

export default rule({
  name: 'KmsKeyPolicy',
  title: 'KMS keys are usable by principals that their policy names',
  severity: 'error',
  control: Control.KEY_MANAGEMENT,
  resources: ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'],
  why: 'a key that any account may use protects nothing: whoever gets the ciphertext decrypts it',
  fix: 'name principals in the key policy, or narrow Principal * by kms:CallerAccount, aws:PrincipalOrgID or aws:PrincipalArn',
  properties: ['KeyPolicy'],
  sources: ['Security Hub KMS.5', 'Checkov CKV_AWS_33', 'Prowler kms_key_not_publicly_accessible'],
  good: { KeyPolicy: { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] } },
  bad: { KeyPolicy: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' }] } },
  check: (key) => closed(key.at('KeyPolicy')),
});
