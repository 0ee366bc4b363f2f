import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { DifferentialPrivacy, PrivacyBudget, PrivacyUnit, PrivateSelection } from '../../lib/policy';
import { chargeOf, epsilonOfCharges, merged, type PrivacyCharge } from '../../lib/policy/privacy/privacy-charge';
import { reserve } from '../../lib/runtime/ledger-rules/reserve';
import { settle } from '../../lib/runtime/ledger-rules/settle';
import { reservationOf } from '../../lib/runtime/ledger-rules/request';
import type { Budget } from '../../lib/runtime/ledger-rules/ledger';
import type { LedgerTable } from '../../lib/runtime/privacy-ledger/table';
import { BUDGET, newTable, oneRequestAtATime, reserveEvent, stepsOf } from '../support/ledger';
import { describeWithMoto, type Moto, startMoto, useEndpoint } from '../support/moto';

const NOW = Date.parse('2026-06-02T00:00:00Z');
const JUNE = Date.parse('2026-06-01T00:00:00Z');
const DAY = 86_400_000;
const at = (time: number) => new Date(time).toISOString();
const verified = (steps: number) => ({ charges: merged([{ sampleRate: 0.01, noiseMultiplier: 1.1, steps, times: 1 }]), text: `verified: ${steps}` });

describe('the accountant of the ledger', () => {
  test('comes to what synth comes to, however many runs there are', () => {
    const privacy = DifferentialPrivacy.dpSgd({ records: 96_000, batchSize: 512, epochs: 20, targetEpsilon: 2, clippingNorm: 1, delta: 1e-6, unit: PrivacyUnit.PERSON });
    const budget = PrivacyBudget.perYear({ epsilon: 8, delta: 1e-6, records: 120_000, unit: PrivacyUnit.PERSON });
    const selection = PrivateSelection.poisson(10);
    const runs = Array.from({ length: 12 }, () => chargeOf(privacy._noisySteps, 1));
    const statement = budget.statementOf([{ by: 'Train', privacy, runs: 12 }, { by: 'Tune', privacy, selection }]);
    expect(epsilonOfCharges([...runs, chargeOf(privacy._noisySteps, selection._distribution)], 1e-6) / statement.guarantee.epsilon).toBeCloseTo(1, 12);
    expect(epsilonOfCharges(runs, 1e-6)).toBeCloseTo(privacy.loss.repeated(12).guaranteeAt(1e-6).epsilon, 12);
  });

  test('adds the same charges to the same number in any order, and counts steps as whole numbers', () => {
    const one = fc.record({
      sampleRate: fc.constantFrom(0.001, 0.01, 1), noiseMultiplier: fc.constantFrom(1.1, 2, 8), steps: fc.integer({ min: 0, max: 5000 }), times: fc.constant(1),
      selection: fc.option(fc.constantFrom({ kind: 'poisson' as const, mean: 10 }, { kind: 'negative-binomial' as const, mean: 4, shape: 1, gamma: 0.25 }), { nil: undefined }),
    });
    const charges = fc.array(one.map(({ selection, ...rest }): PrivacyCharge => (selection ? { ...rest, selection } : rest)), { maxLength: 6 });
    fc.assert(fc.property(charges, fc.infiniteStream(fc.nat()), (given, random) => {
      const shuffled = given.map((charge) => [random.next().value as number, charge] as const).sort(([a], [b]) => a - b).map(([, charge]) => charge);
      expect(epsilonOfCharges(shuffled, 1e-6)).toBe(epsilonOfCharges(given, 1e-6));
      expect(merged(merged(given))).toEqual(merged(shuffled));
      const plain = (list: PrivacyCharge[]) => list.filter(({ selection }) => !selection).reduce((all, { steps }) => all + steps, 0);
      expect(plain(merged(given))).toBe(plain(given));
    }), { numRuns: 60 });
  });
});

describeWithMoto('the ledger', () => {
  let moto: Moto;
  let client: DynamoDBClient;
  let tables = 0;

  beforeAll(async () => {
    moto = await startMoto();
    useEndpoint(moto.url);
    client = oneRequestAtATime();
  });
  afterAll(async () => {
    client?.destroy();
    await moto?.stop();
  });

  /** A table in which data sets have a budget. */
  async function ledger(budgets: Record<string, Partial<Budget>> = { admissions: {} }): Promise<LedgerTable> {
    const table = await newTable(client, `ledger-${tables++}`);
    for (const [dataSet, more] of Object.entries(budgets)) await table.state({ dataSet, budget: { ...BUDGET, ...more }, owner: 'stack' }, undefined);
    return table;
  }

  const allOf = (table: LedgerTable, dataSet = 'admissions') => table.entries(dataSet, 0, Date.parse('2100-01-01T00:00:00Z'));
  const totalOf = async (table: LedgerTable, dataSet?: string) => stepsOf((await allOf(table, dataSet)).flatMap(({ charges }) => charges));

  test('lets 20 reservers at a time have what there is, and not a step more', async () => {
    const table = await ledger({ admissions: { epsilon: 4 } });
    // as many runs as a sum of the whole comes to
    const fit = Array.from({ length: 20 }, (_, runs) => runs).filter((runs) => epsilonOfCharges([{ sampleRate: 0.01, noiseMultiplier: 1.1, steps: 1000 * runs, times: 1 }], 1e-6) <= 4).length - 1;
    expect(fit).toBeGreaterThan(2);
    expect(fit).toBeLessThan(10);
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, run) => reserve(table, reserveEvent({}, `run${run}`), NOW)));
    const refused = outcomes.filter((outcome): outcome is PromiseRejectedResult => outcome.status === 'rejected');
    expect(outcomes.length - refused.length).toBe(fit);
    for (const { reason } of refused) expect(String(reason)).toMatch(/^PrivacyBudgetExhausted: the privacy budget of 'Ml\/Admissions' \(admissions\) for the calendar year 2026 is exhausted/);
    expect(await totalOf(table)).toBe(1000 * fit);
    expect((await table.account('admissions'))!.version).toBe(1 + fit);
  });

  test('counts 10 reservers that settle at a time to the step', async () => {
    const table = await ledger({ admissions: { epsilon: 100 } });
    await Promise.all(Array.from({ length: 10 }, async (_, run) => {
      const { reservation } = await reserve(table, reserveEvent({}, `run${run}`), NOW);
      // every third run crashes before it settles
      if (run % 3 !== 0) await settle(table, reservation, 'run', verified(run));
    }));
    const expected = Array.from({ length: 10 }, (_, run) => (run % 3 === 0 ? 1000 : run)).reduce((all, steps) => all + steps);
    expect(await totalOf(table)).toBe(expected);
    expect((await allOf(table)).filter(({ state }) => state === 'reserved')).toHaveLength(4);
  });

  test('gives a run that asks again what it was given, at any time, and charges it once', async () => {
    const table = await ledger();
    const first = await reserve(table, reserveEvent(), NOW);
    expect(await reserve(table, reserveEvent(), NOW + 300 * DAY)).toEqual(first);
    expect(await Promise.all(Array.from({ length: 5 }, () => reserve(table, reserveEvent(), NOW)))).toEqual(Array.from({ length: 5 }, () => first));
    const settled = await settle(table, first.reservation, 'run', verified(900));
    expect(await settle(table, first.reservation, 'run', verified(100))).toEqual(settled);
    expect(await reserve(table, reserveEvent(), NOW)).toEqual(settled);
    expect(await totalOf(table)).toBe(900);
  });

  test('of one run, charges each step, and of one step each run', async () => {
    const table = await ledger();
    await reserve(table, reserveEvent(), NOW);
    await reserve(table, reserveEvent({ step: 'Other' }), NOW);
    await reserve(table, reserveEvent({}, 'other'), NOW);
    expect(await totalOf(table)).toBe(3000);
  });

  test('goes by the start of the run, whatever the clock of the function says', async () => {
    const table = await ledger({ admissions: { epsilon: 2 } });
    const newYear = Date.parse('2027-01-01T00:00:00Z');
    // two seconds before midnight, asked for when the function has the next year; and the other way round
    await reserve(table, reserveEvent({ started: at(newYear - 2000) }, 'late'), newYear + 600_000);
    await reserve(table, reserveEvent({ started: at(newYear + 1000) }, 'early'), newYear - 600_000);
    await expect(reserve(table, reserveEvent({ started: at(newYear - 1) }, 'later'), newYear + 1000)).rejects.toThrow('for the calendar year 2026 is exhausted');
    await expect(reserve(table, reserveEvent({ started: at(newYear) }, 'earlier'), newYear - 1000)).rejects.toThrow('for the calendar year 2027 is exhausted');
    const starts = (await allOf(table)).map((entry) => at(entry.at));
    expect(starts).toEqual(['2026-12-31T23:59:58.000Z', '2027-01-01T00:00:01.000Z']);
  });

  test('fails for a start that cannot be', async () => {
    const table = await ledger();
    await expect(reserve(table, reserveEvent({ started: at(NOW + 2 * 3_600_000) }), NOW)).rejects.toThrow('start a new run, which spends from the period that it begins in');
    await expect(reserve(table, reserveEvent({ started: at(NOW - 36 * DAY) }), NOW)).rejects.toThrow('start a new run');
    await expect(reserve(table, reserveEvent({ started: 'yesterday' }), NOW)).rejects.toThrow('the run is said to have started at \'yesterday\'');
    expect(await allOf(table)).toEqual([]);
  });

  test('holds a budget of days in any so many in a row, whatever order runs come in', async () => {
    const table = await ledger({ admissions: { epsilon: 2.2, calendarYear: false, periodInDays: 10 } });
    const ask = (day: number, name: string) => reserve(table, reserveEvent({ started: at(JUNE + day * DAY) }, name), JUNE + 20 * DAY);
    await ask(0, 'a');
    await expect(ask(9, 'b')).rejects.toThrow('for the 10 days up to 2026-06-10T00:00:00.000Z is exhausted');
    await ask(10, 'c');
    // alone in the ten days before it, and too much for the ten days of the run after it
    await expect(ask(5, 'd')).rejects.toThrow('is exhausted');
    await expect(ask(1, 'e')).rejects.toThrow('is exhausted');
    await ask(20, 'f');
    expect(await totalOf(table)).toBe(3000);
  });

  test('keeps the budget of a data set of any letters', async () => {
    const table = await ledger({ 'aufnahmen-zoë-李': {} });
    await reserve(table, reserveEvent({ dataSets: 'aufnahmen-zoë-李' }), NOW);
    expect(await totalOf(table, 'aufnahmen-zoë-李')).toBe(1000);
  });

  test('takes from two data sets or from none', async () => {
    const table = await ledger({ admissions: {}, letters: { name: 'Ml/Letters', epsilon: 2 } });
    const both = (execution: string) => reserve(table, reserveEvent({ dataSets: 'letters,admissions' }, execution), NOW);
    await both('one');
    await expect(both('two')).rejects.toThrow('the privacy budget of \'Ml/Letters\' (letters) for the calendar year 2026 is exhausted');
    expect([await totalOf(table), await totalOf(table, 'letters')]).toEqual([1000, 1000]);
    await settle(table, reservationOf(reserveEvent({}, 'one')), 'run', verified(10));
    expect([await totalOf(table), await totalOf(table, 'letters')]).toEqual([10, 10]);
    await expect(reserve(table, reserveEvent({ dataSets: 'admissions,nowhere' }, 'three'), NOW)).rejects.toThrow('the ledger has no budget for \'nowhere\'');
    expect(await totalOf(table)).toBe(10);
  });

  test('loses nothing when a function dies between its write and its answer, or before its write', async () => {
    const table = await ledger();
    const write = table.write.bind(table);
    const crash = (after: boolean) => jest.spyOn(table, 'write').mockImplementationOnce(async (...given) => {
      if (after) await write(...given);
      throw new Error('the function is gone');
    });
    crash(false);
    await expect(reserve(table, reserveEvent(), NOW)).rejects.toThrow('gone');
    expect(await totalOf(table)).toBe(0);
    crash(true);
    await expect(reserve(table, reserveEvent(), NOW)).rejects.toThrow('gone');
    const { reservation } = await reserve(table, reserveEvent(), NOW);
    expect(await totalOf(table)).toBe(1000);
    crash(true);
    await expect(settle(table, reservation, 'run', verified(500))).rejects.toThrow('gone');
    expect((await settle(table, reservation, 'run', verified(7))).charges).toEqual(verified(500).charges);
    expect(await totalOf(table)).toBe(500);
    jest.restoreAllMocks();
  });

  test('says which budget is exhausted, what was asked, what is left and what to do', async () => {
    const table = await ledger({ admissions: { epsilon: 3 } });
    const { reservation } = await reserve(table, reserveEvent({}, 'one'), NOW);
    const asked = reserveEvent({ steps: '5000', passes: '5000' }, 'two');
    const message = await reserve(table, asked, NOW).then(() => '', (error: Error) => error.message);
    expect(message).toMatch(new RegExp(`^the privacy budget of 'Ml/Admissions' \\(admissions\\) for the calendar year 2026 is exhausted: ε = 3 at δ = 1e-6, of which 1 run holds ε = [0-9.]+, 1 of them not settled; step Train asks for 5000 steps with σ = 1.1 and q = 0.01 \\(ε = [0-9.]+ alone\\), together ε = [0-9.]+; left are \\d+ of its steps; take \\d+ steps, take σ ≥ [0-9.]+, run it after 2027-01-01, settle reservation ${reservation}, or raise the budget of the store$`));
    expect(message.length).toBeLessThan(1024);
    const [, left, noise] = /take (\d+) steps, take σ ≥ ([0-9.]+)/.exec(message)!;
    // what it says is true: so many steps fit, and not one more; so much noise is enough
    await expect(reserve(table, { ...asked, steps: String(Number(left) + 1), passes: String(Number(left) + 1) }, NOW)).rejects.toThrow('is exhausted');
    const noisy = await ledger({ admissions: { epsilon: 3 } });
    await reserve(noisy, reserveEvent({}, 'one'), NOW);
    await reserve(noisy, { ...asked, noiseMultiplier: noise }, NOW);
    await reserve(table, { ...asked, steps: left, passes: left }, NOW);
  });

  test('keeps a model back whose training spent beyond the budget, and charges it', async () => {
    const table = await ledger({ admissions: { epsilon: 2 } });
    const { reservation } = await reserve(table, reserveEvent(), NOW);
    const { settlement, charges } = await settle(table, reservation, 'run', { charges: verified(9000).charges, text: 'not as reserved: a job reports 9000 steps, and 1000 were reserved' });
    expect(settlement!.refusal).toMatch(/^step Train spent more than it reserved .*beyond the privacy budget of 'Ml\/Admissions' \(admissions\) in the calendar year 2026: ε = [0-9.]+ of 2; it is charged, and the model must not be given out/);
    expect(stepsOf(charges)).toBe(9000);
    expect(await totalOf(table)).toBe(9000);
  });

  test('settles anew a run that goes on after an operator settled it', async () => {
    const table = await ledger();
    const { reservation } = await reserve(table, reserveEvent(), NOW);
    await settle(table, reservation, 'operator', verified(0));
    expect(await totalOf(table)).toBe(0);
    expect((await settle(table, reservation, 'operator', verified(5))).charges).toEqual([]);
    await settle(table, reservation, 'run', verified(1000));
    expect(await totalOf(table)).toBe(1000);
  });

  test.each<[string, Parameters<typeof reserveEvent>[0], RegExp]>([
    ['another cost than before', { steps: '2000', passes: '2000' }, /^step Train of this run has reserved something else before \(1000 steps\): start a new run$/],
    ['another data set than before', { dataSets: 'other' }, /has reserved something else before/],
    ['no data set', { step: 'B', dataSets: ',' }, /^no data set is named/],
    ['more data sets than a transaction has room for', { step: 'B', dataSets: Array.from({ length: 50 }, (_, set) => `s${set}`).join(',') }, /^50 data sets are named/],
    ['no execution', { step: 'B', execution: 'arn:aws:sagemaker:eu-central-1:123456789012:pipeline/x' }, /give the ARN of a pipeline execution$/],
    ['no noise', { step: 'B', noiseMultiplier: '0' }, /^the noise multiplier of B is 0: give a number above 0$/],
    ['text in place of a number', { step: 'B', sampleRate: 'ten' }, /^the sample rate of B is NaN/],
    ['more passes than steps', { step: 'B', passes: '1001' }, /^the number of passes of B is 1001/],
    ['fewer passes than steps', { step: 'B', passes: '10' }, /^the number of passes of B is 10, and only epochs of shuffled batches are fewer/],
    ['fewer epochs than shuffled batches come to, of which a loader may drop the last', { step: 'B', drawing: 'shuffled', sampleRate: '0.512', passes: '512' }, /^the number of passes of B is 512, and 1000 steps at a rate of 0\.512 begin up to 1000 epochs: deploy the pipeline with this version again$/],
    ['a drawing that is none', { step: 'B', drawing: 'weighted' }, /^the drawing of B is 'weighted': use one of poisson, shuffled, fixed-size, all$/],
    ['a weaker unit than the budget is for', { step: 'B', unit: 'record' }, /^the training hides each record, and the privacy budget of 'Ml\/Admissions' \(admissions\) is for each person/],
    ['no training', { step: 'B', trainings: '0' }, /^the number of trainings of B is 0/],
    ['a distribution that is none', { step: 'B', trainings: '{"kind":"normal","mean":10}' }, /^the number of trainings of B is drawn from 'normal'/],
    ['nothing at all', { step: 'B', dataSets: '' }, /^no data set is named/],
    ['a distribution cut off', { step: 'B', trainings: '{"kind":"poisson"' }, /trainings of B/],
    ['a number of a million digits', { step: 'B', steps: '9'.repeat(1_000_000) }, /steps/],
    ['a delta that is none', { step: 'B', delta: '' }, /^delta is 0/],
  ])('fails for %s, and charges nothing', async (_, more, message) => {
    const table = await ledger();
    await reserve(table, reserveEvent(), NOW);
    await expect(reserve(table, reserveEvent(more), NOW)).rejects.toThrow(message);
    expect(await totalOf(table)).toBe(1000);
  });

  test('does in any order of events what a plain sum does', async () => {
    interface Command { kind: 'reserve' | 'run' | 'operator'; run: number; steps: number; day: number; sets: string }
    const command = fc.record<Command>({
      kind: fc.constantFrom('reserve', 'reserve', 'run', 'operator'), run: fc.integer({ min: 0, max: 5 }), steps: fc.integer({ min: 0, max: 1500 }),
      day: fc.constantFrom(-2, -1, 0, 1, 2), sets: fc.constantFrom('admissions', 'letters', 'admissions,letters'),
    });
    const newYear = Date.parse('2027-01-01T00:00:00Z');
    const yearOf = (time: number) => new Date(time).getUTCFullYear();
    const limits: Record<string, number> = { admissions: 2.2, letters: 3.2 };
    await fc.assert(fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25 }), async (commands) => {
      const table = await ledger({ admissions: { epsilon: limits.admissions }, letters: { epsilon: limits.letters } });
      const model = new Map<number, { time: number; sets: string[]; steps: number; by?: string }>();
      const fits = (run: number, time: number, sets: string[], steps: number) => sets.every((set) => {
        const others = [...model].filter(([other, known]) => other !== run && known.sets.includes(set) && yearOf(known.time) === yearOf(time)).reduce((all, [, known]) => all + known.steps, 0);
        return epsilonOfCharges([{ sampleRate: 0.01, noiseMultiplier: 1.1, steps: others + steps, times: 1 }], 1e-6) <= limits[set];
      });
      for (const { kind, run, steps, day, sets } of commands) {
        const known = model.get(run);
        const time = known?.time ?? newYear + day * DAY;
        const event = reserveEvent({ started: at(time), dataSets: (known?.sets ?? sets.split(',')).join(',') }, `run${run}`);
        if (kind === 'reserve') {
          const granted = await reserve(table, event, newYear + 3 * DAY).then(() => true, () => false);
          expect(granted).toBe(known !== undefined || fits(run, time, sets.split(','), 1000));
          if (granted && !known) model.set(run, { time, sets: sets.split(','), steps: 1000 });
        } else if (known) {
          const result = await settle(table, reservationOf(event), kind, verified(steps));
          if (known.by === 'run' || (known.by === 'operator' && kind === 'operator')) continue;
          expect(result.settlement!.refusal !== undefined).toBe(steps > known.steps && !fits(run, time, known.sets, steps));
          Object.assign(known, { steps, by: kind });
        }
      }
      for (const set of Object.keys(limits)) {
        expect(await totalOf(table, set)).toBe([...model.values()].filter((known) => known.sets.includes(set)).reduce((all, known) => all + known.steps, 0));
      }
    }), { numRuns: 15 });
  });
});
