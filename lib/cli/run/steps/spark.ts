import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { copyInto } from '../files';
import { execute, objectAt, textsAt } from '../execute';
import { textOf } from '../journal';
import { StepSkipped, type ReadyStep, type StepKind, type Surroundings } from '../step-kind';
import { withoutVault } from '../token-vault';

/** What is handed to Spark. */
interface Submission {
  readonly program: string;
  readonly args: readonly string[];
  readonly modules: readonly string[];
  readonly options: readonly string[];
  readonly maxSeconds?: number;
}

/** Runs a Spark program of EMR Serverless in Spark on this machine. */
export const serverlessSpark: StepKind = {
  inputs: (step) => sources(step, serverless(step)),
  run: async (step, here) => {
    const submission = serverless(step);
    if (submission === undefined) throw new StepSkipped('it submits no Python program to Spark');
    return submit(step, submission, here);
  },
};

/** Runs what a step submits to the Spark of an EMR cluster; whatever else a cluster does is not done here. */
export const clusterSpark: StepKind = {
  inputs: (step) => sources(step, cluster(step)),
  run: async (step, here) => {
    const submission = cluster(step);
    if (submission === undefined) throw new StepSkipped('it runs on a cluster that is not here, and is no spark-submit of a Python program');
    return submit(step, submission, here);
  },
};

function serverless({ arguments: args }: ReadyStep): Submission | undefined {
  const job = objectAt(args, 'JobConfig');
  const driver = objectAt(objectAt(job, 'jobDriver'), 'sparkSubmit');
  const program = textOf(driver.entryPoint);
  if (!program.endsWith('.py')) return undefined;
  const { modules, options } = optionsOf(textOf(driver.sparkSubmitParameters).split(/\s+/).filter((word) => word !== ''));
  const minutes = job.executionTimeoutMinutes;
  return { program, args: textsAt(driver, 'entryPointArguments'), modules, options, ...(typeof minutes === 'number' && minutes > 0 ? { maxSeconds: minutes * 60 } : {}) };
}

function cluster({ arguments: args }: ReadyStep): Submission | undefined {
  const [first, ...words] = textsAt(objectAt(objectAt(args, 'StepConfig'), 'HadoopJarStep'), 'Args');
  const at = words.findIndex((word) => word.endsWith('.py') && !/^--py-files$/.test(words[words.indexOf(word) - 1] ?? ''));
  if (first !== 'spark-submit' || at < 0) return undefined;
  return { program: words[at]!, args: words.slice(at + 1), ...optionsOf(words.slice(0, at)) };
}

// of the options those that mean the same on one machine
function optionsOf(words: readonly string[]): Pick<Submission, 'modules' | 'options'> {
  const after = (name: string) => words.flatMap((word, index) => (word === name && words[index + 1] !== undefined ? [words[index + 1]!] : []));
  const settings = after('--conf').filter((setting) => !/^spark\.(driver|executor|dynamicAllocation)\./.test(setting));
  return { modules: after('--py-files').flatMap((list) => list.split(',')).filter((one) => one !== ''), options: settings.flatMap((setting) => ['--conf', setting]) };
}

function sources(step: ReadyStep, submission: Submission | undefined): string[] {
  if (!submission) return [];
  const { program, modules, args } = submission;
  return [program, ...modules, ...args.filter((word, index) => word.startsWith('s3://') && !isOutput(step, args, index))];
}

// by name, or by its place: each step writes below the names of its pipeline and its own
function isOutput({ name }: ReadyStep, args: readonly string[], index: number): boolean {
  return /^--output/.test(args[index - 1] ?? '') || new RegExp(`^s3://[^/]+/[^/]+/${name}/`).test(args[index]!);
}

async function submit(step: ReadyStep, { program, args, modules, options, maxSeconds }: Submission, here: Surroundings) {
  const { name } = step;
  withoutVault(args);
  const found = here.store.need(program, `the program of step '${name}'`);
  const wrote: { uri: string; folder: string }[] = [];
  const log = await here.withRoot(async (root) => {
    const code = root.make('/opt/ml/code');
    const script = join(code, basename(program));
    copyInto(found, code, true, basename(program));
    for (const module of modules) copyInto(here.store.need(module, `a module of step '${name}'`), code, true, basename(module));
    const local = args.map((word, index) => {
      if (!word.startsWith('s3://')) return word;
      if (isOutput(step, args, index)) {
        const folder = join(root.make('/opt/ml/output'), String(index));
        wrote.push({ uri: word, folder });
        return folder;
      }
      const place = `/opt/ml/input/${index}`;
      const source = here.store.need(word, `input '${word}' of step '${name}'`);
      root.bring(source, place, word);
      return statSync(source).isDirectory() ? root.at(place) : join(root.at(place), basename(word));
    });
    const written = await execute({
      program: { argv: ['python3', script, ...local] }, root, name, messages: ['/opt/ml/output/failure'],
      environment: { PYTHONPATH: code, PYSPARK_SUBMIT_ARGS: ['--master', 'local[*]', ...options, 'pyspark-shell'].map(word).join(' ') }, ...(maxSeconds === undefined ? {} : { maxSeconds }),
    }, here);
    for (const { uri, folder } of wrote) if (existsSync(folder)) here.store.put(folder, uri);
    return written;
  });
  return { log, properties: { State: 'SUCCESS' }, wrote: wrote.map(({ uri }) => uri).filter((uri) => here.store.find(uri) !== undefined), notes: ['in Spark on this machine, with all of its processors'] };
}

/** A word as PySpark's own shell parser takes it. */
function word(text: string): string {
  return /^[\w@%+=:,./*[\]-]+$/.test(text) ? text : `"${text.replace(/(["\\])/g, '\\$1')}"`;
}
