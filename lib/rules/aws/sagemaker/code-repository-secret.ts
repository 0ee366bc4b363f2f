import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { stated } from './stated';

export default rule({
  name: 'SageMakerCodeRepositorySecret',
  title: 'Git repositories of notebooks have their credentials in Secrets Manager',
  severity: 'warning',
  control: Control.AUTHENTICATION,
  resources: ['AWS::SageMaker::CodeRepository'],
  why: 'without a secret people paste tokens into terminals and notebooks, where they stay, or take code that anybody may publish',
  fix: 'set GitConfig.SecretArn; CodeCommit needs none, it takes the role of the notebook',
  properties: ['GitConfig.SecretArn'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-git-resource.html'],
  good: { GitConfig: { RepositoryUrl: 'https://git.hospital.example/readmission.git', SecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:git-a1b2c3' } },
  bad: { GitConfig: { RepositoryUrl: 'https://git.hospital.example/readmission.git' } },
  check: (repository) => {
    const urls = repository.at('GitConfig.RepositoryUrl');
    const inCodeCommit = urls.texts.length > 0 && urls.unknowns.length === 0 && urls.texts.every((url) => /^https:\/\/git-codecommit(?:-fips)?\./.test(url));
    return inCodeCommit ? NOT_APPLICABLE : stated(repository.at('GitConfig.SecretArn'));
  },
});
