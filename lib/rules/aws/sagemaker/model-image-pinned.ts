import { Answer } from '../../../policy/finding';
import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import type { Verdict } from '../../verdict';
import { pinned } from './image';
import { stated } from './stated';

export default rule({
  name: 'SageMakerModelImagePinned',
  title: 'Models, packages, components, algorithms and Studio images name a fixed version of their image',
  severity: 'warning',
  control: Control.ARTIFACT_INTEGRITY,
  resources: [
    'AWS::SageMaker::Model', 'AWS::SageMaker::ModelPackage', 'AWS::SageMaker::InferenceComponent', 'AWS::SageMaker::Algorithm', 'AWS::SageMaker::ImageVersion',
  ],
  why: 'what was approved is a version: behind a moving tag, the next instance may start something else',
  fix: 'name the image by digest (@sha256:...), or by a version tag in a repository with immutable tags; a package or algorithm may give the digest apart',
  properties: [
    'PrimaryContainer.Image', 'Containers.Image', 'InferenceSpecification.Containers.Image', 'InferenceSpecification.Containers.ImageDigest',
    'AdditionalInferenceSpecifications.Containers.Image', 'AdditionalInferenceSpecifications.Containers.ImageDigest', 'Specification.Container.Image',
    'Specifications.Container.Image', 'TrainingSpecification.TrainingImage', 'TrainingSpecification.TrainingImageDigest', 'BaseImage',
  ],
  sources: ['AIA SM-43', 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html'],
  good: { PrimaryContainer: { Image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/risk:1.4' } },
  bad: { PrimaryContainer: { Image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/risk:latest' } },
  check: (resource) => imagesOf(resource).map(fixed),
});

interface Image { readonly image: Value; readonly digest?: Value }

function fixed({ image, digest }: Image): Verdict {
  const named = pinned(image);
  if (!digest || named.answer === Answer.COMPLIANT) return named;
  const apart = stated(digest);
  return apart.answer === Answer.NON_COMPLIANT ? named : apart;
}

function imagesOf(resource: Resource): Image[] {
  switch (resource.type) {
    case 'AWS::SageMaker::Model': return [resource.at('PrimaryContainer'), ...resource.at('Containers').items].map((container) => ({ image: container.at('Image') }));
    case 'AWS::SageMaker::InferenceComponent': return [resource.at('Specification'), ...resource.at('Specifications').items]
      .map((specification) => ({ image: specification.at('Container.Image') }));
    case 'AWS::SageMaker::ImageVersion': return [{ image: resource.at('BaseImage') }];
    default: return [
      ...(resource.type === 'AWS::SageMaker::Algorithm' ? [imageOf(resource.at('TrainingSpecification'), 'TrainingImage')] : []),
      ...[resource.at('InferenceSpecification'), ...resource.at('AdditionalInferenceSpecifications').items].flatMap((specification) => specification.at('Containers').items)
        .map((container) => imageOf(container, 'Image')),
    ];
  }
}

function imageOf(container: Value, name: string): Image {
  return { image: container.at(name), digest: container.at(`${name}Digest`) };
}
