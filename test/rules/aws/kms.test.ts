import { ruleTable } from '../table';
import { PARAM, USES } from './around';

const around = USES;

ruleTable('KmsKeyPendingWindow', {
  type: 'AWS::KMS::Key', around,
  compliant: [{ PendingWindowInDays: 30 }, {}],
  nonCompliant: [{ PendingWindowInDays: 7 }, { PendingWindowInDays: { 'Fn::If': ['Cond', 30, 7] } }],
  unknown: [{ PendingWindowInDays: PARAM }],
  override: { path: 'PendingWindowInDays', to: 7 },
});
ruleTable('KmsKeyLockout', {
  type: 'AWS::KMS::Key', around,
  compliant: [{ BypassPolicyLockoutSafetyCheck: false }, {}],
  nonCompliant: [{ BypassPolicyLockoutSafetyCheck: true }],
  unknown: [{ BypassPolicyLockoutSafetyCheck: PARAM }],
  override: { path: 'BypassPolicyLockoutSafetyCheck', to: true },
});
ruleTable('KmsKeyUsable', {
  type: 'AWS::KMS::Key', around,
  compliant: [{ KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT', Enabled: true }, {}],
  nonCompliant: [{ KeySpec: 'RSA_4096' }, { KeyUsage: 'SIGN_VERIFY' }, { Enabled: false }, { KeySpec: 'ML_DSA_65', KeyUsage: 'SIGN_VERIFY' }],
  unknown: [{ KeySpec: PARAM }, { Enabled: PARAM }],
  override: { path: 'Enabled', to: false },
});
// a key that signs models is used and encrypts nothing
ruleTable('KmsKeyUsable', {
  type: 'AWS::KMS::Key',
  around: { Job: { Type: 'AWS::SageMaker::Model', Properties: { KmsKeyId: { Ref: 'Other' } } }, Other: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/x', TargetKeyId: { Ref: 'Subject' } } } },
  compliant: [{}],
  nonCompliant: [{ KeySpec: 'ML_DSA_65' }],
  unknown: [],
});
