import { isAbsolute, join, relative, sep } from 'node:path';

const OWN = join(__dirname, '..');
// what is longer was not written by a runtime
const LONGEST = 4096;

/**
 * The first frame that is neither this library's nor a package's: `file:line:column`.
 *
 * @param app folder that the file is told from, when it lies there; the current one otherwise
 */
export function userFrame(trace: readonly string[] | undefined, app = process.cwd()): string | undefined {
  for (const line of trace ?? []) {
    const match = line.length > LONGEST ? null : /\(?((?:file:\/\/)?[^()\s]+):(\d+):(\d+)\)?$/.exec(line.trim());
    const file = match?.[1]?.replace(/^file:\/\//, '');
    if (!file || file.startsWith('...') || file.startsWith('node:') || file.startsWith(OWN + sep) || file.includes('node_modules')) continue;
    return `${(isAbsolute(file) ? relative(file.startsWith(app + sep) ? app : process.cwd(), file) : file).split(sep).join('/')}:${match![2]}:${match![3]}`;
  }
  return undefined;
}

/** Whether the frame next to the CDK's own, who called it, is this library's. */
export function isByLibrary(trace: readonly string[] | undefined): boolean {
  const caller = trace?.find((line) => !/^\s*\.\.\..* in aws-cdk-lib\.\.\.$/.test(line)) ?? '';
  return caller.includes(OWN + sep) || /\.\.\..*\bcdk-regulated-ml\b/.test(caller);
}
