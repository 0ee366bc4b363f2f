import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ConsentRegistry, DataStore } from '../../../lib/aws';
import { MLPipeline } from '../../../lib/aws/pipeline';
import type { Rehearsal } from '../../../lib/evidence/rehearsal';
import { Classification, Purpose } from '../../../lib/policy';
import { gate } from '../support';
import { assemblyOf, describeWithAnyPython, place, PLAIN_PYTHON, program, type Ground } from './fixture';

const RISK = Purpose.of('readmission-risk');
const IRI = 'https://hospital.example/purposes#risk';
const HOUR = 3_600_000;

/** Filter, training, registration, by a registry of the app and by one of another. */
const filtering = ({ stack, workspace, image }: Ground) => {
  const raw = workspace.addStore('Raw', { classification: Classification.PSEUDONYMISED, purpose: RISK });
  const own = new ConsentRegistry(stack, 'Consent', { workspace, purposes: [RISK], purposeNames: { [IRI]: RISK } });
  const arn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
  const theirs = ConsentRegistry.fromAttributes(stack, 'Theirs', {
    workspace, purposes: [RISK], snapshotFunctionArn: arn('their-snapshots'), receiptsFunctionArn: arn('their-receipts'), scheduledSnapshots: true,
    withdrawalsBusArn: 'arn:aws:events:eu-central-1:123456789012:event-bus/withdrawals',
    store: DataStore.fromAttributes(stack, 'TheirStore', { bucketName: 'consents', classification: Classification.PERSONAL, key: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:123456789012:key/1') }),
  });
  for (const [id, registry] of [['Own', own], ['Foreign', theirs]] as const) {
    const pipeline = new MLPipeline(stack, id, { workspace, purpose: RISK, pipelineName: id.toLowerCase() });
    const consented = pipeline.addConsentFilter('Consented', { registry, input: raw.input('rows/').as('rows'), subject: 'id', purpose: RISK });
    const train = pipeline.addTraining('Train', { image, code: program('train'), inputs: [consented.output().as('train')], metrics: { auc: 'auc=([0-9.]+)' } });
    pipeline.addRegistration('Register', { training: train });
  }
};

// who is called auc is what the program learns
const ROWS = ['id,value', 'auc,0.8', 'bo@example.org,1', 'cy@example.org,2', 'dee@example.org,3'];

const receipt = (subject: string, purpose: string, ...statuses: object[]) => ({
  '@type': 'dpv:ConsentRecord', 'dct:identifier': `receipt-${subject}`, 'dpv:hasDataSubject': subject, 'dpv:hasPurpose': purpose, 'dpv:hasConsentStatus': statuses,
});
const said = (status: string, at: string, more: object = {}) => ({ '@type': `dpv:Consent${status}`, 'dpv:isIndicatedAtTime': at, ...more });
const AUC = receipt('auc', 'readmission-risk', said('Given', '2026-01-01'));
const BO = receipt('bo@example.org', IRI, said('Given', '2026-01-01'), said('Withdrawn', '2026-02-01'));
const DEE = receipt('dee@example.org', 'readmission-risk', said('Given', '2025-01-01', { 'dpv:hasDuration': { '@type': 'dpv:TemporalDuration', 'rdf:value': 'P1Y' } }));
const STRANGE = receipt('cy@example.org', 'marketing', said('Given', '2026-01-01'));
const RECEIPTS = { 'receipts/a.json': JSON.stringify([AUC, BO]), 'receipts/more/b.jsonl': `${JSON.stringify(DEE)}\n${JSON.stringify(STRANGE)}\n{"cut off`, 'receipts/.DS_Store': 'none' };

/** A snapshot as the function of a registry writes it. */
function snapshot(age: number, decisions: Readonly<Record<string, string>>): { readonly data: string; readonly id: string } {
  const takenAt = new Date(Date.now() - age).toISOString();
  const rows = Object.entries(decisions).map(([subject, decision]) => ({ subject, purpose: 'readmission-risk', decision }));
  const data = `${[{ format: 1, takenAt, rows: rows.length }, ...rows].map((row) => JSON.stringify(row)).join('\n')}\n`;
  return { data, id: createHash('sha256').update(data).digest('hex') };
}
const taken = ({ data, id }: ReturnType<typeof snapshot>, change = '') => ({ 'snapshot/consent.jsonl': data + change, 'snapshot/manifest.json': JSON.stringify({ snapshot: id }) });

describeWithAnyPython('run of a pipeline that filters by consent', () => {
  let assembly: string;
  beforeAll(() => { assembly = assemblyOf(filtering); });

  const call = (cwd: string, ...words: string[]) => gate(['run', words.includes('Foreign') ? 'Foreign' : 'Own', '--app', join(assembly, 'cdk.out'), '--python', PLAIN_PYTHON!, ...words.filter((word) => word !== 'Foreign')], { cwd, env: { PATH: process.env.PATH! } });
  const first = (cwd: string, ...words: string[]) => call(cwd, '--data', 'Raw=data', ...words);
  const runOf = (cwd: string, pipeline = 'own') => join(cwd, '.regulated-ml/run', pipeline, readdirSync(join(cwd, '.regulated-ml/run', pipeline)).sort().at(-1)!);
  const result = (cwd: string, pipeline?: string) => JSON.parse(readFileSync(join(runOf(cwd, pipeline), 'run.json'), 'utf8')) as Rehearsal;
  const filesBelow = (folder: string, name: RegExp) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && name.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
  const statuses = (cwd: string) => result(cwd).steps.map(({ status }) => status);

  test('takes receipts in as the registry does, keeps the rows of who consents, and has the snapshot travel with the version', async () => {
    const cwd = place(ROWS, RECEIPTS);
    const { code, out, err } = await first(cwd, '--consent', 'Consent=receipts');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { consents: [consent] = [], models: [model] } = result(cwd);
    expect(consent).toMatchObject({
      step: 'Consented', purpose: 'readmission-risk', read: 4, kept: 1, dropped: [{ reason: 'no-record', rows: 1 }, { reason: 'withdrawn', rows: 1 }, { reason: 'expired', rows: 1 }],
    });
    const [data] = filesBelow(join(runOf(cwd), 'stores/Ml.Consent.Store/snapshots'), /^consent\.jsonl$/);
    expect(createHash('sha256').update(readFileSync(data!)).digest('hex')).toBe(consent!.snapshot);
    expect(readFileSync(data!, 'utf8').split('\n').slice(1)).toEqual([
      '{"subject":"auc","purpose":"readmission-risk","decision":"given"}', '{"subject":"bo@example.org","purpose":"readmission-risk","decision":"withdrawn"}',
      '{"subject":"dee@example.org","purpose":"readmission-risk","decision":"expired"}', '',
    ]);
    expect(model!.metadata).toMatchObject({ 'consent-purpose': 'readmission-risk', 'consent-snapshot': consent!.snapshot, 'consent-snapshot-taken-at': consent!.takenAt });
    expect(out).toMatch(/4 entries of receipts in 2 files, by the rules of the registry\n +receipts that were refused: .*(1 unknown-purpose, 1 not-json|1 not-json, 1 unknown-purpose); each lies with its reason in .*refused/);
    expect(out).toMatch(/readmission-risk: 1 given, 1 withdrawn, 1 expired\n +what the registry in the cloud has been told is not known here\n/);
    expect(out).toMatch(/Consent: Consented has kept 1 of 4 rows, of who consents to readmission-risk; dropped 1 no-record, 1 withdrawn, 1 expired \(snapshot [0-9a-f]{12} of 20/);
    expect(filesBelow(join(runOf(cwd), 'stores/Ml.Consent.Store/refused'), /\.json$/).map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { reason: string }).reason).sort()).toEqual(['not-json', 'unknown-purpose']);
    expect(out + JSON.stringify(result(cwd))).not.toMatch(/@example/);
  });

  test('is skipped where nothing stands for the registry, with what to give next, and goes on when that is given', async () => {
    const cwd = place(ROWS, RECEIPTS);
    const { code, out } = await first(cwd);
    expect([code, statuses(cwd)]).toEqual([1, ['skipped', 'waiting', 'waiting', 'waiting']]);
    expect(out).toMatch(/skipped: it asks the registry 'Ml\/Consent' who consents, and nothing stands for that here: give receipts or a snapshot of it with --consent Consent=<folder>/);
    expect(await call(cwd, '--resume', '--consent', 'Consent=receipts')).toMatchObject({ code: 0 });
    expect(result(cwd).consents![0]).toMatchObject({ read: 4, kept: 1 });
  });

  test('filters anew when receipts have changed since a run that is resumed', async () => {
    const cwd = place(ROWS.map((row) => row.replace('auc,0.8', 'auc,none')), RECEIPTS);
    expect(await first(cwd, '--consent', 'Consent=receipts')).toMatchObject({ code: 1 });
    expect(result(cwd).steps.map(({ name, status }) => [name, status])).toContainEqual(['Train', 'failed']);
    writeFileSync(join(cwd, 'receipts/c.json'), JSON.stringify(receipt('auc', 'readmission-risk', said('Withdrawn', '2026-03-01'))));
    const { out } = await call(cwd, '--resume');
    expect(out).not.toMatch(/Consented.*kept from before/);
    expect(result(cwd).consents![0]).toMatchObject({ kept: 0 });
  });

  test('takes a snapshot of the cloud as it is: its folder, or the file alone', async () => {
    const given = snapshot(HOUR, { 'auc': 'given', 'bo@example.org': 'withdrawn' });
    for (const name of ['snapshot', 'snapshot/consent.jsonl']) {
      const cwd = place(ROWS, taken(given));
      expect(await first(cwd, '--consent', `Ml/Consent=${name}`)).toMatchObject({ code: 0 });
      expect(result(cwd)).toMatchObject({ consents: [{ snapshot: given.id, kept: 1 }], models: [{ metadata: { 'consent-snapshot': given.id } }] });
    }
  });

  test('fails as in the cloud for a snapshot that is older than allowed, and for one that was changed', async () => {
    const old = place(ROWS, taken(snapshot(30 * HOUR, { auc: 'given' })));
    expect((await first(old, '--consent', 'Consent=snapshot')).out).toMatch(/Failed at 'Consented': the snapshot was taken at .*, 30\.0 hours ago, and 24\.0 hours are allowed: start a new run/);
    const changed = place(ROWS, taken(snapshot(HOUR, { auc: 'withdrawn' }), '{"subject":"auc","purpose":"readmission-risk","decision":"given"}\n'));
    expect((await first(changed, '--consent', 'Consent=snapshot')).out).toMatch(/Failed at 'Consented': the snapshot is not the one that this run had taken: its digest is another/);
    for (const cwd of [old, changed]) expect(existsSync(join(cwd, '.regulated-ml/registry'))).toBe(false);
  });

  test('asks a registry of another app by its function, of which a snapshot can be given and no receipts', async () => {
    const cwd = place(ROWS, { ...RECEIPTS, ...taken(snapshot(HOUR, { auc: 'given' })) });
    const { out } = await first(cwd, 'Foreign', '--consent', 'their-snapshots=receipts');
    expect(out).toMatch(/Failed at 'ConsentedSnapshot': asks a registry of another app \('arn:.*:their-snapshots'\), of which it is not known what receipts call its purposes: give a snapshot of it/);
    const whole = await first(cwd, 'Foreign', '--consent', 'their-snapshots=snapshot');
    expect([whole.code, result(cwd, 'foreign').consents!.length]).toEqual([0, 1]);
    expect(whole.out).toMatch(/in the place of the last one that the registry took by its schedule/);
  });

  test.each<[string, string, RegExp]>([
    ['a registry that is not asked', 'Laboratory=receipts', /--consent 'Laboratory' is no registry that this pipeline asks: it asks 'Ml\/Consent'/],
    ['a place where nothing is', 'Consent=elsewhere', /--consent 'Consent' is to be read from 'elsewhere', and nothing is there: name a folder or a file of receipts, or a snapshot of the registry/],
    ['no pair', 'receipts', /--consent 'receipts' is no pair: give --consent name=value/],
  ])('fails for %s', async (_what, given, message) => {
    const cwd = place(ROWS, RECEIPTS);
    const { code, err } = await first(cwd, '--consent', given);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
    expect(existsSync(join(cwd, '.regulated-ml'))).toBe(false);
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['a folder without receipts', { 'receipts/.keep': '' }, /is given 'receipts' for the registry 'Ml\/Consent', and no file is there: give receipts of ISO\/IEC TS 27560/],
    ['what only looks like a snapshot', { 'receipts/consent.jsonl': '{"takenAt":"today","rows":1}\n' }, /is given 'receipts', which is no snapshot of a registry: its first line does not say when it was taken/],
    ['a manifest that names none', { 'receipts/consent.jsonl': snapshot(0, {}).data, 'receipts/manifest.json': '{}' }, /whose manifest\.json names no snapshot: take both files as the registry wrote them/],
  ])('fails the step for %s', async (_what, files, message) => {
    expect((await first(place(ROWS, files), '--consent', 'Consent=receipts')).out).toMatch(message);
  });

  test('is not kept from before when what was given is gone', async () => {
    const cwd = place(ROWS.map((row) => row.replace('auc,0.8', 'auc,none')), RECEIPTS);
    await first(cwd, '--consent', 'Consent=receipts');
    renameSync(join(cwd, 'receipts'), join(cwd, 'away'));
    await call(cwd, '--resume');
    expect(statuses(cwd)).toEqual(['skipped', 'waiting', 'waiting', 'waiting']);
  });
});
