import type { PrivacyBudget } from '../../../policy/privacy';
import type { PlannedRuns } from '../../../policy/privacy/privacy-plan';
import { shown } from '../../../policy/given';
import type { MLPipeline } from '../pipeline';
import type { Schedule } from '../schedule';
import { mostFirings } from './firings';

/** What starts runs of a pipeline. */
interface Starters {
  /** Those that are switched on. */
  readonly schedules: { readonly id: string; readonly schedule: Schedule }[];
  /** Paths of batch endpoints, each of whose calls is a run. */
  readonly endpoints: string[];
  /** Pipelines that run it as a step, once for each such step. */
  readonly within: { readonly pipeline: MLPipeline; readonly step: string }[];
}

const STARTERS = new WeakMap<MLPipeline, Starters>();

/** What starts runs of a pipeline. */
export function startersOf(pipeline: MLPipeline): Starters {
  const starters = STARTERS.get(pipeline) ?? { schedules: [], endpoints: [], within: [] };
  STARTERS.set(pipeline, starters);
  return starters;
}

/** How often a pipeline is run in the period of a budget at most, as far as it can be told at synth. */
export function plannedRuns(pipeline: MLPipeline, unscheduledRunsPerYear: number | undefined, budget: PrivacyBudget, above: readonly MLPipeline[] = []): PlannedRuns {
  const { schedules, endpoints, within } = startersOf(pipeline);
  const stretch = { days: budget.periodInDays, calendarYear: budget._isCalendarYear };
  const counted = [
    ...schedules.map(({ id, schedule }) => ({ runs: mostFirings(schedule._trigger, stretch), by: `schedule '${id}'`, problems: [] as string[] })),
    // one that runs itself has no number of runs, and fails for that
    ...within.filter((other) => !above.includes(other.pipeline)).map((other) => ({
      ...plannedRuns(other.pipeline, other.pipeline._unscheduledRunsPerYear, budget, [...above, pipeline]), by: `step '${other.step}'`,
    })),
  ];
  const problems = counted.flatMap((one) => one.problems);
  if (endpoints.length > 0 && unscheduledRunsPerYear === undefined) {
    problems.push(`${pipeline.node.path}: each call of endpoint '${endpoints[0]}' is a run, and each spends privacy: give unscheduledRunsPerYear of the pipeline, the most that you let happen`);
  }
  // what a year holds may all happen in one month
  const unscheduled = (unscheduledRunsPerYear ?? (counted.length > 0 ? 0 : 1)) * Math.ceil(budget.periodInDays / 366);
  const because = [
    ...counted.map(({ runs, by }) => `${runs} by ${by}`),
    ...(unscheduled > 0 ? [`${unscheduled} ${endpoints.length > 0 ? 'by hand or by calls of an endpoint' : 'by hand'}`] : []),
  ].join(' and ');
  return { runs: counted.reduce((all, { runs }) => all + runs, unscheduled), because, problems };
}

/** Fails on a number of runs that is none. */
export function checkUnscheduledRuns(owner: string, runs: number | undefined): void {
  if (runs !== undefined && (!Number.isInteger(runs) || runs < 0)) throw new Error(`unscheduledRunsPerYear of ${owner} is ${shown(runs)}: give a whole number from 0`);
}
