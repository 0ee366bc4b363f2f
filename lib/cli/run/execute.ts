import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isJsonObject, type Json, type JsonObject } from './definition';
import { textOf } from './journal';
import { localArgv, unpack, type Program } from './program';
import type { Root } from './root';
import { Interruption, StepFailure, StepSkipped, type Surroundings } from './step-kind';

/** What is run for a step. */
export interface Execution {
  readonly program: Program;
  readonly root: Root;
  readonly environment: Readonly<Record<string, string>>;
  /** Name of its log, without an ending. */
  readonly name: string;
  readonly maxSeconds?: number;
  /** Files in which it may say why it failed. */
  readonly messages: readonly string[];
}

/**
 * Runs the program of a step to its end.
 *
 * @returns the file that holds all that it wrote
 * @throws StepFailure with what it says of itself, StepSkipped where this machine does not have its program
 */
export async function execute({ program, root, environment, name, maxSeconds, messages }: Execution, here: Surroundings): Promise<string> {
  const log = join(here.logs, `${name}.log`);
  const cwd = root.scratch();
  if (program.archive !== undefined) unpack(root.at(program.archive), cwd);
  const ended = await here.children.run({
    argv: localArgv(program, root, here.python), cwd, env: root.environment(here.env, environment), log, ...(maxSeconds === undefined ? {} : { maxSeconds }),
  });
  if (ended.stopped === 'interrupt') throw new Interruption('interrupted');
  if (ended.missing !== undefined) throw new StepSkipped(`it runs '${program.argv[0]}', which its image has and this machine has not`);
  if (ended.stopped === 'time') throw new StepFailure(`was ended after the ${maxSeconds} seconds that it may take`, log);
  if (ended.code === 0) return log;
  const said = root.message(...messages);
  const hint = await hintIn(log, here.python);
  throw new StepFailure([said ?? `ended with ${ended.code === undefined ? `signal ${ended.signal}` : `exit code ${ended.code}`}`, ...(hint === undefined ? [] : [hint])].join('; '), log);
}

/** The last value of each metric in a log, by a regular expression with one group for each. */
export async function metricsIn(log: string, definitions: readonly (readonly [name: string, regex: string])[]): Promise<Record<string, number>> {
  const metrics: Record<string, number> = {};
  const known = definitions.map(([name, regex]) => {
    try {
      return [name, new RegExp(regex)] as const;
    } catch (error) {
      throw new StepFailure(`the expression of metric '${name}' cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  await eachLine(log, (line) => {
    for (const [name, regex] of known) {
      const [, found] = regex.exec(line) ?? [];
      const value = found === undefined || found.trim() === '' ? NaN : Number(found);
      if (Number.isFinite(value)) metrics[name] = value;
    }
  });
  return metrics;
}

/** An object of a request, empty where there is none. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isJsonObject(found) ? found : {};
}

/** The objects of a list of a request. */
export function objectsAt(value: JsonObject, key: string): JsonObject[] {
  const found = value[key];
  return Array.isArray(found) ? found.filter(isJsonObject) : [];
}

/** The texts of a list of a request; numbers and truth values as text. */
export function textsAt(value: JsonObject, key: string): string[] {
  const found = value[key];
  return Array.isArray(found) ? found.map(textOf) : [];
}

/** Values by name as text: variables of an environment, or hyperparameters. */
export function textEntries(value: Json): Record<string, string> {
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, textOf(item)])) : {};
}

/** The longest that a job may take, in seconds. */
export function maxSecondsOf(args: JsonObject): number | undefined {
  const { MaxRuntimeInSeconds: seconds } = objectAt(args, 'StoppingCondition');
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}

// lines of a log may hold values of people: of these, no more is said than what is missing
async function hintIn(log: string, python: string): Promise<string | undefined> {
  let hint: string | undefined;
  await eachLine(log, (line) => {
    const [, module] = /^ModuleNotFoundError: No module named '([\w.]+)'/.exec(line) ?? [];
    if (module !== undefined) hint = `it imports '${module}', which ${python} does not have: install it there, or choose another interpreter with --python`;
    else if (/^JAVA_HOME is not set$/.test(line)) hint = 'it needs Java, which is not here: install Java 17, or say with JAVA_HOME where it is';
    else if (/(?:PermissionError|FileNotFoundError).*'\/opt\/ml\b/.test(line)) hint = 'it looks in /opt/ml itself: let it take the folder from the environment variable ML_ROOT, /opt/ml where that is not set';
  });
  return hint;
}

async function eachLine(file: string, see: (line: string) => void): Promise<void> {
  const stream = createReadStream(file, { encoding: 'utf8' });
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) see(line.slice(0, 10_000));
}
