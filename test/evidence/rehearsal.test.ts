import { parseRehearsal, withRehearsals, type Rehearsal } from '../../lib/evidence/rehearsal';
import { toHtml } from '../../lib/evidence/writers/html';
import { fullEvidence } from './support';

const RUN: Rehearsal = {
  schema: 'regulated-ml-run/1', id: 'mwygxgn46dg0', pipeline: 'Ml/Pipeline', template: 'Ml.template.json', digest: fullEvidence().stacks[0]!.digest,
  started: '2026-11-27T04:00:00.000Z', ended: '2026-11-27T04:01:00.000Z', outcome: 'succeeded', parameters: { Floor: '0.7' }, branches: { Good: 'True' }, limits: ['no image was run'],
  steps: [{ name: 'Train', type: 'Training', status: 'done', seconds: 1.5, metrics: [{ name: 'auc', value: 0.812345 }] }, { name: 'Good', type: 'Condition', status: 'done' }],
  models: [{ step: 'Register', group: 'models', version: 3, approval: 'PendingManualApproval', sha256: 'a'.repeat(64), metadata: { 'privacy-epsilon': '1.5' } }],
  privacy: [{ step: 'Train', unit: 'person', delta: 1e-5, trainings: 1, planned: 3, spent: 1.23456, verdict: 'verified: 400 steps of 1000 reserved', inLedger: true }],
  consents: [{ step: 'Consented', purpose: 'risk', snapshot: 'c'.repeat(64), takenAt: '2026-11-27T04:00:01.000Z', read: 10, kept: 8, dropped: [{ reason: 'withdrawn', rows: 2 }] }],
};
const parsed = (change: object) => parseRehearsal(JSON.stringify({ ...RUN, ...change }), 'run.json');
const page = (run: Rehearsal) => toHtml(withRehearsals(fullEvidence(), [run]));

test('a run stands in the evidence under a heading of its own, and changes no verdict', () => {
  const html = page(RUN);
  expect(html).toMatch(/<h2 id="runs">Runs on one machine<\/h2>/);
  expect(html).toContain('ε = 1.235 of 3 planned, δ = 0.00001 for each person, 1 training; verified: 400 steps of 1000 reserved; settled in a ledger of that machine');
  expect(html).toContain('auc = 0.8123');
  expect(html).toMatch(/version 3 of <span class="path">models<\/span><span class="cites">PendingManualApproval; artifact aaaaaaaaaaaa; privacy-epsilon = 1\.5/);
  expect(withRehearsals(fullEvidence(), [RUN]).verdict).toEqual(fullEvidence().verdict);
  expect(toHtml(withRehearsals(fullEvidence(), []))).not.toMatch(/Runs on one machine/);
});

test('whose rows a run kept stands beside it: counts and the snapshot, and of a run without a filter that there is none', () => {
  expect(page(RUN)).toContain('8 of 10 rows kept, of who consents to risk; 2 withdrawn; snapshot cccccccccccc of 2026-11-27T04:00:01.000Z');
  const { consents: _none, ...earlier } = RUN;
  for (const run of [earlier, { ...RUN, consents: [] }]) expect(page(run)).toContain('no step filters by consent');
  expect(parseRehearsal(JSON.stringify(earlier), 'run.json')).toEqual(earlier);
});

test('a run of another definition is said to be one', () => {
  expect(page(RUN)).toContain('of the definition that was judged here');
  for (const other of [{ ...RUN, digest: 'b'.repeat(64) }, { ...RUN, template: 'Other.template.json' }]) expect(page(other)).toContain('of another definition');
});

test('hostile texts of a run are text', () => {
  const hostile = '"><script>alert(1)</script>\u202Egnp.exe';
  const text = page({
    ...RUN, id: hostile, pipeline: hostile, outcome: hostile, started: hostile, limits: [hostile], branches: { Train: hostile },
    steps: [{ name: hostile, type: hostile, status: hostile, message: hostile, metrics: [{ name: hostile, value: 1 }] }],
    models: [{ ...RUN.models[0]!, group: hostile, approval: hostile, sha256: hostile, metadata: { [hostile]: hostile } }], privacy: [{ ...RUN.privacy[0]!, step: hostile, unit: hostile, verdict: hostile }],
    consents: [{ ...RUN.consents![0]!, step: hostile, purpose: hostile, snapshot: hostile, takenAt: hostile, dropped: [{ reason: hostile, rows: 1 }] }],
  });
  expect(text).not.toMatch(/<script|\u202E/);
  expect(text).toContain('&lt;script&gt;');
});

test('an ε that could not be reckoned is not shown as one', () => {
  const [{ spent: _spent, ...rest }] = RUN.privacy as [Rehearsal['privacy'][number]];
  expect(page({ ...RUN, privacy: [{ ...rest, inLedger: false }] })).toMatch(/ε = not known of 3 planned.*; in no ledger/);
});

test('what was written is read again', () => {
  expect(parsed({})).toEqual(RUN);
});

test.each([
  ['no JSON', '{', /'run\.json' is no JSON: name a run\.json of 'regulated-ml run'/], ['a list', '[]', /is no run of this version, or it was edited/], ['another file', '{"schema":"regulated-ml-report/2"}', /is no run of this version/],
])('fails for %s', (_what, text, message) => {
  expect(() => parseRehearsal(text, 'run.json')).toThrow(message);
});

test.each<object>([
  { id: 1 }, { steps: [{ name: 'Train' }] }, { steps: 'none' }, { models: [{ ...RUN.models[0], version: '3' }] }, { models: [{ ...RUN.models[0], metadata: null }] }, { privacy: [{ ...RUN.privacy[0], spent: '1' }] },
  { consents: {} }, { consents: [{ ...RUN.consents![0], kept: '8' }] }, { consents: [{ ...RUN.consents![0], dropped: [{ reason: 'withdrawn' }] }] },
  { limits: [1] }, { branches: [] }, { parameters: undefined },
])('fails for a run with %j', (change) => {
  expect(() => parsed(change)).toThrow(/is no run of this version, or it was edited/);
});
