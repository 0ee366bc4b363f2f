import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'SageMakerPartnerAppIdentity',
  title: 'Partner AI apps know who uses them',
  severity: 'warning',
  control: Control.AUTHENTICATION,
  resources: ['AWS::SageMaker::PartnerApp'],
  why: 'otherwise all of an execution role are one user to the app, and nobody can tell who looked at what',
  fix: 'set EnableIamSessionBasedIdentity',
  properties: ['EnableIamSessionBasedIdentity'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePartnerApp.html'],
  good: { Type: 'comet', AuthType: 'IAM', EnableIamSessionBasedIdentity: true },
  bad: { Type: 'comet', AuthType: 'IAM' },
  check: (app) => app.boolean('EnableIamSessionBasedIdentity'),
});
