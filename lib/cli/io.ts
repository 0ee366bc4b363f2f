/** What the gate reads from and writes to: the process, or a test's stand-in. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Such as `2026-11-26`. */
  readonly today: string;
  /** Results. */
  writeOut(text: string): void;
  /** Progress and errors. */
  writeErr(text: string): void;
}

/** The process itself. */
export function processIo(): Io {
  return {
    cwd: process.cwd(),
    env: process.env,
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    today: new Date().toISOString().slice(0, 10),
    writeOut: (text) => void process.stdout.write(text),
    writeErr: (text) => void process.stderr.write(text),
  };
}
