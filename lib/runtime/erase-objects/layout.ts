/** How the objects of a store say whose they are. */
export type Layout =
  /** Each person's objects begin with a text of its own; `{subject}` stands for the person. */
  | { readonly kind: 'prefix'; readonly template: string }
  /** Rows of files with a header (RFC 4180), of many people. */
  | { readonly kind: 'csv'; readonly prefix: string; readonly column: string }
  /** A JSON document a line, of many people; the field is a path such as `patient.id`. */
  | { readonly kind: 'json-lines'; readonly prefix: string; readonly field: string; readonly separator?: string }
  /** Rows of Parquet files, of many people. */
  | { readonly kind: 'parquet'; readonly prefix: string; readonly column: string };

export type RowLayout = Exclude<Layout, { kind: 'prefix' }>;

/** Files whose rows are lines, or go on over several of them. */
export type TextLayout = Exclude<RowLayout, { kind: 'parquet' }>;

/** A record, as it stands in its file with its line end, and whose it is. */
export interface Row {
  readonly text: string;
  readonly is: 'header' | 'theirs' | 'others' | 'unidentified';
}

/** A file that is not in the form that was stated, so that nobody knows whom it is about. */
export class Unreadable extends Error {
  /** @param reason a word of our own on what is wrong with it, such as `Codec` */
  constructor(public readonly reason: string = '') {
    super('not in the form that was stated');
    this.name = 'Unreadable';
  }
}

/** A line without an end is no line: it would be held in memory as a whole. */
const LONGEST = 16 * 1024 * 1024;

/**
 * The records of a file, one after the other.
 *
 * @throws Unreadable where it is none of its form
 */
export async function* rowsOf(chunks: AsyncIterable<Uint8Array>, layout: TextLayout, subject: string): AsyncGenerator<Row> {
  if (layout.kind === 'json-lines') {
    for await (const text of records(textsOf(chunks), false)) yield { text, is: judgedJson(text, layout, subject) };
    return;
  }
  let index: number | undefined;
  for await (const text of records(textsOf(chunks), true)) {
    const isBlank = /^\r?\n?$/.test(text);
    if (index === undefined) {
      if (isBlank) throw new Unreadable();
      const names = fieldsOf(text.replace(/^\uFEFF/, ''));
      index = names.indexOf(layout.column);
      // with two columns of the name nobody knows which one says it
      if (index < 0 || names.includes(layout.column, index + 1)) throw new Unreadable();
      yield { text, is: 'header' };
      continue;
    }
    const value = isBlank ? undefined : fieldsOf(text)[index];
    if (!isBlank && value === undefined) throw new Unreadable();
    yield { text, is: isBlank ? 'others' : value === '' ? 'unidentified' : value === subject ? 'theirs' : 'others' };
  }
}

function judgedJson(text: string, { field, separator }: Extract<TextLayout, { kind: 'json-lines' }>, subject: string): Row['is'] {
  if (text.trim() === '') return 'others';
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new Unreadable();
  }
  for (const name of field.split('.')) value = typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  // a number that JavaScript cannot hold might be anybody's
  const known = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof known !== 'string' || known === '') return 'unidentified';
  return known === subject || (separator !== undefined && known.startsWith(`${subject}${separator}`)) ? 'theirs' : 'others';
}

async function* textsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new Unreadable();
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}

/** Cuts a text at the ends of its lines; in CSV a line goes on inside quotes. */
async function* records(texts: AsyncIterable<string>, quotes: boolean): AsyncGenerator<string> {
  let rest = '';
  let quoted = false;
  for await (const text of texts) {
    let begin = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (quotes && code === 34) quoted = !quoted;
      if (code !== 10 || quoted) continue;
      yield rest + text.slice(begin, at + 1);
      rest = '';
      begin = at + 1;
    }
    rest += text.slice(begin);
    if (rest.length > LONGEST) throw new Unreadable();
  }
  if (quoted) throw new Unreadable();
  if (rest !== '') yield rest;
}

const QUOTED = /"[^"]*(?:""[^"]*)*"/y;

/**
 * The fields of a record of CSV. Outside quotes none has a quote or the end of a line in it (RFC 4180): behind a stray one, or with the line ends of
 * another system, many rows would look like one, and a person in them like nobody.
 *
 * @throws Unreadable
 */
export function fieldsOf(record: string): string[] {
  const line = record.replace(/\r?\n$/, '');
  const fields: string[] = [];
  for (let at = 0; at <= line.length; at++) {
    if (line.charCodeAt(at) === 34) {
      QUOTED.lastIndex = at;
      const [quoted] = QUOTED.exec(line) ?? [];
      if (quoted === undefined) throw new Unreadable();
      fields.push(quoted.slice(1, -1).replace(/""/g, '"'));
      at += quoted.length;
      if (at < line.length && line[at] !== ',') throw new Unreadable();
    } else {
      const comma = line.indexOf(',', at);
      const end = comma < 0 ? line.length : comma;
      const field = line.slice(at, end);
      if (/["\r\n]/.test(field)) throw new Unreadable();
      fields.push(field);
      at = end;
    }
  }
  return fields;
}

/**
 * What the objects of a person begin with.
 *
 * @returns undefined for a person whose objects would be among those of another
 */
export function prefixOf(template: string, subject: string): string | undefined {
  const [before, after] = template.split('{subject}') as [string, string];
  // 'a' would be erased with 'a/b' if a name could hold what ends it
  return subject.includes(after[0]!) ? undefined : `${before}${subject}${after}`;
}
