import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';
import { isLeft } from './left';

export default rule({
  name: 'StateMachineKey',
  title: 'State machines of machine learning encrypt their executions with a customer-managed key',
  severity: 'warning',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::StepFunctions::StateMachine'],
  why: 'the history of an execution keeps input and output of each state for ninety days, logged or not',
  fix: 'set EncryptionConfiguration to CUSTOMER_MANAGED_KMS_KEY with KmsKeyId',
  properties: ['EncryptionConfiguration'],
  sources: ['Prowler stepfunctions_statemachine_encrypted_with_cmk', 'https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html'],
  good: { RoleArn: 'arn:aws:iam::123456789012:role/x', EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1' } },
  bad: { RoleArn: 'arn:aws:iam::123456789012:role/x', EncryptionConfiguration: { Type: 'AWS_OWNED_KEY' } },
  check: (machine) => ofMlData(machine, () => (isLeft(machine, 'EncryptionConfiguration') ? NOT_APPLICABLE : all(
    machine.at('EncryptionConfiguration.Type').judge((type) => (type === 'CUSTOMER_MANAGED_KMS_KEY' ? COMPLIANT : nonCompliant(`EncryptionConfiguration is ${String(type ?? 'not set')}`))),
    machine.key('EncryptionConfiguration.KmsKeyId'),
  ))),
});
