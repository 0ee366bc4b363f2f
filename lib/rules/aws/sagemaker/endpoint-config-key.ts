import { Answer } from '../../../policy/finding';
import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, unknown } from '../../verdict';
import { hasLocalStorage } from './instance-type';
import { instanceVariantsOf } from './variants';

export default rule({
  name: 'SageMakerEndpointConfigKey',
  title: 'SageMaker endpoints encrypt their volumes with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::EndpointConfig'],
  why: 'an endpoint keeps the model, and what it logs, on its volume',
  fix: 'set KmsKeyId; it can be left out only when every variant has local NVMe storage or is serverless',
  check: (config) => {
    const types = instanceVariantsOf(config).map((variant) => variant.at('InstanceType'));
    if (types.length === 0) return NOT_APPLICABLE;
    const key = config.key('KmsKeyId');
    if (key.answer !== Answer.NON_COMPLIANT || types.some((type) => type.texts.some((text) => !hasLocalStorage(text)))) return key;
    const undecided = types.flatMap((type) => type.unknowns)[0];
    return undecided ? unknown(`KmsKeyId is not set, and the instance type is ${undecided.reason}`, 'Properties.KmsKeyId') : localOnly(types.every((type) => type.texts.length > 0), key);
  },
});

function localOnly<T>(everyTypeKnown: boolean, otherwise: T): T | typeof COMPLIANT {
  return everyTypeKnown ? COMPLIANT : otherwise;
}
