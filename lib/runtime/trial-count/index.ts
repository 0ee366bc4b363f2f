import { drawTrials, type TrialCount, type TrialCountEvent } from '../ledger-rules/trials';

/** Tells a tuning how many trainings it has. */
export async function handler(event: TrialCountEvent): Promise<TrialCount> {
  return drawTrials(event);
}
