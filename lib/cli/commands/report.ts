import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { checkOptions } from '../../evidence/formats';
import { parseRehearsal, withRehearsals, type Rehearsal } from '../../evidence/rehearsal';
import type { WriterOptions } from '../../evidence/writers/options';
import { nearest, shown } from '../../policy/given';
import { DOCUMENTS, FORMATS, type Format } from '../formats';
import { gather, type GatherFlags } from '../gather';
import { readText, shownPath } from '../input/file';
import { linesBelow } from '../input/lines';
import type { Io } from '../io';
import { runsIn } from '../run/journal';
import { evidenceAt } from './diff';
import { dim, printableJson, Screen } from '../screen';

/** Flags of `report`. */
export interface ReportFlags extends GatherFlags {
  readonly format?: readonly string[];
  readonly document?: readonly string[];
  readonly out?: string;
  readonly previous?: string;
  readonly appFolder?: string;
  readonly templateFolder?: string;
  readonly category?: string;
  readonly everyAnswer?: boolean;
  readonly run?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Where reports are written when nobody says where. */
export const REPORT_FOLDER = 'evidence-out';

/** `regulated-ml report`: writes the evidence; whether it is clean is for `check` to say, but 0 is no answer where a file could not be read. */
export function run(paths: readonly string[], flags: ReportFlags, io: Io): number {
  const asked = [
    ...named(FORMATS, '--format', flags.format ?? (flags.document ? [] : ['html', 'json'])),
    ...named(DOCUMENTS, '--document', flags.document ?? []),
  ];
  const out = flags.out ?? REPORT_FOLDER;
  if (out === '-' && asked.length !== 1) throw new Error(`--out - prints one form, and ${asked.length} were asked for: name one, such as --format ${Object.keys(FORMATS)[0]}`);
  const folder = resolve(io.cwd, out);
  if (out !== '-' && existsSync(folder) && !statSync(folder).isDirectory()) throw new Error(`--out '${out}' is a file: name a folder`);
  const screen = new Screen(io, flags.quiet === true || flags.json === true || out === '-');
  const given = { appFolder: flags.appFolder, templateFolder: flags.templateFolder, category: flags.category, everyAnswer: flags.everyAnswer };
  checkOptions(given);
  const previous = flags.previous === undefined ? undefined : evidenceAt(flags.previous, flags, io, screen);
  const runs = (flags.run ?? []).map((path) => rehearsalAt(path, io.cwd));
  const { evidence: judged, settings, from, unreadable } = gather(paths, flags, io, screen);
  const evidence = withRehearsals(judged, runs);
  const options: WriterOptions = {
    ...given, templateFolder: flags.templateFolder ?? (isAbsolute(from) ? undefined : from), lineOf: linesBelow(resolve(io.cwd, from)),
    date: settings.asOf, ...(previous ? { previous } : {}),
  };
  // all is made before any file is written, so that an error leaves none behind
  const made = asked.flatMap(({ summary, write }) => write(evidence, options).map((form) => ({ ...form, summary })));
  if (out === '-') {
    screen.raw(made[0]!.content);
    return unreadable.length > 0 ? 2 : 0;
  }
  mkdirSync(folder, { recursive: true });
  const written = made.map(({ file: name, content, summary }) => {
    screen.progress(`writing ${name} …`);
    const file = join(folder, name);
    writeFileSync(file, content);
    return { file: shownPath(io.cwd, file), summary };
  });
  screen.done();
  if (flags.json) screen.raw(printableJson({ schema: 'regulated-ml-report-files/1', clean: evidence.verdict.clean, files: written.map(({ file }) => file) }));
  else if (!flags.quiet) {
    for (const { file, summary } of written) screen.line(file, dim(`  ${summary}`));
    if (!evidence.verdict.clean) screen.line(dim('The evidence is not clean: \'regulated-ml check\' says why, and fails.'));
  }
  return unreadable.length > 0 ? 2 : 0;
}

const RUN_FILE = 'run.json';

function rehearsalAt(path: string, cwd: string): Rehearsal {
  const given = resolve(cwd, path);
  const file = existsSync(given) && statSync(given).isDirectory() ? join(given, ...(existsSync(join(given, RUN_FILE)) ? [] : runsIn(given).slice(-1)), RUN_FILE) : given;
  const name = shownPath(cwd, file);
  return parseRehearsal(readText(file, name).text, name);
}

function named(registry: Readonly<Record<string, Format>>, flag: string, names: readonly string[]): Format[] {
  return [...new Set(names)].map((name) => {
    const format = Object.hasOwn(registry, name) ? registry[name] : undefined;
    if (format) return format;
    const all = Object.keys(registry);
    const [meant] = nearest(name, all, 1);
    throw new Error(`${flag} ${shown(name)} is not known: ${meant ? `did you mean '${meant}'? ` : ''}use ${all.length === 0 ? 'none: this version writes none' : all.join(', ')}`);
  });
}
