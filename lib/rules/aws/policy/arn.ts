import type { Unknown } from '../../resolved';
import { admits, GAP, textWithGaps } from './statements';

/** Whether an action can be about a resource as a policy writes it. An ARN is of one service: beside others in a list it gives their actions nothing. */
export function canMean(action: string, resource: string | Unknown): boolean {
  const [arn, , service] = textWithGaps(resource).split(':');
  if (arn !== 'arn' || service === undefined) return true;
  const [own = ''] = action.split(':');
  return (OF_OTHERS[own] ?? [own]).some((one) => admits(service.replaceAll(GAP, '*'), one));
}

/** Services whose actions are about resources of another one. */
const OF_OTHERS: Readonly<Record<string, readonly string[]>> = { sts: ['iam', 'sts'], 'rds-data': ['rds'], 'redshift-data': ['redshift', 'redshift-serverless'] };
