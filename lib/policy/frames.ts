// what is longer was not written by a runtime
const LONGEST = 4096;
// an app's own files: more of them tell no more
const MOST_FILES = 1000;
const OWN = slashed(__dirname).split('/').slice(0, -1).join('/');

/** A line of code in a trace. */
export interface Frame {
  readonly file: string;
  readonly line: string;
  readonly column: string;
}

/**
 * Where the app's own code stands in a trace: `file:line:column` of the first frame that is neither this library's nor a package's.
 *
 * @param app folder that the file is told from
 */
export function userFrame(trace: readonly string[] | undefined, app = process.cwd()): string | undefined {
  const frame = firstFrame(trace);
  return frame && toldFrom(app, frame);
}

/** The first frame that is neither this library's nor a package's, as the trace has it. */
export function firstFrame(trace: readonly string[] | undefined): Frame | undefined {
  for (const line of trace ?? []) {
    const frame = frameOf(line);
    if (frame) return frame;
  }
  return undefined;
}

/** A frame as it is told from a folder: `file:line:column`. */
export function toldFrom(folder: string, { file, line, column }: Frame): string {
  return `${isAbsolute(file) ? relativeOnce(slashed(folder), file) : file}:${line}:${column}`;
}

// thousands of constructs are written in a few files
const TOLD = new Map<string, string>();

function relativeOnce(folder: string, file: string): string {
  const key = `${folder}\u0000${file}`;
  let told = TOLD.get(key);
  if (told === undefined) TOLD.set(key, told = relative(folder, file));
  return told;
}

/** The app's own files in a trace. */
export function filesIn(trace: readonly string[]): string[] {
  return trace.flatMap((line) => frameOf(line)?.file ?? []);
}

/** Whether the frame next to the CDK's own, who called it, is this library's. */
export function isByLibrary(trace: readonly string[] | undefined): boolean {
  const caller = trace?.find((line) => !/^\s*\.\.\..* in aws-cdk-lib\.\.\.$/.test(line)) ?? '';
  return slashed(caller).includes(`${OWN}/`) || /\.\.\..*\bcdk-regulated-ml\b/.test(caller);
}

/**
 * The folder that an app had when it was synthesized, from its files in traces and from what lies beside the assembly, so that nobody's current
 * folder decides it: an assembly may have been carried to another folder or machine, with its app or without. Undefined where there is no file.
 *
 * @param named read no further than needed
 * @param beside folder of the app as far as it is here
 * @param exists whether there is such a file
 */
export function appFolder(named: Iterable<string>, beside: string, exists: (file: string) => boolean): string | undefined {
  const here = slashed(beside);
  const files = new Set<string>();
  for (const file of named) {
    if (file.startsWith(`${here}/`)) return here;
    if (isAbsolute(file) && !file.includes('/../') && files.size < MOST_FILES) files.add(file);
  }
  if (files.size === 0) return undefined;
  const carried = new Map<string, number>();
  for (const file of files) {
    const root = rootOf(file, (path) => exists(`${here}/${path}`));
    if (root !== undefined) carried.set(root, (carried.get(root) ?? 0) + 1);
  }
  const [most] = [...carried].sort(([a, often], [b, oftener]) => oftener - often || a.length - b.length);
  return most?.[0] ?? sharedFolder([...files]);
}

function frameOf(text: string): Frame | undefined {
  const match = text.length > LONGEST ? null : /\(?((?:file:\/\/)?[^()\s]+):(\d+):(\d+)\)?$/.exec(text.trim());
  const file = slashed(match?.[1]?.replace(/^file:\/\//, '') ?? '');
  if (file === '' || file.startsWith('...') || file.startsWith('node:') || file.startsWith(`${OWN}/`) || file.includes('node_modules')) return undefined;
  return { file, line: match![2]!, column: match![3]! };
}

// what is left of a file's path when the longest end of it is taken off that is there, too
function rootOf(file: string, exists: (path: string) => boolean): string | undefined {
  const segments = file.split('/');
  for (let first = 1; first < segments.length; first += 1) {
    if (exists(segments.slice(first).join('/'))) return segments.slice(0, first).join('/');
  }
  return undefined;
}

function sharedFolder(files: readonly string[]): string {
  return files.map((file) => file.split('/').slice(0, -1)).reduce((shared, folder) => {
    const end = shared.findIndex((segment, index) => segment !== folder[index]);
    return end < 0 ? shared : shared.slice(0, end);
  }).join('/');
}

function relative(folder: string, file: string): string {
  const [from, to] = [folder.split('/').filter((segment) => segment !== ''), file.split('/').filter((segment) => segment !== '')];
  const end = from.findIndex((segment, index) => segment !== to[index]);
  const shared = end < 0 ? from.length : end;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/');
}

function isAbsolute(file: string): boolean {
  return /^(\/|[A-Za-z]:\/)/.test(file);
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
