import { Token } from 'aws-cdk-lib';
import type { PrivacyBudget } from '../../../policy/privacy';
import type { PlannedRuns } from '../../private/privacy-plan';
import type { MLPipeline } from '../pipeline';
import { mostFirings } from './firings';
import { triggersOf } from './triggers';

/** How often a pipeline is run in the period of a budget at most, as far as it can be told at synth. */
export function plannedRuns(pipeline: MLPipeline, unscheduledRunsPerYear: number | undefined, budget: PrivacyBudget): PlannedRuns {
  const { schedules, newData } = triggersOf(pipeline);
  const stretch = { days: budget.periodInDays, calendarYear: budget._isCalendarYear };
  const counted = schedules.map(({ id, expression }) => ({ id, expression, runs: Token.isUnresolved(expression) ? undefined : mostFirings(expression, stretch) }));
  const problems = counted.filter(({ runs }) => runs === undefined)
    .map(({ id, expression }) => `${pipeline.node.path}/${id}: how often the schedule ${Token.isUnresolved(expression) ? 'starts a run is decided at deployment' : `'${expression}' starts a run cannot be told`}, and each run spends privacy: write it as events.Schedule.rate or events.Schedule.cron`);
  if (newData.length > 0 && unscheduledRunsPerYear === undefined) {
    problems.push(`${pipeline.node.path}/${newData[0]}: new data starts any number of runs, and each spends privacy: give unscheduledRunsPerYear of the pipeline, the most that you let happen`);
  }
  // what a year holds may all happen in one month
  const unscheduled = (unscheduledRunsPerYear ?? (schedules.length > 0 ? 0 : 1)) * Math.ceil(budget.periodInDays / 366);
  const runs = counted.reduce((all, { runs: some = 0 }) => all + some, unscheduled);
  const because = [
    ...counted.map(({ id, runs: some }) => `${some} by schedule '${id}'`),
    ...(unscheduled > 0 ? [`${unscheduled} ${newData.length > 0 ? 'by hand or by new data' : 'by hand'}`] : []),
  ].join(' and ');
  return { runs, because, problems };
}

/** Fails on a number of runs that is none. */
export function checkUnscheduledRuns(pipeline: MLPipeline, runs: number | undefined): void {
  if (runs === undefined) return;
  if (Token.isUnresolved(runs)) throw new Error(`${pipeline.node.path}: unscheduledRunsPerYear is decided at deployment, and runs are counted at synth: write it out`);
  if (!Number.isInteger(runs) || runs < 0) throw new Error(`${pipeline.node.path}: unscheduledRunsPerYear of ${runs} is not possible: use a whole number from 0`);
}
