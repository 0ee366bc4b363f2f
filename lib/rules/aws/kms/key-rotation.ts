import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'KmsKeyRotation',
  title: 'KMS keys are rotated',
  severity: 'error',
  control: Control.KEY_MANAGEMENT,
  resources: ['AWS::KMS::Key'],
  why: 'rotation bounds how much one key material protects',
  fix: 'set EnableKeyRotation; keys that are asymmetric, for HMAC, or of imported material cannot rotate by themselves',
  properties: ['EnableKeyRotation'],
  sources: ['Security Hub KMS.4', 'AWS Config cmk-backing-key-rotation-enabled', 'cdk-nag KMSBackingKeyRotationEnabled', 'Checkov CKV_AWS_7', 'Prowler kms_cmk_rotation_enabled'],
  good: { EnableKeyRotation: true },
  bad: { EnableKeyRotation: false },
  check: (key) => {
    const symmetric = [...key.at('KeySpec').texts, 'SYMMETRIC_DEFAULT'][0] === 'SYMMETRIC_DEFAULT';
    const own = [...key.at('Origin').texts, 'AWS_KMS'][0] === 'AWS_KMS';
    return symmetric && own ? key.boolean('EnableKeyRotation') : NOT_APPLICABLE;
  },
});
