import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'SageMakerNotebookPlatform',
  title: 'Notebook instances run on a platform that is still mended',
  severity: 'error',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['AWS::SageMaker::NotebookInstance'],
  why: 'Amazon Linux 1 and 2 get no security updates any more, and the default of the API is one of them',
  fix: 'set PlatformIdentifier to notebook-al2023-v1 or later',
  properties: ['PlatformIdentifier'],
  sources: [
    'Security Hub SageMaker.8', 'AWS Config sagemaker-notebook-instance-platform-version', 'https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-jl.html',
  ],
  good: { PlatformIdentifier: 'notebook-al2023-v1' },
  bad: { PlatformIdentifier: 'notebook-al2-v2' },
  check: (notebook) => notebook.at('PlatformIdentifier').judge((platform) => {
    if (platform === undefined || platform === null) return nonCompliant('PlatformIdentifier is not set, which is an Amazon Linux 2');
    return /^notebook-al20\d\d-v\d+$/.test(String(platform)) ? COMPLIANT : nonCompliant(`PlatformIdentifier is '${String(platform)}'`);
  }),
});
