import type { Unknown } from '../../resolve';
import { admits, GAP, textWithGaps } from './statements';

/** Whether an action can be about a resource as a policy writes it. An ARN is of one service: beside others in a list it gives their actions nothing. */
export function canMean(action: string, resource: string | Unknown): boolean {
  const [arn, , service] = textWithGaps(resource).split(':');
  if (arn !== 'arn' || service === undefined) return true;
  return admits(service.replaceAll(GAP, '*'), action.split(':')[0]!);
}
