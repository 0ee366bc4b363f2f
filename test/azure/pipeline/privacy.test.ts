import fc from 'fast-check';
import type { TerraformStack } from 'cdktf';
import {
  AutoMLTask, BatchEndpoint, CommandStepProps, ComputeCluster, DataStore, IDataStore, MLPipeline, MLPipelineProps, Objective, Output, Range, SamplingStrategy, Schedule, SweepStepProps,
  Weekday, Zone,
} from '../../../lib/azure';
import { mostFirings } from '../../../lib/azure/pipeline/private/firings';
import { Answer, Classification, DifferentialPrivacy, DpSgdProps, PrivacyBudget, PrivacyUnit } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { RegulatedMLChecks } from '../../../lib/rules/azure/pack';
import { AzapiJson, armProblems, describeWithArmTypes } from '../../support/arm-types';
import { azureStack, group, importedWorkspace, location, profile, resourcesOf } from '../../support/azure';
import { code, environment, jobsOf, specOf } from '../../support/azure-pipeline';
import { recordIn } from '../../rules/azure/support';

const dpSgd = (more: Partial<DpSgdProps> = {}) => DifferentialPrivacy.dpSgd({ records: 25_600, batchSize: 256, epochs: 10, noiseMultiplier: 1.1, clippingNorm: 1, delta: 1e-6, ...more });
const BUDGET = PrivacyBudget.perYear({ epsilon: 8, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD });

/** A store of people's data with a budget, and an empty pipeline. */
function ground(props: Partial<MLPipelineProps> = {}, budget = BUDGET) {
  const { app, stack } = azureStack();
  const workspace = importedWorkspace(stack);
  const people = DataStore.fromAttributes(stack, 'People', {
    accountId: `${group}/providers/Microsoft.Storage/storageAccounts/readmissionpeople`, containerName: 'people', classification: Classification.PHI, zone: Zone.RAW, location, privacyBudget: budget,
  });
  const compute = new ComputeCluster(stack, 'Cpu', { workspace, size: 'Standard_D4s_v5' });
  const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, compute, ...props });
  return { app, stack, workspace, people, compute, pipeline };
}
type Ground = ReturnType<typeof ground>;

const train = ({ pipeline, people }: Ground, id: string, more: Partial<CommandStepProps> = {}) => (
  pipeline.addCommand(id, { environment, code, inputs: [people.input()], outputs: Output.model('model'), privacy: dpSgd(), ...more }));
const sweep = ({ pipeline, people }: Ground, id: string, more: Partial<SweepStepProps> = {}) => pipeline.addSweep(id, {
  environment, code, inputs: [people.input()], privacy: dpSgd(), objective: Objective.maximize('auc'), ranges: { lr: Range.continuous(0.001, 1) }, ...more,
});

interface Statement {
  readonly spent: { readonly epsilon: number };
  readonly withinBudget: boolean;
  readonly expenses: readonly { readonly by: string; readonly runs: number; readonly runsBecause: string; readonly trainings: number }[];
  readonly problems: readonly string[];
  readonly text: string;
}

function statementOf(store: IDataStore): Statement {
  const [entry, ...others] = store.node.metadata.filter(({ type }) => type === 'regulated-ml:privacy');
  expect(others).toEqual([]);
  return (entry.data as { statement: Statement }).statement;
}

const runsOf = (base: Ground) => statementOf(base.people).expenses.map(({ runs, runsBecause }) => [runs, runsBecause]);

function problemsOf({ app }: Ground): string {
  try {
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a private training', () => {
  test('is given the numbers that its loss is reckoned from, as inputs of the job, of the component and of the command', () => {
    const base = ground();
    train(base, 'Train');
    const { inputs } = jobsOf(base.stack, base.pipeline).train as { inputs: Record<string, { value: string }> };
    expect(Object.fromEntries(Object.entries(inputs).filter(([name]) => name.startsWith('dp_')).map(([name, { value }]) => [name, value]))).toEqual(dpSgd().settings);
    const spec = specOf(base.stack, 'Train') as { command: string; inputs: object };
    for (const name of Object.keys(dpSgd().settings)) {
      expect(spec.command).toContain(`--${name} \${{inputs.${name}}}`);
      expect(spec.inputs).toHaveProperty(name, { type: 'string' });
    }
  });

  test('spends from the store behind it, through any number of steps, once for each run', () => {
    const base = ground();
    const clean = base.pipeline.addCommand('Clean', { environment, code, inputs: [base.people.input()], outputs: Output.named('train') });
    const step = train(base, 'Train', { inputs: [clean.output()] });
    const statement = statementOf(base.people);
    expect(statement).toMatchObject({ withinBudget: true, problems: [], expenses: [{ by: 'Stack/Pipeline/Train', runs: 1, trainings: 1, runsBecause: '1 by hand' }] });
    expect(statement.spent.epsilon).toBeCloseTo(dpSgd().loss.guaranteeAt(1e-5).epsilon, 10);
    expect(step.privacyGuarantee).toEqual(dpSgd().guarantee);
    expect(problemsOf(base)).toBe('');
  });

  test('fails synth when its runs go beyond the budget, with the sum and what would help', () => {
    const base = ground();
    train(base, 'Train', { privacy: dpSgd({ noiseMultiplier: 0.6 }) });
    base.pipeline.runOnSchedule('Daily', Schedule.daily({ hour: 3 }));
    const problems = problemsOf(base);
    expect(problems).toMatch(/Stack\/People: the budget of ε = 8 for a calendar year is spent [\d.]+ times: 366 runs of Stack\/Pipeline\/Train at ε = [\d.]+ each, ε = [\d.]+ together \(DP-SGD with σ = 0\.6/);
    expect(problems).toMatch(/366 by schedule 'Daily'.*multiply every noise multiplier by/);
  });

  test('hides records, which is no promise to persons who have many', () => {
    const base = ground({}, PrivacyBudget.perYear({ epsilon: 8, delta: 1e-5, records: 30_000, unit: PrivacyUnit.PERSON }));
    train(base, 'Train');
    expect(problemsOf(base)).toMatch(/Train hides each record, and the budget is for each person/);
  });

  test('gives out a model that costs nothing more, so that steps after it spend nothing', () => {
    const base = ground();
    const step = train(base, 'Train');
    base.pipeline.addCommand('Distil', { environment, code, inputs: [step.model], outputs: Output.model('small') });
    expect(statementOf(base.people).expenses.map(({ by }) => by)).toEqual(['Stack/Pipeline/Train']);
    expect(problemsOf(base)).toBe('');
  });
});

describe('a private sweep', () => {
  test('is counted with each of its trials, all of which may be given out', () => {
    const base = ground();
    const step = sweep(base, 'Sweep', { maxTrials: 4 });
    expect(statementOf(base.people).expenses).toMatchObject([{ trainings: 4, runs: 1 }]);
    expect(step.privacyGuarantee).toEqual(dpSgd().loss.repeated(4).guaranteeAt(1e-6));
    expect(sweep(base, 'Usual').privacyGuarantee).toEqual(dpSgd().loss.repeated(10).guaranteeAt(1e-6));
    expect(DataFlow.of(base.stack).node(step.node.path)!.privacy).toEqual({ settings: dpSgd().settings, trainings: 4 });
  });

  test('may try clipping norms, on which the loss does not depend', () => {
    const base = ground();
    const step = sweep(base, 'Sweep', { ranges: { dp_clipping_norm: Range.continuous(0.1, 2) }, strategy: SamplingStrategy.RANDOM });
    const { dp_clipping_norm: _, ...fixed } = dpSgd().settings;
    expect(DataFlow.of(base.stack).node(step.node.path)!.privacy!.settings).toEqual(fixed);
    expect(Object.keys((jobsOf(base.stack, base.pipeline).sweep as { inputs: object }).inputs)).not.toContain('dp_clipping_norm');
  });
});

describe('runs are counted', () => {
  test('by each schedule that is switched on, and by hand where none is', () => {
    const base = ground();
    train(base, 'Train');
    base.pipeline.runOnSchedule('Weekly', Schedule.weekly([Weekday.MONDAY], { hour: 3 }));
    base.pipeline.runOnSchedule('Monthly', Schedule.cron('0 3 1 * *'));
    base.pipeline.runOnSchedule('Off', Schedule.daily(), { isEnabled: false });
    expect(runsOf(base)).toEqual([[65, "53 by schedule 'Weekly' and 12 by schedule 'Monthly'"]]);
  });

  test('by what people say that they start', () => {
    const base = ground({ unscheduledRunsPerYear: 3 });
    train(base, 'Train');
    base.pipeline.runOnSchedule('Monthly', Schedule.monthly([1]));
    expect(runsOf(base)).toEqual([[15, "12 by schedule 'Monthly' and 3 by hand"]]);
  });

  test('by each run of a pipeline that has this one for a step', () => {
    const base = ground();
    train(base, 'Train');
    const outer = new MLPipeline(base.stack, 'Outer', { workspace: base.workspace, compute: base.compute });
    outer.addPipeline('Once', { pipeline: base.pipeline });
    outer.addPipeline('Twice', { pipeline: base.pipeline });
    outer.runOnSchedule('Monthly', Schedule.monthly([1]));
    expect(runsOf(base)).toEqual([[24, "12 by step 'Stack/Outer/Once' and 12 by step 'Stack/Outer/Twice'"]]);
  });

  test('by the calls of a batch endpoint, of which somebody has to say how many they let happen', () => {
    const open = ground();
    train(open, 'Train');
    new BatchEndpoint(open.stack, 'Batch', { workspace: open.workspace, compute: open.compute, pipeline: open.pipeline });
    expect(problemsOf(open)).toMatch(/Stack\/Pipeline: each call of endpoint 'Stack\/Batch' is a run, and each spends privacy: give unscheduledRunsPerYear/);
    const said = ground({ unscheduledRunsPerYear: 2 });
    train(said, 'Train');
    new BatchEndpoint(said.stack, 'Batch', { workspace: said.workspace, compute: said.compute, pipeline: said.pipeline });
    expect(runsOf(said)).toEqual([[2, '2 by hand or by calls of an endpoint']]);
    expect(problemsOf(said)).toBe('');
  });
});

describe('a schedule fires at most so often', () => {
  const YEAR = { days: 366, calendarYear: true };
  const of = (schedule: Schedule) => (stretch: { days: number; calendarYear: boolean } = YEAR) => mostFirings(schedule._trigger, stretch);

  test.each([
    ['every day', Schedule.daily(), 366], ['on Mondays', Schedule.weekly([Weekday.MONDAY]), 53], ['on two days a week', Schedule.weekly([Weekday.MONDAY, Weekday.FRIDAY]), 105],
    ['on the 31st', Schedule.monthly([31]), 7], ['cron, every quarter of an hour', Schedule.cron('*/15 * * * *'), 366 * 96], ['cron, on Sundays by either number', Schedule.cron('0 3 * * 0,7'), 53],
    ['cron, in two months', Schedule.cron('0 3 1 1,7 *'), 2], ['cron, on a day of the month and of the week: on each', Schedule.cron('0 3 1 * 1'), 64],
    ['elsewhere, on New Year\'s Eve and Day', Schedule.cron('0 3 1,31 1,12 *', { timeZone: 'W. Europe Standard Time' }), 4],
  ])('%s', (_, schedule, count) => {
    expect(of(schedule)()).toBe(count);
  });

  test('in a time zone of its own, a stretch of days is an hour longer when clocks are put back', () => {
    expect(of(Schedule.weekly([Weekday.MONDAY]))({ days: 7, calendarYear: false })).toBe(1);
    expect(of(Schedule.weekly([Weekday.MONDAY], { timeZone: 'W. Europe Standard Time' }))({ days: 7, calendarYear: false })).toBe(2);
  });

  test('and no year of UTC holds more, wherever the clock stands', () => {
    const field = fc.oneof(fc.constant('* *'), fc.integer({ min: 1, max: 31 }).map((day) => `${day} *`), fc.integer({ min: 1, max: 12 }).map((month) => `* ${month}`));
    fc.assert(fc.property(field, fc.integer({ min: 0, max: 6 }), fc.boolean(), fc.integer({ min: 0, max: 23 }), fc.integer({ min: -12, max: 14 }), fc.integer({ min: 2001, max: 2028 }), (days, weekday, weekly, hour, zone, year) => {
      const expression = `0 ${hour} ${weekly ? `* * ${weekday}` : `${days} *`}`;
      const [, , dayOfMonth, month, dayOfWeek] = expression.split(' ');
      let count = 0;
      // each hour of the year in UTC, as a clock elsewhere shows it
      for (let time = Date.UTC(year, 0, 1); time < Date.UTC(year + 1, 0, 1); time += 3_600_000) {
        const local = new Date(time + zone * 3_600_000);
        const fires = (of_: string, value: number) => of_ === '*' || Number(of_) === value;
        count += Number(local.getUTCHours() === hour && fires(dayOfMonth, local.getUTCDate()) && fires(month, local.getUTCMonth() + 1) && fires(dayOfWeek, local.getUTCDay()));
      }
      expect(count).toBeLessThanOrEqual(of(Schedule.cron(expression, { timeZone: 'W. Europe Standard Time' }))());
    }), { numRuns: 40 });
  });
});

describe('a budget fails', () => {
  test('where a step learns from the data without privacy, AutoML always', () => {
    const base = ground();
    train(base, 'Train', { privacy: undefined });
    expect(problemsOf(base)).toMatch(/Stack\/Pipeline\/Train trains on it without differential privacy, so no ε bounds what it gives away/);
    const auto = ground();
    const table = auto.pipeline.addCommand('Prepare', { environment, code, inputs: [auto.people.input()], outputs: Output.table('table') });
    auto.pipeline.addAutoML('Auto', { task: AutoMLTask.CLASSIFICATION, training: table.output(), target: 'died' });
    expect(problemsOf(auto)).toMatch(/Stack\/Pipeline\/Auto trains on it without differential privacy/);
  });

  test('where it is none', () => {
    expect(() => ground({}, { epsilon: 8 } as never)).toThrow(/store 'Stack\/People': privacyBudget is .*: give a PrivacyBudget/);
  });
});

describe('privacy of a step fails', () => {
  test('where no store behind it has a budget', () => {
    const base = ground();
    train(base, 'Train', { inputs: [base.workspace.outputs.input()] });
    expect(problemsOf(base)).toMatch(/Stack\/Pipeline\/Train: spends privacy, and no store that it reads has a budget to spend from/);
  });

  test('where the code does not hear of it', () => {
    expect(() => train(ground(), 'Train', { command: 'python train.py --data ${{inputs.people}}' })).toThrow(/its command does not name 'dp_mechanism', so that the code cannot keep to it/);
  });

  test('where a number of it is given by hand, or searched', () => {
    expect(() => train(ground(), 'Train', { parameters: { dp_steps: '5' } })).toThrow(/parameter 'dp_steps' is given by privacy/);
    expect(() => sweep(ground(), 'Sweep', { ranges: { dp_noise_multiplier: Range.continuous(0.5, 2) } })).toThrow(/tries values of 'dp_noise_multiplier', from which the loss is reckoned/);
  });

  test('where a step learns nothing, on nodes that Azure takes back, and where it is no privacy', () => {
    expect(() => train(ground(), 'Train', { outputs: Output.named('table') })).toThrow(/has privacy and learns nothing: declare the model/);
    const base = ground();
    const spare = new ComputeCluster(base.stack, 'Spare', { workspace: base.workspace, size: 'Standard_D4s_v5', lowPriority: true });
    expect(() => train(base, 'Train', { compute: spare })).toThrow(/spends privacy on nodes of low priority: what is interrupted Azure ML begins anew/);
    expect(() => train(ground(), 'Train', { privacy: { epsilon: 1 } as never })).toThrow(/Pipeline\/Train: privacy is .*: give one such as DifferentialPrivacy\.dpSgd/);
  });

  test('with a number of runs that is none', () => {
    expect(() => ground({ unscheduledRunsPerYear: 1.5 })).toThrow(/unscheduledRunsPerYear of pipeline 'Stack\/Pipeline' is 1\.5: give a whole number from 0/);
  });
});

describe('rules', () => {
  /** What is answered on what is deployed, with what an override made of it. */
  function judged(overrides: Record<string, unknown> = {}, more: (base: Ground) => Partial<CommandStepProps> = () => ({})) {
    const base = ground();
    train(base, 'Train', more(base));
    const component = base.pipeline.node.findChild('Resource') as unknown as { addOverride(path: string, value: unknown): void };
    for (const [path, value] of Object.entries(overrides)) component.addOverride(`body.properties.componentSpec.jobs.train.${path}`, value);
    new RegulatedMLChecks(base.app, { profile });
    problemsOf(base);
    const record = recordIn(base.app);
    const answers = record.answers.filter(({ rule }) => /Privacy/.test(rule)).map(({ rule, answer, detail }) => ({ rule: rule.replace('RegulatedML-', ''), answer, detail: detail ?? '' }));
    return { record, answers, found: answers.filter(({ answer }) => answer !== Answer.COMPLIANT).map(({ rule, detail }) => `${rule}: ${detail}`) };
  }

  const unbudgeted = (parameters: Record<string, string> = {}) => ({ workspace }: Ground) => ({ privacy: undefined, parameters, inputs: [workspace.outputs.input()] });

  test('find nothing in what is declared, and the statement is in the record', () => {
    const { record, answers } = judged();
    expect(answers.map(({ rule, answer }) => [rule, answer])).toEqual([['AzureMLDifferentialPrivacy', Answer.COMPLIANT], ['AzureMLPrivacyMatchesFlow', Answer.COMPLIANT]]);
    expect(record.privacy).toMatchObject([{ dataSet: 'Stack/People', withinBudget: true, expenses: [{ by: 'Stack/Pipeline/Train', runs: 1 }] }]);
  });

  test('find less noise by an override, and noise that nobody reckons', () => {
    expect(judged({ 'inputs.dp_noise_multiplier.value': '0.1' }).found).toEqual([expect.stringMatching(/^AzureMLPrivacyMatchesFlow: .*dp_noise_multiplier is '0\.1', and declared as '1\.1'/)]);
    expect(judged({}, unbudgeted({ dp_mechanism: 'dp-sgd' })).found).toEqual([expect.stringMatching(/^AzureMLPrivacyMatchesFlow: .*dp_mechanism is 'dp-sgd', and the step declares no privacy/)]);
  });

  test('find a training that bounds nothing', () => {
    expect(judged({}, unbudgeted()).found).toEqual([expect.stringMatching(/^AzureMLDifferentialPrivacy: .*learns from phi data of 'WorkspaceOutputs' without a bound/)]);
  });
});

describeWithArmTypes('bodies of private steps', () => {
  test('fit the types of Azure Resource Manager', () => {
    const base = ground();
    train(base, 'Train');
    sweep(base, 'Sweep');
    const bodies = (stack: TerraformStack) => (resourcesOf(stack, 'azapi_resource') as unknown as AzapiJson[]).filter(({ type }) => type.includes('/components/'));
    expect(bodies(base.stack)).toHaveLength(3);
    expect(bodies(base.stack).flatMap((resource) => armProblems(resource))).toEqual([]);
  });
});
