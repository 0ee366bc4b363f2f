import { join } from 'node:path';
import type { Rehearsal } from '../../evidence/rehearsal';
import { roundedUp } from '../../policy/privacy/checks';
import { shownPath } from '../input/file';
import { bold, dim, green, red, yellow, type Painted, type Screen } from '../screen';
import { count } from '../words';
import type { Step } from './graph';
import type { StepRecord } from './journal';
import type { RunOutcome } from './runner';

const SIGNS: Readonly<Record<string, Painted>> = {
  done: green('✓'), assumed: yellow('?'), failed: red('✗'), skipped: yellow('–'), waiting: yellow('–'), 'not-taken': dim('·'), interrupted: red('✗'),
};
const WORDS: Readonly<Record<string, string>> = { assumed: 'given by --assume', 'not-taken': 'in the branch that was not taken', skipped: 'skipped', waiting: 'not run', failed: 'failed', interrupted: 'interrupted' };

/** A line for a step that has ended, with what stands in for the cloud. */
export function printStep({ name, type }: Step, { status, seconds, message, notes = [], log, properties }: StepRecord, kept: boolean, screen: Screen, cwd: string): void {
  const outcome = type === 'Condition' && status === 'done' ? ` ${String(properties?.Outcome)}` : '';
  const time = kept ? 'kept from before' : status === 'done' && seconds !== undefined ? `${seconds} s` : WORDS[status] ?? '';
  screen.line(SIGNS[status] ?? dim('·'), ` ${name.padEnd(20)} ${type.padEnd(13)}${outcome} ${time}${message === undefined ? '' : `: ${message}`}`);
  for (const note of kept ? [] : notes) screen.line(dim(`    ${note}`));
  if (status === 'failed' && log !== undefined) screen.line(dim(`    all that it wrote, which may hold data of people: ${shownPath(cwd, log)}`));
}

/** Where the result stands. */
export interface Places {
  readonly cwd: string;
  readonly file: string;
  readonly base: string;
  readonly quiet: boolean;
}

/** What a run has come to. */
export function printSummary(result: Rehearsal, { file, base, quiet, cwd }: Places, screen: Screen): void {
  const { outcome, steps, models, privacy, consents = [], limits } = result;
  if (quiet && outcome === 'succeeded') return;
  if (!quiet) {
    screen.line();
    for (const { name, metrics } of steps) if (metrics) screen.line(bold(name), `: ${metrics.map((metric) => `${metric.name} = ${Number(metric.value.toPrecision(6))}`).join(', ')}`);
    for (const { step, purpose, read, kept, dropped, snapshot, takenAt } of consents) {
      screen.line(bold('Consent'), `: ${step} has kept ${kept} of ${count(read, 'row')}, of who consents to ${purpose}${dropped.length === 0 ? '' : `; dropped ${dropped.map(({ reason, rows }) => `${rows} ${reason}`).join(', ')}`}`, dim(` (snapshot ${snapshot.slice(0, 12)} of ${takenAt})`));
    }
    for (const { group, version, approval } of models) screen.line(bold('Registered'), `: version ${version} of ${group}, ${approval}`, dim(` (${shownPath(cwd, join(base, 'registry', group, `${version}.json`))})`));
    for (const { step, planned, spent, delta, unit, verdict, trainings } of privacy) {
      screen.line(bold('Privacy'), `: ${step} has spent ${spent === undefined ? 'an ε that is not known' : `ε = ${roundedUp(spent)}`} of ${roundedUp(planned)} planned, δ = ${delta} for each ${unit}, in ${count(trainings, 'training')}; ${verdict}`);
    }
    for (const limit of limits) screen.line(dim(`Not shown: ${limit}`));
  }
  const seconds = Math.round(steps.reduce((sum, step) => sum + (step.seconds ?? 0), 0) * 10) / 10;
  const open = steps.filter(({ status }) => status === 'skipped' || status === 'waiting');
  const failed = steps.find(({ status }) => status === 'failed');
  const said: Record<RunOutcome, Painted> = {
    succeeded: green(`Succeeded: ${count(steps.filter(({ status }) => status === 'done').length, 'step')} in ${seconds} s.`),
    failed: red(`Failed at '${failed?.name ?? '?'}': ${failed?.message ?? 'no reason was given'}`),
    incomplete: yellow(`Incomplete: ${count(open.length, 'step')} did not run (${open.map(({ name }) => name).join(', ')}); what they would give can be given with --assume <step>`),
    interrupted: red('Interrupted.'),
  };
  screen.line(said[outcome as RunOutcome]);
  if (quiet) return;
  screen.line(dim(outcome === 'succeeded' ? `Next: 'regulated-ml report --run ${shownPath(cwd, file)}' shows it in the evidence.` : `Next: 'regulated-ml run --resume' goes on with run ${result.id}, with the first step that did not finish.`));
}
