import { isJsonObject, type Json, type JsonObject } from './definition';

/** What a property begins with that was taken as given, whatever it is. */
export const ASSUMED = 'assumed:';

/** What the variables of a definition stand for in a run. */
export interface Values {
  readonly parameters: ReadonlyMap<string, Json>;
  readonly execution: Readonly<Record<string, string>>;
  /** A property of a step that has finished; undefined where it has none of that name. */
  property(step: string, path: string): Json;
  /** The file that a step left as a property file. */
  propertyFile(step: string, name: string): Json;
  /** A JSON file by its address. */
  jsonAt(uri: string): Json;
}

/**
 * A value of a definition with all variables in place: `Get`, `Std:Join` and `Std:JsonGet`.
 *
 * @param owner the step that it belongs to, for messages
 * @throws an error that names the variable that has no value
 */
export function valueOf(raw: Json, values: Values, owner: string): Json {
  if (Array.isArray(raw)) return raw.map((item) => valueOf(item, values, owner));
  if (!isJsonObject(raw)) return raw;
  const keys = Object.keys(raw);
  if (keys.length === 1) {
    const argument = raw[keys[0]!];
    if (keys[0] === 'Get' && typeof argument === 'string') return got(argument, values, owner);
    if (keys[0] === 'Std:Join' && isJsonObject(argument) && Array.isArray(argument.Values)) {
      return argument.Values.map((item) => asText(valueOf(item, values, owner), owner)).join(typeof argument.On === 'string' ? argument.On : '');
    }
    if (keys[0] === 'Std:JsonGet' && isJsonObject(argument)) return fromJson(argument, values, owner);
  }
  const object: JsonObject = {};
  for (const key of keys) Object.defineProperty(object, key, { value: valueOf(raw[key], values, owner), enumerable: true, configurable: true, writable: true });
  return object;
}

/**
 * A part of a value by a path such as `A.B['name'].C[0]`. In a list, a name finds the item that is called so.
 *
 * @returns undefined where nothing stands there
 */
export function at(value: Json, path: string): Json {
  let found: Json = value;
  for (const key of keysOf(path)) {
    if (Array.isArray(found)) found = /^\d+$/.test(key) ? found[Number(key)] : found.find((item) => isJsonObject(item) && NAMES.some((name) => item[name] === key));
    else found = isJsonObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return found;
}

/** What items of lists are called by in answers of SageMaker. */
const NAMES = ['OutputName', 'InputName', 'ChannelName', 'MetricName', 'Name'];

/** The names in a path, one after the other. */
export function keysOf(path: string): string[] {
  return [...path.matchAll(/\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, single, double, index, plain]) => single ?? double ?? index ?? plain!);
}

function got(name: string, { parameters, execution, property }: Values, owner: string): Json {
  const [kind, ...rest] = name.split('.');
  const own = rest.join('.');
  if (kind === 'Parameters' && parameters.has(own)) return parameters.get(own);
  if (kind === 'Execution' && Object.hasOwn(execution, own)) return execution[own];
  if (kind === 'Steps') {
    const [, step, path] = /^([^.[]+)\.?(.*)$/s.exec(own) ?? [];
    const value = step === undefined ? undefined : property(step, path!);
    if (value !== undefined) return value;
  }
  throw new Error(`step '${owner}' uses '${name}', which has no value in a run on this machine: ${kind === 'Steps' ? `give it with --assume '${asAssumed(own)}'` : 'see that the definition declares it'}`);
}

/** A property of a step, such as `Train.ModelArtifacts.S3ModelArtifacts`, as `--assume` takes it. */
export function asAssumed(property: string): string {
  const [, step, path] = /^([^.[]+)\.?(.*)$/s.exec(property)!;
  // a shell takes what stands in single quotes as it is, up to the next one
  return `${step}=${JSON.stringify({ [keysOf(path!).join('.')]: '…' })}`;
}

function fromJson(argument: JsonObject, values: Values, owner: string): Json {
  const { PropertyFile: file, S3Uri: uri, Path: path } = argument;
  const [, step, name] = isJsonObject(file) && typeof file.Get === 'string' ? /^Steps\.([^.]+)\.PropertyFiles\.(.+)$/.exec(file.Get) ?? [] : [];
  const from = step === undefined ? valueOf(uri, values, owner) : undefined;
  const document = step !== undefined ? values.propertyFile(step, name!) : values.jsonAt(asText(from, owner));
  const found = typeof path === 'string' ? at(document, path) : undefined;
  if (found === undefined || found === null) throw new Error(`step '${owner}' reads '${String(path)}' of ${step === undefined ? `'${String(from)}'` : `property file '${name}' of step '${step}'`}, and nothing stands there: see what was written`);
  return found;
}

function asText(value: Json, owner: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`step '${owner}' joins a text with ${value === undefined || value === null ? 'nothing' : 'a list or an object'}: only texts, numbers and truth values can be joined`);
}
