import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { SETTINGS } from './coverage';

export default rule({
  name: 'MacieExportKey',
  title: 'What Macie finds is kept, encrypted with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: [SETTINGS],
  why: 'a result says where sensitive data lies and what it looks like; Macie itself keeps it for ninety days',
  fix: 'give the settings a bucket and a key for results',
  properties: ['ResultsBucket', 'ResultsKeyArn'],
  sources: ['https://docs.aws.amazon.com/macie/latest/user/discovery-results-repository-s3.html'],
  good: { ResultsBucket: 'results', ResultsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1' },
  bad: { ResultsBucket: 'results' },
  check: (settings) => {
    const bucket = settings.at('ResultsBucket');
    const named = settings.relations.targets(bucket).length > 0;
    return [...(named ? [] : [bucket.present()]), settings.key('ResultsKeyArn')];
  },
});
