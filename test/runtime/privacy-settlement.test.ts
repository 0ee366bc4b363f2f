import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { DifferentialPrivacy, PrivateSelection, Sampling } from '../../lib/policy';
import { chargeOf, epsilonOfCharges, type NoisySteps, type PrivacyCharge, withSteps } from '../../lib/policy/privacy/privacy-charge';
import { handler as budgets, type SettlementEvent } from '../../lib/runtime/privacy-budget';
import { handler, type LedgerAnswer } from '../../lib/runtime/privacy-ledger';
import { exceeds, type JobReport, verdictOf } from '../../lib/runtime/ledger-rules/verdict';
import { reservationOf, type SettleEvent, startOf } from '../../lib/runtime/ledger-rules/request';
import type { Run } from '../../lib/runtime/ledger-rules/ledger';
import type { LedgerTable } from '../../lib/runtime/privacy-ledger/table';
import { type HttpStub, startStub } from '../support/http-stub';
import { newTable, oneRequestAtATime, reserveEvent, stepsOf } from '../support/ledger';
import { describeWithMoto, type Moto, startMoto, useEndpoint } from '../support/moto';

const TOLD = { dp_steps: '1000', dp_sample_rate: '0.01', dp_noise_multiplier: '1.1', dp_reservation: 'r1' };
/** As SageMaker keeps metrics. */
const single = (reported: Record<string, number>) => Object.fromEntries(Object.entries(reported).map(([name, value]) => [name, Math.fround(value)]));
const DID = single({ dp_steps: 1000, dp_sample_rate: 0.01, dp_noise_multiplier: 1.1 });
const job = (more: Partial<JobReport> = {}): JobReport => ({ name: 'a', status: 'Completed', began: true, told: TOLD, reported: DID, ...more });
const training: NoisySteps = { drawing: 'poisson', sampleRate: 0.01, noiseMultiplier: 1.1, steps: 1000, passes: 1000 };
const runOf = (asked: Partial<Run['asked']> = {}): Run => {
  const all = { training, trainings: 1, unit: 'person' as never, delta: 1e-6, ...asked };
  return { reservation: 'r1', execution: 'e', step: 'Train', at: 0, dataSets: ['admissions'], asked: all, charges: [chargeOf(all.training, all.trainings)] };
};
const judged = (jobs: JobReport[], complete = true, run = runOf()) => verdictOf(run, { jobs, complete });

describe('a training is charged', () => {
  test.each<[string, JobReport[], number, string]>([
    ['what it reserved, where it took as many steps', [job()], 1000, 'verified: as reserved'],
    ['fewer steps, where it completed and did all else as told', [job({ reported: { ...DID, dp_steps: 640 } })], 640, 'verified: 640 steps of 1000 reserved'],
    ['nothing for a job that never began, and what the next one did', [job({ name: 'b', began: false, status: 'Failed', reported: {} }), job({ reported: { ...DID, dp_steps: 10 } })], 10, 'verified: 10 steps of 1000 reserved'],
    ['in full, where it reports nothing', [job({ reported: {} })], 1000, 'as reserved: dp_steps was not reported, dp_noise_multiplier was not reported, dp_sample_rate was not reported'],
    ['in full, where it reports fewer steps and not how it drew', [job({ reported: { dp_steps: 10, dp_noise_multiplier: DID.dp_noise_multiplier } })], 1000, 'as reserved: dp_sample_rate was not reported'],
    ['in full, where it reports fewer steps and more noise than it was told', [job({ reported: { ...DID, dp_steps: 10, dp_noise_multiplier: 2 } })], 1000, 'as reserved: a job reports a dp_noise_multiplier of 2'],
    ['in full, where it did not complete', [job({ status: 'Stopped', reported: { ...DID, dp_steps: 10 } })], 1000, 'as reserved: a job ended as Stopped'],
    ['in full, where it was told fewer steps than were reserved', [job({ told: { ...TOLD, dp_steps: '10' }, reported: { ...DID, dp_steps: 10 } })], 1000, 'as reserved: a job was told 10 dp_steps'],
    ['in full, where its steps are no whole number', [job({ reported: { ...DID, dp_steps: 9.5 } })], 1000, 'as reserved: dp_steps of 9.5 is no number to rely on'],
    ['in full, where its steps are fewer than none', [job({ reported: { ...DID, dp_steps: -1 } })], 1000, 'as reserved: dp_steps of -1 is no number to rely on'],
    ['more, where it took more steps', [job({ reported: { ...DID, dp_steps: 1001 } })], 1001, 'more than was reserved: a job reports 1001 steps, and 1000 were reserved'],
    ['more, where it was told to', [job({ told: { ...TOLD, dp_steps: '5000' }, reported: {} })], 5000, 'more than was reserved: a job was told 5000 dp_steps, dp_steps was not reported, dp_noise_multiplier was not reported, dp_sample_rate was not reported'],
    ['also for an attempt that failed after it had begun', [job({ name: 'b', status: 'Failed', reported: {} }), job({ reported: { ...DID, dp_steps: 10 } })], 1010, 'more than was reserved: a job ended as Failed, dp_steps was not reported, dp_noise_multiplier was not reported, dp_sample_rate was not reported'],
  ])('%s', (_, jobs, steps, text) => {
    const verdict = judged(jobs);
    expect(stepsOf(verdict.charges)).toBe(steps);
    expect(verdict.text).toBe(text);
  });

  test.each<[string, Partial<JobReport>, Partial<PrivacyCharge>]>([
    ['less noise', { reported: { ...DID, dp_noise_multiplier: 0.5 } }, { noiseMultiplier: 0.5 * (1 - 2 ** -23), sampleRate: 0.01 }],
    ['no noise', { reported: { ...DID, dp_noise_multiplier: 0 } }, { noiseMultiplier: 1e-3 }],
    ['less noise that it was told', { told: { ...TOLD, dp_noise_multiplier: '"0.9"' } }, { noiseMultiplier: 0.9 }],
    ['a higher rate', { reported: { ...DID, dp_sample_rate: 0.5 } }, { sampleRate: 0.5 * (1 + 2 ** -23), noiseMultiplier: 1.1 }],
    ['a rate beyond all', { reported: { ...DID, dp_sample_rate: 7 } }, { sampleRate: 1 }],
    ['more steps than single precision holds', { reported: { ...DID, dp_steps: 2 ** 25 } }, { steps: 2 ** 25 + 4 }],
  ])('for %s, and it is more', (_, more, charge) => {
    const verdict = judged([job(more)]);
    expect(verdict.charges).toEqual([expect.objectContaining(charge)]);
    expect(verdict.text).toMatch(/^more than was reserved: /);
    expect(epsilonOfCharges(verdict.charges, 1e-6)).toBeGreaterThan(epsilonOfCharges(runOf().charges, 1e-6));
  });

  test('no less than it reserved, where it is not known that these are all of its jobs', () => {
    expect(judged([job({ reported: { ...DID, dp_steps: 3 } })], false)).toEqual({ charges: runOf().charges, text: 'as reserved: it is not known that all of its jobs were found' });
    expect(judged([], false).charges).toEqual(runOf().charges);
    expect(stepsOf(judged([job({ reported: { ...DID, dp_steps: 2000 } })], false).charges)).toBe(2000);
  });

  test('by epochs, where batches are shuffled, and by rounds in a federation', () => {
    const props = { noiseMultiplier: 4, clippingNorm: 1, delta: 1e-6 };
    const shuffled = DifferentialPrivacy.dpSgd({ ...props, records: 1000, batchSize: 30, epochs: 10, sampling: Sampling.SHUFFLED });
    const federated = DifferentialPrivacy.federated({ ...props, clients: 7, rounds: 20 });
    const after = (privacy: DifferentialPrivacy, reported: Record<string, number>) => judged([job({ told: { ...privacy.settings, dp_reservation: 'r1' }, reported: single({ dp_noise_multiplier: 4, ...reported }) })], true, runOf({ training: privacy._noisySteps }));
    expect(shuffled._noisySteps).toMatchObject({ steps: 334, passes: 11 });
    expect(after(shuffled, { dp_steps: 334, dp_sample_rate: 0.03 })).toEqual({ charges: [{ sampleRate: 1, noiseMultiplier: 4, steps: 11, times: 1 }], text: 'verified: as reserved' });
    expect(after(shuffled, { dp_steps: 34, dp_sample_rate: 0.03 }).charges).toEqual([{ sampleRate: 1, noiseMultiplier: 4, steps: 2, times: 1 }]);
    expect(after(shuffled, { dp_steps: 400, dp_sample_rate: 0.03 }).charges).toEqual([{ sampleRate: 1, noiseMultiplier: 4, steps: 13, times: 1 }]);
    // larger batches are fewer in an epoch: 3 of a rate of 0.3
    expect(after(shuffled, { dp_steps: 334, dp_sample_rate: 0.3 })).toMatchObject({ charges: [{ sampleRate: 1, noiseMultiplier: 4, steps: 112, times: 1 }], text: expect.stringMatching(/^more than was reserved/) });
    expect(after(federated, { dp_rounds: 5 })).toEqual({ charges: [{ sampleRate: 1, noiseMultiplier: 4, steps: 5, times: 1 }], text: 'verified: 5 steps of 20 reserved' });
  });

  test('for each training of a tuning', () => {
    const run = runOf({ trainings: 3 });
    const of = (name: string, steps: number): JobReport => job({ name, tuning: 't1', reported: { ...DID, dp_steps: steps } });
    expect(stepsOf(judged([of('a', 1000), of('b', 1000), of('c', 1000)], true, run).charges)).toBe(3000);
    expect(judged([of('a', 1000), of('b', 10)], true, run)).toMatchObject({ text: 'verified: 1010 steps of 3000 reserved' });
    expect(stepsOf(judged([of('a', 10)], false, run).charges)).toBe(3000);
  });

  test('for a selection whatever number was drawn, by its longest training, anew in each attempt', () => {
    const selection = PrivateSelection.poisson(10)._distribution;
    const run = runOf({ trainings: selection });
    const of = (name: string, steps: number, tuning = 't1'): JobReport => job({ name, tuning, reported: { ...DID, dp_steps: steps } });
    expect(judged([of('a', 10), of('b', 1000)], true, run)).toEqual({ charges: run.charges, text: 'verified: as reserved' });
    expect(judged([of('a', 10)], true, run).charges).toEqual(run.charges);
    expect(judged([of('a', 2000)], true, run).charges).toEqual([{ ...run.charges[0], steps: 2000 }]);
    expect(judged([of('a', 1000), of('b', 1000, 't2')], true, run).charges).toEqual([{ ...run.charges[0], times: 2 }]);
  });

  test('never less than what its jobs say, whatever they say', () => {
    const number = fc.oneof(fc.double(), fc.integer({ min: 0, max: 3000 }), fc.constantFrom(0.01, 1.1, Math.fround(0.01), Math.fround(1.1)));
    const reported = fc.record({ dp_steps: number, dp_sample_rate: number, dp_noise_multiplier: number }, { requiredKeys: [] });
    const told = fc.record({ dp_steps: fc.constantFrom('1000', '10', 'x', '2000'), dp_sample_rate: fc.constantFrom('0.01', '"0.01"', '0.5'), dp_noise_multiplier: fc.constantFrom('1.1', '0.5') }, { requiredKeys: [] });
    fc.assert(fc.property(reported, told, fc.constantFrom('Completed', 'Failed', 'Stopped'), (said, was, status) => {
      const { charges, text } = judged([job({ reported: said, told: was, status })]);
      const epsilon = epsilonOfCharges(charges, 1e-6);
      const steps = said.dp_steps ?? 1000;
      if (text.startsWith('verified')) {
        expect({ status, was }).toEqual({ status: 'Completed', was: expect.objectContaining({ dp_steps: '1000', dp_noise_multiplier: '1.1' }) });
        expect(stepsOf(charges)).toBe(steps);
      } else {
        expect(epsilon).toBeGreaterThanOrEqual(epsilonOfCharges(runOf().charges, 1e-6));
        if (Number.isFinite(steps)) expect(charges.reduce((all, charge) => all + charge.steps, 0)).toBeGreaterThanOrEqual(steps);
      }
      expect(exceeds(charges, runOf().charges)).toBe(text.startsWith('more'));
    }), { numRuns: 300 });
  });

  test('with as many steps as it was told as it reserved', () => {
    fc.assert(fc.property(fc.constantFrom<NoisySteps['drawing']>('poisson', 'shuffled', 'fixed-size', 'all'), fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 9000 }), (drawing, steps, other) => {
      const passes = drawing === 'shuffled' ? Math.ceil(steps / 100) : steps;
      const told: NoisySteps = { drawing, sampleRate: 0.01, noiseMultiplier: 1.1, steps, passes };
      expect(withSteps(told, steps)).toEqual(told);
      const changed = withSteps(told, other).passes;
      if (other >= steps) expect(changed).toBeGreaterThanOrEqual(passes);
      else expect(changed).toBeLessThanOrEqual(passes);
    }));
  });
});

test.each([
  '2026-06-01T10:20:30.123Z', '2026-06-01T10:20:30.123456+00:00', '2026-06-01T12:20:30.123+02:00', '2026-06-01T10:20:30.123', '2026-06-01 10:20:30.123456+00:00', '1780309230.123',
])('the start of a run is read as %s', (started) => {
  const at = Date.parse('2026-06-01T10:20:30.123Z');
  expect(startOf(reserveEvent({ started }), at)).toBe(at);
});

describeWithMoto('the functions', () => {
  let moto: Moto;
  let client: DynamoDBClient;
  let table: LedgerTable;
  let sagemaker: HttpStub;
  let cloudFormation: HttpStub;
  let jobs: Record<string, Record<string, unknown>> = {};
  let runs = 0;
  let tables = 0;

  const answerOf = (body: Record<string, unknown>) => {
    const listed = () => ({ TrainingJobSummaries: Object.keys(jobs).filter((name) => name.includes(String(body.NameContains ?? ''))).map((TrainingJobName) => ({ TrainingJobName, TrainingJobArn: 'a', CreationTime: 1, TrainingJobStatus: 'Completed' })) });
    if ('TrainingJobName' in body) return jobs[body.TrainingJobName as string];
    // the list of a tuning pages; its description does not
    if ('HyperParameterTuningJobName' in body) return 'MaxResults' in body ? listed() : { TrainingJobStatusCounters: { Completed: Object.keys(jobs).length } };
    return listed();
  };

  beforeAll(async () => {
    moto = await startMoto();
    sagemaker = await startStub(({ body }) => {
      const answer = answerOf(body);
      return answer ? { body: answer } : { status: 400, error: 'ValidationException', body: { message: 'Requested resource not found.' } };
    });
    cloudFormation = await startStub(() => ({}));
    useEndpoint(moto.url, { SAGEMAKER: sagemaker.url });
    client = oneRequestAtATime();
  });
  afterAll(async () => {
    client?.destroy();
    await Promise.all([moto?.stop(), sagemaker?.stop(), cloudFormation?.stop()]);
  });
  beforeEach(async () => {
    process.env.TABLE = `settlement-${tables++}`;
    table = await newTable(client, process.env.TABLE);
    jobs = {};
    jest.spyOn(console, 'warn').mockImplementation();
    jest.spyOn(console, 'error').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  const context = { logStreamName: 'stream', getRemainingTimeInMillis: () => 60_000 };
  const properties = { DataSet: 'admissions', Name: 'Ml/Admissions', Epsilon: '2', Delta: '1.0E-6', Unit: 'person', Records: '120000', PeriodInDays: '366', CalendarYear: 'true' };
  /** What CloudFormation is answered. */
  const told = async (RequestType: 'Create' | 'Update' | 'Delete', more: Record<string, unknown> = {}, stack = 'stack') => {
    await budgets({
      RequestType, ResponseURL: cloudFormation.url, StackId: stack, RequestId: '1', LogicalResourceId: 'Budget', ...(RequestType === 'Create' ? {} : { PhysicalResourceId: 'privacy-budget:admissions' }),
      ResourceProperties: { ...properties, ...more },
    }, context);
    return cloudFormation.requests.at(-1)!.body as { Status: string; Reason?: string; PhysicalResourceId: string };
  };
  const event = () => reserveEvent({ started: new Date().toISOString() }, `run${runs}x`);
  const settleEvent = (more: Partial<SettleEvent> = {}): SettleEvent => ({ action: 'settle', execution: event().execution, step: 'Train', reservation: reservationOf(event()), kind: 'training', job: `pipelines-run${runs}x-Train-1`, ...more });
  const trained = (more: Record<string, unknown> = {}, steps = 1000) => ({
    TrainingJobName: `pipelines-run${runs}x-Train-1`, TrainingJobStatus: 'Completed', TrainingStartTime: 1, HyperParameters: { ...TOLD, dp_reservation: reservationOf(event()) },
    FinalMetricDataList: [['auc', 0.8], ...Object.entries({ ...DID, dp_steps: steps })].map(([MetricName, Value]) => ({ MetricName, Value, Timestamp: 1 })), ...more,
  });
  const inTable = async () => stepsOf((await table.entries('admissions', 0, Date.now() * 2)).flatMap(({ charges }) => charges));
  beforeEach(() => { runs++; });

  test('take a training from its reservation to its charge, and say its ε', async () => {
    expect(await told('Create')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'privacy-budget:admissions' });
    const reserved = await handler(event());
    expect(reserved).toMatchObject({ reservation: reservationOf(event()), delta: '0.000001', verdict: 'reserved' });
    // dp-accounting 0.6.0: q = 0.01, σ = 1.1, 1000 steps come to 1.725290818 at δ = 1e-5
    expect(epsilonOfCharges([chargeOf(training, 1)], 1e-5)).toBeCloseTo(1.725290818, 8);
    jobs = { [`pipelines-run${runs}x-Train-1`]: trained({}, 500), 'pipelines-run-of-another': trained({ TrainingJobName: 'b', HyperParameters: {} }) };
    const settled = await handler(settleEvent());
    expect(settled).toEqual<LedgerAnswer>({ reservation: reserved.reservation, delta: '0.000001', verdict: 'verified: 500 steps of 1000 reserved', epsilon: String(epsilonOfCharges([chargeOf(withSteps(training, 500), 1)], 1e-6)) });
    expect(Number(settled.epsilon)).toBeLessThan(Number(reserved.epsilon));
    jobs = {};
    expect(await handler(settleEvent())).toEqual(settled);
    expect(await inTable()).toBe(500);
    expect(console.warn).not.toHaveBeenCalled();
  });

  test('find the attempt that failed in a run that was resumed, and keep its model back where that is too much', async () => {
    await told('Create');
    await handler(event());
    const failed = `pipelines-run${runs}x-Train-0`;
    jobs = { [failed]: trained({ TrainingJobName: failed, TrainingJobStatus: 'Failed', FinalMetricDataList: [] }), [`pipelines-run${runs}x-Train-1`]: trained() };
    await told('Update', { Epsilon: '8' });
    expect((await handler(settleEvent())).verdict).toMatch(/^more than was reserved: a job ended as Failed/);
    expect(await inTable()).toBe(2000);
    expect(console.warn).toHaveBeenCalledTimes(1);
    runs++;
    await told('Update', { Epsilon: '2.6' });
    await expect(handler(event())).rejects.toThrow('is exhausted');
    await told('Update', { Epsilon: '3.4' });
    await handler(event());
    const again = `pipelines-run${runs}x-Train-0`;
    jobs = { [again]: trained({ TrainingJobName: again, TrainingJobStatus: 'Failed' }), [`pipelines-run${runs}x-Train-1`]: trained() };
    for (let replay = 0; replay < 2; replay++) await expect(handler(settleEvent())).rejects.toThrow(/^step Train spent more than it reserved .* and the model must not be given out/);
    expect(await inTable()).toBe(4000);
  });

  test('charge a job in full that is not named as SageMaker names those of an execution, or is of another reservation', async () => {
    await told('Create');
    await handler(event());
    jobs = { elsewhere: trained({ TrainingJobName: 'elsewhere' }, 3) };
    expect((await handler(settleEvent({ job: 'elsewhere' }))).verdict).toMatch(/^as reserved: it is not known that all of its jobs were found/);
    expect(await inTable()).toBe(1000);
  });

  test('settle a tuning by its trainings', async () => {
    await told('Create', { Epsilon: '8' });
    await handler({ ...event(), trainings: '3' });
    jobs = Object.fromEntries([1, 2].map((number) => [`run${runs}x-Tune-${number}`, trained({ TrainingJobName: `run${runs}x-Tune-${number}`, TuningJobArn: 't' }, 100 * number)]));
    expect((await handler(settleEvent({ kind: 'tuning', job: 'tuning' }))).verdict).toBe('verified: 300 steps of 3000 reserved');
    expect(await inTable()).toBe(300);
  });

  test('let an operator settle what broke off, once and with a reason', async () => {
    await told('Create');
    const { reservation } = await handler(event());
    const byHand = (more: Partial<SettlementEvent> = {}) => budgets({ action: 'settle', reservation, steps: 120, reason: 'checkpoint of step 120', ...more }, context);
    await expect(byHand({ steps: -1 })).rejects.toThrow('the number of steps is -1');
    await expect(byHand({ reason: 'so' })).rejects.toThrow('the settlement gives no reason');
    await expect(byHand({ action: 'forgive' as never })).rejects.toThrow('the action is \'forgive\': use settle');
    await expect(byHand({ reservation: 'none' })).rejects.toThrow('the ledger holds no reservation \'none\'');
    expect(await inTable()).toBe(1000);
    expect(await byHand()).toEqual({ reservation, verdict: '120 of 1000 steps, by an operator: checkpoint of step 120' });
    await expect(byHand({ steps: 0 })).rejects.toThrow('is settled already (by operator: 120 of 1000 steps');
    expect(await inTable()).toBe(120);
    // and the run goes on after all
    jobs = { [`pipelines-run${runs}x-Train-1`]: trained() };
    expect((await handler(settleEvent())).verdict).toBe('verified: as reserved');
    expect(await inTable()).toBe(1000);
  });

  test('keep one budget for a data set, stated by one stack and known to others', async () => {
    await told('Create');
    expect(await told('Create', {}, 'other')).toMatchObject({ Status: 'SUCCESS' });
    expect(await told('Create', { Name: 'Own/Name' }, 'other')).toMatchObject({ Status: 'SUCCESS' });
    expect(await told('Update', { Epsilon: '9' }, 'other')).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/the budget of 'admissions' is stated by stack#Budget as ε = 2, δ = 0.000001 for each person in a calendar year: state the same, or change it there/) });
    await told('Delete', {}, 'other');
    expect(await table.account('admissions')).toMatchObject({ owner: 'stack#Budget', version: 1, budget: { epsilon: 2, delta: 1e-6, name: 'Ml/Admissions' } });
    await told('Update', { Epsilon: '3' });
    expect(await table.account('admissions')).toMatchObject({ version: 2, budget: { epsilon: 3 } });
    const { reservation } = await handler(event());
    await told('Delete');
    expect(await told('Create', { Epsilon: '1.5' }, 'third')).toMatchObject({ Status: 'SUCCESS' });
    expect(await table.account('admissions')).toMatchObject({ owner: 'third#Budget', budget: { epsilon: 1.5 } });
    // what was spent is spent
    expect(await inTable()).toBe(1000);
    expect((await table.run(reservation))!.charges).toHaveLength(1);
  });

  test.each([['Epsilon', '0', /the epsilon of the budget is 0/], ['Delta', '1', /delta is 1/], ['Records', '', /Records is not given/], ['PeriodInDays', '0.5', /the period of the budget is 0.5/], ['Unit', 'house', /the unit of the budget is/]])('fail for a budget with %s %s', async (name, value, reason) => {
    expect(await told('Create', { [name]: value })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(reason) });
    expect(await table.account('admissions')).toBeUndefined();
  });

  test.each<[string, Partial<SettleEvent>, RegExp]>([
    ['a reservation that is none', { reservation: 'none' }, /^the ledger holds no reservation 'none'/],
    ['the reservation of another step', { step: 'Other' }, /^reservation '[0-9a-f]{32}' is of step Train of arn:.*: settle it there$/],
    ['an action that is none', { action: 'forget' as never }, /^the action is 'forget': use reserve or settle$/],
  ])('fail for %s, and the charge stays', async (_, more, message) => {
    await told('Create');
    await handler(event());
    await expect(handler(settleEvent(more))).rejects.toThrow(message);
    expect(await inTable()).toBe(1000);
    expect(console.error).toHaveBeenCalledTimes(1);
  });

  test('fail where SageMaker does not answer, and the charge stays', async () => {
    await told('Create');
    await handler(event());
    await expect(handler(settleEvent({ job: 'gone' }))).rejects.toThrow('Requested resource not found.');
    expect(await inTable()).toBe(1000);
  });
});

