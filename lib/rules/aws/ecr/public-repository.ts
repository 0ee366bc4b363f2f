import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { nonCompliant } from '../../verdict';
import { inMlApp } from '../ml-data';

export default rule({
  name: 'EcrPublicRepository',
  title: 'Images beside ML data are in no public gallery',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::ECR::PublicRepository'],
  why: 'a public repository is open to everybody by its kind: an image with a model or a key in it is published with the push',
  fix: 'use AWS::ECR::Repository',
  properties: ['RepositoryName'],
  sources: ['Checkov CKV_AWS_32', 'Prowler ecr_repositories_not_publicly_accessible'],
  good: 'images in AWS::ECR::Repository',
  bad: { RepositoryName: 'train' },
  check: (repository) => inMlApp(repository, () => nonCompliant('the repository is public')),
});
