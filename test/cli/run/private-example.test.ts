import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rehearsal } from '../../../lib/evidence/rehearsal';
import { example } from '../../support/examples';
import { python } from '../../support/python';
import { folder, gate } from '../support';

const EXAMPLE = join(__dirname, '../../../examples/light-chain-mortality');
// the study comes with a package of the one environment, and torch and Opacus are in the other
const STUDY = process.env.TEST_PYTHON ?? python();
const JOBS = [process.env.JOBS_PYTHON, join(__dirname, '../../../.venv-jobs/bin/python')].find((file) => file !== undefined && existsSync(file));
const testWithBoth = existsSync(EXAMPLE) && STUDY !== undefined && JOBS !== undefined ? test : skipLoudly();

function skipLoudly(): typeof test.skip {
  process.stderr.write('the private example is not run on real data: that takes .venv and .venv-jobs, which .ci/python.mjs makes\n');
  return test.skip;
}

testWithBoth('the private example comes from 7,874 people to a registered model, with the ε that it has spent in the evidence', async () => {
  const cwd = folder();
  execFileSync(STUDY!, [join(EXAMPLE, 'raw.py'), join(cwd, 'laboratory/people')], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
  const { directory } = example('light-chain-mortality').app.synth();
  const { code, err } = await gate(['run', '--app', directory, '--data', 'Laboratory=laboratory', '--python', JOBS!], { cwd, env: { PATH: process.env.PATH! } });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const runs = join(cwd, '.regulated-ml/run', readdirSync(join(cwd, '.regulated-ml/run'))[0]!);
  const file = join(runs, readdirSync(runs)[0]!, 'run.json');
  const { privacy: [privacy], models: [model], steps } = JSON.parse(readFileSync(file, 'utf8')) as Rehearsal;
  expect(privacy).toMatchObject({ step: 'Train', unit: 'person', delta: 1e-5, verdict: 'verified: as reserved' });
  // the noise is the least that keeps the ε that was asked for
  expect(privacy!.planned).toBeLessThanOrEqual(3);
  expect(privacy!.planned).toBeGreaterThan(2.99);
  expect(privacy!.spent).toBeCloseTo(privacy!.planned, 6);
  expect(Number(model!.metadata['privacy-epsilon'])).toBeCloseTo(privacy!.spent!, 6);
  expect(steps.find(({ name }) => name === 'Register')!.status).toBe('done');
  await gate(['report', directory, '--run', file, '--format', 'html'], { cwd });
  expect(readFileSync(join(cwd, 'evidence-out/evidence.html'), 'utf8')).toMatch(/ε = 3 of 3 planned, δ = 0\.00001 for each person/);
});
