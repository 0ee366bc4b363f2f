import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency } from '../../../lib/policy';
import { DataFlow, type DeIdentificationPromise, type FlowNode, type PlacedEdge, type PrivacyPromise } from '../../../lib/policy/flow';
import { readApp } from '../../../lib/rules/aws/tree';
import { judgementsOf, PROFILE, ruleNamed, stackIn } from '../support';

function answers(app: App, rule: string, written = false): [string, string, string | undefined][] {
  const view = readApp(app, written).view;
  return judgementsOf({ view, rules: [ruleNamed(rule)], profile: PROFILE, pack: 'RegulatedML' }).map(({ finding }) => [finding.path, finding.answer, finding.detail]);
}

type Edge = [from: string, to: string, more?: Pick<PlacedEdge, 'beside' | 'carries' | 'prefix'>, label?: string];

function flowOf(app: App, nodes: Partial<FlowNode>[], edges: Edge[]): DataFlow {
  const flow = DataFlow.of(app);
  for (const node of nodes) flow.add({ kind: 'step', name: node.id!, ...node } as FlowNode);
  for (const [from, to, more, label] of edges) flow.connect(from, to, label, more);
  return flow;
}

describe('FlowDeIdentification', () => {
  const app = () => {
    const made = new App();
    stackIn(made);
    return made;
  };
  const raw = { id: 'raw', kind: 'store' as const, classification: Classification.PHI };
  const train = { id: 'train', detail: 'Training' };

  test('raw data that reaches a training step is a finding', () => {
    const made = app();
    flowOf(made, [raw, train], [['raw', 'train']]);
    expect(answers(made, 'FlowDeIdentification')).toEqual([['train', 'non-compliant', "'train' reads phi data from 'raw'"]]);
  });
  test('raw data that goes through a step that only copies it is still raw', () => {
    const made = app();
    flowOf(made, [raw, { id: 'copy', detail: 'Processing' }, train], [['raw', 'copy'], ['copy', 'train']]);
    expect(answers(made, 'FlowDeIdentification').map(([, answer]) => answer)).toEqual(['non-compliant']);
  });
  test('a step that de-identifies between them makes it compliant', () => {
    const made = app();
    flowOf(made, [raw, { id: 'clean', detail: 'Processing', deIdentifiesTo: Classification.PSEUDONYMISED }, train], [['raw', 'clean'], ['clean', 'train']]);
    expect(answers(made, 'FlowDeIdentification').map(([, answer]) => answer)).toEqual(['compliant']);
  });
  test('one clean and one raw input are a finding about the raw one', () => {
    const made = app();
    flowOf(made, [raw, { id: 'public', kind: 'store', classification: Classification.PUBLIC }, { ...train, detail: 'Tuning' }], [['public', 'train'], ['raw', 'train']]);
    expect(answers(made, 'FlowDeIdentification')).toEqual([['train', 'non-compliant', "'train' reads phi data from 'raw'"]]);
  });
  test('an input without a classification, and a step without inputs, are unknown', () => {
    const made = app();
    flowOf(made, [{ id: 'what', kind: 'external' }, train, { id: 'lonely', detail: 'Transform' }], [['what', 'train']]);
    expect(answers(made, 'FlowDeIdentification').map(([path, answer]) => [path, answer])).toEqual([['train', 'unknown'], ['lonely', 'unknown']]);
  });
  test('what is classified launders nothing that comes in beside it', () => {
    const made = app();
    const codes = { id: 'codes', kind: 'store' as const, classification: Classification.INTERNAL };
    flowOf(made, [codes, { id: 'fetch' }, { id: 'prep' }, train, { id: 'endpoint', kind: 'endpoint' }, { id: 'captures', kind: 'store', detail: 'captures' }], [
      ['fetch', 'prep'], ['codes', 'prep'], ['prep', 'train'], ['prep', 'endpoint'], ['endpoint', 'captures'],
    ]);
    expect(answers(made, 'FlowDeIdentification')).toEqual([
      ['train', 'unknown', "what 'prep' gives to 'train' is of 'fetch' too, which has no classification"],
      ['captures', 'unknown', "what 'captures' captures is of 'fetch' too, which has no classification"],
    ]);
    const worse = app();
    flowOf(worse, [raw, { id: 'fetch' }, { id: 'prep' }, train], [['fetch', 'prep'], ['raw', 'prep'], ['prep', 'train']]);
    expect(answers(worse, 'FlowDeIdentification').map(([, answer]) => answer)).toEqual(['non-compliant']);
  });
  test.each([Classification.PHI, Classification.PERSONAL])('captures of %s data are a finding, of pseudonymised data none', (classification) => {
    const made = app();
    const store = (id: string, own?: Classification) => ({ id, kind: 'store' as const, detail: 'captures', ...(own ? { classification: own } : {}) });
    flowOf(made, [{ id: 'endpoint', kind: 'endpoint' }, store('named', classification), store('clean', Classification.PSEUDONYMISED), store('what')], [['endpoint', 'named'], ['endpoint', 'clean'], ['endpoint', 'what']]);
    expect(answers(made, 'FlowDeIdentification')).toEqual([
      ['named', 'non-compliant', `'named' captures ${classification} data`], ['clean', 'compliant', undefined], ['what', 'unknown', "what 'what' captures has no classification"],
    ]);
  });
  test('what is no store of captures, and what no endpoint writes, is not judged as one', () => {
    const made = app();
    flowOf(made, [{ id: 'endpoint', kind: 'endpoint' }, { ...raw, id: 'answers', detail: 'curated' }, { ...raw, id: 'other', detail: 'captures' }], [['endpoint', 'answers'], ['raw', 'other']]);
    expect(answers(made, 'FlowDeIdentification')).toEqual([]);
  });
  test('what leaves the app is de-identified before', () => {
    const made = app();
    flowOf(made, [raw, { id: 'clean', detail: 'Processing', deIdentifiesTo: Classification.PSEUDONYMISED }, { id: 'partner', kind: 'external' }, { id: 'lab', kind: 'external' }, { id: 'source', kind: 'external' }], [
      ['raw', 'partner'], ['raw', 'clean'], ['clean', 'lab'], ['source', 'clean'],
    ]);
    expect(answers(made, 'FlowDeIdentification')).toEqual([
      ['partner', 'non-compliant', "'partner', outside the app, receives phi data from 'raw'"], ['lab', 'compliant', undefined],
    ]);
  });
  test('other steps are not judged', () => {
    const made = app();
    flowOf(made, [raw, { id: 'process', detail: 'Processing' }], [['raw', 'process']]);
    expect(answers(made, 'FlowDeIdentification')).toEqual([]);
  });
});

describe('FlowDifferentialPrivacy', () => {
  const step = (name: string, args: unknown, type = 'Training') => ({ Name: name, Type: type, Arguments: args });
  const made = (nodes: Partial<FlowNode>[], edges: [string, string][], ...steps: { readonly Name: string }[]) => {
    const app = new App();
    const stack = stackIn(app);
    const pipeline = new Construct(stack, 'Pipeline');
    new CfnResource(pipeline, 'Resource', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: stack.toJsonString({ Version: '2020-12-01', Steps: steps }) } } });
    for (const { Name } of steps) new Construct(pipeline, Name);
    const id = (name: string) => (steps.some(({ Name }) => Name === name) ? `Test/Pipeline/${name}` : name);
    flowOf(app, [...nodes, ...steps.map(({ Name }) => ({ id: id(Name), name: Name, detail: 'Training' }))], edges.map(([from, to]) => [id(from), id(to)]));
    return answers(app, 'FlowDifferentialPrivacy').map(([path, answer, detail]) => [path.split('/').at(-1), answer, ...(detail ? [detail.replace(/^.*?: /, '')] : [])]);
  };
  const store = (classification: Classification, hasPrivacyBudget?: boolean) => ({ id: 'raw', kind: 'store' as const, classification, ...(hasPrivacyBudget ? { hasPrivacyBudget } : {}) });
  const budgeted = store(Classification.PSEUDONYMISED, true);
  const bounded = { HyperParameters: { dp_mechanism: 'dp-sgd' } };

  test('a training on identifying data without a mechanism is a finding, one with it is kept', () => {
    expect(made([store(Classification.PHI)], [['raw', 'Train']], step('Train', {}))).toEqual([['Train', 'non-compliant', "it learns from phi data of 'raw' without a bound on what it can reveal"]]);
    expect(made([store(Classification.PHI)], [['raw', 'Train']], step('Train', bounded))).toEqual([['Train', 'compliant']]);
  });
  test('pseudonymised data without a budget asks for nothing, with one it does, through any number of steps', () => {
    expect(made([store(Classification.PSEUDONYMISED)], [['raw', 'Train']], step('Train', {}))).toEqual([]);
    expect(made([budgeted, { id: 'clean' }], [['raw', 'clean'], ['clean', 'Train']], step('Train', {}))).toEqual([['Train', 'non-compliant', "it learns from 'raw', whose privacy budget it spends, without a bound on what it can reveal"]]);
  });
  test('what learns from the model of a private training costs nothing more', () => {
    expect(made([budgeted], [['raw', 'Train'], ['Train', 'Tune']], step('Train', bounded), step('Tune', {}))).toEqual([['Train', 'compliant']]);
  });
  test('every definition of a tuning states it among what is not searched', () => {
    const definition = (mechanism?: unknown) => ({ StaticHyperParameters: mechanism === undefined ? {} : { dp_mechanism: mechanism } });
    const tuned = (...TrainingJobDefinitions: unknown[]) => made([budgeted], [['raw', 'Tune']], step('Tune', { TrainingJobDefinitions }, 'Tuning')).map(([, answer]) => answer);
    expect(tuned(definition('"dp-sgd"'), definition('dp-federated'))).toEqual(['compliant']);
    expect(tuned(definition('dp-sgd'), definition())).toEqual(['non-compliant']);
    expect(tuned(definition('none'))).toEqual(['non-compliant']);
  });
  test('AutoML takes no noise, and other steps are not asked', () => {
    expect(made([budgeted], [['raw', 'Auto'], ['raw', 'Clean']], step('Auto', {}, 'AutoML'), step('Clean', {}, 'Processing'))).toEqual([
      ['Auto', 'non-compliant', "it learns from 'raw', whose privacy budget it spends, and a job of its kind takes no noise"],
    ]);
  });
  test('a token is unknown; without a flow nothing is said', () => {
    expect(made([budgeted], [['raw', 'Train']], step('Train', { HyperParameters: { dp_mechanism: { Get: 'Parameters.Mechanism' } } })).map(([, answer]) => answer)).toEqual(['unknown']);
    expect(made([budgeted], [], step('Train', {}))).toEqual([]);
  });
});

const PROMISE: DeIdentificationPromise = { digest: 'd'.repeat(64), columns: {}, passing: [], namedLike: [], missingNames: [], holdsGroups: true, leavesGroupsOut: false, reads: 'csv', writes: 'csv' };

describe('FlowDeIdentificationPlan', () => {
  const judgedOf = (change: Partial<DeIdentificationPromise> | undefined) => {
    const app = new App();
    stackIn(app);
    flowOf(app, [{ id: 'raw', kind: 'store', classification: Classification.PHI }, { id: 'clean', ...(change ? { deIdentification: { ...PROMISE, ...change } } : {}) }], [['raw', 'clean']]);
    return answers(app, 'FlowDeIdentificationPlan').map(([, answer, detail]) => [answer, ...(detail ? [detail] : [])]);
  };
  test.each<[string, Partial<DeIdentificationPromise> | undefined, unknown[]]>([
    ['a plan that lets nothing pass', {}, [['compliant']]],
    ['a step without a plan', undefined, []],
    ['an identifier that passes', { passing: [{ column: 'mrn', kind: 'medical-record-number' }] }, [['non-compliant', "'clean' lets column 'mrn' pass, which is a medical-record-number"]]],
    ['two of them, each by its name', { passing: [{ column: 'a', kind: 'email' }, { column: 'b', kind: 'url' }] }, [['non-compliant', "'clean' lets column 'a' pass, which is a email"], ['non-compliant', "'clean' lets column 'b' pass, which is a url"]]],
    ['a column that is called like one', { namedLike: [{ column: 'Name', kind: 'name' }] }, [['unknown', "'clean' lets column 'Name' pass, which is called like a name: whether it is of a person is not said"]]],
    ['text that is searched by forms', { missingNames: ['note'] }, [['unknown', "'clean' searches the text of 'note' by forms and lists; names that stand in it are not found"]]],
    ['both', { passing: [{ column: 'a', kind: 'email' }], missingNames: ['note'] }, [['non-compliant', "'clean' lets column 'a' pass, which is a email"], ['unknown', "'clean' searches the text of 'note' by forms and lists; names that stand in it are not found"]]],
  ])('%s', (_, change, expected) => expect(judgedOf(change)).toEqual(expected));
});

describe('FlowDeIdentificationThresholds', () => {
  const judgedOf = (classification: Classification | undefined, holdsGroups: boolean | undefined, beside = false) => {
    const app = new App();
    stackIn(app);
    const source = { id: 'raw', kind: 'store' as const, ...(classification ? { classification } : {}) };
    flowOf(app, [source, { id: 'fetch' }, { id: 'prep' }, { id: 'clean', ...(holdsGroups === undefined ? {} : { deIdentification: { ...PROMISE, holdsGroups } }) }],
      beside ? [['raw', 'prep'], ['fetch', 'prep'], ['prep', 'clean']] : [['raw', 'clean']]);
    return answers(app, 'FlowDeIdentificationThresholds').map(([, answer]) => answer);
  };
  test.each<[string, Classification | undefined, boolean | undefined, string[]]>([
    ['health data that is held to groups', Classification.PHI, true, ['compliant']],
    ['health data that nothing holds', Classification.PHI, false, ['non-compliant']],
    ['personal data that nothing holds', Classification.PERSONAL, false, ['non-compliant']],
    ['pseudonymised data, which was held before', Classification.PSEUDONYMISED, false, []],
    ['data of which nothing is known', undefined, false, ['unknown']],
    ['a step without a plan', Classification.PHI, undefined, []],
  ])('%s', (_, classification, holdsGroups, expected) => expect(judgedOf(classification, holdsGroups)).toEqual(expected));
  test('pseudonymised data beside data of which nothing is known', () => {
    expect([judgedOf(Classification.PSEUDONYMISED, false, true), judgedOf(Classification.PHI, false, true)]).toEqual([['unknown'], ['non-compliant']]);
  });
});

describe('FlowDeIdentificationMatches', () => {
  const judgedOf = (args: unknown, type = 'Processing', promise: DeIdentificationPromise | null = PROMISE) => {
    const app = new App();
    const stack = stackIn(app);
    const pipeline = new Construct(stack, 'Pipeline');
    new CfnParameter(stack, 'Param');
    const request = type === 'Processing' ? { AppSpecification: { ContainerArguments: args } } : { JobConfig: { jobDriver: { sparkSubmit: { entryPointArguments: args } } } };
    new CfnResource(pipeline, 'Resource', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: [{ Name: 'Step', Type: type, Arguments: request }] } } } });
    new Construct(pipeline, 'Step');
    flowOf(app, [{ id: 'Test/Pipeline/Step', name: 'Step', detail: type, ...(promise ? { deIdentification: promise } : {}) }], []);
    return answers(app, 'FlowDeIdentificationMatches').map(([, answer]) => answer);
  };
  const named = (digest: unknown) => ['--plan', 'plan.json', '--plan-digest', digest];
  test.each<[string, unknown, string[]]>([
    ['the plan that is declared', named(PROMISE.digest), ['compliant']],
    ['another plan', named('e'.repeat(64)), ['non-compliant']],
    ['no argument of a digest', ['--plan', 'plan.json'], ['non-compliant']],
    ['no arguments', undefined, ['non-compliant']],
    ['an argument without a value', ['--plan-digest'], ['non-compliant']],
    ['a digest that is a token', named({ Ref: 'Param' }), ['unknown']],
  ])('%s, in both kinds of step', (_, args, expected) => {
    expect(judgedOf(args)).toEqual(expected);
    expect(judgedOf(args, 'EMRServerless')).toEqual(expected);
  });
  test('arguments that are a token are unknown, a choice is as bad as its worse half, and a step without a plan is not judged', () => {
    expect(judgedOf({ Ref: 'Param' })).toEqual(['unknown']);
    expect(judgedOf(named({ 'Fn::If': ['Cond', PROMISE.digest, 'other'] }))).toEqual(['non-compliant']);
    expect(judgedOf([], 'Processing', null)).toEqual([]);
  });
});

describe('FlowPrivacyMatches', () => {
  const SETTINGS = { dp_mechanism: 'dp-sgd', dp_noise_multiplier: '1.1', dp_steps: '1000' };
  const made = (privacy: PrivacyPromise | undefined, args: object, type = 'Training') => {
    const app = new App();
    const stack = stackIn(app);
    const pipeline = new Construct(stack, 'Pipeline');
    new CfnParameter(stack, 'Param');
    new CfnResource(pipeline, 'Resource', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: [{ Name: 'Step', Type: type, Arguments: args }] } } } });
    new Construct(pipeline, 'Step');
    flowOf(app, [{ id: 'Test/Pipeline/Step', name: 'Step', detail: type, ...(privacy ? { privacy } : {}) }], []);
    return answers(app, 'FlowPrivacyMatches').map(([, answer, detail]) => [answer, ...(detail ? [detail.replace(/^.*?: /, '')] : [])]);
  };
  const trained = (change: object) => made({ settings: SETTINGS, trainings: 1 }, { HyperParameters: { layers: '3', ...SETTINGS, ...change } });

  test('what is declared and deployed agrees, in quotes too', () => {
    expect(trained({})).toEqual([['compliant']]);
    expect(trained({ dp_mechanism: '"dp-sgd"', dp_steps: 1000 })).toEqual([['compliant']]);
  });
  test('less noise and more steps than were declared are findings, each by its name', () => {
    expect(trained({ dp_noise_multiplier: '0.1', dp_steps: '9000' })).toEqual([
      ['non-compliant', "dp_noise_multiplier is '0.1', and declared as '1.1'"], ['non-compliant', "dp_steps is '9000', and declared as '1000'"],
    ]);
  });
  test('a number that is left out is a finding, and so are all of them', () => {
    expect(made({ settings: SETTINGS }, { HyperParameters: { dp_mechanism: 'dp-sgd', dp_steps: '1000' } })).toEqual([['non-compliant', "dp_noise_multiplier is declared as '1.1' and not deployed"]]);
    expect(made({ settings: SETTINGS }, {})).toHaveLength(3);
  });
  test('a token in the place of a number is unknown', () => {
    expect(trained({ dp_steps: { Ref: 'Param' } }).map(([answer]) => answer)).toEqual(['unknown']);
    expect(trained({ dp_steps: { 'Fn::If': ['Cond', '1000', '9000'] } })).toEqual([['non-compliant', "dp_steps is '9000', and declared as '1000'"]]);
  });
  test('a mechanism that nobody declared is reckoned by nobody; names that only look alike are none', () => {
    expect(made(undefined, { HyperParameters: { dp_mechanism: 'dp-sgd' } })).toEqual([['non-compliant', "dp_mechanism is 'dp-sgd', and the step declares no privacy: nobody reckons what it loses"]]);
    expect(made(undefined, { HyperParameters: { dp_size: '8', dp_mechanism: 'none' } })).toEqual([]);
    expect(made(undefined, {})).toEqual([]);
  });
  test('a tuning is held to its number of trainings, in each of its definitions, and searches nothing that is reckoned with', () => {
    const tuned = (change: object, trainings: number | undefined = 10) => made({ settings: SETTINGS, ...(trainings === undefined ? {} : { trainings }) }, {
      HyperParameterTuningJobConfig: { ResourceLimits: { MaxNumberOfTrainingJobs: 10 } }, TrainingJobDefinition: { StaticHyperParameters: SETTINGS }, ...change,
    }, 'Tuning');
    const limited = (MaxNumberOfTrainingJobs: unknown) => ({ HyperParameterTuningJobConfig: { ResourceLimits: { MaxNumberOfTrainingJobs } } });
    expect(tuned({})).toEqual([['compliant']]);
    expect(tuned(limited(400))).toEqual([['non-compliant', 'HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs is 400, not at most 10, as is declared']]);
    expect(tuned(limited({ Ref: 'Param' })).map(([answer]) => answer)).toEqual(['unknown']);
    expect(tuned({ TrainingJobDefinition: undefined, TrainingJobDefinitions: [{ StaticHyperParameters: SETTINGS }, { StaticHyperParameters: { ...SETTINGS, dp_steps: '1' } }] })).toEqual([['non-compliant', "dp_steps is '1', and declared as '1000'"]]);
    expect(tuned({ HyperParameterTuningJobConfig: { ResourceLimits: { MaxNumberOfTrainingJobs: 10 }, ParameterRanges: { IntegerParameterRanges: [{ Name: 'dp_steps', MinValue: '1', MaxValue: '9000' }] } } }))
      .toEqual([['non-compliant', "dp_steps is searched, and declared as '1000'"]]);
  });
  test('a number of trainings that chance says is written by a step, and a fixed one is a finding', () => {
    const drawn = (MaxNumberOfTrainingJobs: unknown) => made({ settings: SETTINGS }, {
      HyperParameterTuningJobConfig: { ResourceLimits: { MaxNumberOfTrainingJobs } }, TrainingJobDefinition: { StaticHyperParameters: SETTINGS },
    }, 'Tuning').map(([answer]) => answer);
    expect(drawn({ Get: "Steps.Draw.OutputParameters['trials']" })).toEqual(['compliant']);
    expect(drawn(500)).toEqual(['non-compliant']);
  });
  test('an AutoML job and a processing have none to compare, and a step that is not declared neither', () => {
    expect(made(undefined, {}, 'AutoML')).toEqual([]);
    expect(made(undefined, { HyperParameters: { dp_mechanism: 'dp-sgd' } }, 'Processing')).toEqual([]);
  });
});

describe('PipelineInputsMatchDataFlow', () => {
  const at = (bucket: string, key: string) => ({ 'Fn::Join': ['', ['s3://', { Ref: bucket }, `/${key}`]] });
  const channel = (...uris: unknown[]) => ({ InputDataConfig: uris.map((S3Uri) => ({ DataSource: { S3DataSource: { S3Uri } } })) });
  const cleaning = (to: unknown, from: unknown = at('Raw', 'admissions/')) => ({ ProcessingInputs: [{ S3Input: { S3Uri: from } }], ProcessingOutputConfig: { Outputs: [{ S3Output: { S3Uri: to } }] } });
  const CLEAN = cleaning(at('Outputs', 'p/Clean/'));
  interface Parts {
    readonly clean: object;
    readonly copy: object;
    readonly train: object;
    readonly more?: { readonly Name: string; readonly Type: string; readonly Arguments: object }[];
    readonly edges?: [string, string][];
    /** Name of the input of the training, and where it is declared to come from. */
    readonly label?: string;
    readonly from?: string;
  }
  const madeOf = ({ clean, copy, train, more = [], edges = [], label, from = 'Clean' }: Parts) => {
    const app = new App();
    const stack = stackIn(app);
    for (const id of ['Raw', 'Outputs', 'Models']) new CfnResource(new Construct(stack, id), 'Bucket', { type: 'AWS::S3::Bucket' }).overrideLogicalId(id);
    new CfnResource(stack, 'Assets', { type: 'AWS::S3::Bucket' }).overrideLogicalId('Assets');
    new CfnParameter(stack, 'Param');
    const pipeline = new Construct(stack, 'Pipeline');
    const [last, others] = more[0]?.Type === 'Lambda' ? [[], more] : [more, []];
    const steps = [...others, { Name: 'Clean', Type: 'Processing', Arguments: clean }, { Name: 'Copy', Type: 'Processing', Arguments: copy }, { Name: 'Train', Type: 'Training', Arguments: train }, ...last];
    new CfnResource(pipeline, 'Resource', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: steps } } } });
    for (const { Name } of steps) new Construct(pipeline, Name);
    const id = (name: string) => (steps.some(({ Name }) => Name === name) ? `Test/Pipeline/${name}` : `Test/${name}`);
    const all: [string, string, string?][] = [['Raw', 'Clean'], ['Clean', 'Outputs'], ['Raw', 'Copy'], ['Copy', 'Outputs'], [from, 'Train', label], ['Train', 'Models'], ...edges];
    flowOf(app, [
      ...['Raw', 'Outputs', 'Models'].map((name) => ({ id: id(name), name, kind: 'store' as const })), ...steps.map(({ Name, Type }) => ({ id: id(Name), name: Name, detail: Type })),
    ], all.map(([source, target, by]): Edge => [id(source), id(target), {}, by]));
    return answers(app, 'PipelineInputsMatchDataFlow').filter(([path]) => !path.endsWith('Copy')).map(([path, answer, detail]) => [path.split('/').at(-1), answer, ...(detail ? [detail.replace(/^.*?: /, '')] : [])]);
  };
  const made = (train: object, clean: object = CLEAN, edges: [string, string][] = []) => madeOf({ clean, copy: cleaning(at('Outputs', 'p/Copy/')), train, edges });

  test('a training reads what the step wrote that it declares, code from an asset, and what a step names only when it runs', () => {
    expect(made({ ...channel(at('Outputs', 'p/Clean/train/'), at('Assets', 'code.tar.gz'), { Get: 'Steps.Clean.ProcessingOutputConfig' }), OutputDataConfig: { S3OutputPath: at('Models', 'p/') } })).toEqual([['Clean', 'compliant'], ['Train', 'compliant']]);
  });
  test('a training that an override turns to the raw store is a finding', () => {
    expect(made(channel(at('Raw', 'admissions/')))).toEqual([['Clean', 'compliant'], ['Train', 'non-compliant', "it reads 'Raw', which it does not declare"]]);
  });
  test('so is one of two that a condition chooses from', () => {
    expect(made(channel({ 'Fn::If': ['Cond', at('Outputs', 'p/Clean/'), at('Raw', 'admissions/')] })).at(-1)).toEqual(['Train', 'non-compliant', "it reads 'Raw', which it does not declare"]);
  });
  test('a training that an override turns to what another step wrote into the same store is a finding', () => {
    expect(made(channel(at('Outputs', 'p/Copy/'))).at(-1)).toEqual(['Train', 'non-compliant', "it reads 's3://?/p/Copy/' in 'Outputs', which no step that it declares writes"]);
  });
  test('a step that writes where it only reads is a finding, and one that writes into another store', () => {
    expect(made({}, cleaning(at('Raw', 'p/Clean/')))).toEqual([['Clean', 'non-compliant', "it writes to 'Raw', which it does not declare"]]);
    expect(made({ OutputDataConfig: { S3OutputPath: at('Outputs', 'x/') } }).at(-1)).toEqual(['Train', 'non-compliant', "it writes to 'Outputs', which it does not declare"]);
  });
  test('a store that a step declares may be read anywhere in it', () => {
    expect(made(channel(at('Raw', 'anything/')), CLEAN, [['Raw', 'Train']]).at(-1)).toEqual(['Train', 'compliant']);
  });
  describe('in the notation of pipelines', () => {
    const output = (step: string, path = "ProcessingOutputConfig.Outputs['rows'].S3Output.S3Uri") => ({ Get: `Steps.${step}.${path}` });
    const writing = (name: string) => ({ ProcessingInputs: [{ InputName: 'in', S3Input: { S3Uri: at('Raw', 'admissions/') } }], ProcessingOutputConfig: { Outputs: [{ OutputName: 'rows', S3Output: { S3Uri: at('Outputs', `p/${name}/`) } }] } });
    const train = (args: object, more: Partial<Parts> = {}) => madeOf({ clean: writing('Clean'), copy: writing('Copy'), train: args, ...more }).at(-1);
    const COPY = ['Train', 'non-compliant', "it reads 's3://?/p/Copy/' in 'Outputs', which no step that it declares writes"];

    test('the output of a step that it declares is kept, alone and joined', () => {
      expect(train(channel(output('Clean'), { 'Std:Join': { On: '/', Values: [output('Clean'), 'train'] } }))).toEqual(['Train', 'compliant']);
    });
    test('that of another step is a finding, alone, joined, or by its place in the list', () => {
      expect(train(channel(output('Copy')))).toEqual(COPY);
      expect(train(channel({ 'Std:Join': { On: '/', Values: [output('Copy'), 'train'] } }))).toEqual([...COPY.slice(0, 2), "it reads 's3://?/p/Copy//train' in 'Outputs', which no step that it declares writes"]);
      expect(train(channel(output('Copy', 'ProcessingOutputConfig.Outputs[0].S3Output.S3Uri')))).toEqual(COPY);
      expect(train(channel({ 'Fn::If': ['Cond', output('Clean'), output('Copy')] }))).toEqual(COPY);
    });
    test('so is what a step reads, which is the store behind it', () => {
      expect(train(channel(output('Clean', "ProcessingInputs['in'].S3Input.S3Uri")))).toEqual(['Train', 'non-compliant', "it reads 'Raw', which it does not declare"]);
    });
    test('what a request does not say is held against the step: a model, an answer', () => {
      const model = { Get: 'Steps.Train.ModelArtifacts.S3ModelArtifacts' };
      const judge = (name: string, edges: [string, string][]) => madeOf({ clean: writing('Clean'), copy: writing('Copy'), train: {}, more: [{ Name: name, Type: 'Processing', Arguments: { ProcessingInputs: [{ InputName: 'model', S3Input: { S3Uri: model } }] } }], edges }).at(-1);
      expect(judge('Evaluate', [['Train', 'Evaluate']])).toEqual(['Evaluate', 'compliant']);
      expect(judge('Evaluate', [['Models', 'Evaluate']])).toEqual(['Evaluate', 'compliant']);
      expect(judge('Evaluate', [['Clean', 'Evaluate']])).toEqual(['Evaluate', 'non-compliant', "it reads 'Train.ModelArtifacts.S3ModelArtifacts', and declares nothing of that step"]);
    });
    test('what a function answers is kept where a store is declared for the input of that name, and a finding where a step is', () => {
      const answered = { InputDataConfig: [{ ChannelName: 'rows', DataSource: { S3DataSource: { S3Uri: output('Ask', "OutputParameters['uri']") } } }] };
      const more = [{ Name: 'Ask', Type: 'Lambda', Arguments: {} }];
      expect(train(answered, { more, label: 'rows' })).toEqual(['Train', 'non-compliant', `it reads 'Ask.OutputParameters['uri']', and declares nothing of that step`]);
      expect(train(answered, { more, label: 'rows', from: 'Raw' })).toEqual(['Train', 'compliant']);
      expect(train(answered, { more, label: 'other', from: 'Raw' })![1]).toBe('non-compliant');
    });
    test('a step that writes where another does is a finding, and a circle of references ends', () => {
      expect(train({ OutputDataConfig: { S3OutputPath: output('Clean') } })).toEqual(['Train', 'non-compliant', `it writes to 'Clean.ProcessingOutputConfig.Outputs['rows'].S3Output.S3Uri', where another step does`]);
      const circle = (other: string) => ({ ProcessingInputs: [{ InputName: 'in', S3Input: { S3Uri: output(other, "ProcessingInputs['in'].S3Input.S3Uri") } }] });
      expect(madeOf({ clean: circle('Copy'), copy: circle('Clean'), train: {} }).map(([, answer]) => answer)).toEqual(['non-compliant']);
    });
    test('names, numbers and what a Lambda is told are no places', () => {
      expect(train({ ...channel(output('Clean')), HyperParameters: { from: output('Copy') }, TrainingJobName: output('Copy', 'ProcessingJobName') })).toEqual(['Train', 'compliant']);
      expect(madeOf({ clean: writing('Clean'), copy: writing('Copy'), train: {}, more: [{ Name: 'Tell', Type: 'Lambda', Arguments: { Input: output('Copy') } }] }).map(([name]) => name)).not.toContain('Tell');
    });
  });
  test.each<[string, object, string]>([
    ['a file system', { FileSystemDataSource: { FileSystemId: 'fs-1', FileSystemType: 'EFS' } }, 'a file system'],
    ['a data set', { DatasetSource: { DatasetArn: 'arn' } }, 'a data set of a hub'],
  ])('%s in the place of a channel is a finding', (_name, DataSource, what) => {
    expect(made({ InputDataConfig: [{ ChannelName: 'train', DataSource }] }).at(-1)).toEqual(['Train', 'non-compliant', `it reads ${what}, which it does not declare`]);
  });

  describe('of a job that no flow declares', () => {
    const PHI = { classification: Classification.PHI };
    const job = (args: object, { type = 'Training', classified = PHI, actions = 's3:GetObject*', written = [] }: { readonly type?: string; readonly classified?: Partial<FlowNode>; readonly actions?: string; readonly written?: Edge[] } = {}) => {
      const app = new App();
      const stack = stackIn(app);
      new CfnParameter(stack, 'Param');
      new CfnResource(new Construct(stack, 'Raw'), 'Bucket', { type: 'AWS::S3::Bucket' }).overrideLogicalId('Raw');
      const Statement = [{ Effect: 'Allow', Action: actions, Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Raw', 'Arn'] }, '/*']] } }];
      new CfnResource(stack, 'Role', { type: 'AWS::IAM::Role', properties: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'p', PolicyDocument: { Statement } }] } });
      const request = { RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, ...args };
      new CfnResource(stack, 'Pipeline', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: [{ Name: 'T', Type: type, Arguments: request }] } } } });
      const Resource = `arn:aws:states:::sagemaker:${({ Training: 'createTrainingJob', Tuning: 'createHyperParameterTuningJob', Processing: 'createProcessingJob' })[type]}.sync`;
      new CfnResource(stack, 'StateMachine', { type: 'AWS::StepFunctions::StateMachine', properties: { Definition: { States: { T: { Type: 'Task', Resource, Parameters: request } } } } });
      flowOf(app, [{ id: 'Test/Raw', name: 'Raw', kind: 'store', ...classified }, { id: 'codes', kind: 'store', classification: Classification.INTERNAL }, { id: 'fetch' }], written);
      const said = answers(app, 'PipelineInputsMatchDataFlow').map(([, answer, detail]) => [answer, detail?.replace(/^.*?: /, '')]);
      // a pipeline and a state machine say the same
      expect(said.slice(said.length / 2)).toEqual(said.slice(0, said.length / 2));
      return said[0];
    };
    const RAW = channel(at('Raw', 'admissions/'));
    const OPEN = ['unknown', "where it reads is parameter Param, which has no default, and its role may read 'Raw', of which no flow declares that it learns"];

    test('that learns from a store of people is a finding, whatever de-identifies elsewhere', () => {
      expect(job(RAW)).toEqual(['non-compliant', "it learns from phi data of 'Raw', and no flow declares that it does"]);
      expect(job(RAW, { classified: { classification: Classification.PSEUDONYMISED } })![0]).toBe('non-compliant');
      expect(job({ TrainingJobDefinition: RAW }, { type: 'Tuning' })![0]).toBe('non-compliant');
    });
    test('a store of nobody is not asked for, one without a classification is unknown', () => {
      expect(job(RAW, { classified: { classification: Classification.INTERNAL } })).toBeUndefined();
      expect(job(RAW, { classified: {} })![0]).toBe('unknown');
      expect(job(RAW, { classified: {}, written: [['codes', 'Test/Raw']] })).toBeUndefined();
      expect(job(RAW, { classified: {}, written: [['codes', 'Test/Raw'], ['fetch', 'Test/Raw']] })).toEqual(['unknown', "it learns from 'Raw', of which no flow declares it, and which holds data of 'fetch', which has no classification"]);
    });
    test('an address that is not known is unknown where the role may read such a store, and only there', () => {
      expect(job(channel({ Ref: 'Param' }))).toEqual(OPEN);
      expect(job(channel({ Ref: 'Param' }), { actions: 's3:*' })).toEqual(OPEN);
      expect(job(channel({ Ref: 'Param' }), { actions: 's3:PutObject' })).toBeUndefined();
      expect(job(channel({ Ref: 'Param' }), { classified: { classification: Classification.PUBLIC } })).toBeUndefined();
      expect(job({ ...channel({ Ref: 'Param' }), RoleArn: 'arn:aws:iam::123456789012:role/elsewhere' })).toBeUndefined();
    });
    test('a job that reads elsewhere, or learns nothing, is not judged', () => {
      expect(job(channel('s3://elsewhere/x'))).toBeUndefined();
      expect(job({ OutputDataConfig: { S3OutputPath: { Ref: 'Param' } } })).toBeUndefined();
      expect(job(CLEAN, { type: 'Processing' })).toBeUndefined();
    });
  });
  test('a place that is a token is for residency to name, and a pipeline without a flow is not judged', () => {
    expect(made(channel({ Ref: 'Param' }))).toEqual([['Clean', 'compliant']]);
    const app = new App();
    new CfnResource(stackIn(app), 'Raw', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: [{ Name: 'Train', Type: 'Training', Arguments: channel('s3://bucket/x') }] } } } });
    expect(answers(app, 'PipelineInputsMatchDataFlow')).toEqual([]);
  });
});

describe('FlowStoreClassification', () => {
  const made = (nodes: Partial<FlowNode>[], edges: Edge[]) => {
    const app = new App();
    stackIn(app);
    flowOf(app, nodes, edges);
    return app;
  };
  const store = (id: string, classification: Classification) => ({ id, kind: 'store' as const, classification });
  const verdicts = (app: App) => answers(app, 'FlowStoreClassification');

  test('health data that a step writes to a store called public is a finding, whatever reads it', () => {
    expect(verdicts(made([store('raw', Classification.PHI), { id: 'copy' }, store('open', Classification.PUBLIC), { id: 'train', detail: 'Training' }], [['raw', 'copy'], ['copy', 'open'], ['open', 'train']])))
      .toEqual([['open', 'non-compliant', "'copy' writes phi data to 'open', which is classified public"]]);
  });
  test('a step that de-identifies far enough makes it compliant', () => {
    expect(verdicts(made([store('raw', Classification.PHI), { id: 'clean', deIdentifiesTo: Classification.PSEUDONYMISED }, store('clean-data', Classification.PSEUDONYMISED)], [['raw', 'clean'], ['clean', 'clean-data']])))
      .toEqual([['clean-data', 'compliant', undefined]]);
  });
  test('a key of pseudonyms is as sensitive as what it opens, and adds nothing to the result', () => {
    const keyed = (keys: Classification, read?: Classification) => verdicts(made(
      [...(read ? [store('raw', read)] : []), store('keys', keys), { id: 'clean', deIdentifiesTo: Classification.PSEUDONYMISED }], [...(read ? [['raw', 'clean'] as Edge] : []), ['keys', 'clean', { carries: 'key' }]],
    ));
    expect(keyed(Classification.INTERNAL, Classification.PHI)).toEqual([['keys', 'non-compliant', "'keys' holds the key by which 'clean' pseudonymises phi data, and is classified internal"]]);
    expect(keyed(Classification.PSEUDONYMISED, Classification.PERSONAL).map(([, answer]) => answer)).toEqual(['non-compliant']);
    expect(keyed(Classification.PHI, Classification.PHI)).toEqual([['keys', 'compliant', undefined]]);
    expect(keyed(Classification.PERSONAL, Classification.PERSONAL)).toEqual([['keys', 'compliant', undefined]]);
    expect(keyed(Classification.INTERNAL)).toEqual([['keys', 'unknown', "what 'clean' reads has no classification, so what the key in 'keys' opens is not known"]]);
  });
  test('rows that come back to a store are judged, what a step sets aside is judged by the node that gives it out', () => {
    const app = made([store('raw', Classification.PERSONAL), store('more', Classification.PHI), { id: 'clean', deIdentifiesTo: Classification.PSEUDONYMISED }, { id: 'clean/Quarantine' }], [
      ['raw', 'clean'], ['more', 'clean'], ['raw', 'clean/Quarantine'], ['more', 'clean/Quarantine'], ['clean/Quarantine', 'raw', { carries: 'back' }], ['clean', 'raw', { carries: 'aside' }],
    ]);
    expect(verdicts(app)).toEqual([['raw', 'non-compliant', "'clean/Quarantine' writes phi data to 'raw', which is classified personal"]]);
  });
  test('what has no classification is unknown in any store but one of the highest', () => {
    expect(verdicts(made([{ id: 'what', kind: 'external' }, store('low', Classification.INTERNAL), store('high', Classification.PHI)], [['what', 'low'], ['what', 'high']])))
      .toEqual([['low', 'unknown', "what 'what' writes to 'low' has no classification"], ['high', 'compliant', undefined]]);
  });
  test('what a step copies beside what is classified is unknown as well', () => {
    const nodes = (own: Classification) => made([store('codes', Classification.INTERNAL), { id: 'fetch' }, { id: 'prep' }, store('out', own)], [['codes', 'prep'], ['fetch', 'prep'], ['prep', 'out']]);
    expect(verdicts(nodes(Classification.INTERNAL))).toEqual([['out', 'unknown', "what 'prep' writes to 'out' is of 'fetch' too, which has no classification"]]);
    expect([Classification.PUBLIC, Classification.PHI].map((own) => verdicts(nodes(own))[0]![1])).toEqual(['non-compliant', 'compliant']);
    const keyed = made([store('codes', Classification.INTERNAL), { id: 'fetch' }, store('keys', Classification.INTERNAL), { id: 'clean' }], [['codes', 'clean'], ['fetch', 'clean'], ['keys', 'clean', { carries: 'key' }]]);
    expect(verdicts(keyed)).toEqual([['keys', 'unknown', "what 'clean' reads is of 'fetch' too, which has no classification, so what the key in 'keys' opens is not known"]]);
  });
  test('outside HIPAA a special category may hold health data', () => {
    const app = made([store('raw', Classification.PHI), store('outputs', Classification.SPECIAL_CATEGORY)], [['raw', 'outputs']]);
    const gdpr = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
    expect(judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed('FlowStoreClassification')], profile: gdpr, pack: 'R' }).map(({ finding }) => finding.answer)).toEqual(['compliant']);
    expect(verdicts(app).map(([, answer]) => answer)).toEqual(['non-compliant']);
  });
});

describe('FlowConsentPurpose', () => {
  const made = (nodes: Partial<FlowNode>[], edges: [string, string][]) => {
    const app = new App();
    stackIn(app);
    flowOf(app, nodes, edges);
    return answers(app, 'FlowConsentPurpose');
  };
  const raw = { id: 'raw', kind: 'store' as const, detail: 'raw', classification: Classification.PERSONAL };

  test('a store that personal data comes in through says what for', () => {
    expect(made([{ ...raw, purpose: Purpose.of('billing') }, { id: 'learn' }], [['raw', 'learn']])).toEqual([['raw', 'compliant', undefined]]);
    expect(made([raw, { id: 'learn', purpose: Purpose.of('research') }], [['raw', 'learn']])).toEqual([['raw', 'non-compliant', "'raw' holds personal data and states no purpose"]]);
  });
  test('so does a source outside the app', () => {
    expect(made([{ ...raw, kind: 'external' }, { id: 'learn' }], [['raw', 'learn']]).map(([, answer]) => answer)).toEqual(['non-compliant']);
  });
  test('what is written by a step, read by nobody, of no person or of no class is not asked', () => {
    expect(made([{ ...raw, id: 'outputs' }, { id: 'learn' }, { id: 'next' }], [['learn', 'outputs'], ['outputs', 'next']])).toEqual([]);
    expect(made([raw], [])).toEqual([]);
    expect(made([{ ...raw, detail: 'models' }, { id: 'endpoint', kind: 'endpoint' }], [['raw', 'endpoint']])).toEqual([]);
    expect(made([{ ...raw, classification: Classification.INTERNAL }, { id: 'other', kind: 'store' }, { id: 'learn' }], [['raw', 'learn'], ['other', 'learn']])).toEqual([]);
  });
});

describe('FlowStoreErasure', () => {
  const made = (nodes: Partial<FlowNode>[], edges: Edge[] = [], more: (stack: Stack) => void = () => undefined) => {
    const app = new App();
    const stack = stackIn(app);
    more(stack);
    flowOf(app, nodes, edges);
    return answers(app, 'FlowStoreErasure').sort(([a], [b]) => (a < b ? -1 : 1));
  };
  const erased = { id: 'raw', kind: 'store' as const, classification: Classification.PHI, erasure: 'objects, by Rights' };
  const copy = { id: 'copy', kind: 'store' as const, classification: Classification.PSEUDONYMISED };

  test('where something erases people, a store of people from which nothing does is a finding', () => {
    expect(made([erased, copy])).toEqual([['copy', 'non-compliant', "'copy' holds pseudonymised data, and nothing erases people from it"], ['raw', 'compliant', 'objects, by Rights']]);
  });
  test('so are captures, vaults and what steps write, whatever the zone', () => {
    for (const detail of ['captures', 'vault', 'curated', 'models', 'quarantine']) expect(made([erased, { ...copy, detail }]).map(([path, answer]) => `${path} ${answer}`)).toEqual(['copy non-compliant', 'raw compliant']);
  });
  test('an app in which nothing erases is not asked: it is left open in reports', () => {
    expect(made([{ ...erased, erasure: undefined }, copy])).toEqual([]);
    expect(made([])).toEqual([]);
  });
  test('what is of no person, and what is no store, is not asked', () => {
    expect(made([erased, { ...copy, classification: Classification.INTERNAL }, { id: 'train' }, { id: 'model', kind: 'model' }], [['raw', 'train'], ['train', 'model']]).map(([path]) => path)).toEqual(['raw']);
  });
  test('a store without a classification has that of what is written to it, and is unknown where nothing tells', () => {
    expect(made([erased, { id: 'step' }, { id: 'out', kind: 'store' }, { id: 'what', kind: 'store' }], [['raw', 'step'], ['step', 'out']])).toEqual([
      ['out', 'non-compliant', "'out' holds phi data, and nothing erases people from it"], ['raw', 'compliant', 'objects, by Rights'],
      ['what', 'unknown', "what 'what' holds has no classification, and nothing erases people from it"],
    ]);
  });

  test('a store of nobody into which something flows that is not classified is unknown', () => {
    expect(made([erased, { id: 'codes', kind: 'store', classification: Classification.INTERNAL }, { id: 'fetch' }, { id: 'step' }, { id: 'out', kind: 'store' }], [['codes', 'step'], ['fetch', 'step'], ['step', 'out']]).slice(0, 1)).toEqual([
      ['out', 'unknown', "'out' holds data of 'fetch', which has no classification, and nothing erases people from it"],
    ]);
  });

  test('the answer has the ground on which a store keeps people', () => {
    const proof = { id: 'proof', kind: 'store' as const, classification: Classification.PHI, keptByLaw: 'proof of consent (GDPR Art. 7(1))' };
    expect(made([erased, proof])).toEqual([['proof', 'compliant', 'no eraser reaches it: it is kept as proof of consent (GDPR Art. 7(1))'], ['raw', 'compliant', 'objects, by Rights']]);
  });

  describe('by prefix', () => {
    const below = (...prefixes: string[]) => ({ ...erased, erasers: prefixes.map((prefix) => ({ prefix, finds: 'known-form' as const })) });
    const steps = [{ id: 'step' }];
    const answer = (nodes: Partial<FlowNode>[], edges: Edge[]) => made([...nodes, ...steps], edges).map(([path, verdict, detail]) => `${path} ${verdict}: ${detail}`);
    const COMPLIANT = ['raw compliant: objects, by Rights'];

    test('what is read or written has an eraser that looks there', () => {
      expect(answer([below('admissions/')], [['raw', 'step', { prefix: 'admissions/2027/' }], ['step', 'raw', { prefix: 'admissions/' }]])).toEqual(COMPLIANT);
      expect(answer([below('letters/', '')], [['raw', 'step', { prefix: 'admissions/' }]])).toEqual(COMPLIANT);
      expect(answer([below('letters/')], [['raw', 'step', { prefix: 'admissions/' }], ['raw', 'step', { prefix: 'letters/' }, 'letters']])).toEqual(["raw non-compliant: 'step' reads 'admissions/' in 'raw', where nothing erases people: erasers look below 'letters/'"]);
      expect(answer([below('letters/')], [['step', 'raw', { prefix: 'p/step/train/' }]])).toEqual(["raw non-compliant: 'step' writes 'p/step/train/' in 'raw', where nothing erases people: erasers look below 'letters/'"]);
    });
    test('an eraser of a part is not known to reach the whole', () => {
      expect(answer([below('admissions/')], [['raw', 'step', { prefix: '' }]])).toEqual(["raw unknown: 'step' reads all of 'raw', and people are erased below 'admissions/' only: whether they stand elsewhere in it is not known"]);
    });
    test('a place that is known only when a step runs is reached by an eraser of the whole, and by others is not known', () => {
      expect(answer([below('admissions/', '')], [['raw', 'step'], ['step', 'raw']])).toEqual(COMPLIANT);
      const where = "that is known only when it runs, and people are erased below 'letters/' only: whether they are erased there is not known";
      expect(answer([below('letters/')], [['raw', 'step']])).toEqual([`raw unknown: 'step' reads a part of 'raw' ${where}`]);
      expect(answer([below('letters/')], [['step', 'raw']])).toEqual([`raw unknown: 'step' writes a part of 'raw' ${where}`]);
    });
    test('measures of many, and what another edge carries too, are not held against places', () => {
      expect(answer([below('letters/')], [['raw', 'step', { beside: 'another' }], ['step', 'raw', { beside: 'measures' }]])).toEqual(COMPLIANT);
    });
    test('what is moved from store to store is held against the places of the one it comes to', () => {
      const held = { ...below('objects/'), id: 'held' };
      expect(answer([below('letters/'), held], [['raw', 'held']])).toEqual([
        "held unknown: 'raw' writes a part of 'held' that is known only when it runs, and people are erased below 'objects/' only: whether they are erased there is not known", ...COMPLIANT,
      ]);
    });
    test('an eraser of captures reaches captures, and nothing where no endpoint captures', () => {
      const captures = { ...erased, erasers: [{ prefix: 'captures/', finds: 'captures' as const }] };
      const endpoint = { id: 'endpoint', kind: 'endpoint' as const };
      expect(answer([captures], [['raw', 'step', { prefix: 'admissions/' }]])).toEqual(["raw non-compliant: its eraser looks for captures in 'raw', into which no endpoint captures, so it erases nobody"]);
      expect(answer([captures, endpoint], [['endpoint', 'raw', { prefix: 'captures/' }]])).toEqual(COMPLIANT);
      expect(answer([captures, endpoint], [['endpoint', 'raw', { prefix: 'captures/' }], ['raw', 'step', { prefix: 'captures/' }]])).toEqual(["raw non-compliant: 'step' reads 'captures/' in 'raw', where nothing erases people: erasers look below 'captures/'"]);
      expect(answer([{ ...captures, detail: 'captures' }], [])).toEqual(COMPLIANT);
    });
    test('rows that were set aside are in no known form: a function of the user erases them, or they expire before a request is due', () => {
      const aside: Edge[] = [['raw', 'step', { prefix: 'admissions/' }], ['step', 'raw', { carries: 'aside', prefix: 'p/step/quarantine/' }]];
      const short = { retentionDays: 21, versionDays: 3 };
      expect(answer([{ ...below(''), retentionDays: 3650, versionDays: 30 }], aside)).toEqual([
        "raw non-compliant: rows that 'step' sets aside lie in 'raw' below 'p/step/quarantine/', where no eraser finds a person, for 3680 days: a request is due after 28, so give them a store of their own that keeps them, and their versions, for 26 at most",
      ]);
      expect(answer([{ ...below(''), retentionDays: 21 }], aside)).toEqual([expect.stringContaining('for a time that is not known: a request is due after 28')]);
      expect(answer([{ ...below('admissions/'), ...short }], aside)).toEqual(COMPLIANT);
      expect(answer([{ ...erased, erasers: [{ prefix: '', finds: 'anything' as const }] }], aside)).toEqual(COMPLIANT);
    });
    test('so does a store that holds nothing else, which no eraser reaches', () => {
      const own = (days: number): Partial<FlowNode>[] => [below(''), { id: 'aside', kind: 'store', classification: Classification.PHI, retentionDays: days, versionDays: 3 }, { id: 'step/Quarantine', detail: 'Quarantine' }];
      const edges: Edge[] = [['raw', 'step', { prefix: 'admissions/' }], ['step', 'aside', { carries: 'aside', prefix: 'p/step/quarantine/' }], ['step/Quarantine', 'aside']];
      expect(answer(own(21), edges)[0]).toBe('aside compliant: no eraser reaches it: rows that were set aside are gone after 24 days, before a request is due');
      expect(answer(own(23), edges)[0]).toContain('aside compliant');
      expect(answer(own(24), edges)[0]).toMatch(/^aside non-compliant: rows that 'step' sets aside lie in 'aside' .*, for 27 days: a request is due after 28, .* for 26 at most$/);
      // somebody reads them, or writes something else there
      expect(answer(own(21), [...edges, ['aside', 'step', { prefix: 'p/' }]])[0]).toBe("aside non-compliant: 'aside' holds phi data, and nothing erases people from it");
    });
    test('a store of keys is of nobody, unless it holds data too', () => {
      const keys = { id: 'keys', kind: 'store' as const, classification: Classification.PHI };
      expect(answer([below(''), keys], [['keys', 'step', { carries: 'key', prefix: 'k/' }]])).toEqual(COMPLIANT);
      expect(answer([below(''), keys], [['keys', 'step', { carries: 'key' }], ['keys', 'step', {}, 'data']])[0]).toContain('keys non-compliant');
      expect(answer([below(''), keys], [['keys', 'step', { carries: 'key' }], ['step', 'keys']])[0]).toContain('keys non-compliant');
    });
    test('a store that keeps nobody says why', () => {
      expect(answer([below(''), { id: 'vault', kind: 'store', classification: Classification.PHI, keepsNobody: 'tokens are worked out' }], [])).toEqual([...COMPLIANT, 'vault compliant: there is nobody to erase: tokens are worked out']);
    });
  });

  describe('a feature group', () => {
    const group = (name?: unknown) => (stack: Stack) => { new CfnResource(stack, 'Group', { type: 'AWS::SageMaker::FeatureGroup', properties: name === undefined ? {} : { FeatureGroupName: name } }); };
    const known = { id: 'eraser', kind: 'store' as const, name: 'patients', detail: 'feature-group', classification: Classification.PHI, erasure: 'record by record, by Rights' };
    const ofGroup = (found: ReturnType<typeof made>) => found.filter(([path]) => path.endsWith('Group')).map(([, answer, detail]) => [answer, detail]);
    test('is known by its name', () => {
      expect(ofGroup(made([known], [], group('patients')))).toEqual([['compliant', undefined]]);
    });
    test('that nothing erases from is a finding', () => {
      expect(ofGroup(made([known], [], group('doctors')))).toEqual([['non-compliant', "nothing erases people from feature group 'doctors'"]]);
      expect(ofGroup(made([{ ...known, erasure: undefined }, erased], [], group('patients')))).toEqual([['non-compliant', "nothing erases people from feature group 'patients'"]]);
      expect(ofGroup(made([known], [], group()))).toEqual([['non-compliant', 'nothing erases people from it']]);
    });
    test('whose name an override changes, or a parameter gives, is judged by that', () => {
      expect(ofGroup(made([known], [], (stack) => {
        group('patients')(stack);
        (stack.node.findChild('Group') as CfnResource).addPropertyOverride('FeatureGroupName', 'other');
      }))).toEqual([['non-compliant', "nothing erases people from feature group 'other'"]]);
      expect(ofGroup(made([known], [], (stack) => group({ Ref: new CfnParameter(stack, 'Name').logicalId })(stack))).map(([answer]) => answer)).toEqual(['unknown']);
    });
    test('in an app in which nothing erases is not asked', () => {
      expect(ofGroup(made([], [], group('patients')))).toEqual([]);
    });
  });
});

describe('FlowPurpose', () => {
  const purpose = (name: string) => ({ purpose: Purpose.of(name) });
  const made = (nodes: Partial<FlowNode>[], edges: [string, string][]) => {
    const app = new App();
    stackIn(app);
    flowOf(app, nodes, edges);
    return answers(app, 'FlowPurpose');
  };
  const bills = { id: 'bills', kind: 'store' as const, ...purpose('billing') };
  const outputs = { id: 'outputs', kind: 'store' as const };

  test('data that goes through a pipeline without a purpose keeps the one it was collected for', () => {
    expect(made([bills, { id: 'copy' }, outputs, { id: 'study', ...purpose('research') }], [['bills', 'copy'], ['copy', 'outputs'], ['outputs', 'study']])).toEqual([
      ['copy', 'unknown', "'copy' states no purpose and reads data for 'billing' from 'bills'"],
      ['study', 'non-compliant', "'study' reads data for 'billing' from 'outputs', for the purpose 'research'"],
    ]);
  });
  test('the same purpose all the way is compliant; data bound to none may be read', () => {
    expect(made([bills, outputs, { id: 'copy', ...purpose('billing') }, { id: 'free', kind: 'store' }, { id: 'next', ...purpose('billing') }, { id: 'any' }],
      [['bills', 'copy'], ['copy', 'outputs'], ['outputs', 'next'], ['free', 'next'], ['free', 'any']]).map(([path, answer]) => [path, answer])).toEqual([['copy', 'compliant'], ['next', 'compliant']]);
  });
  test('a store that says another purpose than what flows in is a finding', () => {
    expect(made([bills, { id: 'copy', ...purpose('billing') }, { id: 'study', kind: 'store', ...purpose('research') }], [['bills', 'copy'], ['copy', 'study']]).map(([path, answer]) => [path, answer]))
      .toEqual([['copy', 'compliant'], ['study', 'non-compliant']]);
  });
  test('a store that several purposes write to cannot be told apart', () => {
    expect(made([bills, { id: 'other', kind: 'store', ...purpose('research') }, outputs, { id: 'next', ...purpose('billing') }], [['bills', 'outputs'], ['other', 'outputs'], ['outputs', 'next']])
      .map(([path, answer, detail]) => [path, answer, detail])).toEqual([['next', 'unknown', "'outputs' holds data for 'billing' and 'research'; which of it 'next' reads for 'billing' is not known"]]);
  });
  test('a recipient outside the app states what it gets data for', () => {
    expect(made([bills, { id: 'partner', kind: 'external' }, { id: 'lab', kind: 'external', ...purpose('research') }, { id: 'clerk', kind: 'external', ...purpose('billing') }], [['bills', 'partner'], ['bills', 'lab'], ['bills', 'clerk']])
      .map(([path, answer]) => [path, answer])).toEqual([['partner', 'unknown'], ['lab', 'non-compliant'], ['clerk', 'compliant']]);
  });
  test('an endpoint and its monitor serve and watch for the purpose of what was learned', () => {
    expect(made([bills, { id: 'learn', ...purpose('billing') }, { id: 'endpoint', kind: 'endpoint' }, { id: 'watch', kind: 'monitor' }], [['bills', 'learn'], ['learn', 'endpoint'], ['endpoint', 'watch']]).map(([path]) => path)).toEqual(['learn']);
  });
  test('what was made anonymous is bound to no purpose; what is pseudonymised still is', () => {
    const through = (deIdentifiesTo: Classification) => made([bills, { id: 'clean', deIdentifiesTo, ...purpose('billing') }, outputs, { id: 'study', ...purpose('research') }], [['bills', 'clean'], ['clean', 'outputs'], ['outputs', 'study']])
      .map(([, answer]) => answer);
    expect(through(Classification.INTERNAL)).toEqual(['compliant', 'compliant']);
    expect(through(Classification.PSEUDONYMISED)).toEqual(['compliant', 'non-compliant']);
  });
});

test('a finding of the flow names the line that declared the construct', () => {
  const app = new App({ context: { '@aws-cdk/core:stackTrace': true } });
  new CfnResource(new Construct(stackIn(app), 'Raw'), 'Resource', { type: 'AWS::S3::Bucket' });
  flowOf(app, [{ id: 'Test/Raw', kind: 'store', region: 'us-east-1' }], []);
  const found = judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed('ResidencyFlow')], profile: PROFILE, pack: 'R' });
  expect(found.map(({ finding }) => finding.source)).toEqual([expect.stringMatching(/^test\/rules\/aws\/flow\.test\.ts:\d+:\d+$/)]);
});

test('ResidencyFlow: a store that was imported from elsewhere is a finding', () => {
  const app = new App();
  stackIn(app);
  flowOf(app, [{ id: 'a', kind: 'store', region: 'us-east-1' }, { id: 'b', kind: 'store', region: 'eu-west-1' }, { id: 'c' }], []);
  expect(answers(app, 'ResidencyFlow').map(([path, answer]) => [path, answer])).toEqual([['a', 'non-compliant'], ['b', 'compliant']]);
});

test('ResidencyFlow: a recipient outside the app that states no region is unknown, one that only gives is none', () => {
  const app = new App();
  stackIn(app);
  flowOf(app, [{ id: 'a', kind: 'store' }, { id: 'to', kind: 'external' }, { id: 'from', kind: 'external' }, { id: 'near', kind: 'external', region: 'eu-west-1' }], [['a', 'to'], ['from', 'a'], ['a', 'near']]);
  expect(answers(app, 'ResidencyFlow').map(([path, answer]) => [path, answer])).toEqual([['to', 'unknown'], ['near', 'compliant']]);
});

describe('definitions', () => {
  function pipelineIn(stack: Stack, body: unknown): CfnResource {
    return new CfnResource(new Construct(stack, 'Pipeline'), 'Resource', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: body } } });
  }
  const step = (name: string, type = 'Training', args: unknown = {}) => ({ Name: name, Type: type, Arguments: args });

  test('steps in branches at any depth are judged, and named by their own constructs', () => {
    const app = new App();
    const stack = stackIn(app);
    const pipeline = pipelineIn(stack, stack.toJsonString({
      Version: '2020-12-01',
      Steps: [step('Choose', 'Condition', { Conditions: [], IfSteps: [step('Again', 'Condition', { IfSteps: [step('Deep')] })], ElseSteps: [step('Other')] })],
    }));
    new Construct(pipeline.node.scope!, 'Deep');
    flowOf(app, [{ id: 'Test/Pipeline/Deep', name: 'Deep', detail: 'Training' }], []);
    expect(answers(app, 'SageMakerJobNetworkIsolation')).toEqual([
      ['Test/Pipeline/Deep', 'non-compliant', "Training 'Deep': EnableNetworkIsolation is not set"],
      ['Test/Pipeline/Resource', 'non-compliant', expect.stringContaining("Training 'Other'")],
    ]);
  });

  test('a token inside a text, whole or as a number blinds no rule', () => {
    const app = new App();
    const stack = stackIn(app);
    const parameter = new CfnParameter(stack, 'P', { type: 'Number' });
    pipelineIn(stack, stack.toJsonString({ Steps: [step('Train', 'Training', {
      RoleArn: `arn:aws:iam::${stack.account}:role/${parameter.valueAsString}`,
      ResourceConfig: { InstanceCount: parameter.valueAsNumber, InstanceType: 'ml.m5.large' },
      OutputDataConfig: { S3OutputPath: `s3://x-${parameter.valueAsString}/` },
    })] }));
    expect(answers(app, 'SageMakerJobVolumeKey').map(([, answer]) => answer)).toEqual(['non-compliant']);
    expect(answers(app, 'SageMakerJobOutputKey').map(([, answer]) => answer)).toEqual(['non-compliant']);
    expect(answers(app, 'DefinitionReadable').map(([, answer]) => answer)).toEqual(['compliant']);
  });

  test.each([
    ['a definition that is a parameter', { Ref: 'P' }], ['no JSON', '{'], ['no steps', '{}'],
    ['steps that are a token', { Steps: { Ref: 'P' } }], ['a step that is a token', { Steps: [{ Ref: 'P' }] }],
  ])('%s is unknown', (_what, body) => {
    const app = new App();
    const stack = stackIn(app);
    new CfnParameter(stack, 'P');
    pipelineIn(stack, body);
    expect(answers(app, 'DefinitionReadable').map(([, answer]) => answer)).toEqual(['unknown']);
  });

  test('a step of a type that no rule knows is unknown', () => {
    const app = new App();
    pipelineIn(stackIn(app), { Steps: [step('A', 'Nonsense'), step('B', 'Fail')] });
    expect(answers(app, 'DefinitionReadable')).toEqual([['Test/Pipeline/Resource', 'unknown', "step 'A' has the type 'Nonsense', which no rule knows"]]);
  });

  test('a definition in an asset of the app is read; one in a bucket elsewhere is unknown', () => {
    const directory = mkdtempSync(join(tmpdir(), 'definition-'));
    writeFileSync(join(directory, 'definition.json'), JSON.stringify({ Steps: [step('Train')] }));
    const app = new App({ outdir: join(directory, 'out') });
    const stack = stackIn(app);
    const asset = new assets.Asset(stack, 'Definition', { path: join(directory, 'definition.json') });
    const place = (Bucket: string, Key: string) => ({ PipelineDefinition: { PipelineDefinitionS3Location: { Bucket, Key } } });
    new CfnResource(stack, 'Known', { type: 'AWS::SageMaker::Pipeline', properties: place(asset.s3BucketName, asset.s3ObjectKey) });
    new CfnResource(stack, 'Elsewhere', { type: 'AWS::SageMaker::Pipeline', properties: place('bucket', 'key.json') });
    app.synth();
    expect(answers(app, 'DefinitionReadable', true).map(([path, answer]) => [path, answer])).toEqual([['Test/Elsewhere', 'unknown'], ['Test/Known', 'compliant']]);
    expect(answers(app, 'SageMakerJobNetworkIsolation', true)).toEqual([['Test/Known', 'non-compliant', expect.stringContaining("Training 'Train'")]]);
  });

  test('requests that a state machine makes are judged like resources', () => {
    const app = new App();
    const stack = stackIn(app);
    const task = (action: string, parameters: object) => ({ Type: 'Task', Resource: `arn:${stack.partition}:states:::${action}`, Parameters: parameters, End: true });
    new CfnResource(stack, 'Rollout', { type: 'AWS::StepFunctions::StateMachine', properties: { DefinitionString: stack.toJsonString({ StartAt: 'A', States: {
      A: task('aws-sdk:sagemaker:createModel', { EnableNetworkIsolation: false }),
      B: { Type: 'Map', ItemProcessor: { States: { C: task('aws-sdk:sagemaker:createModel', { 'EnableNetworkIsolation.$': '$.isolated' }) } } },
      D: { Type: 'Parallel', Branches: [{ States: { E: task('sagemaker:createTrainingJob.sync', { AlgorithmSpecification: { TrainingImage: '123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1' } }) } }] },
      F: task('aws-sdk:s3:copyObject', { CopySource: 'x', Bucket: 'arn:aws:s3:us-east-1:123456789012:accesspoint/x' }),
    } }) } });
    expect(answers(app, 'SageMakerModelNetworkIsolation').map(([, answer]) => answer)).toEqual(['non-compliant', 'unknown']);
    expect(answers(app, 'SageMakerJobNetworkIsolation')).toEqual([['Test/Rollout', 'non-compliant', expect.stringContaining("Training 'E'")]]);
    expect(answers(app, 'ResidencyImage').map(([, answer]) => answer)).toEqual(['non-compliant']);
    expect(answers(app, 'ResidencyReference')).toEqual([['Test/Rollout', 'non-compliant', expect.stringContaining("Task 'F'")]]);
  });

  describe('PipelineMatchesDataFlow', () => {
    const made = (body: object, declared: string[]) => {
      const app = new App();
      pipelineIn(stackIn(app), body);
      flowOf(app, declared.map((name) => ({ id: `Test/Pipeline/${name}`, name, detail: 'Training' })), []);
      return answers(app, 'PipelineMatchesDataFlow').map(([, answer, detail]) => [answer, detail]);
    };
    test('what is declared and deployed agrees', () => {
      expect(made({ Steps: [step('A'), step('B', 'Fail')] }, ['A', 'B'])).toEqual([['compliant', undefined]]);
    });
    test('a step that an override added, and one that it dropped, are findings', () => {
      expect(made({ Steps: [step('A'), step('Leak')] }, ['A', 'Clean'])).toEqual([
        ['non-compliant', "step 'Leak' is deployed but not declared"], ['non-compliant', "step 'Clean' is declared but not deployed"],
      ]);
    });
    test('an option that leaves out a step is a finding, and one that writes it otherwise is none', () => {
      const If = (...options: unknown[]) => ({ 'Fn::If': ['Cond', ...options] });
      const otherwise = { ...step('A'), Description: 'written otherwise' };
      expect(made({ Steps: [If(step('A'), otherwise), If(step('Clean'), { Ref: 'AWS::NoValue' })] }, ['A', 'Clean'])).toEqual([
        ['non-compliant', "step 'Clean' is declared, and an option of the definition deploys the pipeline without it"],
      ]);
      expect(made({ Steps: If([step('A'), step('Clean')], If([step('Clean'), otherwise], [step('A'), step('Clean')])) }, ['A', 'Clean'])).toEqual([['compliant', undefined]]);
    });
    test.each(['Lambda', 'Callback', 'EMR', 'EMRServerless', 'Fail', 'RegisterModel', 'Nonsense'])('a step of type %s that an override added is a finding', (type) => {
      expect(made({ Steps: [step('A'), step('Leak', type)] }, ['A'])).toEqual([['non-compliant', "step 'Leak' is deployed but not declared"]]);
    });
    test('a step that makes a model is declared as a model', () => {
      const app = new App();
      pipelineIn(stackIn(app), { Steps: [step('A'), step('M', 'Model')] });
      flowOf(app, [{ id: 'Test/Pipeline/A', name: 'A' }, { id: 'Test/Pipeline/M', name: 'M', kind: 'model', detail: 'Model' }], []);
      expect(answers(app, 'PipelineMatchesDataFlow').map(([, answer]) => answer)).toEqual(['compliant']);
    });
    test('steps of a pipeline that stands beside are not missed in a raw one', () => {
      const app = new App();
      const stack = stackIn(app);
      new CfnResource(stack, 'Raw', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: [step('A')] } } } });
      flowOf(app, [{ id: 'Test/Pipeline/B', name: 'B' }], []);
      expect(answers(app, 'PipelineMatchesDataFlow')).toEqual([]);
    });
    test('a raw pipeline takes neither path nor data of a step that is called the same in another', () => {
      const app = new App();
      const stack = stackIn(app);
      new CfnResource(stack, 'Raw', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: [step('Train')] } } } });
      const other = pipelineIn(stack, { Steps: [step('Train')] });
      new Construct(other.node.scope!, 'Train');
      flowOf(app, [{ id: 'raw', kind: 'store', classification: Classification.PHI }, { id: 'Test/Pipeline/Train', name: 'Train', detail: 'Training' }], [['raw', 'Test/Pipeline/Train']]);
      expect(answers(app, 'SageMakerJobNetworkIsolation').map(([path]) => path)).toEqual(['Test/Pipeline/Train', 'Test/Raw']);
      expect(answers(app, 'FlowDifferentialPrivacy').map(([path]) => path)).toEqual(['Test/Pipeline/Train']);
    });
    test('a pipeline that declares nothing is not judged', () => {
      expect(made({ Steps: [step('A')] }, [])).toEqual([]);
    });
  });
});
