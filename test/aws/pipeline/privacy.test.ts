import { App, CfnParameter, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { CfnPipeline } from 'aws-cdk-lib/aws-sagemaker';
import { Condition, InputMode, MLPipeline, MLPipelineProps, Objective, Output, Range, RetryOn, RetryPolicy, Spot, TrainingStepProps, TuningStepProps, TuningStrategy } from '../../../lib/aws/pipeline';
import { DataStore } from '../../../lib/aws/storage';
import { Classification, DifferentialPrivacy, DpSgdProps, PrivacyBudget, PrivacyUnit, PrivateSelection, Sampling } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { readApp } from '../../../lib/rules/aws/tree';
import { definitionErrors } from '../../conformance/definition';
import { unwaived } from '../../support/packs';
import { describeWithPython } from '../../support/python';
import { workspaceStack } from '../../support/workspace';
import { code, Ground, ground as plainGround } from './fixture';
import { judgementsOf } from '../../rules/support';

const dpSgd = (more: Partial<DpSgdProps> = {}) => DifferentialPrivacy.dpSgd({ records: 25_600, batchSize: 256, epochs: 10, noiseMultiplier: 1.1, clippingNorm: 1, delta: 1e-6, ...more });
const BUDGET = PrivacyBudget.perYear({ epsilon: 8, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD });

interface Budgeted extends Ground {
  readonly people: DataStore;
}

/** A workspace with a store that has a budget, and an empty pipeline. */
function ground(props: Partial<MLPipelineProps> = {}, budget = BUDGET): Budgeted {
  const base = plainGround(props);
  return { ...base, people: base.workspace.addStore('People', { classification: Classification.PHI, privacyBudget: budget }) };
}

const train = ({ pipeline, image, people }: Budgeted, id: string, more: Partial<TrainingStepProps> = {}) => pipeline.addTraining(id, { image, code, inputs: [people.input()], privacy: dpSgd(), ...more });
const tune = ({ pipeline, image, people }: Budgeted, id: string, more: Partial<TuningStepProps> = {}) => pipeline.addTuning(id, {
  image, code, inputs: [people.input()], privacy: dpSgd(), objective: Objective.maximize('auc'), ranges: { lr: Range.continuous(0.001, 1) }, ...more,
});
const SELECTED = { privateSelection: PrivateSelection.poisson(10), strategy: TuningStrategy.RANDOM };

interface Definition { Steps: { Name: string; Arguments: Record<string, never> }[] }
const stepOf = (pipeline: MLPipeline, name: string) => (pipeline._renderDefinition() as unknown as Definition).Steps.find((step) => step.Name === name)!;

/** The statement as the metadata of a store has it. */
function statementOf(store: DataStore) {
  const [entry, ...others] = store.node.metadata.filter(({ type }) => type === 'regulated-ml:privacy');
  expect(others).toEqual([]);
  const data = entry.data as { dataSet: string; statement: { spent: { epsilon: number }; withinBudget: boolean; expenses: { by: string; runs: number; runsBecause: string }[]; problems: string[]; text: string } };
  expect(data.dataSet).toBe(store.node.path);
  return data.statement;
}

const problemsOf = (app: App): string => {
  try {
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a training', () => {
  test('declares in the data flow what its job has to keep to, a tuning what it does not search', () => {
    const base = ground();
    const [trained, tuned, selected] = [train(base, 'Train'), tune(base, 'Tune', { ranges: { dp_clipping_norm: Range.continuous(0.1, 2) } }), tune(base, 'Select', SELECTED)];
    const promiseOf = (step: { readonly node: { readonly path: string } }) => DataFlow.of(base.stack).node(step.node.path)!.privacy!;
    expect(promiseOf(trained)).toEqual({ settings: dpSgd().settings, trainings: 1 });
    const { dp_clipping_norm: _, ...fixed } = dpSgd().settings;
    expect(promiseOf(tuned)).toEqual({ settings: fixed, trainings: 10 });
    expect(promiseOf(selected)).toEqual({ settings: dpSgd().settings });
    expect(JSON.stringify(DataFlow.of(base.stack).record())).not.toContain('dp_mechanism');
  });
  test('is judged by what is deployed: less noise by an override is a finding, and none is without it', () => {
    const found = (overridden: boolean) => {
      const base = ground();
      train(base, 'Train');
      tune(base, 'Select', SELECTED);
      const resource = base.pipeline.node.findAll().find((node): node is CfnPipeline => node instanceof CfnPipeline)!;
      if (overridden) {
        const { PipelineDefinitionBody: body } = base.stack.resolve(resource.pipelineDefinition) as { PipelineDefinitionBody: unknown };
        resource.addPropertyOverride('PipelineDefinition.PipelineDefinitionBody', JSON.parse(JSON.stringify(body).replace(/(?<=dp_noise_multiplier\W+)1\.1/, '0.1')));
      }
      return judgementsOf({ view: readApp(base.app, false).view, rules: AWS_RULES.filter(({ name }) => name === 'FlowPrivacyMatches'), profile: base.workspace.profile, pack: 'RegulatedML' })
        .map(({ finding }) => [finding.path.split('/').at(-1), finding.answer, finding.detail]);
    };
    expect(found(false)).toEqual([['Train', 'compliant', undefined], ['Select', 'compliant', undefined]]);
    expect(found(true)[0]).toEqual(['Train', 'non-compliant', "Training 'Train': dp_noise_multiplier is '0.1', and declared as '1.1'"]);
  });
  test('is given the numbers that its loss is reckoned with, beside its own', () => {
    const base = ground();
    train(base, 'Train', { hyperparameters: { layers: '3' } });
    expect(stepOf(base.pipeline, 'Train').Arguments.HyperParameters).toEqual({
      layers: '3', dp_mechanism: 'dp-sgd', dp_unit: 'record', dp_noise_multiplier: '1.1', dp_clipping_norm: '1', dp_sample_rate: '0.01', dp_batch_size: '256', dp_steps: '1000', dp_epochs: '10',
      dp_sampling: 'poisson', dp_records: '25600', dp_delta: '0.000001', dp_epsilon: String(dpSgd().guarantee.epsilon),
    });
  });

  test('within the budget passes, and the statement says what is spent and why', () => {
    const base = ground();
    train(base, 'Train');
    expect(problemsOf(base.app)).toBe('');
    const statement = statementOf(base.people);
    expect(statement.spent.epsilon).toBeCloseTo(1.725290818, 8);
    expect(statement.expenses).toEqual([expect.objectContaining({ by: 'Stack/Pipeline/Train', runs: 1, runsBecause: '1 by hand' })]);
    expect(statement.text).toContain('each step draws each record by itself');
  });

  test('registers its ε with the version that people approve', () => {
    const base = ground();
    base.pipeline.addRegistration('Register', { training: train(base, 'Train'), metadata: { team: 'a' } });
    base.pipeline.addRegistration('RegisterTuned', { training: tune(base, 'Tune') });
    const { epsilon, delta } = dpSgd().guarantee;
    expect(stepOf(base.pipeline, 'Register').Arguments.CustomerMetadataProperties).toEqual({ 'team': 'a', 'privacy-epsilon': String(epsilon), 'privacy-delta': String(delta), 'privacy-unit': 'record' });
    expect(stepOf(base.pipeline, 'RegisterTuned').Arguments.CustomerMetadataProperties).toMatchObject({ 'privacy-epsilon': String(dpSgd().loss.repeated(10).guaranteeAt(1e-6).epsilon) });
  });

  test('takes spot capacity when checkpoints hold the accountant', () => {
    const base = ground();
    train(base, 'Train', { spot: Spot.withCheckpoints({ accountantState: true }) });
    expect(stepOf(base.pipeline, 'Train').Arguments).toMatchObject({ EnableManagedSpotTraining: true });
    expect(problemsOf(base.app)).toBe('');
  });

  test('is retried where no job has begun', () => {
    const base = ground();
    train(base, 'Train', { retries: [RetryPolicy.on([RetryOn.CAPACITY_ERROR, RetryOn.THROTTLING, RetryOn.SERVICE_FAULT])] });
    expect(problemsOf(base.app)).toBe('');
  });

  test('reads a pipe where it does not rest on a Poisson sample', () => {
    const base = ground({}, PrivacyBudget.perYear({ epsilon: 30, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD }));
    train(base, 'Train', { inputMode: InputMode.PIPE, privacy: dpSgd({ sampling: Sampling.SHUFFLED }) });
    expect(problemsOf(base.app)).toBe('');
  });

  test.each<[string, (base: Budgeted) => unknown, RegExp]>([
    ['spot capacity without the state of the accountant', (base) => train(base, 'Train', { spot: Spot.withCheckpoints() }), /^Stack\/Pipeline\/Train: takes spot capacity with differential privacy, and its checkpoints are not said to hold the state of the accountant: after an interruption it would begin to count at 0.*or leave spot out$/],
    ['a retry after a job that has begun, with no ledger either', (base) => train(base, 'Train', { retries: [RetryPolicy.transient()] }), /^Stack\/Pipeline\/Train: is retried after an internal error of its job, which has spent privacy by then and would spend it again uncounted: retry on RetryOn.CAPACITY_ERROR/],
    ['a tuning that is retried so', (base) => tune(base, 'Tune', { retries: [RetryPolicy.on([RetryOn.JOB_INTERNAL_ERROR])] }), /^Stack\/Pipeline\/Tune: is retried after an internal error of its job/],
    ['a hyperparameter that privacy gives', (base) => train(base, 'Train', { hyperparameters: { dp_noise_multiplier: '0.1' } }), /hyperparameter 'dp_noise_multiplier' is given by privacy/],
    ['a pipe under a Poisson sample', (base) => train(base, 'Train', { inputMode: InputMode.PIPE }), /reads its data as a pipe.*use InputMode.FILE or InputMode.FAST_FILE$/],
    ['a privacy that is none', (base) => train(base, 'Train', { privacy: { epsilon: 3 } as never }), /^Stack\/Pipeline\/Train: privacy is an object: give DifferentialPrivacy.dpSgd/],
    ['a budget that is none', ({ workspace }) => workspace.addStore('S', { classification: Classification.PHI, privacyBudget: 3 as never }), /^store 'Stack\/Workspace\/S': privacyBudget is 3: give a PrivacyBudget/],
  ])('fails for %s', (_, make, message) => {
    expect(() => make(ground())).toThrow(message);
  });
});

describe('a tuning', () => {
  test('without a selection counts each training', () => {
    const base = ground();
    tune(base, 'Tune', { maxTrainings: 10 });
    expect(problemsOf(base.app)).toBe('');
    expect(statementOf(base.people).spent.epsilon).toBeCloseTo(5.654308, 8);
    expect(stepOf(base.pipeline, 'Tune').Arguments).toMatchObject({ TrainingJobDefinition: { StaticHyperParameters: { dp_noise_multiplier: '1.1', dp_clipping_norm: '1' } } });
  });

  test('may tune the norm, on which the loss does not depend', () => {
    const base = ground();
    tune(base, 'Tune', { ranges: { dp_clipping_norm: Range.continuous(0.1, 10) } });
    const { TrainingJobDefinition: definition } = stepOf(base.pipeline, 'Tune').Arguments as unknown as { TrainingJobDefinition: { StaticHyperParameters: Record<string, string> } };
    expect(definition.StaticHyperParameters).not.toHaveProperty('dp_clipping_norm');
    expect(definition.StaticHyperParameters).toHaveProperty('dp_noise_multiplier');
  });

  test('in private draws the number of its trainings anew in each run', () => {
    const base = ground();
    tune(base, 'Tune', { ...SELECTED, maxParallelTrainings: 5 });
    expect(problemsOf(base.app)).toBe('');
    expect(statementOf(base.people).spent.epsilon).toBeCloseTo(3.661918243, 8);
    expect(stepOf(base.pipeline, 'Tune').Arguments).toMatchObject({
      HyperParameterTuningJobConfig: { ResourceLimits: {
        MaxNumberOfTrainingJobs: { Get: 'Steps.TuneTrials.OutputParameters[\'trials\']' }, MaxParallelTrainingJobs: { Get: 'Steps.TuneTrials.OutputParameters[\'parallel\']' },
      } },
    });
    expect(stepOf(base.pipeline, 'TuneTrials')).toMatchObject({
      Type: 'Lambda', Arguments: { kind: 'poisson', mean: '10', most: '750', parallel: '5' }, OutputParameters: [{ OutputName: 'trials', OutputType: 'Integer' }, { OutputName: 'parallel', OutputType: 'Integer' }],
    });
    Template.fromStack(base.stack).hasResourceProperties('AWS::Lambda::Function', { Description: 'Draws the number of trainings of Tune in pipeline readmission', ReservedConcurrentExecutions: 1, VpcConfig: Match.anyValue() });
  });

  test('in private has no finding in any pack that is not accepted with a reason', () => {
    const base = ground();
    tune(base, 'Tune', SELECTED);
    expect(unwaived(base.app)).toEqual([]);
  });

  test.each<[string, Partial<TuningStepProps>, RegExp]>([
    ['a number of trainings that only the deployment knows', { maxTrainings: Token.asNumber(Lazy.number({ produce: () => 3 })) }, /has a number of trainings that only the deployment knows, and each spends privacy/],
    ['a range of the noise', { ranges: { dp_noise_multiplier: Range.continuous(0.1, 1) } }, /tunes 'dp_noise_multiplier', from which the loss is reckoned: take it out of ranges; of what privacy gives, dp_clipping_norm alone may be tuned$/],
    ['spot capacity', { spot: Spot.withCheckpoints({ accountantState: true }) }, /whether the trainings of a tuning keep their checkpoints apart is not documented/],
    ['a selection without privacy', { ...SELECTED, privacy: undefined }, /selects in private among trainings that are not/],
    ['a selection by results', { ...SELECTED, strategy: TuningStrategy.BAYESIAN }, /what is tried may not depend on results: use TuningStrategy.RANDOM/],
    ['a selection by the usual strategy', { ...SELECTED, strategy: undefined }, /use TuningStrategy.RANDOM/],
    ['a selection of a known number', { ...SELECTED, maxTrainings: 20 }, /chance alone says how many trainings there are and what they try: leave maxTrainings out/],
    ['a selection with a seed', { ...SELECTED, randomSeed: 1 }, /leave randomSeed out/],
    ['a selection that time ends', { ...SELECTED, maxTuningTime: Duration.hours(1) }, /leave maxTuningTime out/],
    ['a selection that stops early', { ...SELECTED, earlyStopping: true }, /leave earlyStopping out/],
    ['a selection from more trainings than there are', { ...SELECTED, privateSelection: PrivateSelection.logarithmic(40) }, /takes a number of trainings from a logarithmic distribution of mean 40, which goes beyond the 750 that a tuning job has once in \de\+\d+ runs: take a lower mean/],
    ['a selection that is none', { ...SELECTED, privateSelection: 10 as never }, /privateSelection is 10: give a PrivateSelection/],
  ])('fails for %s', (_, more, message) => {
    expect(() => tune(ground(), 'Tune', more)).toThrow(message);
  });

  test('fails for any but the best model of a selection', () => {
    const step = tune(ground(), 'Tune', SELECTED);
    expect(() => step.topModel(1)).toThrow(/selects in private, so that nothing but the best model is given out: rank 1 is not/);
    expect(() => step.topModel(0)).not.toThrow();
  });
});

describe('runs are counted', () => {
  const monthly = events.Schedule.cron({ minute: '0', hour: '3', day: '1' });
  const epsilonAt = (make: (base: Budgeted) => void, props: Partial<MLPipelineProps> = {}, budget = PrivacyBudget.perYear({ epsilon: 100, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD })) => {
    const base = ground(props, budget);
    train(base, 'Train');
    make(base);
    expect(problemsOf(base.app)).toBe('');
    return statementOf(base.people);
  };

  test('by schedule', () => {
    const statement = epsilonAt(({ pipeline }) => pipeline.runOnSchedule('Monthly', monthly));
    // 6.288481404: dp-accounting 0.6.0, twelve retrains on the same people
    expect(statement.spent.epsilon).toBeCloseTo(6.288481404, 8);
    expect(statement.expenses[0]).toMatchObject({ runs: 12, runsBecause: '12 by schedule \'Monthly\'' });
  });

  test.each<[string, (base: Budgeted) => void, Partial<MLPipelineProps>, number, string]>([
    ['two schedules and by hand', ({ pipeline }) => { pipeline.runOnSchedule('Monthly', monthly); pipeline.runOnSchedule('Weekly', events.Schedule.rate(Duration.days(7))); }, { unscheduledRunsPerYear: 2 }, 67, '12 by schedule \'Monthly\' and 53 by schedule \'Weekly\' and 2 by hand'],
    ['new data', ({ pipeline, raw }) => pipeline.runOnNewData('New', raw), { unscheduledRunsPerYear: 5 }, 5, '5 by hand or by new data'],
    ['none', () => undefined, { unscheduledRunsPerYear: 0 }, 0, ''],
  ])('%s', (_, make, props, runs, because) => {
    expect(epsilonAt(make, props).expenses[0]).toMatchObject({ runs, runsBecause: because });
  });

  test('in a period of days, wherever it begins', () => {
    const budget = PrivacyBudget.perDays(60, { epsilon: 100, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD });
    expect(epsilonAt(({ pipeline }) => pipeline.runOnSchedule('Monthly', monthly), {}, budget).expenses[0]).toMatchObject({ runs: 3 });
    const years = PrivacyBudget.perDays(800, { epsilon: 100, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD });
    expect(epsilonAt(() => undefined, { unscheduledRunsPerYear: 2 }, years).expenses[0]).toMatchObject({ runs: 6 });
  });

  test.each<[string, (base: Budgeted) => void, RegExp]>([
    ['new data without a number', ({ pipeline, raw }) => pipeline.runOnNewData('New', raw), /Stack\/Pipeline\/New: new data starts any number of runs, and each spends privacy: give unscheduledRunsPerYear of the pipeline/],
    ['a schedule that cannot be read', ({ pipeline }) => pipeline.runOnSchedule('Odd', events.Schedule.expression('cron(0 3 1 * ?)')), /Stack\/Pipeline\/Odd: how often the schedule 'cron\(0 3 1 \* \?\)' starts a run cannot be told, and each run spends privacy/],
    ['a schedule that the deployment decides', ({ pipeline, stack }) => pipeline.runOnSchedule('Late', events.Schedule.expression(new CfnParameter(stack, 'When').valueAsString)), /Stack\/Pipeline\/Late: how often the schedule starts a run is decided at deployment/],
  ])('fails for %s', (_, make, message) => {
    const base = ground();
    train(base, 'Train');
    make(base);
    expect(problemsOf(base.app)).toMatch(message);
  });

  test.each<[string, Partial<MLPipelineProps>, RegExp]>([
    ['half a run', { unscheduledRunsPerYear: 0.5 }, /^Stack\/Pipeline: unscheduledRunsPerYear of 0.5 is not possible/],
    ['a number that only the deployment knows', { unscheduledRunsPerYear: Token.asNumber(Lazy.number({ produce: () => 3 })) }, /^Stack\/Pipeline: unscheduledRunsPerYear is decided at deployment/],
  ])('fails for %s', (_, props, message) => {
    expect(() => plainGround(props)).toThrow(message);
  });

  test('schedules of pipelines that spend nothing are nobody\'s business', () => {
    const base = ground();
    base.pipeline.addTraining('Train', { image: base.image, code, inputs: [base.raw.input()] });
    base.pipeline.runOnNewData('New', base.raw);
    expect(problemsOf(base.app)).toBe('');
  });
});

describe('budgets are added up by the flow of data', () => {
  test('through steps, over all pipelines and stacks of the app, with the sum spelled out', () => {
    const base = ground();
    const { app, image, pipeline, people, workspace } = base;
    const clean = pipeline.addProcessing('Clean', { image, code, inputs: [people.input()], outputs: Output.named('train'), deIdentifiesTo: Classification.PSEUDONYMISED });
    pipeline.addTraining('Train', { image, code, inputs: [clean.output()], privacy: dpSgd() });
    pipeline.runOnSchedule('Monthly', events.Schedule.cron({ minute: '0', hour: '3', day: '1' }));
    const other = new MLPipeline(new Stack(app, 'Other', { env: { account: '123456789012', region: 'eu-central-1' } }), 'Pipeline', { workspace });
    other.addTuning('Tune', {
      image, code, inputs: [people.input()], privacy: dpSgd(), objective: Objective.maximize('auc'), ranges: { lr: Range.continuous(0.001, 1) }, ...SELECTED,
    });
    const message = problemsOf(app);
    expect(message).toMatch(/Stack\/Workspace\/People: the budget of ε = 8 for a calendar year is spent 1\.\d+ times: 12 runs of Stack\/Pipeline\/Train at ε = 1\.726 each, ε = 6\.289 together \(.*12 by schedule 'Monthly'\)/);
    expect(message).toMatch(/ \+ 1 run of Other\/Pipeline\/Tune at ε = 3\.662 .*, together ε = \d+\.\d+ at δ = 1e-5.*multiply every noise multiplier by 1\.\d+/);
    expect(statementOf(people).withinBudget).toBe(false);
  });

  test('of every store that data comes from', () => {
    const base = ground();
    const more = base.workspace.addStore('More', { classification: Classification.PHI, privacyBudget: PrivacyBudget.perYear({ epsilon: 1, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD }) });
    train(base, 'Train', { inputs: [base.people.input(), more.input()] });
    const message = problemsOf(base.app);
    expect(message).toMatch(/Stack\/Workspace\/More: the budget of ε = 1 for a calendar year is spent 1\.726 times/);
    expect(message).not.toMatch(/Workspace\/People:/);
    expect(statementOf(base.people).spent.epsilon).toBeCloseTo(1.725290818, 8);
  });

  test('also of a store that was imported', () => {
    const base = ground();
    const theirs = DataStore.fromAttributes(base.stack, 'Theirs', { bucketName: 'theirs', classification: Classification.PHI, privacyBudget: PrivacyBudget.perYear({ epsilon: 1, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD }) });
    expect(theirs.privacyBudget?.epsilon).toBe(1);
    train(base, 'Train', { inputs: [theirs.input()] });
    expect(problemsOf(base.app)).toMatch(/Stack\/Theirs: the budget of ε = 1/);
  });

  test('what is made from a private model costs nothing more', () => {
    const base = ground();
    const first = train(base, 'Train');
    const prepared = base.pipeline.addProcessing('Prune', { image: base.image, code, inputs: [first.model], outputs: Output.named('model') });
    base.pipeline.addTraining('Distil', { image: base.image, code, inputs: [prepared.output(), base.raw.input()] });
    expect(problemsOf(base.app)).toBe('');
    expect(statementOf(base.people).expenses.map(({ by }) => by)).toEqual(['Stack/Pipeline/Train']);
  });

  test('both branches of a condition count', () => {
    const base = ground();
    const [left, right] = [train(base, 'Left'), train(base, 'Right')];
    const flag = base.pipeline.addBoolean('Flag', true);
    base.pipeline.addCondition('Which', { conditions: [Condition.isTrue(flag.valueAsString)], ifTrue: [left], ifFalse: [right] });
    expect(problemsOf(base.app)).toBe('');
    expect(statementOf(base.people).expenses).toHaveLength(2);
  });

  test('stands in the metadata of the assembly as plain data', () => {
    const base = ground();
    train(base, 'Train');
    const [artifact] = base.app.synth().stacks;
    const [entry] = artifact.findMetadataByType('regulated-ml:privacy');
    expect(entry.data).toEqual({ dataSet: 'Stack/Workspace/People', statement: statementOf(base.people) });
    expect(JSON.parse(JSON.stringify(entry.data))).toEqual(entry.data);
  });

  test.each<[string, (base: Budgeted) => unknown, RegExp]>([
    ['a training without differential privacy', (base) => train(base, 'Train', { privacy: undefined }), /Stack\/Workspace\/People: Stack\/Pipeline\/Train trains on it without differential privacy, so no ε bounds what it gives away/],
    ['a tuning without differential privacy', (base) => tune(base, 'Tune', { privacy: undefined }), /Stack\/Pipeline\/Tune trains on it without differential privacy/],
    ['a search by Autopilot', ({ pipeline, people }) => pipeline.addAutoML('Auto', { input: people.input(), target: 'died' }), /Stack\/Pipeline\/Auto trains on it without differential privacy/],
    ['a training that hides records, of a budget for persons', (base) => {
      const persons = base.workspace.addStore('Persons', { classification: Classification.PHI, privacyBudget: PrivacyBudget.perYear({ epsilon: 8, delta: 1e-5, records: 30_000, unit: PrivacyUnit.PERSON }) });
      return train(base, 'Train', { inputs: [persons.input()] });
    }, /Stack\/Workspace\/Persons: Stack\/Pipeline\/Train hides each record, and the budget is for each person/],
    ['privacy that no budget counts', (base) => train(base, 'Train', { inputs: [base.raw.input()] }), /Stack\/Pipeline\/Train: spends privacy, and no store that it reads has a budget to spend from: give the store with people's data a privacyBudget/],
    ['a tuning that no budget counts', (base) => tune(base, 'Tune', { inputs: [base.raw.input()] }), /Stack\/Pipeline\/Tune: spends privacy, and no store/],
  ])('fails for %s', (_, make, message) => {
    const base = ground();
    make(base);
    expect(problemsOf(base.app)).toMatch(message);
  });

  test('nothing is said of apps without budgets', () => {
    const { app, stack, workspace } = workspaceStack();
    expect(workspace.outputs.privacyBudget).toBeUndefined();
    new MLPipeline(stack, 'Pipeline', { workspace }).addFail('F', { message: 'x' });
    expect(problemsOf(app)).toBe('');
  });
});

describeWithPython('definitions with privacy', () => {
  test('keep to the shapes of SageMaker\'s API', () => {
    const base = ground();
    train(base, 'Train', { spot: Spot.withCheckpoints({ accountantState: true }) });
    tune(base, 'Tune', SELECTED);
    tune(base, 'Each');
    base.pipeline.addRegistration('Register', { training: base.pipeline.node.findChild('Train') as never });
    expect(definitionErrors(base.pipeline._renderDefinition())).toEqual([]);
  });
});
