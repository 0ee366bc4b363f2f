import { createRequire } from 'node:module';
import type { CollectionTag, Document, LineCounter, Node, Pair as YamlPair, ScalarTag, YAMLMap as YamlMap, YAMLSeq } from 'yaml';
import { isObject } from '../../rules/resolved';
import { checkTemplateSize } from './file';
import { laidOut } from './layout';
import { repeatedInJson, type Repeated } from './repeated';

const load = createRequire(__filename);

/** A template, as far as it is one. */
export type Content = Record<string, unknown>;

/** What a file holds. */
export interface Parsed {
  readonly content: unknown;
  /** Keys that stand in an object more than once: the last of them counts. Found when it is asked for. */
  repeated(): readonly Repeated[];
}

/**
 * Reads JSON or YAML.
 *
 * @param shown name of the file in messages
 * @throws an error that says where it cannot be read
 */
export function parseFile(text: string, shown: string): Parsed {
  if (text.trim() === '') throw new Error(`'${shown}' is empty: name a file that holds something`);
  return isYaml(text) ? parseYaml(text, shown) : parseJson(text, shown);
}

/** What JSON holds; undefined where a text is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether this is what CloudFormation takes: resources, each with a type. */
export function isTemplate(content: unknown): content is Content {
  if (!isObject(content) || !isObject(content.Resources)) return false;
  if (content.AWSTemplateFormatVersion !== undefined || content.Transform !== undefined) return true;
  const resources = Object.values(content.Resources);
  return resources.length === 0 || resources.some((resource) => isObject(resource) && typeof resource.Type === 'string' && resource.Type.includes('::'));
}

function parseJson(text: string, shown: string): Parsed {
  try {
    return { content: JSON.parse(text), repeated: () => repeatedInJson(text) };
  } catch (error) {
    // a flow mapping of YAML may look like JSON
    if (/^\s*[[{]\s*(?:[A-Za-z]|'|#)/.test(text)) return parseYaml(text, shown);
    const cut = error instanceof Error && /end of JSON|Unterminated/.test(error.message);
    throw new Error(`'${shown}' is no JSON: ${cut ? 'it was cut off' : reason(error)}; write it again`, { cause: error });
  }
}

function parseYaml(text: string, shown: string): Parsed {
  checkTemplateSize(text, shown);
  checkDepth(text, shown);
  const repeated: Repeated[] = [];
  let read: YamlText;
  let content: unknown;
  try {
    read = readYaml(text);
    const [error] = read.document.errors;
    if (!error) {
      normalise(read, repeated);
      // refuses aliases that multiply
      content = read.document.toJS({ maxAliasCount: 100 });
    }
  } catch (thrown) {
    throw new Error(`'${shown}' is no YAML that can be read: ${thrown instanceof RangeError ? TOO_DEEP : reason(thrown)}; write it without anchors, or as JSON`, { cause: thrown });
  }
  const [error] = read.document.errors;
  if (error) {
    const { line, col } = read.lines.linePos(error.pos[0]);
    throw new Error(`'${shown}' is neither JSON nor YAML: ${reason(error).replace(/:$/, '')} (line ${line}, column ${col}); mend it there`);
  }
  return { content, repeated: () => repeated };
}

/** The library of YAML, which is loaded when there is some. */
export function yamlLibrary(): typeof import('yaml') {
  return load('yaml') as typeof import('yaml');
}

/** Whether a text is taken for YAML, and not for JSON. */
export function isYaml(text: string): boolean {
  return !/^\s*[[{]/.test(text);
}

/** A document of YAML, and the lines of its text. */
export interface YamlText {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

// what CloudFormation takes; to read twice what it would not is no use
const LARGEST_DEPLOYED = 1_048_576;

/** Reads YAML as CloudFormation does; its errors are those of the document. */
export function readYaml(text: string): YamlText {
  const first = strictly(text);
  if (first.document.errors.length === 0) return first;
  const mended = text.length > LARGEST_DEPLOYED ? text : laidOut(text);
  const second = mended === text ? first : strictly(mended);
  return second.document.errors.length === 0 ? second : first;
}

function strictly(text: string): YamlText {
  const yaml = yamlLibrary();
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter: lines, merge: true, prettyErrors: false, logLevel: 'error',
    // of several keys of one name CloudFormation takes the last, which is told
    uniqueKeys: false,
    // CloudFormation reads YAML 1.1, of which this is the part that templates use; dates and sets stay texts
    customTags: (tags) => [WORD, ...tags, ...intrinsics(yaml)],
  });
  return { document, lines };
}

function normalise({ document, lines }: YamlText, repeated: Repeated[]): void {
  const yaml = yamlLibrary();
  yaml.visit(document, {
    Map: (_key, map, above) => {
      const known = new Map<unknown, number>();
      for (const { key } of map.items) {
        if (!yaml.isScalar(key)) continue;
        if (typeof key.value !== 'string' && key.source !== undefined) key.value = key.source;
        const { line } = lines.linePos(key.range?.[0] ?? 0);
        const before = known.get(key.value);
        if (before !== undefined && key.value !== '<<') repeated.push({ path: [...wayTo(above, yaml), key.value].join('.'), lines: [before, line] });
        known.set(key.value, line);
      }
    },
    // an account that begins with a zero
    Scalar: (_key, scalar) => {
      if (typeof scalar.value === 'number' && /^0[0-9]/.test(scalar.source ?? '')) scalar.value = scalar.source;
    },
  });
}

function wayTo(above: readonly (Document | Node | YamlPair)[], yaml: typeof import('yaml')): unknown[] {
  return above.flatMap((one, index) => {
    if (yaml.isPair(one)) return [yaml.isScalar(one.key) ? one.key.value : one.key];
    return yaml.isSeq(one) && index + 1 < above.length ? [one.items.indexOf(above[index + 1])] : [];
  });
}

const TOO_DEEP = 'it is nested too deeply';
const DEEPEST = 200;

// the parser calls itself for each level, and where its stack ends, so does the process
function checkDepth(text: string, shown: string): void {
  let depth = 0;
  let deepest = 0;
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  if (deepest > DEEPEST || /^[ \t?-]{800}/m.test(text)) throw new Error(`'${shown}' is no YAML that can be read: ${TOO_DEEP}; write it as JSON`);
}

const WORD: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool', default: true, test: /^(?:true|True|TRUE|yes|Yes|YES|on|On|ON|false|False|FALSE|no|No|NO|off|Off|OFF)$/,
  resolve: (text: string) => /^(?:true|yes|on)$/i.test(text),
};

const SHORT = [
  'And', 'Base64', 'Cidr', 'Contains', 'EachMemberEquals', 'EachMemberIn', 'Equals', 'FindInMap', 'GetAZs', 'GetAtt', 'If', 'ImportValue', 'Join', 'Length', 'Not', 'Or',
  'RefAll', 'Select', 'Split', 'Sub', 'ToJsonString', 'Transform', 'ValueOf', 'ValueOfAll',
];

// `!Sub text`, `!Join [ ... ]`, `!Transform { ... }`: a mapping of one key
function intrinsics({ Pair, Scalar, YAMLMap }: typeof import('yaml')): (ScalarTag | CollectionTag)[] {
  const keyed = (key: string, value: unknown): YamlMap => {
    const map: YamlMap = new YAMLMap();
    map.items.push(new Pair(new Scalar(key), value) as YamlPair);
    return map;
  };
  return ['Ref', 'Condition', ...SHORT].flatMap((name): (ScalarTag | CollectionTag)[] => {
    const tag = `!${name}`;
    const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
    return [
      { tag, resolve: (text: string) => ({ [key]: name === 'GetAtt' ? attribute(text) : text }) },
      { tag, collection: 'seq', resolve: (list: YamlMap | YAMLSeq) => keyed(key, list) },
      { tag, collection: 'map', resolve: (map: YamlMap | YAMLSeq) => keyed(key, map) },
    ];
  });
}

function attribute(text: string): string[] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

function reason(error: unknown): string {
  return (isObject(error) && typeof error.message === 'string' ? error.message : String(error)).split('\n')[0]!;
}
