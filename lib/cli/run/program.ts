import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import type { Root } from './root';

/** What a step runs: a command, in the folder that its code was unpacked into. */
export interface Program {
  readonly argv: readonly string[];
  /** The archive that its code is in, as a place in the container; the command runs in what is in it. */
  readonly archive?: string;
}

// as lib/aws/pipeline writes it: an archive is unpacked into a new folder, and the command runs there
const LAUNCHER = /^d=(?:\$\(mktemp -d\)|\S+ && mkdir -p \$d) && f=(\/opt\/ml\/[^\s;&|"'$`]+) && \{ tar -xzf \$f -C \$d \|\| python3 -m tarfile -e \$f \$d; \} && cd \$d && exec "\$@"$/;

/** The command in a container's entrypoint, with what unpacks its code taken apart. */
export function programOf(entrypoint: readonly string[], args: readonly string[] = []): Program {
  const [shell, flag, script, , ...command] = entrypoint;
  const [, archive] = shell === '/bin/sh' && flag === '-c' ? LAUNCHER.exec(script ?? '') ?? [] : [];
  return archive === undefined ? { argv: [...entrypoint, ...args] } : { argv: [...command, ...args], archive };
}

/** The Python file that a command runs, if it is one. */
export function scriptOf({ argv: [program, script] }: Program): string | undefined {
  return program !== undefined && isPython(program) && script !== undefined && script.endsWith('.py') ? script : undefined;
}

/** The command as it runs here: with the interpreter that was chosen, and the places of the container as they are on this machine. */
export function localArgv({ argv }: Program, root: Root, python: string): string[] {
  const [program, ...rest] = argv.map((word) => root.rewrite(word));
  return [isPython(program!) ? python : program!, ...rest];
}

/**
 * Unpacks an archive of code or of a model.
 *
 * @throws an error where it is none, or tar is missing
 */
export function unpack(archive: string, folder: string): void {
  try {
    // neither GNU's nor BSD's tar follows names that lead out of the folder
    execFileSync('tar', ['-xzf', archive, '-C', folder, '--no-same-owner'], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    throw new Error(`the archive '${basename(archive)}' cannot be unpacked: ${reasonOf(error)}`, { cause: error });
  }
}

/** Packs what is in a folder, as SageMaker does with models. */
export function pack(folder: string, archive: string): void {
  try {
    execFileSync('tar', ['-czf', archive, '-C', folder, '.'], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, COPYFILE_DISABLE: '1' } });
  } catch (error) {
    throw new Error(`'${basename(archive)}' cannot be packed: ${reasonOf(error)}`, { cause: error });
  }
}

function isPython(program: string): boolean {
  return /^(?:\/(?:usr\/(?:local\/)?|opt\/conda\/)?bin\/)?python(?:3(?:\.\d+)?)?$/.test(program);
}

function reasonOf(error: unknown): string {
  const { code, stderr } = error as { code?: unknown; stderr?: Buffer };
  return code === 'ENOENT' ? 'there is no tar on this machine, install it' : String(stderr ?? '').trim().split('\n').at(-1) || 'tar refused it';
}
