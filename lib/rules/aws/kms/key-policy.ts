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
  check: (key) => closed(key.at('KeyPolicy')),
});
