import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { unlessOff } from './option';

export default rule({
  name: 'SageMakerFeatureGroupKey',
  title: 'Feature groups encrypt their online and offline store with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::FeatureGroup'],
  why: 'a feature group is a table of people: with the cloud\'s own key nobody can revoke access to it or see who read',
  fix: 'set OnlineStoreConfig.SecurityConfig.KmsKeyId and OfflineStoreConfig.S3StorageConfig.KmsKeyId',
  properties: ['OnlineStoreConfig.SecurityConfig.KmsKeyId', 'OfflineStoreConfig.S3StorageConfig.KmsKeyId'],
  sources: [
    'Security Hub SageMaker.17', 'Security Hub SageMaker.18', 'AWS Config sagemaker-featuregroup-encryption-at-rest', 'AWS Config sagemaker-featuregroup-online-store-encryption',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-security.html',
  ],
  good: {
    OnlineStoreConfig: { EnableOnlineStore: true, SecurityConfig: { KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' } },
    OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://features/', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' } },
  },
  bad: { OnlineStoreConfig: { EnableOnlineStore: true }, OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://features/' } } },
  check: (group) => {
    const offline = group.at('OfflineStoreConfig').given;
    return [
      unlessOff(group.at('OnlineStoreConfig.EnableOnlineStore').boolean(false), group.key('OnlineStoreConfig.SecurityConfig.KmsKeyId')),
      offline.isAbsent ? NOT_APPLICABLE : group.customerKey(offline.at('S3StorageConfig.KmsKeyId')),
    ];
  },
});
