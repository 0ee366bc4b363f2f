import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'AzureMLInferenceClusterTls',
  title: 'Inference clusters answer over TLS',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['azurerm_machine_learning_inference_cluster'],
  properties: ['ssl'],
  why: 'requests to a model are data of the people that it is asked about',
  fix: 'give ssl with a certificate',
  sources: ['https://learn.microsoft.com/azure/machine-learning/v1/how-to-secure-web-service'],
  good: { ssl: { leaf_domain_label: 'scoring' } },
  bad: {},
  check: (cluster) => cluster.present('ssl'),
});
