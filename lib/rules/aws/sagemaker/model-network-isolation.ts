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
  properties: ['EnableNetworkIsolation'],
  sources: ['Security Hub SageMaker.5', 'AWS Config sagemaker-model-isolation-enabled', 'Checkov CKV_AWS_370', 'Prowler sagemaker_models_network_isolation_enabled'],
  good: { EnableNetworkIsolation: true },
  bad: { EnableNetworkIsolation: false },
  check: (model) => model.boolean('EnableNetworkIsolation'),
});
