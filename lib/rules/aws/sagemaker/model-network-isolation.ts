import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'SageMakerModelNetworkIsolation',
  title: 'SageMaker models run without network access',
  severity: 'error',
  control: Control.NETWORK_ISOLATION,
  resources: ['AWS::SageMaker::Model'],
  why: 'a container with egress can copy what it is asked, and the model, out',
  fix: 'set EnableNetworkIsolation',
  check: (model) => model.boolean('EnableNetworkIsolation'),
});
