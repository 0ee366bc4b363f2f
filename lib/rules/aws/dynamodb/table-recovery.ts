import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlData } from '../ml-data';
import { replicasOf } from './replicas';

export default rule({
  name: 'DynamoDbTableRecovery',
  title: 'Tables of ML data can be restored to a point in time',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
  why: 'code that writes wrong items overwrites what was there: features, consents and mappings of pseudonyms are in no bucket from which they could be made again',
  fix: 'set PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled, of a global table for each replica',
  properties: ['PointInTimeRecoverySpecification', 'Replicas.PointInTimeRecoverySpecification'],
  sources: ['Security Hub DynamoDB.2', 'AWS Config dynamodb-pitr-enabled', 'cdk-nag DynamoDBPITREnabled', 'Checkov CKV_AWS_28', 'Prowler dynamodb_tables_pitr_enabled'],
  good: { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
  bad: {},
  check: (table) => ofMlData(table, () => replicasOf(table).map((one) => one.at('PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled').boolean())),
});
