import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { scalarText } from '../../value';
import { NOT_APPLICABLE, unknown } from '../../verdict';
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
    const place = repository.ask(placeOf);
    if (place === 'CodeCommit') return NOT_APPLICABLE;
    const secret = stated(repository.at('GitConfig.SecretArn'));
    if (secret.answer !== Answer.NON_COMPLIANT) return secret;
    if (place !== 'elsewhere') return unknown(`where the repository lies is ${place}: in CodeCommit it needs no secret`, repository.at('GitConfig.RepositoryUrl').location);
    return { ...secret, detail: `${secret.detail}: either anybody may read the repository, or people bring tokens of their own` };
  },
});

const IN_CODE_COMMIT = /^https:\/\/git-codecommit(?:-fips)?\./;

// or why it cannot be told
function placeOf(repository: Resource): string {
  const urls = repository.at('GitConfig.RepositoryUrl').alternatives.filter((url) => !(url instanceof Unknown
    ? IN_CODE_COMMIT.test(url.pattern) || repository.relations.target(url)?.type === 'AWS::CodeCommit::Repository'
    : IN_CODE_COMMIT.test(scalarText(url))));
  if (urls.length === 0) return 'CodeCommit';
  return urls.every((url) => url instanceof Unknown && !/^https:\/\//.test(url.pattern)) ? (urls[0] as Unknown).reason : 'elsewhere';
}
