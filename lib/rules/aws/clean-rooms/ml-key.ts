import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'CleanRoomsKey',
  title: 'What a clean room keeps is encrypted with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::CleanRoomsML::ConfiguredModelAlgorithm', 'AWS::CleanRooms::IdMappingTable', 'AWS::CleanRooms::IntermediateTable'],
  why: 'trained models, tables of who is whom and results between two steps lie there until somebody deletes them',
  fix: 'set KmsKeyArn to a key of your own',
  properties: ['KmsKeyArn'],
  sources: ['https://docs.aws.amazon.com/clean-rooms/latest/userguide/data-protection.html'],
  good: { Name: 'x', RoleArn: 'arn:aws:iam::123456789012:role/x', KmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
  bad: { Name: 'x', RoleArn: 'arn:aws:iam::123456789012:role/x' },
  check: (kept) => kept.key('KmsKeyArn'),
});
