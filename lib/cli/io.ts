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
  // a reader that has seen enough, such as `head`, is no defect; but who reads no verdict is given none
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(2);
  });
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
