import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlData } from '../ml-data';
import { replicasOf } from './replicas';

export default rule({
  name: 'DynamoDbTableDeletionProtection',
  title: 'Tables of ML data are protected from being deleted',
  severity: 'warning',
  control: Control.AVAILABILITY,
  resources: ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
  why: 'a stack that is deleted or renamed takes its tables along, and a backup to a point in time ends with its table',
  fix: 'set DeletionProtectionEnabled, of a global table for each replica',
  properties: ['DeletionProtectionEnabled', 'Replicas.DeletionProtectionEnabled'],
  sources: ['Security Hub DynamoDB.6', 'AWS Config dynamodb-table-deletion-protection-enabled', 'Prowler dynamodb_table_deletion_protection_enabled'],
  good: { DeletionProtectionEnabled: true },
  bad: { DeletionProtectionEnabled: false },
  check: (table) => ofMlData(table, () => replicasOf(table).map((one) => one.at('DeletionProtectionEnabled').boolean())),
});
