import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Rehearsal } from '../../../lib/evidence/rehearsal';
import { example } from '../../support/examples';
import { python } from '../../support/python';
import { folder, gate } from '../support';

// the interpreter of the tests has what the steps import and the cohort, besides
const PYTHON = process.env.TEST_PYTHON ?? python();
const describeWithCohort = PYTHON === undefined ? skipLoudly() : describe;

function skipLoudly(): typeof describe.skip {
  process.stderr.write('the example is not run on real data: there is no .venv; npm test makes it where Python 3.11 or 3.12 is installed\n');
  return describe.skip;
}

describeWithCohort('the example, run on 500 real patients', () => {
  const cwd = folder();
  let result: Rehearsal;
  let said: { readonly code: number; readonly out: string; readonly err: string };

  beforeAll(async () => {
    execFileSync(PYTHON!, [join(__dirname, 'whas500.py'), join(cwd, 'data')]);
    const assembly = example('heart-attack-mortality').app.synth().directory;
    said = await gate([
      'run', '--app', assembly, '--data', 'Raw=data/raw', '--data', 'PseudonymKeys=data/keys', '--assume', 'Normal', '--max-trials', '2', '--python', PYTHON!,
    ], { cwd, env: { PATH: process.env.PATH! } });
    const runs = join(cwd, '.regulated-ml/run', readdirSync(join(cwd, '.regulated-ml/run'))[0]!);
    result = JSON.parse(readFileSync(join(runs, readdirSync(runs)[0]!, 'run.json'), 'utf8')) as Rehearsal;
  });

  test('comes from raw clinical data to a registered model', () => {
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(result.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'Ingest done', 'Pseudonymise done', 'Train done', 'Evaluate done', 'Bias done', 'Normal assumed', 'GoodAndFair done', 'Register done', 'Refuse not-taken',
    ]);
    expect(result).toMatchObject({ outcome: 'succeeded', branches: { GoodAndFair: 'True' }, models: [{ version: 1, approval: 'PendingManualApproval' }] });
    expect(result.limits.at(-1)).toBe('what came of \'Normal\' was given, and not found out');
  });

  test('gives a model that ranks patients as the tests of the steps say, by what the conditions have read', () => {
    const [, auc] = /binary_classification_metrics\.auc\.value ([\d.]+) ≥ Parameters\.AucFloor 0\.7: holds/.exec(said.out)!;
    expect(Number(auc)).toBeGreaterThan(0.78);
    expect(Number(auc)).toBeLessThan(0.84);
  });

  test('says nothing of a patient, in what it prints and in all that comes after pseudonymisation', () => {
    expect(said.out).not.toMatch(/MRN-|-ZZ/);
    const files = readdirSync(join(cwd, '.regulated-ml'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const withPatients = files.filter((file) => !file.endsWith('.tar.gz') && /MRN-/.test(readFileSync(file, 'latin1')));
    expect(withPatients.map((file) => file.replace(/^.*stores\//, ''))).toEqual([expect.stringMatching(/^MortalityGround\.Workspace\.Outputs\/.*\/Ingest\/admissions\/\w+\/admissions\.csv$/)]);
    expect(files.length).toBeGreaterThan(15);
  });

  test('leaves all of it to its owner alone', () => {
    const top = join(cwd, '.regulated-ml');
    expect([top, join(top, 'run'), join(top, 'registry')].map((path) => statSync(path).mode & 0o077)).toEqual([0, 0, 0]);
  });
});
