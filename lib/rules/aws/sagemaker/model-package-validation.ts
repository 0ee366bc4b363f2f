import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { option } from './option';

export default rule({
  name: 'SageMakerModelPackageValidation',
  title: 'The registry checks that image and artifact of a version are there',
  severity: 'warning',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['AWS::SageMaker::ModelPackage'],
  why: 'a version whose artifact may be put in its place later is not the one that was evaluated',
  fix: 'leave SkipModelValidation out, or set it to None',
  properties: ['SkipModelValidation'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html'],
  good: { ModelPackageGroupName: 'readmission', SkipModelValidation: 'None' },
  bad: { ModelPackageGroupName: 'readmission', SkipModelValidation: 'All' },
  check: (version) => option(version.at('SkipModelValidation'), ['None'], 'None'),
});
