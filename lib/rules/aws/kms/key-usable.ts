import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { scalarText, type Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';
import { MlData } from '../ml-data';

export default rule({
  name: 'KmsKeyUsable',
  title: 'Keys that encrypt ML data are symmetric, and switched on',
  severity: 'error',
  control: Control.KEY_MANAGEMENT,
  resources: ['AWS::KMS::Key'],
  why: 'SageMaker and S3 encrypt with symmetric keys only; a key of another kind, or one that is off, stops every job that reads the data',
  fix: 'leave KeySpec, KeyUsage and Enabled out',
  properties: ['KeySpec', 'KeyUsage', 'Enabled'],
  sources: ['https://docs.aws.amazon.com/kms/latest/developerguide/symmetric-asymmetric.html'],
  good: { KeySpec: 'SYMMETRIC_DEFAULT' },
  bad: { KeySpec: 'RSA_4096', KeyUsage: 'ENCRYPT_DECRYPT' },
  check: (key) => (MlData.of(key.relations).isDataKey(key)
    ? all(is(key.at('KeySpec'), 'SYMMETRIC_DEFAULT'), is(key.at('KeyUsage'), 'ENCRYPT_DECRYPT'), key.at('Enabled').boolean(true, true))
    : NOT_APPLICABLE),
});

function is(property: Value, usual: string): Verdict {
  return property.judge((value) => (value === undefined || value === null || value === usual ? COMPLIANT : nonCompliant(`${property.name} is ${scalarText(value)}`)));
}
