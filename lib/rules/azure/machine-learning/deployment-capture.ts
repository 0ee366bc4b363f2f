import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { all, any, COMPLIANT, nonCompliant } from '../../verdict';

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
    return all(collections.present(), ...collections.options.map((option) => any(...option.entries.map(([, one]) => (
      one.at('dataCollectionMode').judge((mode) => (mode === 'Enabled' ? COMPLIANT : nonCompliant(`dataCollectionMode is ${shown(mode)}`))))))));
  },
});
