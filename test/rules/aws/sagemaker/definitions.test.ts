import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targetsOfCdk from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import * as cr from 'aws-cdk-lib/custom-resources';
import { AWS_RULES } from '../../../../lib/rules/aws/rules';
import { readApp } from '../../../../lib/rules/aws/tree';
import type { Judgement } from '../../../../lib/rules/ruling';
import { judged, judgementsOf, PROFILE, ruleNamed, stackIn, template } from '../../support';
import { ruleTable } from '../../table';
import { KEY, PARAM } from './samples';

const ISOLATION = ruleNamed('SageMakerJobNetworkIsolation');
const READABLE = ruleNamed('DefinitionReadable');
const RULES = [ISOLATION, READABLE];

const shown = (found: readonly Judgement[]) => found
  .map(({ finding, resource }) => `${resource.within?.name ?? 'definition'} ${resource.within?.kind ?? ''} ${finding.answer}`).sort();
const pipelineOf = (body: unknown) => template({ Pipeline: { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: body } } } });
const machineOf = (Properties: object) => template({ Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties } });

/** Isolated, open, and not known before it runs. */
const PIPELINE = {
  Version: '2020-12-01',
  Parameters: [{ Name: 'Isolated', Type: 'Boolean' }],
  Steps: [
    { Name: 'Closed', Type: 'Training', Arguments: { EnableNetworkIsolation: true } },
    {
      Name: 'Choose', Type: 'Condition',
      Arguments: { Conditions: [], IfSteps: [{ Name: 'Open', Type: 'Processing', Arguments: { NetworkConfig: { EnableNetworkIsolation: false } } }], ElseSteps: [] },
    },
    { Name: 'Later', Type: 'Tuning', Arguments: { TrainingJobDefinition: { EnableNetworkIsolation: { Get: 'Parameters.Isolated' } } } },
  ],
};
const OF_PIPELINE = ['Closed Training compliant', 'Later Tuning unknown', 'Open Processing non-compliant', 'definition  compliant'];

const MACHINE = {
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel', End: true,
      Branches: [
        {
          StartAt: 'Closed',
          States: { Closed: { Type: 'Task', End: true, Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync', Parameters: { EnableNetworkIsolation: true } } },
        },
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map', End: true,
              ItemProcessor: {
                ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'Open',
                States: {
                  Open: {
                    Type: 'Task', End: true, Resource: 'arn:aws:states:::aws-sdk:sagemaker:createProcessingJob',
                    Parameters: { NetworkConfig: { EnableNetworkIsolation: false } },
                  },
                },
              },
            },
          },
        },
        {
          StartAt: 'Later',
          States: {
            Later: {
              Type: 'Task', End: true, Resource: 'arn:aws:states:::sagemaker:createHyperParameterTuningJob',
              Parameters: { TrainingJobDefinition: { 'EnableNetworkIsolation.$': '$.isolated' } },
            },
          },
        },
      ],
    },
  },
};

// whatever form a definition has, its steps get the same answers
const FORMS: readonly [form: string, value: (text: string) => unknown][] = [
  ['a text', (text) => text],
  ['Fn::Join', (text) => ({ 'Fn::Join': ['', [text.slice(0, 40), text.slice(40)]] })],
  ['Fn::Sub', (text) => ({ 'Fn::Sub': text })],
  ['Fn::Sub with variables', (text) => ({ 'Fn::Sub': [text.replaceAll('true', '${Yes}'), { Yes: 'true' }] })],
  ['Fn::ToJsonString', (text) => ({ 'Fn::ToJsonString': JSON.parse(text) as unknown })],
  ['Fn::If', (text) => ({ 'Fn::If': ['Cond', text, text] })],
];

describe.each([...FORMS, ['an object', (text: string) => JSON.parse(text) as unknown] as const])('a definition as %s', (_form, value) => {
  test('of a pipeline is read', () => {
    const body = value(JSON.stringify(PIPELINE));
    expect([...new Set(shown(judged([pipelineOf(body)], RULES)))]).toEqual(OF_PIPELINE);
  });

  test('of a state machine is read, at all depths', () => {
    const body = value(JSON.stringify(MACHINE));
    const Properties = typeof body === 'object' && body !== null && 'States' in body ? { Definition: body } : { DefinitionString: body };
    expect([...new Set(shown(judged([machineOf(Properties)], RULES)))]).toEqual(OF_PIPELINE);
  });
});

test('a definition as Fn::ToJsonString is read around what is not known', () => {
  const body = { ...PIPELINE, Steps: PIPELINE.Steps.map((step) => ({ ...step, DisplayName: { Ref: 'AWS::StackId' } })) };
  expect([...new Set(shown(judged([pipelineOf({ 'Fn::ToJsonString': body })], RULES)))]).toEqual(OF_PIPELINE);
});

function inAsset(text: string, make: (stack: Stack, bucket: string, key: string) => void): Judgement[] {
  const directory = mkdtempSync(join(tmpdir(), 'definition-'));
  writeFileSync(join(directory, 'definition.json'), text);
  const app = new App({ outdir: join(directory, 'out') });
  const stack = stackIn(app);
  const asset = new assets.Asset(stack, 'Asset', { path: join(directory, 'definition.json') });
  make(stack, asset.s3BucketName, asset.s3ObjectKey);
  app.synth();
  return judgementsOf({ view: readApp(app, true).view, rules: [...RULES, ruleNamed('DefinitionPinned')], profile: PROFILE, pack: 'RegulatedML' });
}

test('a definition in a file of the app is read, and pinned by its content', () => {
  const pipeline = inAsset(JSON.stringify(PIPELINE), (stack, Bucket, Key) => {
    new CfnResource(stack, 'Pipeline', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionS3Location: { Bucket, Key } } } });
  });
  const machine = inAsset(JSON.stringify(MACHINE), (stack, Bucket, Key) => {
    new CfnResource(stack, 'Machine', { type: 'AWS::StepFunctions::StateMachine', properties: { DefinitionS3Location: { Bucket, Key } } });
  });
  for (const found of [pipeline, machine]) expect([...new Set(shown(found))]).toEqual(OF_PIPELINE);
});

test('substitutions of a state machine are filled in before it is read', () => {
  const text = JSON.stringify(MACHINE).replaceAll('false', '"${Isolated}"');
  const answers = (Isolated: unknown) => shown(judged([template(
    { Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: text, DefinitionSubstitutions: { Isolated } } } },
    { Parameters: { Param: { Type: 'String' } } },
  )], [ISOLATION])).find((line) => line.startsWith('Open'));
  expect([answers('true'), answers('false'), answers(PARAM)]).toEqual(['Open Processing compliant', 'Open Processing non-compliant', 'Open Processing unknown']);
});

describe('substitutions of a state machine', () => {
  const ASK = ['SageMakerJobOutputKey', 'SageMakerJobVolumeKey', 'ResidencyLocation'].map(ruleNamed);
  const NO = { Ref: 'AWS::NoValue' };
  const definition = (role: string) => ({
    StartAt: 'A',
    States: {
      A: {
        Type: 'Task', End: true, Resource: 'arn:aws:states:::sagemaker:createTrainingJob',
        Parameters: { RoleArn: role, OutputDataConfig: { S3OutputPath: '${Out}', KmsKeyId: '${Key}' }, ResourceConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: '${Key}' } },
      },
    },
  });
  const parts = JSON.stringify(definition('ROLE')).split('ROLE');
  const BAD = { Key: 'alias/aws/sagemaker', Out: 's3://data-us-east-1/out' };
  const GOOD = { Key: KEY, Out: 's3://cdk-hnb659fds-assets-123456789012-eu-central-1/out' };
  const answers = (properties: object, DefinitionSubstitutions: unknown) => judged([template(
    { Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { ...properties, DefinitionSubstitutions } } },
    { Parameters: { Param: { Type: 'String' } }, Conditions: { Cond: {} } },
  )], ASK).filter(({ answer, resource }) => answer !== 'compliant' && resource.within).map(({ id, answer, resource }) => `${id.replace(/RegulatedML-(?:SageMaker)?/, '')} ${answer} ${resource.within!.name}`).sort();
  const FOUND = (name: string, answer = 'non-compliant') => ['JobOutputKey', 'JobVolumeKey', 'ResidencyLocation'].map((rule) => `${rule} ${answer} ${name}`);

  test.each<[string, object]>([
    ['a text', { DefinitionString: JSON.stringify(definition('r')) }],
    ['a text with a token', { DefinitionString: { 'Fn::Join': ['', [parts[0], PARAM, parts[1]]] } }],
    ['a text that is one of two', { DefinitionString: { 'Fn::If': ['Cond', JSON.stringify(definition('r')), { 'Fn::Join': ['', [parts[0], PARAM, parts[1]]] }] } }],
    ['an object', { Definition: definition('r') }],
    ['an object, one of two states', { Definition: { ...definition('r'), States: { A: { 'Fn::If': ['Cond', definition('r').States.A, NO] } } } }],
  ])('are filled into %s', (_what, properties) => {
    expect(new Set(answers(properties, BAD).map((line) => line.replace(/ \(option \d\)/, '')))).toEqual(new Set(FOUND('A')));
    expect(answers(properties, GOOD)).toEqual([]);
    expect(new Set(answers(properties, PARAM).map((line) => line.replace(/ \(option \d\)/, '')))).toEqual(new Set(FOUND('A', 'unknown')));
  });

  test('are judged for each option that they have', () => {
    expect(answers({ DefinitionString: { 'Fn::Join': ['', [parts[0], PARAM, parts[1]]] } }, { 'Fn::If': ['Cond', GOOD, BAD] })).toEqual(FOUND('A (option 2)'));
    expect(answers({ DefinitionString: { 'Fn::Join': ['', [parts[0], PARAM, parts[1]]] } }, { ...GOOD, Out: { 'Fn::If': ['Cond', BAD.Out, GOOD.Out] } })).toEqual(['ResidencyLocation non-compliant A (option 1)']);
  });
});

test('a dynamic reference leaves a gap in a definition and does not hide the rest of it', () => {
  const text = JSON.stringify(PIPELINE).replace('"Arguments":{"Enable', '"Arguments":{"Environment":{"T":"{{resolve:ssm:/token:1}}"},"Enable');
  expect(text).toContain('{{resolve:');
  expect(shown(judged([pipelineOf(text)], RULES))).toEqual(OF_PIPELINE);
});

describe('what intrinsics leave open', () => {
  const If = (...options: unknown[]) => ({ 'Fn::If': ['Cond', ...options] });
  const NO = { Ref: 'AWS::NoValue' };
  const with_ = (resource: object) => ({ ...template({ Subject: resource }, { Parameters: { Param: { Type: 'String' } }, Conditions: { Cond: {}, Other: { 'Fn::Equals': [PARAM, 'x'] } } }) });
  const said = (resource: object) => judged([with_(resource)], RULES).map(({ finding: { answer }, resource: { within } }) => `${within ? `${within.kind} ${within.name}` : 'definition'} ${answer}`).sort();
  const training = (EnableNetworkIsolation: unknown, name = 'T') => ({ Name: name, Type: 'Training', Arguments: { EnableNetworkIsolation } });
  const pipeline = (body: unknown) => said({ Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: body } } });
  const condition = (Arguments: unknown) => pipeline({ Steps: [{ Name: 'C', Type: 'Condition', Arguments }] });
  const OPEN = ['Training T non-compliant', 'definition compliant'];
  const BOTH = ['Training T (option 1) non-compliant', 'Training T (option 2) compliant', 'definition compliant'];

  test.each([
    ['a branch', () => condition({ IfSteps: If([training(false)], []) }), OPEN],
    ['a branch that may be left out', () => condition({ IfSteps: If([training(false)], NO) }), OPEN],
    ['the arguments of a condition', () => condition(If({ IfSteps: [training(false)] }, { ElseSteps: [training(true)] })), BOTH],
    ['the list of steps', () => pipeline({ Steps: If([training(false)], [training(true)]) }), BOTH],
    ['a step', () => pipeline({ Steps: [If(training(false), training(true))] }), BOTH],
    ['a step that both options write alike', () => pipeline({ Steps: [If(training(false), training(false))] }), OPEN],
    ['the type of a step', () => pipeline({ Steps: [{ ...training(false), Type: If('Training', 'Processing') }] }),
      ['Processing T (option 2) non-compliant', 'Training T (option 1) non-compliant', 'definition compliant']],
    ['the name of a step', () => pipeline({ Steps: [{ ...training(false), Name: If('A', 'B') }] }), ['Training A non-compliant', 'Training B non-compliant', 'definition compliant']],
    ['an option within an option', () => pipeline({ Steps: [If({ 'Fn::If': ['Other', training(false), training(true)] }, training(PARAM))] }),
      ['Training T (option 1) non-compliant', 'Training T (option 2) compliant', 'Training T (option 3) unknown', 'definition compliant']],
    ['a text that cannot be read beside one that can', () => pipeline(If('no JSON', JSON.stringify({ Steps: [training(false)] }))), ['Training T non-compliant', 'definition unknown']],
  ])('of a pipeline is judged for each option: %s', (_what, answers, expected) => {
    expect(answers()).toEqual(expected);
  });

  test.each([
    ['a branch', { IfSteps: PARAM }], ['a branch that is no list', { IfSteps: training(false) }], ['a variable for a branch', { ElseSteps: { Get: 'Parameters.Steps' } }],
    ['one option of a branch', { IfSteps: If([], PARAM) }], ['one option of a step', { IfSteps: [If(training(true), PARAM)] }], ['the arguments', PARAM],
    ['a variable for the arguments', { 'Std:JsonGet': { PropertyFile: 'f', Path: 'p' } }], ['arguments that are a list', []],
  ])('of a condition is unknown: %s', (_what, Arguments) => {
    expect(condition(Arguments).filter((line) => line.startsWith('definition'))).toEqual(['definition unknown']);
  });

  const fit = 'arn:aws:states:::sagemaker:createTrainingJob';
  const task = (EnableNetworkIsolation: unknown, more: object = {}) => ({ Type: 'Task', End: true, Resource: fit, Parameters: { EnableNetworkIsolation }, ...more });
  const machine = (States: unknown) => said({ Type: 'AWS::StepFunctions::StateMachine', Properties: { Definition: { StartAt: 'T', States } } });
  const inner = (States: unknown) => ({ StartAt: 'T', States });

  test.each([
    ['the states', () => machine(If({ T: task(false) }, { T: task(true) })), BOTH],
    ['a state', () => machine({ T: If(task(false), task(true)) }), BOTH],
    ['a state that may be left out', () => machine({ T: If(task(false), NO) }), OPEN],
    ['a type', () => machine({ T: task(false, { Type: If('Task', 'Pass') }) }), OPEN],
    ['a resource', () => machine({ T: task(false, { Resource: If(fit, `${fit}.sync`) }) }),
      ['Training T (option 1) non-compliant', 'Training T (option 2) non-compliant', 'definition compliant']],
    ['the branches', () => machine({ P: { Type: 'Parallel', Branches: If([inner({ T: task(false) })], []) } }), OPEN],
    ['a branch', () => machine({ P: { Type: 'Parallel', Branches: [If(inner({ T: task(false) }), inner({ T: task(true) }))] } }), BOTH],
    ['the states of a branch', () => machine({ P: { Type: 'Parallel', Branches: [inner(If({ T: task(false) }, { T: task(true) }))] } }), BOTH],
    ['an item processor', () => machine({ M: { Type: 'Map', ItemProcessor: If(inner({ T: task(false) }), inner({ T: task(true) })) } }), BOTH],
    ['an iterator', () => machine({ M: { Type: 'Map', Iterator: If(inner({ T: task(false) }), NO) } }), OPEN],
  ])('of a state machine is judged for each option: %s', (_what, answers, expected) => {
    expect(answers()).toEqual(expected);
  });

  test.each([
    ['the states', PARAM], ['a state', { T: PARAM }], ['one option of a state', { T: If(task(true), PARAM) }], ['a type', { T: task(true, { Type: PARAM }) }],
    ['the branches', { P: { Type: 'Parallel', Branches: PARAM } }], ['branches that are no list', { P: { Type: 'Parallel', Branches: inner({ T: task(true) }) } }],
    ['a branch', { P: { Type: 'Parallel', Branches: [PARAM] } }], ['an item processor', { M: { Type: 'Map', ItemProcessor: PARAM } }],
    ['the states of an item processor', { M: { Type: 'Map', ItemProcessor: { StartAt: 'T' } } }],
  ])('of a state machine is unknown: %s', (_what, States) => {
    expect(machine(States).filter((line) => line.startsWith('definition'))).toEqual(['definition unknown']);
  });

  const called = (Resource: unknown, more: object = {}) => judged([template(
    { Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { Definition: { StartAt: 'T', States: { T: task(false, { Resource }) } } } }, ...more },
    { Parameters: { Param: { Type: 'String' } } },
  )], RULES).filter(({ resource }) => resource.within).map(({ finding: { answer, detail } }) => `${answer} ${detail}`);
  const TOLD = 'what it starts cannot be told: Resource is parameter Param, which has no default';

  test.each([
    PARAM, { 'Fn::Sub': 'arn:aws:${Param}' }, { 'Fn::Sub': 'arn:aws:states:::${Param}' }, { 'Fn::Sub': 'arn:aws:states:::aws-sdk:${Param}' },
    { 'Fn::Sub': 'arn:aws:states:::sagemaker:create${Param}' },
  ])('a task that may call anything is unknown: %j', (resource) => {
    expect(called(resource)).toEqual([`unknown Task 'T': ${TOLD}`]);
  });

  test.each([
    { 'Fn::GetAtt': ['Handler', 'Arn'] }, { 'Fn::Sub': '${Handler.Arn}:live' }, { 'Fn::Sub': 'arn:aws:lambda:${AWS::Region}:${Param}:function:clean' },
    { 'Fn::Sub': 'arn:${Param}:states:::lambda:invoke' }, { 'Fn::Sub': 'arn:aws:states:::aws-sdk:glue:${Param}' },
  ])('a task that calls something else is no job: %j', (resource) => {
    expect(called(resource, { Handler: { Type: 'AWS::Lambda::Function', Properties: {} } })).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ['texts', { On: '/', Values: ['alias', 'aws', 'sagemaker'] }, 'non-compliant'], ['texts of which one is unknown', { On: '', Values: [PARAM, 'x'] }, 'unknown'],
    ['one of two lists', { On: '', Values: If(['alias/aws/', 'sagemaker'], ['alias/mine']) }, 'non-compliant'], ['a list that is a parameter', { On: '', Values: PARAM }, 'unknown'],
    ['what is a parameter', PARAM, 'unknown'], ['texts with a separator that is a parameter', { On: PARAM, Values: ['alias', 'mine'] }, 'unknown'], ['a text', 'alias/mine', 'unknown'],
  ])('a variable that joins %s is judged by what it can be', (_what, argument, answer) => {
    const step = { Name: 'T', Type: 'Training', Arguments: { ResourceConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: { 'Std:Join': argument } } } };
    const found = judged([with_({ Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: [step] } } } })], [ruleNamed('SageMakerJobVolumeKey')]);
    expect(found.map(({ finding }) => finding.answer)).toEqual([answer]);
  });

  test('a finding says in which option it is', () => {
    const [first] = judged([with_({ Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: [If(training(false), training(true))] } } } })], [ISOLATION]);
    expect([first!.location, first!.finding.detail]).toEqual([
      'Properties.PipelineDefinition.PipelineDefinitionBody.Steps.T (option 1).Arguments.EnableNetworkIsolation', 'Training \'T (option 1)\': EnableNetworkIsolation is false',
    ]);
  });
});

describe('JSONata', () => {
  const answers = (state: object) => {
    const definition = {
      QueryLanguage: 'JSONata', StartAt: 'Train', States: { Train: { Type: 'Task', End: true, Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync', ...state } },
    };
    return judged([machineOf({ DefinitionString: JSON.stringify(definition) })], [ISOLATION]);
  };
  test.each([
    [{ Arguments: { EnableNetworkIsolation: true } }, 'compliant'], [{ Arguments: { EnableNetworkIsolation: false } }, 'non-compliant'], [{ Arguments: {} }, 'non-compliant'],
    [{ Arguments: { EnableNetworkIsolation: '{% $states.input.isolated %}' } }, 'unknown'], [{ Arguments: '{% $states.input %}' }, 'unknown'], [{}, 'unknown'],
  ])('arguments %j are %s', (state, answer) => {
    expect(answers(state).map(({ finding }) => finding.answer)).toEqual([answer]);
  });

  test('a finding names the member of the arguments', () => {
    const [{ location, finding }] = answers({ Arguments: { EnableNetworkIsolation: false } }) as [Judgement];
    expect([location, finding.detail]).toEqual([
      'Properties.DefinitionString.States.Train.Arguments.EnableNetworkIsolation', 'Training \'Train\': EnableNetworkIsolation is false',
    ]);
  });
});

describe('a service job of AWS Batch', () => {
  const ASK = ['SageMakerJobNetworkIsolation', 'SageMakerJobVpc', 'SageMakerJobMaxRuntime', 'SageMakerJobSpotCheckpoint', 'SageMakerJobImagePinned'].map(ruleNamed);
  const queued = (payload: unknown, language: object = {}, place = 'Parameters') => {
    const task = {
      Type: 'Task', End: true, Resource: 'arn:aws:states:::aws-sdk:batch:submitServiceJob',
      [place]: { JobName: 'train', JobQueue: 'gpu', ServiceJobType: 'SAGEMAKER_TRAINING', ...(payload as object) },
    };
    return judged([machineOf({ DefinitionString: JSON.stringify({ ...language, StartAt: 'Queue', States: { Queue: task } }) })], ASK);
  };
  const training = {
    EnableNetworkIsolation: true, VpcConfig: { Subnets: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] }, StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    AlgorithmSpecification: { TrainingImage: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/train:1.4' },
  };
  const answers = (found: readonly Judgement[]) => Object.fromEntries(found.map(({ finding }) => [finding.rule.replace('RegulatedML-SageMakerJob', ''), finding.answer]));

  test('is judged as the training that it queues', () => {
    expect(answers(queued({ ServiceRequestPayload: JSON.stringify(training) }))).toEqual({
      NetworkIsolation: 'compliant', Vpc: 'compliant', MaxRuntime: 'compliant', SpotCheckpoint: 'compliant', ImagePinned: 'compliant',
    });
    expect(answers(queued({ ServiceRequestPayload: JSON.stringify({ EnableManagedSpotTraining: true, AlgorithmSpecification: { TrainingImage: 'x/train:latest' } }) }))).toEqual({
      NetworkIsolation: 'non-compliant', Vpc: 'non-compliant', MaxRuntime: 'non-compliant', SpotCheckpoint: 'non-compliant', ImagePinned: 'non-compliant',
    });
  });

  test('is judged in JSONata too, and is unknown when its request is made while the machine runs', () => {
    expect(answers(queued({ ServiceRequestPayload: JSON.stringify(training) }, { QueryLanguage: 'JSONata' }, 'Arguments')).NetworkIsolation).toBe('compliant');
    const later = [{ 'ServiceRequestPayload.$': 'States.JsonToString($.training)' }, { ServiceRequestPayload: '{% $string($states.input) %}' }];
    for (const payload of [...later, {}, { ServiceRequestPayload: 'no JSON' }]) {
      expect(answers(queued(payload)).NetworkIsolation).toBe('unknown');
    }
  });

  test('says where in the request it is', () => {
    const isolation = queued({ ServiceRequestPayload: '{}' }).find(({ id }) => id.endsWith('NetworkIsolation'));
    expect(isolation?.location).toBe('Properties.DefinitionString.States.Queue.Parameters.ServiceRequestPayload.EnableNetworkIsolation');
  });
});

describe('requests that CloudFormation has no type for', () => {
  const schedule = (Arn: unknown, Input: unknown) => template({
    Job: { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpression: 'rate(1 day)', Target: { Arn, RoleArn: 'arn:aws:iam::123456789012:role/r', Input } } },
  }, { Parameters: { Param: { Type: 'String' } } });

  test('a job that EventBridge Scheduler starts is judged', () => {
    const target = (action: string) => `arn:aws:scheduler:::aws-sdk:${action}`;
    const answers = (Arn: unknown, Input: unknown) => shown(judged([schedule(Arn, Input)], [ISOLATION]));
    expect(answers(target('sagemaker:createProcessingJob'), '{"NetworkConfig":{"EnableNetworkIsolation":true}}')).toEqual(['Target Processing compliant']);
    expect(answers({ 'Fn::Sub': 'arn:${AWS::Partition}:scheduler:::aws-sdk:sagemaker:createTrainingJob' }, { 'Fn::Sub': '{"RoleArn":"${Param}"}' }))
      .toEqual(['Target Training non-compliant']);
    expect(answers(target('sagemaker:createTrainingJob'), PARAM)).toEqual(['Target Training unknown']);
    expect(answers(target('batch:submitServiceJob'), JSON.stringify({ ServiceRequestPayload: '{"EnableNetworkIsolation":true}' }))).toEqual(['Target Training compliant']);
    expect(answers(target('sagemaker:startPipelineExecution'), '{}')).toEqual([]);
    expect(answers('arn:aws:lambda:eu-central-1:123456789012:function:f', '{}')).toEqual([]);
  });

  test('a job that a custom resource of the CDK starts is judged, on creation and on update', () => {
    const app = new App();
    const stack = stackIn(app);
    const call = (EnableNetworkIsolation: boolean): cr.AwsSdkCall => ({
      service: '@aws-sdk/client-sagemaker', action: 'CreateTrainingJobCommand', physicalResourceId: cr.PhysicalResourceId.of('job'),
      parameters: {
        TrainingJobName: 'fit', RoleArn: Fn.importValue('role'), EnableNetworkIsolation, VpcConfig: { Subnets: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] },
      },
    });
    new cr.AwsCustomResource(stack, 'Job', {
      onCreate: call(true), onUpdate: call(false),
      policy: cr.AwsCustomResourcePolicy.fromStatements([new iam.PolicyStatement({ actions: ['sagemaker:CreateTrainingJob'], resources: ['*'] })]),
    });
    new cr.AwsCustomResource(stack, 'Other', {
      onCreate: { service: 'S3', action: 'listBuckets', physicalResourceId: cr.PhysicalResourceId.of('x') },
      policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] }),
    });
    const found = judgementsOf({ view: readApp(app, false).view, rules: [ISOLATION], profile: PROFILE, pack: 'RegulatedML' });
    expect(shown(found)).toEqual(['Create Training compliant', 'Update Training non-compliant']);
    expect(found.map(({ resource }) => resource.path)).toEqual(['Test/Job/Resource/Default', 'Test/Job/Resource/Default']);
  });
});

describe('callers whose target is left open', () => {
  const If = (...options: unknown[]) => ({ 'Fn::If': ['Cond', ...options] });
  const NO = { Ref: 'AWS::NoValue' };
  const said = (Type: string, Properties: object, around: Record<string, unknown> = {}) => judged([template(
    { Caller: { Type, Properties }, ...around }, { Parameters: { Param: { Type: 'String' } }, Conditions: { Cond: {} } },
  )], RULES).map(({ finding: { answer, detail }, location }) => `${answer} ${location}${detail ? ` ${detail}` : ''}`);
  const schedule = (Target: unknown, around?: Record<string, unknown>) => said('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(1 day)', Target }, around);
  const FIT = 'arn:aws:scheduler:::aws-sdk:sagemaker:createTrainingJob';
  const OPEN = '{"EnableNetworkIsolation":false}';
  const CLOSED = '{"EnableNetworkIsolation":true}';
  const LAMBDA = 'arn:aws:lambda:eu-central-1:123456789012:function:f';
  const FOUND = 'non-compliant Properties.Target.Input.EnableNetworkIsolation Training \'Target';

  test('each option of a schedule\'s target is judged', () => {
    const found = [`${FOUND}': Target.Input.EnableNetworkIsolation is false`];
    expect(schedule(If({ Arn: FIT, Input: OPEN }, { Arn: LAMBDA }))).toEqual(found);
    expect(schedule({ Arn: If(FIT, LAMBDA), Input: OPEN })).toEqual(found);
    expect(schedule(If({ Arn: FIT, Input: OPEN }, NO))).toEqual(found);
    expect(schedule({ Arn: FIT, Input: If(OPEN, CLOSED) })).toEqual([
      `${FOUND} (option 1)': Target.Input.EnableNetworkIsolation is false`, 'compliant Properties.Target.Input',
    ]);
  });

  test.each<[string, unknown, string]>([
    ['the target', PARAM, 'Properties.Target Task \'Target\': what it starts cannot be told: Target is'],
    ['its ARN', { Arn: PARAM, Input: OPEN }, 'Properties.Target.Arn Task \'Target\': what it starts cannot be told: Target.Arn is'],
    ['one option of its ARN', { Arn: If(LAMBDA, PARAM), Input: OPEN }, 'Properties.Target.Arn Task \'Target\': what it starts cannot be told: Target.Arn is'],
    ['the action in its ARN', { Arn: { 'Fn::Sub': 'arn:aws:scheduler:::aws-sdk:sagemaker:${Param}' }, Input: OPEN },
      'Properties.Target.Arn Task \'Target\': what it starts cannot be told: Target.Arn is'],
  ])('of a schedule it is unknown what it starts where it is not known: %s', (_what, target, detail) => {
    expect(schedule(target)).toEqual([`unknown ${detail} parameter Param, which has no default`]);
  });

  test('a request that a schedule does not give is unknown', () => {
    expect(schedule({ Arn: FIT })).toEqual(['unknown Properties.Target.Input.EnableNetworkIsolation Training \'Target\': Target.Input.EnableNetworkIsolation is not given']);
  });

  test.each<[unknown, Record<string, unknown>]>([
    [{ 'Fn::GetAtt': ['Handler', 'Arn'] }, { Handler: { Type: 'AWS::Lambda::Function', Properties: {} } }], [{ Ref: 'Topic' }, { Topic: { Type: 'AWS::SNS::Topic', Properties: {} } }],
    [{ 'Fn::Sub': 'arn:aws:sqs:eu-central-1:123456789012:${Param}' }, {}], [{ 'Fn::Sub': 'arn:aws:scheduler:::aws-sdk:glue:${Param}' }, {}],
  ])('a schedule that starts something else is let be: %j', (Arn, around) => {
    expect(schedule({ Arn, Input: OPEN }, around)).toEqual([]);
  });

  const call = (EnableNetworkIsolation: unknown, action: unknown = 'createTrainingJob', service: unknown = 'SageMaker') => ({ service, action, parameters: { EnableNetworkIsolation } });
  const custom = (Create: unknown, Type = 'Custom::AWS', more: object = {}) => said(Type, { ServiceToken: LAMBDA, Create, ...more });
  const JOB = 'non-compliant Properties.Create.parameters.EnableNetworkIsolation Training \'Create';

  test('a custom resource of any type is judged by what it sends, each option by itself', () => {
    const found = [`${JOB}': Create.parameters.EnableNetworkIsolation is false`];
    for (const type of ['Custom::AWS', 'Custom::Training', 'AWS::CloudFormation::CustomResource']) expect(custom(JSON.stringify(call(false)), type)).toEqual(found);
    expect(custom(call(false))).toEqual(found);
    expect(custom(If(JSON.stringify(call(false)), NO))).toEqual(found);
    expect(custom(If(JSON.stringify(call(true)), JSON.stringify(call(false))))).toEqual([
      'compliant Properties.Create.parameters', `${JOB} (option 2)': Create.parameters.EnableNetworkIsolation is false`,
    ]);
  });

  test.each<[string, unknown, string]>([
    ['a parameter', PARAM, 'Create is parameter Param, which has no default'], ['one option', If(NO, PARAM), 'Create is parameter Param, which has no default'],
    ['no JSON', 'createTrainingJob', 'Create cannot be read: it is no JSON'], ['a list', '[]', 'Create is no call'],
    ['a service that is a parameter', { 'Fn::Sub': JSON.stringify(call(true, 'createTrainingJob', '${Param}')) }, 'Create calls a service that is parameter Param, which has no default'],
    ['an action that is a parameter', { 'Fn::Sub': JSON.stringify(call(true, '${Param}')) }, 'Create calls an action that is parameter Param, which has no default'],
  ])('of the CDK\'s custom resource it is unknown what it sends: %s', (_what, create, reason) => {
    expect(custom(create)).toEqual([`unknown Properties.Create Task 'Create': what it starts cannot be told: ${reason}`]);
    const served = { ServiceToken: { 'Fn::GetAtt': ['AWS679f53fac002430cb0da5b7982bd22872D164C4C', 'Arn'] } };
    expect(said('Custom::Training', { ...served, Create: create }, { AWS679f53fac002430cb0da5b7982bd22872D164C4C: { Type: 'AWS::Lambda::Function', Properties: {} } })).toHaveLength(1);
  });

  test('each option of what an object calls is judged', () => {
    expect(custom(call(false, If('createTrainingJob', 'stopTrainingJob')))).toEqual([`${JOB} (option 1)': Create.parameters.EnableNetworkIsolation is false`]);
    expect(custom(call(false, If('stopTrainingJob', 'createTrainingJob')))).toEqual([`${JOB} (option 2)': Create.parameters.EnableNetworkIsolation is false`]);
    expect(custom(call(false, 'createTrainingJob', If('Glue', 'SageMaker')))).toEqual([`${JOB}': Create.parameters.EnableNetworkIsolation is false`]);
    expect(custom(call(true, 'createTrainingJob', If('Glue', PARAM)))).toEqual(["unknown Properties.Create Task 'Create': what it starts cannot be told: Create calls a service that is parameter Param, which has no default"]);
  });

  const targets = (...Targets: object[]) => said('AWS::Events::Rule', { Targets }, { AWSb4cf1abd4e4f4bc699441af7ccd9ec371511E620: { Type: 'AWS::Lambda::Function', Properties: {} } });
  const SERVED = { Id: 'Train', Arn: { 'Fn::GetAtt': ['AWSb4cf1abd4e4f4bc699441af7ccd9ec371511E620', 'Arn'] } };
  const NIGHTLY = "non-compliant Properties.Targets.0.Input.parameters.EnableNetworkIsolation Training 'Train': Targets.0.Input.parameters.EnableNetworkIsolation is false";

  test('a rule of EventBridge is judged by what its targets call', () => {
    expect(targets({ ...SERVED, Input: JSON.stringify(call(false)) })).toEqual([NIGHTLY]);
    expect(targets({ ...SERVED, Arn: LAMBDA, Input: JSON.stringify(call(false)) })).toEqual([NIGHTLY]);
    expect(targets({ ...SERVED, Input: JSON.stringify(call(true)) }, { Id: 'B', Arn: LAMBDA, Input: '{"Records":[]}' }, { Id: 'C', Arn: LAMBDA })).toEqual(['compliant Properties.Targets.0.Input.parameters']);
    const template = (value: string) => JSON.stringify(call('@')).replace('"@"', value);
    const transformed = (InputTemplate: unknown) => targets({ ...SERVED, InputTransformer: { InputPathsMap: { on: '$.detail.on' }, InputTemplate } });
    expect(transformed(template('<on>'))).toEqual([expect.stringMatching(/^unknown Properties\.Targets\.0\.InputTransformer\.InputTemplate\.parameters\.EnableNetworkIsolation .* is taken from the event$/)]);
    expect(transformed(template('false'))).toEqual([expect.stringMatching(/^non-compliant /)]);
    expect(transformed({ 'Fn::Sub': template('${Param}') })).toEqual([expect.stringMatching(/^unknown .* is parameter Param/)]);
    expect(targets({ ...SERVED, Input: PARAM })).toEqual(["unknown Properties.Targets.0.Input Task 'Train': what it starts cannot be told: Train is parameter Param, which has no default"]);
    for (const broken of [null, 1, 'x', [], {}]) expect(said('AWS::Events::Rule', { Targets: broken })).toEqual([]);
  });

  test('a target of the CDK that calls the API is one', () => {
    const stack = stackIn(new App());
    const api = new targetsOfCdk.AwsApi({ service: 'SageMaker', action: 'createTrainingJob', parameters: { EnableNetworkIsolation: false, TrainingJobName: events.EventField.eventId } });
    new events.Rule(stack, 'Rule', { schedule: events.Schedule.rate(Duration.days(1)), targets: [api] });
    const found = judgementsOf({ view: readApp(stack.node.root as App, false).view, rules: RULES, profile: PROFILE, pack: 'RegulatedML' });
    expect(shown(found)).toEqual(['Target0 Training non-compliant']);
  });

  test('another custom resource may call its properties as it likes', () => {
    for (const create of [PARAM, 'yes', { Fields: [] }]) expect(custom(create, 'Custom::Table')).toEqual([]);
    expect(custom({ 'Fn::Sub': JSON.stringify(call(true, '${Param}', 'Glue')) })).toEqual([]);
  });
});

describe('a pipeline that is made through the API', () => {
  const ASK = [...RULES, ruleNamed('DefinitionPinned')];
  const task = (action: string, Parameters: object) => machineOf({
    Definition: { StartAt: 'Make', States: { Make: { Type: 'Task', End: true, Resource: `arn:aws:states:::aws-sdk:sagemaker:${action}`, Parameters } } },
  });
  const sent = (Type: string, Properties: object) => template({ Caller: { Type, Properties } });
  const custom = (action: string, parameters: object) => sent('Custom::AWS', { Create: JSON.stringify({ service: 'SageMaker', action, parameters }) });
  const scheduled = (action: string, parameters: object) => sent('AWS::Scheduler::Schedule', {
    Target: { Arn: `arn:aws:scheduler:::aws-sdk:sagemaker:${action}`, Input: JSON.stringify(parameters) },
  });
  const automated = (Api: string, parameters: object) => template({ Caller: document({ name: 'make', action: 'aws:executeAwsApi', inputs: { Service: 'sagemaker', Api, ...parameters } }) });
  const ruled = (action: string, parameters: object) => sent('AWS::Events::Rule', { Targets: [{ Id: 'T', Arn: 'arn:aws:lambda:eu-central-1:1:function:f', Input: JSON.stringify({ service: 'SageMaker', action, parameters }) }] });
  const CALLERS = [['a state machine', task], ['a custom resource', custom], ['a schedule', scheduled], ['a document of SSM', automated], ['a rule', ruled]] as const;

  test.each(CALLERS)('by %s has its steps judged, those that an update brings too', (_what, request) => {
    for (const action of ['createPipeline', 'updatePipeline']) {
      const found = judged([request(action, { PipelineName: 'p', PipelineDefinition: JSON.stringify(PIPELINE) })], ASK);
      const made = found.filter(({ resource }) => resource.within?.kind === action);
      expect(made.map(({ id, answer }) => `${id} ${answer}`)).toEqual(['RegulatedML-DefinitionReadable compliant']);
      expect(shown(found.filter(({ resource }) => resource.within?.resource === made[0]!.resource))).toEqual(OF_PIPELINE.slice(0, 3));
    }
  });

  test.each(CALLERS)('by %s is unknown where its definition cannot be read', (_what, request) => {
    const answers = (parameters: object, action = 'createPipeline') => judged([request(action, parameters)], ASK).filter(({ resource }) => resource.within)
      .map(({ id, finding: { answer, detail } }) => `${id.replace('RegulatedML-', '')} ${answer} ${detail?.replace(/^.*?: /, '')}`);
    expect(answers({ PipelineName: 'p' })).toEqual(['DefinitionReadable unknown the definition cannot be read: not given']);
    expect(answers({ PipelineDefinition: 'no JSON' })).toEqual(['DefinitionReadable unknown the definition cannot be read: it is no JSON']);
    const place = { Bucket: 'definitions', ObjectKey: 'pipeline.json' };
    const unread = "DefinitionReadable unknown the definition cannot be read: in S3 at 'pipeline.json', which is no asset of this app";
    expect(answers({ PipelineDefinitionS3Location: { ...place, VersionId: 'L4kqtJlcpXroDTDm' } })).toEqual(['DefinitionPinned compliant undefined', unread]);
    expect(answers({ PipelineDefinitionS3Location: place })[0]).toMatch(/^DefinitionPinned non-compliant .*PipelineDefinitionS3Location\.ObjectKey names no version/);
    expect(answers({ RoleArn: 'r' }, 'updatePipeline')).toEqual(['DefinitionReadable compliant undefined']);
  });

  test('says in which request a step is, and by its name what is wrong', () => {
    const [found] = judged([task('createPipeline', { PipelineDefinition: JSON.stringify(PIPELINE) })], [ISOLATION]).filter(({ answer }) => answer === 'non-compliant');
    expect([found!.location, found!.detail]).toEqual([
      'Properties.DefinitionString.States.Make.Parameters.PipelineDefinition.Steps.Open.Arguments.NetworkConfig.EnableNetworkIsolation',
      'Processing \'Open\': NetworkConfig.EnableNetworkIsolation is false',
    ]);
  });

  test.each(CALLERS)('by %s: a job whose document no rule knows is unknown', (_what, request) => {
    const found = judged([request('createJob', { JobName: 'j', JobConfigDocument: '{}' })], RULES).filter(({ resource }) => resource.within);
    expect(found.map(({ answer, detail }) => [answer, detail?.replace(/^.*?: /, '')])).toEqual([['unknown', 'what it starts cannot be told: no rule knows the jobs that createJob starts']]);
  });
});

describe('a state machine that is made through the API', () => {
  const CALLERS: readonly (readonly [string, (action: string, parameters: object) => object])[] = [
    ['a state machine', (action, parameters) => ({
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { Definition: { StartAt: 'Make', States: { Make: { Type: 'Task', End: true, Resource: `arn:aws:states:::aws-sdk:sfn:${action}`, Parameters: capital(parameters) } } } },
    })],
    ['a custom resource', (action, parameters) => ({ Type: 'Custom::AWS', Properties: { Create: JSON.stringify({ service: '@aws-sdk/client-sfn', action, parameters }) } })],
    ['a custom resource by the older name', (action, parameters) => ({ Type: 'Custom::AWS', Properties: { Create: JSON.stringify({ service: 'StepFunctions', action, parameters }) } })],
    ['a schedule', (action, parameters) => ({
      Type: 'AWS::Scheduler::Schedule', Properties: { Target: { Arn: `arn:aws:scheduler:::aws-sdk:sfn:${action}`, Input: JSON.stringify(capital(parameters)) } },
    })],
    ['a document of SSM', (action, parameters) => document({ name: 'make', action: 'aws:executeAwsApi', inputs: { Service: 'stepfunctions', Api: action, ...parameters } })],
  ];
  const capital = (members: object) => Object.fromEntries(Object.entries(members).map(([name, value]) => [name[0]!.toUpperCase() + name.slice(1), value as unknown]));
  const made = (caller: object, rules = RULES) => judged([template({ Caller: caller }, { Parameters: { Param: { Type: 'String' } } })], rules).filter(({ resource }) => resource.within);

  test.each(CALLERS)('by %s has its tasks judged, those that an update brings too', (_what, call) => {
    for (const action of ['createStateMachine', 'updateStateMachine']) {
      const found = made(call(action, { name: 'm', definition: JSON.stringify(MACHINE) }));
      const machine = found.find(({ resource }) => resource.within?.kind === action)!;
      expect([machine.id, machine.answer]).toEqual(['RegulatedML-DefinitionReadable', 'compliant']);
      expect(shown(found.filter(({ resource }) => resource.within?.resource === machine.resource))).toEqual(OF_PIPELINE.slice(0, 3));
      const open = found.find(({ answer }) => answer === 'non-compliant')!;
      expect(open.location).toMatch(/\.Definition\.States\.Open\.Parameters\.NetworkConfig\.EnableNetworkIsolation$/);
      expect(open.detail).toBe("Processing 'Open': NetworkConfig.EnableNetworkIsolation is false");
    }
  });

  test.each(CALLERS)('by %s is unknown where its definition cannot be read, and left alone where an update leaves it', (_what, call) => {
    const answers = (action: string, parameters: object) => made(call(action, parameters)).map(({ answer, detail }) => `${answer} ${detail?.replace(/^.*?: /, '')}`);
    expect(answers('createStateMachine', { name: 'm' })).toEqual(['unknown the definition cannot be read: not given']);
    expect(answers('createStateMachine', { definition: 'no JSON' })).toEqual(['unknown the definition cannot be read: it is no JSON']);
    expect(answers('updateStateMachine', { stateMachineArn: 'a' })).toEqual(['compliant undefined']);
    expect(answers('deleteStateMachine', { stateMachineArn: 'a' }).filter((one) => !one.startsWith('not-applicable'))).toEqual([]);
  });

  test.each(CALLERS)('by %s is judged by the rules on state machines; what an update does not say stays as it is', (_what, call) => {
    const rules = ['StateMachineKey', 'StateMachineLogLevel', 'StateMachineExecutionData'].map(ruleNamed);
    const answers = (action: string, parameters: object) => made(call(action, { definition: JSON.stringify(MACHINE), ...parameters }), rules)
      .filter(({ resource }) => resource.within?.kind === action).map(({ answer }) => answer).sort();
    const kept = { encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: KEY }, loggingConfiguration: { level: 'ALL', includeExecutionData: false } };
    expect(answers('createStateMachine', kept)).toEqual(['compliant', 'compliant', 'compliant']);
    expect(answers('createStateMachine', {})).toEqual(['compliant', 'non-compliant', 'non-compliant']);
    expect(answers('updateStateMachine', {})).toEqual([]);
    expect(answers('updateStateMachine', { encryptionConfiguration: { type: 'AWS_OWNED_KEY' }, loggingConfiguration: { level: 'OFF' } })).toEqual(['compliant', 'non-compliant', 'non-compliant']);
  });

  test('makes another one, which is judged as well, and ends where that has no end', () => {
    const nested = (depth: number): object => (depth === 0 ? MACHINE : {
      StartAt: 'Make', States: { Make: { Type: 'Task', End: true, Resource: 'arn:aws:states:::aws-sdk:sfn:createStateMachine', Parameters: { Definition: nested(depth - 1) } } },
    });
    const found = (depth: number) => made({ Type: 'AWS::StepFunctions::StateMachine', Properties: { Definition: nested(depth) } }).map(({ answer }) => answer);
    expect(found(2).filter((answer) => answer === 'non-compliant')).toHaveLength(1);
    expect(found(8)).toContain('unknown');
    const keys = judged([template({ Outer: { Type: 'AWS::StepFunctions::StateMachine', Properties: { Definition: nested(2) } } })], [ruleNamed('StateMachineKey')]);
    expect(keys.map(({ answer, resource: { within } }) => `${within?.kind ?? 'Outer'} ${answer}`)).toEqual(['Outer non-compliant', 'createStateMachine non-compliant', 'createStateMachine non-compliant']);
  });
});

const document = (...mainSteps: object[]) => ({ Type: 'AWS::SSM::Document', Properties: { DocumentType: 'Automation', Content: { schemaVersion: '0.3', mainSteps } } });

describe('a document of SSM Automation', () => {
  const said = (one: object) => judged([template({ Caller: one }, { Parameters: { Param: { Type: 'String' } }, Conditions: { Cond: {} } })], RULES)
    .map(({ finding: { answer, detail }, location }) => `${answer} ${location}${detail ? ` ${detail}` : ''}`);
  const api = (inputs: object, name = 'train') => ({ name, action: 'aws:executeAwsApi', inputs });
  const train = (EnableNetworkIsolation: unknown, Api: unknown = 'CreateTrainingJob', Service: unknown = 'sagemaker') => api({ Service, Api, EnableNetworkIsolation });
  const of = (Content: unknown, DocumentType: unknown = 'Automation') => ({ Type: 'AWS::SSM::Document', Properties: { DocumentType, Content } });
  const AT = 'Properties.Content.mainSteps.train.inputs';
  const FOUND = [`non-compliant ${AT}.EnableNetworkIsolation Training 'train': Content.mainSteps.train.inputs.EnableNetworkIsolation is false`];

  test('has the requests of its steps judged, however it is written', () => {
    for (const step of [train(false), train(false, 'create_training_job'), train('false'), { ...train(false), action: 'aws:waitForAwsResourceProperty' }]) {
      expect(said(document(step)).map((one) => one.slice(0, 14))).toEqual(['non-compliant ']);
    }
    expect(said(document(train(false)))).toEqual(FOUND);
    expect(said(of(JSON.stringify({ mainSteps: [train(false)] })))).toEqual(FOUND);
    expect(said(of({ 'Fn::Sub': JSON.stringify({ mainSteps: [train(false)] }) }))).toEqual(FOUND);
    expect(said(of({ mainSteps: [train(false)] }, PARAM))).toEqual(FOUND);
    expect(said(document(train(true)))).toEqual([`compliant ${AT}`]);
    expect(said(document(api({ Service: 'batch', Api: 'SubmitServiceJob', serviceRequestPayload: '{"EnableNetworkIsolation":true}' })))).toEqual([`compliant ${AT}.ServiceRequestPayload`]);
  });

  test('has the steps of its loops judged', () => {
    const [found] = said(document({ name: 'each', action: 'aws:loop', inputs: { Iterators: '{{ Names }}', Steps: [train(false)] } }));
    expect(found).toMatch(/^non-compliant Properties\.Content\.mainSteps\.each\.inputs\.Steps\.train\.inputs\.EnableNetworkIsolation /);
  });

  test.each<[string, object, string]>([
    ['a value', document(train('{{ Isolated }}')), `unknown ${AT}.EnableNetworkIsolation Training 'train': Content.mainSteps.train.inputs.EnableNetworkIsolation is decided while the document runs`],
    ['its content', of(PARAM), "unknown Properties.Content Task 'Content': what it starts cannot be told: Content is parameter Param, which has no default"],
    ['its content in YAML', of('mainSteps:\n- action: aws:executeAwsApi\n'), "unknown Properties.Content Task 'Content': what it starts cannot be told: Content cannot be read: it is no JSON"],
    ['its steps', of({ mainSteps: PARAM }), "unknown Properties.Content.mainSteps Task 'Content': what it starts cannot be told: Content holds steps that are parameter Param, which has no default"],
    ['a step', of({ mainSteps: [PARAM] }), "unknown Properties.Content.mainSteps Task 'Content': what it starts cannot be told: Content holds a step that is parameter Param, which has no default"],
    ['an action', document({ name: 'train', action: PARAM, inputs: {} }), `unknown ${AT} Task 'train': what it starts cannot be told: train takes an action that is parameter Param, which has no default`],
    ['what a step is given', document({ ...train(true), inputs: PARAM }), `unknown ${AT} Task 'train': what it starts cannot be told: train is given what is parameter Param, which has no default`],
    ['a service', document(train(true, 'CreateTrainingJob', '{{ Service }}')), `unknown ${AT} Task 'train': what it starts cannot be told: train calls a service that is decided while the document runs`],
    ['an operation', document(train(true, '{{ Api }}')), `unknown ${AT} Task 'train': what it starts cannot be told: train calls an operation that is decided while the document runs`],
  ])('is unknown where it cannot be read: %s', (_what, one, expected) => {
    expect(said(one)).toEqual([expected]);
  });

  test.each<[string, object]>([
    ['runs commands', of({ mainSteps: [train(false)] }, 'Command')], ['says no type', of({ mainSteps: [train(false)] }, null)],
    ['calls another service', document(train(false, 'CreateTrainingJob', 'ec2'))], ['calls nothing', document({ name: 'wait', action: 'aws:sleep', inputs: {} })],
    ['calls nothing, in YAML', of('mainSteps:\n- action: aws:sleep\n')], ['has no content', of(undefined)], ['is broken', of({ mainSteps: [1, null, 'x', { name: 1 }, { inputs: 2, action: 'aws:executeAwsApi' }] })],
  ])('is let be where it %s', (_what, one) => {
    expect(said(one)).toEqual([]);
  });

  test('has each option judged by itself', () => {
    const either = said(document(train(false, { 'Fn::If': ['Cond', 'StopTrainingJob', 'CreateTrainingJob'] })));
    expect(either).toEqual([expect.stringMatching(/^non-compliant .* Training 'train \(option 2\)': /)]);
    expect(said(of({ 'Fn::If': ['Cond', { mainSteps: [train(true)] }, { mainSteps: [train(false)] }] }))).toEqual([
      `compliant ${AT}`, `non-compliant ${AT}.EnableNetworkIsolation Training 'train (option 2)': Content.mainSteps.train.inputs.EnableNetworkIsolation is false`,
    ]);
  });
});

describe('parameters of a pipeline that the app starts', () => {
  const KEYED = ruleNamed('SageMakerJobVolumeKey');
  const ARN = 'arn:aws:sagemaker:eu-central-1:123456789012:pipeline/';
  const definition = {
    Parameters: [{ Name: 'Key', Type: 'String', DefaultValue: KEY }, { Name: 'Iso', Type: 'Boolean', DefaultValue: true }, { Name: 'Open', Type: 'Boolean' }],
    Steps: [{
      Name: 'T', Type: 'Training',
      Arguments: { EnableNetworkIsolation: { Get: 'Parameters.Iso' }, ResourceConfig: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: { Get: 'Parameters.Key' } } },
    }],
  };
  const answers = (starter: object, of: object = definition, extra: object = {}) => judged([template(
    { Pipeline: { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineName: 'Risk', PipelineDefinition: { PipelineDefinitionBody: of } } }, Starter: starter, ...extra },
    { Parameters: { Param: { Type: 'String' } }, Conditions: { Cond: {} } },
  )], [ISOLATION, KEYED]).filter(({ resource }) => resource.logicalId === 'Pipeline').map(({ answer }) => answer);
  const list = (Value: unknown = 'false', Name: unknown = 'Iso') => [{ Name, Value }];
  const rule = (Arn: unknown, PipelineParameterList: unknown = list()) => ({ Type: 'AWS::Events::Rule', Properties: { Targets: [{ Id: 'x', Arn, SageMakerPipelineParameters: { PipelineParameterList } }] } });
  const NONE = ['compliant', 'compliant'];
  const FOUND = ['non-compliant', 'compliant'];
  const request = (PipelineParameters: unknown, PipelineName: unknown = 'Risk') => ({ PipelineName, PipelineParameters });

  test.each<[string, object]>([
    ['a rule by ARN', rule(`${ARN}risk`)],
    ['a rule by an ARN with tokens', rule({ 'Fn::Sub': 'arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:pipeline/risk' })],
    ['a rule by reference', rule({ 'Fn::Join': ['', [ARN, { Ref: 'Pipeline' }]] })],
    ['a rule, in one option', rule({ 'Fn::If': ['Cond', `${ARN}risk`, `${ARN}other`] }, { 'Fn::If': ['Cond', [], list()] })],
    ['a schedule', { Type: 'AWS::Scheduler::Schedule', Properties: { Target: { Arn: `${ARN}risk`, SageMakerPipelineParameters: { PipelineParameterList: list() } } } }],
    ['a pipe', { Type: 'AWS::Pipes::Pipe', Properties: { Target: `${ARN}risk`, TargetParameters: { SageMakerPipelineParameters: { PipelineParameterList: list() } } } }],
    ['a schedule with a universal target', {
      Type: 'AWS::Scheduler::Schedule', Properties: { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sagemaker:startPipelineExecution', Input: JSON.stringify(request(list())) } },
    }],
    ['a custom resource', { Type: 'Custom::AWS', Properties: { Create: JSON.stringify({ service: 'SageMaker', action: 'startPipelineExecution', parameters: request(list()) }) } }],
    ['a state machine', {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { Definition: { States: { A: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sagemaker:startPipelineExecution', Parameters: request(list(), { Ref: 'Pipeline' }) } } } },
    }],
  ])('are judged by what they are given: %s', (_what, starter) => {
    expect(answers(starter)).toEqual(FOUND);
  });

  test('are judged by each value that they are given, and by their default', () => {
    expect(answers(rule(`${ARN}risk`, [{ Name: 'Iso', Value: 'true' }, { Name: 'Key', Value: 'alias/aws/sagemaker' }]))).toEqual(['compliant', 'non-compliant']);
    expect(answers(rule(`${ARN}risk`, list('true')), { ...definition, Parameters: [{ Name: 'Iso', DefaultValue: false }, definition.Parameters[0]] })).toEqual(FOUND);
    expect(answers(rule(`${ARN}risk`, list('true')), { ...definition, Parameters: [{ Name: 'Iso' }, definition.Parameters[0]] })).toEqual(['unknown', 'compliant']);
    expect(answers(rule(`${ARN}risk`, list()), { ...definition, Parameters: [{ Name: 'Iso' }, definition.Parameters[0]] })).toEqual(FOUND);
  });

  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ['one of them is wrong', { DefaultValue: true, EnumValues: [true, false] }, FOUND], ['all of them are right', { DefaultValue: true, EnumValues: [true] }, NONE],
    ['the default is left out', { EnumValues: [true] }, NONE], ['the default is left out, and one is wrong', { EnumValues: ['true', 'false'] }, FOUND],
    ['one of them is a parameter', { DefaultValue: true, EnumValues: [true, PARAM] }, ['unknown', 'compliant']], ['the list is a parameter', { DefaultValue: true, EnumValues: PARAM }, ['unknown', 'compliant']],
    ['the list hangs on a condition', { DefaultValue: true, EnumValues: { 'Fn::If': ['Cond', [true], [true, false]] } }, FOUND], ['there is none', { DefaultValue: true, EnumValues: { Ref: 'AWS::NoValue' } }, NONE],
    ['the list is empty', { EnumValues: [] }, ['unknown', 'compliant']],
  ])('are judged by each value that the definition allows: %s', (_what, parameter, expected) => {
    expect(answers({ Type: 'AWS::SNS::Topic' }, { ...definition, Parameters: [{ Name: 'Iso', Type: 'Boolean', ...parameter }, definition.Parameters[0]] })).toEqual(expected);
  });

  test.each<[string, unknown, readonly string[]]>([
    ['its value is a parameter', list(PARAM), ['unknown', 'compliant']], ['its value comes out of the event', list('$.detail.isolated'), ['unknown', 'compliant']],
    ['its name is a parameter', list('true', PARAM), ['unknown', 'unknown']], ['the list is a parameter', PARAM, ['unknown', 'unknown']],
    ['another parameter is given', list('x', 'Other'), NONE], ['nothing is given', [], NONE],
  ])('are unknown only where what they are given is: %s', (_what, given, expected) => {
    expect(answers(rule(`${ARN}risk`, given))).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ['another pipeline', `${ARN}other`], ['one of another region', `${ARN.replace('eu-central-1', 'eu-west-1')}risk`], ['one of another account', `${ARN.replace('123456789012', '210987654321')}risk`],
    ['a function', { 'Fn::GetAtt': ['Handler', 'Arn'] }],
  ])('of the same name are left alone where the app starts %s', (_what, target) => {
    expect(answers(rule(target), definition, { Handler: { Type: 'AWS::Lambda::Function', Properties: {} } })).toEqual(NONE);
  });

  test('of a pipeline that is made through the API are judged alike', () => {
    const create = JSON.stringify({ service: 'SageMaker', action: 'createPipeline', parameters: { PipelineName: 'Later', PipelineDefinition: JSON.stringify(definition) } });
    const found = judged([template({ Made: { Type: 'Custom::AWS', Properties: { Create: create } }, Starter: rule(`${ARN}later`) })], [ISOLATION]);
    expect(found.map(({ answer, resource: { logicalId } }) => [logicalId, answer])).toEqual([['Made', 'non-compliant']]);
  });
});

test('an update in a state machine finds the configuration that the machine makes, whatever its name will be', () => {
  const machine = (ProductionVariants: object[]) => template({
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        Definition: {
          StartAt: 'Config',
          States: {
            Config: {
              Type: 'Task', Next: 'Update', Resource: 'arn:aws:states:::sagemaker:createEndpointConfig',
              Parameters: { 'EndpointConfigName.$': '$.name', ProductionVariants },
            },
            Update: { Type: 'Task', End: true, Resource: 'arn:aws:states:::sagemaker:updateEndpoint', Parameters: { EndpointName: 'risk', 'EndpointConfigName.$': '$.name' } },
          },
        },
      },
    },
  });
  const answers = (...variants: object[]) => judged([machine(variants)], [ruleNamed('SageMakerEndpointRollback')]).map(({ finding }) => finding.answer);
  expect(answers({ 'ModelName.$': '$.model', 'InstanceType': 'ml.m5.large' })).toEqual(['non-compliant']);
  expect(answers({ ServerlessConfig: { MaxConcurrency: 1 } })).toEqual([]);
  expect(answers({ InstanceType: 'ml.m5.large' })).toEqual([]);
});

test('steps that make a resource are judged by the rules on the resource', () => {
  const steps = [
    ['Model', 'AWS::SageMaker::Model'], ['RegisterModel', 'AWS::SageMaker::ModelPackage'], ['EndpointConfig', 'AWS::SageMaker::EndpointConfig'],
    ['Endpoint', 'AWS::SageMaker::Endpoint'],
  ] as const;
  const body = JSON.stringify({ Steps: steps.map(([Type]) => ({ Name: Type, Type, Arguments: { ProductionVariants: [{ ModelName: 'risk' }] } })) });
  const found = judged([pipelineOf(body)], AWS_RULES);
  for (const [kind, type] of steps) expect(found.some(({ resource }) => resource.within?.kind === kind && resource.type === type)).toBe(true);
});

const place = (PipelineDefinitionS3Location: unknown) => ({ PipelineDefinition: { PipelineDefinitionS3Location } });
ruleTable('DefinitionPinned', {
  type: 'AWS::SageMaker::Pipeline',
  around: { Writer: { Type: 'Custom::PipelineDefinition', Properties: {} }, Other: { Type: 'Custom::Anything', Properties: {} } },
  compliant: [
    place({ Bucket: 'b', Key: 'pipeline.json', Version: 'L4kqtJlcpXroDTDm' }), place({ Bucket: 'b', Key: 'pipeline.json', ETag: 'd41d8cd98f' }),
    place({ Bucket: 'b', Key: `${'0a'.repeat(32)}.json` }),
    place({ Bucket: 'b', Key: { 'Fn::GetAtt': ['Writer', 'Key'] } }),
  ],
  nonCompliant: [place({ Bucket: 'b', Key: 'pipeline.json' }), place({ Bucket: 'b', Key: 'pipeline.json', Version: '' })],
  unknown: [
    place({ Bucket: 'b', Key: PARAM }), place({ Bucket: 'b', Key: { 'Fn::GetAtt': ['Other', 'Key'] } }), place(PARAM),
    place({ Bucket: 'b', Key: 'pipeline.json', Version: PARAM }),
  ],
  notApplicable: [{ PipelineDefinition: { PipelineDefinitionBody: '{"Steps":[]}' } }],
  override: { path: 'PipelineDefinition.PipelineDefinitionS3Location.Version', to: '' },
});
ruleTable('DefinitionPinned', {
  type: 'AWS::StepFunctions::StateMachine', compliant: [{ DefinitionS3Location: { Bucket: 'b', Key: 'machine.json', Version: '1' } }],
  nonCompliant: [{ DefinitionS3Location: { Bucket: 'b', Key: 'machine.json' } }],
  unknown: [{ DefinitionS3Location: PARAM }], notApplicable: [{ DefinitionString: '{}' }], override: { path: 'DefinitionS3Location.Version', to: '' },
});
ruleTable('DefinitionReadable', {
  type: 'AWS::SageMaker::Pipeline', compliant: [{ PipelineDefinition: { PipelineDefinitionBody: '{"Version":"2020-12-01","Steps":[]}' } }], nonCompliant: [],
  unknown: [
    {}, { PipelineDefinition: PARAM }, { PipelineDefinition: { PipelineDefinitionBody: 'no JSON' } },
    { PipelineDefinition: { PipelineDefinitionBody: '{"Steps":[{"Name":"A","Type":"Invented","Arguments":{}}]}' } },
  ],
});
ruleTable('DefinitionReadable', {
  action: 'sagemaker:createPipeline', compliant: [{ PipelineDefinition: '{"Version":"2020-12-01","Steps":[]}' }], nonCompliant: [],
  unknown: [{}, { PipelineDefinition: PARAM }, { PipelineDefinitionS3Location: { Bucket: 'b', ObjectKey: 'k' } }],
});
ruleTable('DefinitionReadable', {
  type: 'AWS::StepFunctions::StateMachine', compliant: [{ DefinitionString: '{"States":{}}' }], nonCompliant: [],
  unknown: [{}, { DefinitionString: PARAM }, { Definition: { States: { A: { Type: PARAM } } } }, { Definition: { States: { A: { Type: 'Task', Resource: PARAM } } } }],
});
ruleTable('DefinitionPinned', {
  action: 'sagemaker:createPipeline', compliant: [{ PipelineDefinitionS3Location: { Bucket: 'b', ObjectKey: 'k', VersionId: '1' } }],
  nonCompliant: [{ PipelineDefinitionS3Location: { Bucket: 'b', ObjectKey: 'k' } }], unknown: [{ PipelineDefinitionS3Location: PARAM }], notApplicable: [{ PipelineDefinition: '{"Steps":[]}' }],
  override: { path: 'PipelineDefinitionS3Location.VersionId', to: '' },
});
