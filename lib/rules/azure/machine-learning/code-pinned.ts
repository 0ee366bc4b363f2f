import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureMLVersionPinned',
  title: 'Jobs and deployments name versions of environments, components and models',
  severity: 'error',
  control: Control.ARTIFACT_INTEGRITY,
  resources: [
    'Microsoft.MachineLearningServices/workspaces/jobs',
    'Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments',
    'Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments',
    'Microsoft.MachineLearningServices/workspaces/components/versions',
    'Microsoft.MachineLearningServices/registries/components/versions',
  ],
  properties: ['properties.environmentId', 'properties.componentId', 'properties.model', 'properties.trial.environmentId', 'properties.componentSpec.environment'],
  why: 'the newest version is whatever somebody registered last',
  fix: 'name the version, as azureml:name:3 or by an id that ends with /versions/3',
  sources: ['https://learn.microsoft.com/azure/machine-learning/concept-model-management-and-deployment'],
  good: { properties: { jobType: 'Command', environmentId: 'azureml:sklearn:3' } },
  bad: { properties: { jobType: 'Command', environmentId: 'azureml:sklearn@latest' } },
  check: (resource) => {
    const named = NAMES.map((name) => resource.at(name)).filter((value) => !value.isAbsent);
    return named.length === 0 ? NOT_APPLICABLE : named.flatMap((value) => value.options).map((option) => (
      // what refers to a resource of the app refers to one version of it
      resource.relations.targets(option).length > 0
        ? COMPLIANT
        : option.judge((name) => (typeof name !== 'string' || PINNED.test(name) ? COMPLIANT : nonCompliant(`${shown(name)} names no version`)))));
  },
});

const NAMES = [
  'properties.environmentId', 'properties.componentId', 'properties.model', 'properties.model.assetId', 'properties.trial.environmentId', 'properties.componentSpec.environment',
];
// by number, by digest; what runs inside a pipeline can be given by the pipeline
const PINNED = /(^azureml:[\w.-]+:[\w.-]+|^(?!azureml:)[^:@]+:[\w.-]+|\/versions\/[\w.-]+|@sha256:[0-9a-f]{64}|^\$\{\{.*\}\})$/;
