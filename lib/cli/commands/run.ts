import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shown } from '../../policy/given';
import { appsIn, TOOLS, USUAL_TOOL } from '../apps';
import { detect } from '../input/detect';
import type { Folder } from '../input/file';
import type { Io } from '../io';
import { assumedIn } from '../run/assume';
import { Children } from '../run/child';
import { consentsOf, registriesOf, type AskedRegistry, type ConsentMapping } from '../run/consent-registry';
import { choosePipeline, readAssembly, type Assembly, type PipelineDefinition } from '../run/definition';
import { FileLedger } from '../run/file-ledger';
import { makeFolder, writeWhole } from '../run/files';
import { orderSteps, type Step } from '../run/graph';
import { checkRunId, Journal, newRunId, runsIn } from '../run/journal';
import { parametersOf } from '../run/parameters';
import { checkImports } from '../run/program-imports';
import { findPython } from '../run/python';
import { resultOf } from '../run/result';
import { Runner, type RunOutcome } from '../run/runner';
import { mappingsOf, ObjectStore, type Mapping } from '../run/store';
import { printStep, printSummary } from '../run/summary';
import { printableJson, Screen } from '../screen';

/** Flags of `run`. */
export interface RunFlags {
  readonly app?: string;
  readonly parameter?: readonly string[];
  readonly data?: readonly string[];
  readonly consent?: readonly string[];
  readonly assume?: readonly string[];
  readonly python?: string;
  readonly maxTrials?: string;
  readonly resume?: boolean;
  readonly run?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What runs leave stands below this folder, beside the app. */
export const RUNS_FOLDER = '.regulated-ml';

/** `regulated-ml run`: runs the steps of a pipeline on this machine; answers 0 only when the pipeline came to its end and every step was run. */
export async function run([name]: readonly string[], flags: RunFlags, io: Io): Promise<number> {
  const folder = assemblyAt(flags.app ?? outputIn(io.cwd), io.cwd);
  const assembly = readAssembly(folder);
  const pipeline = choosePipeline(assembly.pipelines, name, folder.shown);
  const steps = orderSteps(pipeline.steps);
  const base = join(io.cwd, RUNS_FOLDER);
  const runs = join(base, 'run', pipeline.name.replace(/[^A-Za-z0-9_-]/g, '-'));
  const earlier = earlierRun(runs, pipeline, flags);
  try {
    const started = new Date();
    const content = earlier?.content ?? { schema: 'regulated-ml-journal/1', id: newRunId(started.getTime()), pipeline: pipeline.path, started: started.toISOString(), parameters: [], data: [], steps: {} };
    const journal = earlier ?? Journal.draft(join(runs, content.id), content);
    return await runIn(journal, { flags, io, assembly, pipeline, steps, base });
  } finally {
    earlier?.release();
  }
}

interface Asked {
  readonly flags: RunFlags;
  readonly io: Io;
  readonly assembly: Assembly;
  readonly pipeline: PipelineDefinition;
  readonly steps: readonly Step[];
  /** What all runs of a folder share. */
  readonly base: string;
}

async function runIn(journal: Journal, { flags, io, assembly, pipeline, steps, base }: Asked): Promise<number> {
  const screen = new Screen(io, flags.quiet === true || flags.json === true);
  const asked = registriesOf(steps, assembly);
  const given = {
    parameters: overridden(journal.content.parameters, flags.parameter ?? []), data: [...mappingsOf(flags.data ?? [], assembly, io.cwd), ...journal.content.data],
    consents: [...consentsOf(flags.consent ?? [], asked, io.cwd), ...journal.content.consents ?? []],
  };
  const parameters = parametersOf(pipeline.parameters, given.parameters);
  const assumed = assumedIn(flags.assume ?? [], steps, io.cwd);
  const maxTrials = wholeNumber('--max-trials', flags.maxTrials);
  const python = findPython(flags.python ?? 'python3', io.cwd, io.env);
  const children = new Children();
  const ledger = new FileLedger(join(base, 'privacy-ledger.json'));
  const store = new ObjectStore(join(journal.folder, 'stores'), assembly, given.data);
  const runner = new Runner({
    steps, journal, parameters, assumed,
    here: {
      id: journal.content.id, pipeline, python, env: io.env, store, children, ledger, registries: withPaths(asked, given.consents), registry: join(base, 'registry'), logs: join(journal.folder, 'logs'),
      progress: (text) => screen.progress(text), ...(maxTrials === undefined ? {} : { maxTrials }),
    },
    ended: (step, record, kept) => { if (!flags.json && !flags.quiet) printStep(step, record, kept, screen, io.cwd); },
  });
  const missing = runner.missingInputs();
  if (missing.length > 0) throw new Error(missing.join('; '));
  checkImports({ steps, runner, assumed, store, python, env: io.env });

  prepare(base, journal, given);
  try {
    await ledger.state(assembly.budgets);
    const outcome = await interruptible(children, () => runner.run());
    const result = resultOf({ pipeline, steps, journal, parameters, outcome, propertyFile: (step, file) => runner.propertyFile(step, file) });
    journal.write({ outcome });
    const file = join(journal.folder, 'run.json');
    writeWhole(file, `${JSON.stringify(result, null, 2)}\n`);
    screen.done();
    if (flags.json) screen.raw(printableJson(result));
    else printSummary(result, { file, base, quiet: flags.quiet === true, cwd: io.cwd }, screen);
    return outcome === 'succeeded' ? 0 : 1;
  } finally {
    journal.release();
  }
}

function outputIn(cwd: string): string {
  return appsIn(cwd).find(({ tool }) => TOOLS[tool].canRun)?.output ?? TOOLS[USUAL_TOOL].output;
}

function assemblyAt(path: string, cwd: string): Folder {
  const found = detect(cwd, path).outputs.filter(({ tool }) => TOOLS[tool].canRun);
  if (found.length === 1) return found[0]!.folder;
  throw new Error(found.length === 0 ? `'${path}' holds no cloud assembly: run 'cdk synth' first, or name its folder with --app` : `'${path}' holds ${found.length} cloud assemblies: name one with --app`);
}

function earlierRun(runs: string, pipeline: PipelineDefinition, { resume, run: wanted }: RunFlags): Journal | undefined {
  if (!resume) {
    if (wanted !== undefined) throw new Error(`--run ${shown(wanted)} names a run to go on with: give --resume, too`);
    return undefined;
  }
  const id = wanted === undefined ? runsIn(runs).at(-1) : checkRunId(wanted);
  if (id === undefined || !existsSync(join(runs, id))) throw new Error(`there is no run ${id === undefined ? '' : `'${id}' `}of pipeline '${pipeline.path}' to go on with: begin one, without --resume`);
  const journal = Journal.resume(join(runs, id), id);
  if (journal.content.outcome === 'succeeded') {
    journal.release();
    throw new Error(`run '${id}' has come to its end: begin a new one, without --resume`);
  }
  return journal;
}

// what is given anew goes before what the run began with
function overridden(before: readonly string[], given: readonly string[]): string[] {
  const names = new Set(given.map((pair) => pair.split('=')[0]));
  return [...before.filter((pair) => !names.has(pair.split('=')[0])), ...given];
}

// of several that stand for one registry the first holds
function withPaths(asked: ReadonlyMap<string, AskedRegistry>, consents: readonly ConsentMapping[]): Map<string, AskedRegistry> {
  return new Map([...asked].map(([arn, registry]) => {
    const path = consents.find((one) => one.registry === arn)?.path;
    return [arn, { ...registry, ...(path === undefined || !existsSync(path) ? {} : { path }) }];
  }));
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`${flag} is ${shown(text)}: give a whole number from 1`);
  return Number(text);
}

interface Given {
  readonly parameters: readonly string[];
  readonly data: readonly Mapping[];
  readonly consents: readonly ConsentMapping[];
}

function prepare(base: string, journal: Journal, given: Given): void {
  makeFolder(base);
  // it holds data of people: no repository is to take it in
  if (!existsSync(join(base, '.gitignore'))) writeFileSync(join(base, '.gitignore'), '*\n');
  journal.open();
  makeFolder(join(journal.folder, 'logs'));
  journal.write({ ...given, outcome: undefined });
}

async function interruptible(children: Children, work: () => Promise<RunOutcome>): Promise<RunOutcome> {
  const stop = () => children.interrupt();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  try {
    return await work();
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop);
  }
}
