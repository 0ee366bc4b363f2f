import type { Checker } from '../../../comparison';

/** What the security assessment of AWS for AI and ML checks. */
export const AIA: Checker = {
  name: 'AIA',
  version: 'SM-01 to SM-25 in the source of 22 July 2026, the others in its list of a later day',
  url: 'https://github.com/aws-samples/sample-aiml-security-assessment',
  checks: {
    'SM-17': 'processing jobs have a key',
    'SM-18': 'transform jobs have a key',
    'SM-19': 'tuning jobs have a key',
    'SM-20': 'compilation jobs have a key',
    'SM-21': 'AutoML jobs encrypt between containers',
    'SM-27': 'volumes of clusters have a customer-managed key',
    'SM-28': 'clusters run in a VPC',
    'SM-30': 'policies of model package groups are not open',
    'SM-31': 'data capture is on',
    'SM-33': 'training and processing jobs stay inside a VPC',
    'SM-34': 'policies of the organisation bound what may be created',
    'SM-42': 'policies of the organisation bound what may be created',
    'SM-43': 'images are pinned by digest, models by their tag',
  },
  without: {
    'SM-31': 'capturing stores requests about people: it is asked for where a monitor reads them, not of every endpoint',
    'SM-34': 'a template of an app shows no policy of its organisation; the guardrails of this library make them',
    'SM-42': 'a template of an app shows no policy of its organisation; the guardrails of this library make them',
  },
  rest: 'The other of its forty-two checks ask what Security Hub does, of jobs that have run.',
};
