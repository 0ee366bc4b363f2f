import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'DynamoDbTableKey',
  title: 'Tables of ML data encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
  why: 'predictions, features and mappings of pseudonyms are records of people; a key of the cloud\'s own can neither be revoked nor audited',
  fix: 'set SSESpecification with SSEEnabled and KMSMasterKeyId, of a global table for each replica',
  properties: ['SSESpecification', 'Replicas.SSESpecification'],
  sources: ['AWS Config dynamodb-table-encrypted-kms', 'Checkov CKV_AWS_119', 'Prowler dynamodb_tables_kms_cmk_encryption_enabled'],
  good: { SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' } },
  bad: { SSESpecification: { SSEEnabled: true } },
  check: (table) => ofMlData(table, () => (table.type === 'AWS::DynamoDB::Table'
    ? all(table.boolean('SSESpecification.SSEEnabled'), table.key('SSESpecification.KMSMasterKeyId'))
    : [table.boolean('SSESpecification.SSEEnabled'), ...table.at('Replicas').items.map((replica) => table.customerKey(replica.at('SSESpecification.KMSMasterKeyId')))])),
});
