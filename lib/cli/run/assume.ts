import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isRecord, nearest, shown } from '../../policy/given';
import { readText, shownPath } from '../input/file';
import { isJsonObject, type JsonObject } from './definition';
import type { Step } from './graph';
import { keysOf } from './values';

/** What a step is taken to have come to; undefined stands for any property, by a text that says so. */
export type Assumed = ReadonlyMap<string, JsonObject | undefined>;

/**
 * Reads `--assume <step>`, `--assume <step>={"Property":"value"}` and `--assume <step>=<file>.json`.
 *
 * @throws an error for a step that is not there, and for a condition without an outcome
 */
export function assumedIn(given: readonly string[], steps: readonly Step[], cwd: string): Map<string, JsonObject | undefined> {
  return new Map(given.map((text): [string, JsonObject | undefined] => {
    const end = text.indexOf('=');
    const name = end < 0 ? text : text.slice(0, end);
    const step = steps.find((one) => one.name === name);
    if (!step) {
      const [meant] = nearest(name, steps.map((one) => one.name), 1);
      throw new Error(`--assume ${shown(name)} is no step of this pipeline: ${meant ? `did you mean '${meant}'? ` : ''}it has ${steps.map((one) => one.name).join(', ')}`);
    }
    const properties = end < 0 ? undefined : propertiesIn(name, text.slice(end + 1), cwd);
    if (step.type === 'Condition' && properties?.Outcome !== 'True' && properties?.Outcome !== 'False') throw new Error(`--assume '${name}' is a condition: give --assume ${name}={"Outcome":"True"}, or False`);
    return [name, properties];
  }));
}

function propertiesIn(name: string, text: string, cwd: string): JsonObject {
  const isInline = text.trimStart().startsWith('{');
  const file = resolve(cwd, text);
  if (!isInline && !existsSync(file)) throw new Error(`--assume '${name}' is ${shown(text)}: give the properties as JSON, or a file of JSON that is there`);
  const shownFile = isInline ? 'what is given' : `'${shownPath(cwd, file)}'`;
  let data: unknown;
  try {
    data = JSON.parse(isInline ? text : readText(file, shownFile).text);
  } catch (error) {
    throw new Error(`--assume '${name}': ${shownFile} is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (!isRecord(data)) throw new Error(`--assume '${name}' is ${shown(data)}: give an object of properties, as SageMaker describes what the step has run`);
  return nested(data as JsonObject);
}

/** Properties that are named by their path, such as `ModelArtifacts.S3ModelArtifacts`, where the answer of SageMaker has them. */
function nested(properties: JsonObject): JsonObject {
  const whole: JsonObject = {};
  for (const [path, value] of Object.entries(properties)) {
    const keys = keysOf(path);
    let place = whole;
    for (const key of keys.slice(0, -1)) {
      if (!Object.hasOwn(place, key) || !isJsonObject(place[key])) put(place, key, {});
      place = place[key] as JsonObject;
    }
    put(place, keys.at(-1) ?? path, value);
  }
  return whole;
}

function put(object: JsonObject, key: string, value: JsonObject[string]): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
