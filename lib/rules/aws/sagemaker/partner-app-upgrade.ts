import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'SageMakerPartnerAppUpgrade',
  title: 'Partner AI apps take minor versions by themselves',
  severity: 'warning',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['AWS::SageMaker::PartnerApp'],
  why: 'fixes of vulnerabilities come as minor versions, and wait until somebody remembers',
  fix: 'set EnableAutoMinorVersionUpgrade',
  properties: ['EnableAutoMinorVersionUpgrade'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePartnerApp.html'],
  good: { Type: 'comet', EnableAutoMinorVersionUpgrade: true },
  bad: { Type: 'comet' },
  check: (app) => app.boolean('EnableAutoMinorVersionUpgrade'),
});
