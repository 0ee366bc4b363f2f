import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { placesOf } from './verdicts';

export default rule({
  name: 'ResidencyModel',
  title: 'Models come from registries inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['*'],
  why: 'a model can repeat what it was trained on; fetched from another region, it crossed the border',
  fix: 'register the model in an allowed region',
  properties: ['ModelPackageName', 'ModelName'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry.html'],
  good: 'ModelPackageName: arn:aws:sagemaker:eu-central-1:123456789012:model-package/risk/1',
  bad: 'ModelPackageName: arn:aws:sagemaker:us-east-1:123456789012:model-package/risk/1',
  check: (resource, profile) => placesOf('model', resource, profile),
});
