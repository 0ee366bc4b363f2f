import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { HAS_BOTOCORE } from '../../support/botocore';
import { machine } from './fixture';

const PYTHON = join(__dirname, '..', '..', '..', '.venv', 'bin', 'python');

interface Outcome {
  readonly results: { status: string; cause: string | null; path: string[] }[];
  readonly status: string;
  readonly models: number;
}

(HAS_BOTOCORE ? test : test.skip)('the state machine runs on an engine that is not ours, and a second time does no harm', () => {
  const output = execFileSync(PYTHON, [join(__dirname, 'engine.py')], { input: JSON.stringify(machine()), encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
  const { results: [first, again], status, models } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Outcome;
  expect(first).toMatchObject({ status: 'SUCCEEDED', cause: null });
  expect(first.path).toEqual(expect.arrayContaining(['Create model', 'Create configuration', 'Create endpoint', 'Does it serve?', 'Record', 'Deployed']));
  expect(again.status).toBe('SUCCEEDED');
  expect(again.path.filter((state) => state.startsWith('Create'))).toEqual([]);
  expect({ status, models }).toEqual({ status: 'InService', models: 1 });
});
