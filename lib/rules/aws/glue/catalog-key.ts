import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, COMPLIANT, inParts, nonCompliant } from '../../verdict';

export default rule({
  name: 'GlueCatalogKey',
  title: 'The Glue catalog and the passwords in it are encrypted with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::Glue::DataCatalogEncryptionSettings'],
  why: 'names of columns and partitions say what is known of people, and a connection holds the password of the database',
  fix: 'set EncryptionAtRest to SSE-KMS with SseAwsKmsKeyId, and ConnectionPasswordEncryption with ReturnConnectionPasswordEncrypted and KmsKeyId',
  properties: ['DataCatalogEncryptionSettings'],
  sources: ['Checkov CKV_AWS_94', 'Prowler glue_data_catalogs_metadata_encryption_enabled', 'Prowler glue_data_catalogs_connection_passwords_encryption_enabled'],
  good: {
    CatalogId: '123456789012',
    DataCatalogEncryptionSettings: {
      EncryptionAtRest: { CatalogEncryptionMode: 'SSE-KMS', SseAwsKmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
      ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: true, KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
    },
  },
  bad: { CatalogId: '123456789012', DataCatalogEncryptionSettings: { EncryptionAtRest: { CatalogEncryptionMode: 'DISABLED' } } },
  check: (settings) => {
    const [rest, passwords] = ['EncryptionAtRest', 'ConnectionPasswordEncryption'].map((part) => settings.at(`DataCatalogEncryptionSettings.${part}`));
    const [kept, opened] = [rest!.at('CatalogEncryptionMode'), passwords!.at('ReturnConnectionPasswordEncrypted')];
    return inParts(settings.at('DataCatalogEncryptionSettings'), [
      all(kept.judge((mode) => (typeof mode === 'string' && mode.startsWith('SSE-KMS') ? COMPLIANT : nonCompliant(`CatalogEncryptionMode is ${String(mode ?? 'not set')}`))), settings.customerKey(rest!.at('SseAwsKmsKeyId'))),
      all(opened.boolean(), settings.customerKey(passwords!.at('KmsKeyId'))),
    ]);
  },
});
