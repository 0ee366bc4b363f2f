import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'SageMakerTagged',
  title: 'Studio domains, images, image configurations and feature groups are tagged',
  severity: 'error',
  control: Control.ASSET_INVENTORY,
  resources: ['AWS::SageMaker::Domain', 'AWS::SageMaker::Image', 'AWS::SageMaker::AppImageConfig', 'AWS::SageMaker::FeatureGroup'],
  why: 'a tag says whose it is and what for; what nobody owns is not patched, reviewed or deleted',
  fix: 'set Tags, or Tags.of(scope).add(...) for all of a stack',
  properties: ['Tags'],
  sources: [
    'Security Hub SageMaker.6', 'Security Hub SageMaker.7', 'AWS Config sagemaker-app-image-config-tagged', 'AWS Config sagemaker-image-tagged',
    'AWS Config sagemaker-domain-tagged', 'AWS Config sagemaker-feature-group-tagged',
  ],
  good: { Tags: [{ Key: 'owner', Value: 'readmission-team' }] },
  bad: { Tags: [] },
  check: (resource) => resource.at('Tags').judge((tags) => (
    // those of AWS itself say nothing of an owner
    Array.isArray(tags) && resource.at('Tags').items.some((tag) => !tag.at('Key').texts.some((key) => key.startsWith('aws:'))) ? COMPLIANT : nonCompliant('Tags is not set'))),
});
