import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'EcrRepositoryTags',
  title: 'Tags of ML images cannot be moved',
  severity: 'error',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['AWS::ECR::Repository', 'AWS::ECR::RepositoryCreationTemplate'],
  why: 'with a tag that moves, the image that trains is not the image that was reviewed',
  fix: 'set ImageTagMutability to IMMUTABLE, or to IMMUTABLE_WITH_EXCLUSION with filters for tags that no job names',
  properties: ['ImageTagMutability', 'ImageTagMutabilityExclusionFilters'],
  sources: ['Security Hub ECR.2', 'AWS Config ecr-private-tag-immutability-enabled', 'Checkov CKV_AWS_51', 'Prowler ecr_repositories_tag_immutability'],
  good: { ImageTagMutability: 'IMMUTABLE' },
  bad: { ImageTagMutability: 'MUTABLE' },
  check: (repository) => ofMlData(repository, () => [
    repository.at('ImageTagMutability').judge((mutability) => (
      mutability === 'IMMUTABLE' || mutability === 'IMMUTABLE_WITH_EXCLUSION' ? COMPLIANT : nonCompliant(`ImageTagMutability is ${String(mutability ?? 'not set, which is MUTABLE')}`))),
    ...repository.at('ImageTagMutabilityExclusionFilters').items.map((filter) => filter.at('ImageTagMutabilityExclusionFilterValue').judge((tags) => (
      /^\*+$/.test(String(tags)) ? nonCompliant(`every tag is excluded ('${String(tags)}') from those that cannot be moved`) : COMPLIANT))),
  ]),
});
