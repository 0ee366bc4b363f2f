import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nearest, shown } from '../../policy/given';
import { DOCUMENTS, FORMATS, type Format } from '../formats';
import { gather, type GatherFlags } from '../gather';
import { shownPath } from '../input/file';
import type { Io } from '../io';
import { dim, printableJson, Screen } from '../screen';

/** Flags of `report`. */
export interface ReportFlags extends GatherFlags {
  readonly format?: readonly string[];
  readonly document?: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Where reports are written when nobody says where. */
export const REPORT_FOLDER = 'evidence-out';

/** `regulated-ml report`: writes the evidence; whether it is clean is for `check` to say. */
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
  const { evidence } = gather(paths, flags, io, screen);
  if (out === '-') {
    screen.raw(asked[0]!.write(evidence));
    return 0;
  }
  mkdirSync(folder, { recursive: true });
  const written = asked.map((format) => {
    screen.progress(`writing ${format.file} …`);
    const file = join(folder, format.file);
    writeFileSync(file, format.write(evidence));
    return { file: shownPath(io.cwd, file), summary: format.summary };
  });
  screen.done();
  if (flags.json) screen.raw(printableJson({ schema: 'regulated-ml-report-files/1', clean: evidence.verdict.clean, files: written.map(({ file }) => file) }));
  else if (!flags.quiet) {
    for (const { file, summary } of written) screen.line(file, dim(`  ${summary}`));
    if (!evidence.verdict.clean) screen.line(dim('The evidence is not clean: \'regulated-ml check\' says why, and fails.'));
  }
  return 0;
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
