import { Answer } from '../../../policy/finding';
import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { isInEcr } from './image';
import { evaluators } from './job-requests';
import { option } from './option';

export default rule({
  name: 'SageMakerPrivateRegistry',
  title: 'Images that are not in ECR are pulled from a registry inside the VPC',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::SageMaker::Model', STEP],
  why: 'an image from a registry on the internet comes in past the network that keeps data in, and past whoever scans images',
  fix: 'push the image to ECR, or set RepositoryAccessMode to Vpc for a private registry; the API keeps that mode for registries other than ECR',
  properties: [
    'PrimaryContainer.ImageConfig.RepositoryAccessMode', 'Containers.ImageConfig.RepositoryAccessMode', 'AlgorithmSpecification.TrainingImageConfig.TrainingRepositoryAccessMode',
    'DebugRuleConfigurations.RuleEvaluatorImage', 'ProfilerRuleConfigurations.RuleEvaluatorImage',
  ],
  sources: [
    'Security Hub SageMaker.16', 'Security Hub SageMaker.19', 'AWS Config sagemaker-model-private-registry-required', 'AWS Config sagemaker-model-multicontainer-private-registry',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ImageConfig.html',
  ],
  good: { PrimaryContainer: { Image: 'registry.hospital.internal/risk:1.4', ImageConfig: { RepositoryAccessMode: 'Vpc' } } },
  bad: { PrimaryContainer: { Image: 'registry.hospital.internal/risk:1.4', ImageConfig: { RepositoryAccessMode: 'Platform' } } },
  check: (resource) => placesOf(resource).map(({ image, mode }) => pulled(image, mode)),
});

/** An image, and how it is pulled where the request can say so. */
interface Pulled { readonly image: Value; readonly mode?: Value }

function placesOf(resource: Resource): Pulled[] {
  if (resource.type === STEP) {
    const algorithm = resource.at('AlgorithmSpecification');
    if (resource.within?.kind !== 'Training') return [];
    return [
      { image: algorithm.at('TrainingImage'), mode: algorithm.at('TrainingImageConfig.TrainingRepositoryAccessMode') },
      ...evaluators(resource.properties).map((image) => ({ image })),
    ];
  }
  // a model of several containers has no primary one
  return [resource.at('PrimaryContainer').given, ...resource.at('Containers').items]
    .map((container) => ({ image: container.at('Image'), mode: container.at('ImageConfig.RepositoryAccessMode') }));
}

function pulled(image: Value, mode?: Value): Verdict {
  return all(...image.given.alternatives.map((alternative): Verdict => {
    if (alternative === undefined || alternative === null || alternative === '') return NOT_APPLICABLE;
    const inEcr = isInEcr(alternative);
    if (inEcr === true) return NOT_APPLICABLE;
    const privately = mode ? option(mode, ['Vpc'], 'Platform') : nonCompliant(`${image.name} is not in ECR`, image.location);
    if (privately.answer === Answer.COMPLIANT) return COMPLIANT;
    if (inEcr === undefined) return unknown(`the registry of ${image.name} is ${alternative instanceof Unknown ? alternative.reason : 'not known'}`, image.location);
    return privately;
  }));
}
