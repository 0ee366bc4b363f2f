import fc from 'fast-check';
import { DifferentialPrivacy, PrivacyBudget, PrivacyBudgetProps, PrivacyExpense, PrivacyUnit, PrivateSelection } from '../../../lib/policy';

const USUAL: PrivacyBudgetProps = { epsilon: 8, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD };
const budget = (more: Partial<PrivacyBudgetProps> = {}) => PrivacyBudget.perYear({ ...USUAL, ...more });
const privacy = DifferentialPrivacy.dpSgd({ records: 25_600, batchSize: 256, epochs: 10, noiseMultiplier: 1.1, clippingNorm: 1, delta: 1e-6 });
const epsilonOf = (...expenses: PrivacyExpense[]) => budget().statementOf(expenses).guarantee.epsilon;

describe('a budget', () => {
  test('adds up trainings, tunings and retrains', () => {
    const one = { by: 'Train', privacy };
    expect(epsilonOf(one)).toBe(privacy.loss.guaranteeAt(1e-5).epsilon);
    // 6.288481404: dp-accounting 0.6.0, twelve retrains; 5.654308000: ten trainings of which all may be seen
    expect(epsilonOf({ ...one, runs: 12 })).toBeCloseTo(6.288481404, 8);
    expect(epsilonOf({ ...one, trainings: 10 })).toBeCloseTo(5.654308, 8);
    expect(epsilonOf({ ...one, selection: PrivateSelection.geometric(10) })).toBeCloseTo(3.444013053, 8);
    expect(epsilonOf({ ...one, runs: 2, trainings: 6 })).toBeCloseTo(6.288481404, 8);
    expect(epsilonOf(one, { ...one, by: 'Tune', trainings: 10 }, { ...one, by: 'Retrain' })).toBeCloseTo(6.288481404, 8);
    expect(epsilonOf()).toBe(0);
    expect(epsilonOf({ ...one, runs: 0 })).toBe(0);
  });

  test('is kept up to its last digit', () => {
    const epsilon = epsilonOf({ by: 'Train', privacy, runs: 12 });
    expect(budget({ epsilon }).statementOf([{ by: 'Train', privacy, runs: 12 }]).isWithinBudget).toBe(true);
    expect(budget({ epsilon: epsilon * (1 - 1e-12) }).statementOf([{ by: 'Train', privacy, runs: 12 }]).isWithinBudget).toBe(false);
  });

  test('never promises less than any of its expenses spends', () => {
    const expense = fc.record({ by: fc.constant('x'), privacy: fc.constant(privacy), runs: fc.integer({ min: 0, max: 20 }), trainings: fc.integer({ min: 1, max: 10 }) });
    fc.assert(fc.property(fc.array(expense, { maxLength: 4 }), (expenses) => {
      const all = epsilonOf(...expenses);
      for (const one of expenses) expect(all).toBeGreaterThanOrEqual(epsilonOf(one) * (1 - 1e-12));
    }), { numRuns: 30 });
  });

  test('says what it is for', () => {
    expect(String(budget())).toBe('ε = 8, δ = 1e-5 for each record in a calendar year');
    expect(String(PrivacyBudget.perDays(90, { ...USUAL, unit: PrivacyUnit.PERSON }))).toBe('ε = 8, δ = 1e-5 for each person in any 90 days');
    expect(PrivacyBudget.perDays(90, USUAL)).toMatchObject({ periodInDays: 90, period: 'any 90 days', epsilon: 8, delta: 1e-5, records: 30_000, unit: 'record' });
  });
});

describe('over budget', () => {
  const over = budget().statementOf([
    { by: 'App/A/Train', privacy, runs: 12, runsBecause: '12 by schedule \'Monthly\'' }, { by: 'App/B/Tune', privacy, trainings: 10 }, { by: 'App/C/Tune', privacy, selection: PrivateSelection.poisson(10) },
  ]);

  test('the sum is spelled out, with a remedy that works', () => {
    expect(over.problems).toHaveLength(1);
    const [problem] = over.problems;
    expect(problem).toMatch(/^the budget of ε = 8 for a calendar year is spent 1\.\d+ times: 12 runs of App\/A\/Train at ε = 1\.726 each, ε = 6\.289 together \(DP-SGD with σ = 1\.1, q = 0\.01, 1000 steps, 12 by schedule 'Monthly'\)/);
    expect(problem).toMatch(/ \+ 1 run of App\/B\/Tune at ε = 5\.655 \(DP-SGD with σ = 1\.1, q = 0\.01, 1000 steps, 10 trainings\)/);
    expect(problem).toMatch(/ \+ 1 run of App\/C\/Tune at ε = 3\.662 \(.*the best of a random number of trainings, Poisson distribution of mean 10\), together ε = 10\.99 at δ = 1e-5/);
    const factor = Number(/multiply every noise multiplier by (\d\.\d+),/.exec(problem)?.[1]);
    const quieter = DifferentialPrivacy.dpSgd({ records: 25_600, batchSize: 256, epochs: 10, noiseMultiplier: 1.1 * factor, clippingNorm: 1, delta: 1e-6 });
    expect(budget().statementOf([{ by: 'A', privacy: quieter, runs: 12 }, { by: 'B', privacy: quieter, trainings: 10 }, { by: 'C', privacy: quieter, selection: PrivateSelection.poisson(10) }]).problems).toEqual([]);
  });

  test('what no noise mends gets no such remedy', () => {
    const [problem] = budget({ epsilon: 1e-6 }).statementOf([{ by: 'Tune', privacy, selection: PrivateSelection.logarithmic(400) }]).problems;
    expect(problem).toMatch(/; run or train less often/);
  });

  test('a training without differential privacy has no bound', () => {
    const statement = budget().statementOf([{ by: 'App/Open', runs: 2, runsBecause: '2 by hand' }, { by: 'App/Train', privacy }]);
    expect(statement.problems).toEqual(['App/Open trains on it without differential privacy, so no ε bounds what it gives away: give it privacy, such as DifferentialPrivacy.dpSgd, or let it read no data of this set']);
    expect(statement.guarantee.epsilon).toBe(Infinity);
    expect(statement.sum).toMatch(/^2 runs of App\/Open without differential privacy, 2 by hand \+ .*, together no ε at δ = 1e-5$/);
    expect(statement._record()).toMatchObject({ spent: { unbounded: true, delta: 1e-5 }, withinBudget: false });
    expect(String(statement)).toMatch(/^Of what each record of 30000 can lose in a calendar year there is no bound/);
  });

  test('who hides records hides no person; who hides persons hides their records', () => {
    const [problem] = budget({ unit: PrivacyUnit.PERSON }).statementOf([{ by: 'Train', privacy }]).problems;
    expect(problem).toBe('Train hides each record, and the budget is for each person, who may have many: clip by person and say so (unit), or state the budget for each record');
    const persons = DifferentialPrivacy.dpSgd({ records: 25_600, batchSize: 256, epochs: 10, noiseMultiplier: 1.1, clippingNorm: 1, delta: 1e-6, unit: PrivacyUnit.PERSON });
    for (const unit of [PrivacyUnit.RECORD, PrivacyUnit.PERSON]) expect(budget({ unit }).statementOf([{ by: 'Train', privacy: persons }]).problems).toEqual([]);
    expect(budget({ unit: PrivacyUnit.CLIENT }).statementOf([{ by: 'Train', privacy: persons }]).problems).toHaveLength(1);
  });
});

describe('a statement', () => {
  const statement = budget({ unit: PrivacyUnit.RECORD }).statementOf([{ by: 'App/Train', privacy, runs: 2 }, { by: 'App/Tune', privacy, selection: PrivateSelection.poisson(10) }]);

  test('holds the assumptions, each once with all who rest on it', () => {
    const text = statement.assumptions.join('\n');
    expect(text).toMatch(/^App\/Train, App\/Tune: each step draws each record by itself/m);
    expect(text).toMatch(/^App\/Tune: the number of trainings is drawn anew in each run and shown to nobody$/m);
    expect(text).not.toMatch(/App\/Train.*shown to nobody/);
    expect(text).toMatch(/people whose data only validates or tests a model, or chooses among models, are not protected by it/);
    expect(text).toMatch(/among several trainings the best is found by a score on data that none of them was trained on/);
    expect(budget().statementOf([{ by: 'x', privacy }]).assumptions.join()).not.toMatch(/among several trainings/);
    expect(text).toMatch(/no run is started beyond those that are counted here/);
    expect(text).toMatch(/whether a record is trained on, and what it holds by then, depends on no other record: no step before leaves rows out, fills or scales them by what others hold/);
    expect(text).toMatch(/nobody has more than one: who has several loses that much more/);
    expect(text).toMatch(new RegExp(`losses go on adding up, to ε = \\d+\\.\\d+ after 5 periods`));
    expect(statement.epsilonOver(5)).toBeGreaterThan(statement.guarantee.epsilon);
    expect(new Set(statement.assumptions).size).toBe(statement.assumptions.length);
  });

  test('as text, begins with the promise and names the method', () => {
    expect(String(statement)).toMatch(/^For each record of 30000, all that is trained on the data in a calendar year is \(ε, δ\)-differentially private with ε = \d\.\d+ and δ = 1e-5, of a budget of ε = 8: /);
    expect(String(statement)).toMatch(/integer orders 2 to 256 .* an upper bound\.$/m);
  });

  test('an ε in it is never rounded down', () => {
    const shown = Number(/private with ε = ([\d.]+)/.exec(String(statement))?.[1]);
    expect(shown).toBeGreaterThanOrEqual(statement.guarantee.epsilon);
    expect(shown).toBeLessThan(statement.guarantee.epsilon * 1.001);
  });

  test('is plain data for the evidence', () => {
    const record = statement._record();
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(record).toMatchObject({
      unit: 'record', records: 30_000, period: 'a calendar year', budget: { epsilon: 8, delta: 1e-5 }, spent: { ...statement.guarantee }, withinBudget: true, problems: [],
      expenses: [{ by: 'App/Train', runs: 2, trainings: 1, settings: privacy.settings }, { by: 'App/Tune', runs: 1, selection: 'Poisson distribution of mean 10' }],
    });
  });

  test('of nothing is a statement as well', () => {
    const nothing = budget().statementOf([]);
    expect(nothing.sum).toBe('nothing is trained on it');
    expect(nothing.isWithinBudget).toBe(true);
    expect(String(nothing)).toMatch(/ε = 0 and δ/);
  });
});

describe('fails for', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a δ of one in as many', () => budget({ delta: 1 / 30_000 }), /^the delta of a privacy budget is 3.33.*e-5, not below 1 \/ 30000 records/],
    ['an unknown number of records', () => budget({ records: undefined }), /^the number of records of a privacy budget is not given: give how many units the data set holds/],
    ['no unit', () => budget({ unit: undefined }), /^the unit of a privacy budget is undefined: use one of PrivacyUnit.RECORD/],
    ['no ε', () => budget({ epsilon: 0 }), /^the epsilon of a privacy budget is 0: give a number above 0; below 1 is strong, above 10 says little$/],
    ['no props', () => PrivacyBudget.perYear(undefined as never), /^a privacy budget is made from undefined/],
    ['half a day', () => PrivacyBudget.perDays(0.5, USUAL), /^the period of a privacy budget is 0.5/],
    ['expenses that are none', () => budget().statementOf(undefined as never), /^the expenses are undefined: give a list/],
    ['an expense without a name', () => budget().statementOf([{} as never]), /^an expense is an object: give an object with by/],
    ['half a run', () => budget().statementOf([{ by: 'x', privacy, runs: 0.5 }]), /^the number of runs of 'x' is 0.5/],
    ['no trainings', () => budget().statementOf([{ by: 'x', privacy, trainings: 0 }]), /^the number of trainings of 'x' is 0/],
    ['trainings and a selection', () => budget().statementOf([{ by: 'x', privacy, trainings: 2, selection: PrivateSelection.poisson(2) }]), /^'x' has 2 trainings and a random number of them/],
    ['a privacy that is none', () => budget().statementOf([{ by: 'x', privacy: 3 as never }]), /^the privacy of 'x' is 3/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
