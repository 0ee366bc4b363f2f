import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'cdktf';
import { Answer } from '../../../lib/policy';
import { answersIn } from '../../rules/azure/support';
import { examplesIn, run } from '../../support/readme-programs';

const PROGRAMS = examplesIn('lib/azure/privacy/README.md', 'new App()');

test('the program of the README runs, and the rules find nothing in it', () => {
  expect(PROGRAMS).toHaveLength(1);
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  const { CDKTF_OUTDIR: before } = process.env;
  process.env.CDKTF_OUTDIR = folder;
  try {
    const { app } = run<App>(PROGRAMS[0]!);
    app.synth();
    const { answers, subjects } = answersIn(app);
    expect(answers.length).toBeGreaterThan(400);
    expect(answers.filter(({ answer, accepted }) => answer !== Answer.COMPLIANT && accepted === undefined).map(({ rule, subject, detail }) => `${rule} ${subjects[subject]!.path} ${detail ?? ''}`)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env.CDKTF_OUTDIR;
    else process.env.CDKTF_OUTDIR = before;
    rmSync(folder, { recursive: true, force: true });
  }
});
