import { nearest, shown } from '../../policy/given';
import type { Json, JsonObject } from './definition';

/** `name=value`, parted at the first `=`. */
export function pairOf(flag: string, text: string): [name: string, value: string] {
  const end = text.indexOf('=');
  if (end < 1) throw new Error(`${flag} ${shown(text)} is no pair: give ${flag} name=value`);
  return [text.slice(0, end), text.slice(end + 1)];
}

/**
 * The value of each parameter: what is given, else its default.
 *
 * @param given `name=value` for each
 * @throws an error for a name that the pipeline does not have, a value of another type, and one that is missing
 */
export function parametersOf(declared: readonly JsonObject[], given: readonly string[]): Map<string, Json> {
  const names = declared.map(({ Name: name }) => String(name));
  const own = new Map<string, string>();
  for (const [name, value] of given.map((text) => pairOf('--parameter', text))) {
    if (!names.includes(name)) {
      const [meant] = nearest(name, names, 1);
      throw new Error(`--parameter ${shown(name)} is none of this pipeline: ${meant ? `did you mean '${meant}'? ` : ''}${names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`}`);
    }
    if (own.has(name)) throw new Error(`--parameter '${name}' is given twice: give it once`);
    own.set(name, value);
  }
  const missing = declared.filter(({ Name: name, DefaultValue: value }) => value === undefined && !own.has(String(name))).map(({ Name: name }) => String(name));
  if (missing.length > 0) throw new Error(`the pipeline has no default for ${missing.join(', ')}: give ${missing.map((name) => `--parameter ${name}=…`).join(' ')}`);
  return new Map(declared.map((parameter) => {
    const name = String(parameter.Name);
    const text = own.get(name);
    return [name, text === undefined ? parameter.DefaultValue : typed(parameter, text)];
  }));
}

function typed({ Name: name, Type: type, EnumValues: allowed }: JsonObject, text: string): Json {
  const wrong = (what: string) => new Error(`--parameter '${String(name)}' is ${shown(text)}: give ${what}`);
  if (Array.isArray(allowed) && !allowed.map(String).includes(text)) throw wrong(`one of ${allowed.map(String).join(', ')}`);
  if (type === 'Integer' || type === 'Float') {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!Number.isFinite(value) || (type === 'Integer' && !Number.isInteger(value))) throw wrong(type === 'Integer' ? 'a whole number' : 'a number');
    return value;
  }
  if (type === 'Boolean') {
    if (text !== 'true' && text !== 'false') throw wrong('true or false');
    return text === 'true';
  }
  return text;
}
