import { Stack } from 'aws-cdk-lib';
import { ContainerImage, MLPipeline, Output, PrebuiltImage } from '../../../lib/aws/pipeline';
import { Workspace } from '../../../lib/aws/workspace';
import { Folder } from '../../../lib/cli/input/file';
import { choosePipeline, readAssembly } from '../../../lib/cli/run/definition';
import { orderSteps } from '../../../lib/cli/run/graph';
import { Classification } from '../../../lib/policy';
import { ENV, folder, PROFILE, synthesized } from '../support';
import { assemblyOf, program, small } from './fixture';

const image = ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2');
const read = (directory: string) => readAssembly(new Folder(`${directory}/cdk.out`, 'cdk.out'));

describe('a definition out of an assembly', () => {
  test('names what only the deployment knows by the path of what it belongs to, from whichever stack it is spoken of', () => {
    const assembly = read(synthesized((app) => {
      const ground = new Stack(app, 'Ground', { env: ENV });
      const workspace = new Workspace(ground, 'Workspace', { profile: PROFILE });
      const raw = workspace.addStore('Raw', { classification: Classification.PSEUDONYMISED });
      for (const name of ['One', 'Two']) {
        const stack = new Stack(app, name, { env: ENV });
        const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: name.toLowerCase(), largeDefinition: name === 'Two' });
        pipeline.addProcessing('Read', { image, code: program('prepare'), inputs: [raw.input('rows/')], outputs: Output.named('out') });
      }
    }, {}, false));
    expect(assembly.buckets.get('Ground.Workspace.Raw')).toBe('Ground/Workspace/Raw');
    expect(assembly.pipelines.map(({ name, path }) => [name, path])).toEqual([['one', 'One/Pipeline'], ['two', 'Two/Pipeline']]);
    // one stands in its template, the other in a file that the deployment fills in
    for (const { steps } of assembly.pipelines) {
      const [input, code] = (steps[0]!.Arguments as { ProcessingInputs: { S3Input: { S3Uri: string } }[] }).ProcessingInputs;
      expect(input!.S3Input.S3Uri).toBe('s3://Ground.Workspace.Raw/rows/');
      expect(assembly.asset(/^s3:\/\/[^/]+\/(.*)$/.exec(code!.S3Input.S3Uri)![1]!)).toMatch(/\.code\.tar\.gz$/);
    }
  });

  test('is chosen by name, by path or by its end, and has to be named where there are several', () => {
    const pipelines = ['One', 'Two'].map((name) => ({ name: name.toLowerCase(), path: `${name}/Pipeline`, template: '', digest: '', parameters: [], steps: [] }));
    expect(choosePipeline(pipelines, 'two', 'cdk.out').path).toBe('Two/Pipeline');
    expect(choosePipeline(pipelines, 'One/Pipeline', 'cdk.out').path).toBe('One/Pipeline');
    expect(choosePipeline(pipelines.slice(0, 1), undefined, 'cdk.out').path).toBe('One/Pipeline');
    expect(() => choosePipeline(pipelines, undefined, 'cdk.out')).toThrow('\'cdk.out\' holds 2 pipelines: name one of \'One/Pipeline\' (one), \'Two/Pipeline\' (two)');
    expect(() => choosePipeline(pipelines, 'Pipeline', 'cdk.out')).toThrow('\'Pipeline\' names 2 pipelines');
    expect(() => choosePipeline([], undefined, 'cdk.out')).toThrow('\'cdk.out\' holds no SageMaker pipeline: run \'cdk synth\' in an app that has one');
  });

  test('of a template that nobody else wrote is read, too', () => {
    const body = JSON.stringify({ Version: '2020-12-01', Steps: [{ Name: 'A', Type: 'Fail', Arguments: { ErrorMessage: 'no' } }] });
    const directory = folder({
      'cdk.out/manifest.json': { version: '36.0.0', artifacts: { Own: { type: 'aws:cloudformation:stack', environment: 'aws://1/eu-central-1', properties: { templateFile: 'own.json' } } } },
      'cdk.out/own.json': { Resources: { P: { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineName: 'own', PipelineDefinition: { PipelineDefinitionBody: body } } } } },
    });
    expect(read(directory).pipelines).toMatchObject([{ name: 'own', steps: [{ Name: 'A' }] }]);
  });

  test('fails where it cannot be read', () => {
    const broken = (body: string) => folder({
      'cdk.out/manifest.json': { version: '36.0.0', artifacts: { Own: { type: 'aws:cloudformation:stack', environment: 'aws://1/eu-central-1', properties: { templateFile: 'own.json' } } } },
      'cdk.out/own.json': { Resources: { P: { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: body } } } } },
    });
    expect(() => read(broken('{'))).toThrow(/the definition of pipeline '.*' cannot be read: it is no JSON/);
    expect(() => read(broken('{}'))).toThrow(/holds no list of steps/);
  });
});

describe('the order of steps', () => {
  const step = (name: string, more: object = {}) => ({ Name: name, Type: 'Processing', ...more });
  const order = (...steps: object[]) => orderSteps(steps as never).map(({ name }) => name);

  test('is that of the definition, but each stands behind what it waits for', () => {
    expect(order(step('C', { DependsOn: ['B'] }), step('A'), step('B', { Arguments: { X: { 'Std:Join': { On: '', Values: [{ Get: 'Steps.A.Y' }] } } } }), step('D'))).toEqual(['A', 'B', 'C', 'D']);
  });

  test('puts branches behind their condition, with the side that they stand on', () => {
    const condition = { Name: 'If', Type: 'Condition', Arguments: { Conditions: [], IfSteps: [step('Yes')], ElseSteps: [{ Name: 'Inner', Type: 'Condition', Arguments: { Conditions: [], IfSteps: [step('Deep')] } }] } };
    const steps = orderSteps([condition, step('After', { DependsOn: ['Yes'] })] as never);
    expect(steps.map(({ name, branch }) => [name, branch?.condition, branch?.side])).toEqual([
      ['If', undefined, undefined], ['Yes', 'If', 'True'], ['Inner', 'If', 'False'], ['Deep', 'Inner', 'True'], ['After', undefined, undefined],
    ]);
  });

  test('of what was synthesized is one in which every step finds what it needs', () => {
    const { pipelines } = read(assemblyOf(small));
    expect(orderSteps(pipelines[0]!.steps).map(({ name }) => name)).toEqual(['Prepare', 'Train', 'Evaluate', 'Good', 'Register', 'Refuse']);
  });

  test.each<[string, object[], RegExp]>([
    ['in a circle', [step('A', { DependsOn: ['C'] }), step('B', { DependsOn: ['A'] }), step('C', { DependsOn: ['B'] }), step('D')], /steps wait for each other: A → C → B → A; take one/],
    ['for themselves', [step('A', { DependsOn: ['A'] })], /A → A/],
    ['for one that is not there', [step('A', { DependsOn: ['B'] })], /step 'A' waits for 'B', which is no step of this pipeline/],
    ['under one name', [step('A'), step('A')], /two steps are called 'A'/],
    ['under a name that leads elsewhere', [step('../../etc/passwd')], /a step is called '\.\.\/\.\.\/etc\/passwd': a name has 1 to 64/],
    ['under a name of an object', [step('__proto__')], /a step is called '__proto__'/],
    ['without a type', [{ Name: 'A' }], /step 'A' has no type/],
  ])('fails for steps %s', (_what, steps, message) => {
    expect(() => order(...steps)).toThrow(message);
  });
});
