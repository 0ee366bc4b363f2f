import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'KmsKeyLockout',
  title: 'Keys of ML data keep the check that somebody can still manage them',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: ['AWS::KMS::Key'],
  why: 'a key whose policy locks everybody out can be neither changed nor deleted, and the data behind it can be lost',
  fix: 'leave BypassPolicyLockoutSafetyCheck out',
  properties: ['BypassPolicyLockoutSafetyCheck'],
  sources: ['https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html'],
  good: {},
  bad: { BypassPolicyLockoutSafetyCheck: true },
  check: (key) => ofMlData(key, () => key.at('BypassPolicyLockoutSafetyCheck').boolean(false)),
});
