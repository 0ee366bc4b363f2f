import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'MacieFindingsFilter',
  title: 'Findings are put away only for a kind of data or a place',
  severity: 'error',
  control: Control.SENSITIVE_DATA_DISCOVERY,
  resources: ['AWS::Macie::FindingsFilter'],
  why: 'Macie sends no event for what a filter archives: a filter without bounds hides every leak',
  fix: 'name a bucket, an object, a type of finding or a type of data in the criteria of a filter that archives',
  properties: ['FindingCriteria.Criterion'],
  sources: ['https://docs.aws.amazon.com/macie/latest/user/findings-suppression.html'],
  good: { Name: 'test-data', Action: 'ARCHIVE', FindingCriteria: { Criterion: { 'resourcesAffected.s3Bucket.name': { eq: ['test-data'] } } } },
  bad: { Name: 'quiet', Action: 'ARCHIVE', FindingCriteria: { Criterion: { 'severity.description': { eq: ['Low', 'Medium', 'High'] } } } },
  check: (filter) => {
    const archives = filter.at('Action').judge((action) => (action === 'ARCHIVE' ? COMPLIANT : NOT_APPLICABLE));
    if (archives.answer !== COMPLIANT.answer) return archives;
    return filter.at('FindingCriteria.Criterion').judge((value) => (
      typeof value === 'object' && value !== null && Object.keys(value).some((key) => BOUNDS.test(key)) ? COMPLIANT : nonCompliant('the criteria name neither a place nor a kind of data')));
  },
});

const BOUNDS = /^(?:resourcesAffected\.|type$|classificationDetails\.|id$)/;
