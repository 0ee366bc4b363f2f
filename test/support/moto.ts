import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BIN = join(__dirname, '..', '..', '.venv', 'bin');
const PROGRAM = join(__dirname, '..', 'emulator', 'plain_server.py');

/** The account that moto answers for. */
export const MOTO_ACCOUNT = '123456789012';

/** An AWS emulator of this test's own. */
export interface Moto {
  /** Such as `http://127.0.0.1:43211`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Like `describe`, but skipped, with a word on why, where there is no moto. */
export const describeWithMoto: typeof describe | typeof describe.skip = existsSync(join(BIN, 'moto_server')) ? describe : skipLoudly();

function skipLoudly(): typeof describe.skip {
  process.stderr.write('moto is not installed (.venv is made by npm test, from test/requirements.txt): tests against the emulator are skipped\n');
  return describe.skip;
}

/** Makes the SDK of this process talk to an endpoint, with credentials that open nothing elsewhere. */
export function useEndpoint(url: string, services: Record<string, string> = {}): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing', AWS_SESSION_TOKEN: 'testing',
    AWS_REGION: 'eu-central-1', AWS_EC2_METADATA_DISABLED: 'true',
    ...Object.fromEntries(Object.entries(services).map(([service, endpoint]) => [`AWS_ENDPOINT_URL_${service}`, endpoint])),
  });
}

/** Starts moto on a free loopback port. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const child = spawn(join(BIN, 'python'), [PROGRAM, '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  await answering(url, child);
  return {
    url,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode} before it answered`);
    try {
      if ((await fetch(`${url}/moto-api/`)).ok) return;
    } catch {
      // not listening yet
    }
    await sleep(100);
  }
  child.kill();
  throw new Error('moto did not answer within a minute');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
