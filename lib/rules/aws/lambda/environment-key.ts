import { Control } from '../../../policy/control';
import { isDynamicReference } from '../../resolve';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'LambdaEnvironmentKey',
  title: 'Functions whose environment is filled from secrets encrypt it with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::Lambda::Function'],
  why: 'a dynamic reference puts the secret itself into the environment, where whoever may read the configuration reads it; an environment of names needs no key of its own',
  fix: 'set KmsKeyArn to a key of your own, or hand over the name of the secret and read it when the code runs',
  properties: ['KmsKeyArn'],
  sources: ['Checkov CKV_AWS_173', 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html'],
  good: 'a function that reads a store and gets {{resolve:secretsmanager:...}} in a variable, with a KmsKeyArn',
  bad: 'the same function without a KmsKeyArn',
  check: (handler) => {
    const filled = handler.at('Environment.Variables').entries.some(([, value]) => value.unknowns.some((one) => one.leaves.some(isDynamicReference)));
    return filled ? ofMlData(handler, () => handler.key('KmsKeyArn')) : NOT_APPLICABLE;
  },
});
