import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, COMPLIANT, inParts, nonCompliant } from '../../verdict';
import { stated } from '../sagemaker/stated';

export default rule({
  name: 'GlueMlTransformKey',
  title: 'ML transforms of Glue encrypt what they learned and label with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::Glue::MLTransform'],
  why: 'a transform that finds records of one person keeps examples of records that people labelled',
  fix: 'set TransformEncryption.MLUserDataEncryption to SSE-KMS with KmsKeyId, and TaskRunSecurityConfigurationName',
  properties: ['TransformEncryption'],
  sources: ['AWS Config glue-ml-transform-encrypted-at-rest', 'Prowler glue_ml_transform_encrypted_at_rest'],
  good: {
    Role: 'arn:aws:iam::123456789012:role/match', InputRecordTables: {}, TransformParameters: { TransformType: 'FIND_MATCHES' },
    TransformEncryption: { TaskRunSecurityConfigurationName: 'ml', MLUserDataEncryption: { MLUserDataEncryptionMode: 'SSE-KMS', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' } },
  },
  bad: { Role: 'arn:aws:iam::123456789012:role/match', InputRecordTables: {}, TransformParameters: { TransformType: 'FIND_MATCHES' } },
  check: (transform) => {
    const encryption = transform.at('TransformEncryption');
    return inParts(encryption, [
      all(
        encryption.at('MLUserDataEncryption.MLUserDataEncryptionMode').judge((mode) => (mode === 'SSE-KMS' ? COMPLIANT : nonCompliant(`MLUserDataEncryptionMode is ${String(mode ?? 'not set')}`))),
        transform.key('TransformEncryption.MLUserDataEncryption.KmsKeyId'),
      ),
      stated(encryption.at('TaskRunSecurityConfigurationName')),
    ]);
  },
});
