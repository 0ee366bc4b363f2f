import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { any, COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureMLDeploymentCapture',
  title: 'Deployments collect what they are asked and answer, for monitoring',
  severity: 'warning',
  control: Control.MODEL_MONITORING,
  resources: ['Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments'],
  properties: ['properties.dataCollector.collections'],
  why: 'drift is seen in what a model is asked: without it nobody notices that it answers about other people than it learned from',
  fix: 'set dataCollector.collections, with a store as its destination',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-collect-production-data'],
  good: { properties: { dataCollector: { collections: { model_inputs: { dataCollectionMode: 'Enabled' } } } } },
  bad: { properties: {} },
  check: (deployment) => {
    const collections = deployment.at('properties.dataCollector.collections');
    if (collections.unknowns.length > 0 || collections.entries.length === 0) return collections.present();
    return any(...collections.entries.map(([, one]) => one.at('dataCollectionMode').judge((mode) => (mode === 'Enabled' ? COMPLIANT : nonCompliant(`dataCollectionMode is ${shown(mode)}`)))));
  },
});
