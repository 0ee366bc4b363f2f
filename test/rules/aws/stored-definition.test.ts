import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnParameter, CfnResource, Token, Validations, type IPolicyValidationContext } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import { ContainerImage } from '../../../lib/aws/pipeline';
import { Severity } from '../../../lib/policy';
import { RECORD_FILE, type RawRecord } from '../../../lib/policy/record';
import { readApp } from '../../../lib/rules/aws/tree';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { RegulatedMLChecks } from '../../../lib/rules';
import { code, completePipeline, usualPipeline } from '../../aws/pipeline/fixture';
import { judgementsOf, PROFILE, stackIn } from '../support';

function answers(app: App, rules: string[] = []): string[] {
  app.synth();
  return answersOf(app, true, rules);
}

function answersOf(app: App, written: boolean, rules: string[] = []): string[] {
  const { view } = readApp(app, written);
  return judgementsOf({ view, rules: AWS_RULES.filter(({ name }) => rules.length === 0 || rules.includes(name)), profile: PROFILE, pack: 'RegulatedML' })
    .filter(({ resource }) => resource.within?.resource.type === 'AWS::SageMaker::Pipeline')
    .map(({ finding, resource }) => `${finding.rule} ${finding.answer} ${resource.within!.name} ${finding.path} ${finding.detail ?? ''}`).sort();
}

test('a definition that is stored apart gets the answers that it gets in the template', () => {
  const made = (largeDefinition: boolean) => {
    const { app, stack, pipeline, raw } = usualPipeline({ largeDefinition });
    const away = ecr.Repository.fromRepositoryArn(stack, 'Away', 'arn:aws:ecr:us-east-1:123456789012:repository/steps');
    pipeline.addProcessing('Away', {
      image: ContainerImage.fromEcrRepository(away, `sha256:${'b'.repeat(64)}`), code, inputs: [raw.input('x/')], withoutNetworkIsolation: 'the container reads a public list of codes',
    });
    return answers(app);
  };
  const inline = made(false);
  expect(inline.filter((line) => line.includes('non-compliant'))).toEqual(expect.arrayContaining([
    expect.stringMatching(/^RegulatedML-ResidencyImage non-compliant Away .*us-east-1/), expect.stringMatching(/^RegulatedML-SageMakerJobNetworkIsolation non-compliant Away/),
  ]));
  expect(made(true)).toEqual(inline);
});

test.each([['in the template', false], ['apart', true]])('a definition that is stored %s is read before synth as well, which then writes it as if nobody had asked', (_where, largeDefinition) => {
  const { app, pipeline, image, raw } = usualPipeline({ largeDefinition });
  const early = answersOf(app, false);
  expect(early.length).toBeGreaterThan(20);
  pipeline.addProcessing('Later', { image, code, inputs: [raw.input('x/')] });
  const before = answersOf(app, false);
  expect(before.filter((line) => line.includes(' Later '))).not.toEqual([]);
  app.synth();
  expect(answersOf(app, true)).toEqual(before);
  expect(answersOf(app, false)).toEqual(before);
});

test('a pipeline with a step of every kind deploys what it declares, and data keeps its class and purpose', () => {
  const { app } = completePipeline();
  app.synth();
  const rules = AWS_RULES.filter(({ name }) => ['PipelineMatchesDataFlow', 'DefinitionReadable', 'FlowStoreClassification'].includes(name));
  const found = judgementsOf({ view: readApp(app, true).view, rules, profile: PROFILE, pack: 'RegulatedML' }).map(({ finding }) => `${finding.rule} ${finding.answer} ${finding.detail ?? ''}`);
  expect([...new Set(found)].sort()).toEqual(rules.map(({ name }) => `RegulatedML-${name} compliant `).sort());
});

test('what the steps of a pipeline lack is in the record, AutoML first of all', () => {
  const { app } = completePipeline();
  app.synth();
  new RegulatedMLChecks(app, { profile: PROFILE }).validate({ appConstruct: app, templatePaths: [] } as unknown as IPolicyValidationContext);
  const { weakenings } = JSON.parse(readFileSync(join(app.outdir, RECORD_FILE), 'utf8')) as RawRecord;
  expect(weakenings).toContainEqual(expect.objectContaining({ path: 'Stack/Pipeline/AutoML', control: 'network-isolation', reason: expect.stringMatching(/./), substitute: expect.stringMatching(/./) }));
});

function stored(body: string, values: unknown[], key?: string, placeholder: unknown = 'value'): App {
  const directory = mkdtempSync(join(tmpdir(), 'definition-'));
  writeFileSync(join(directory, 'definition.json'), body);
  const app = new App({ outdir: join(directory, 'out'), context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
  const stack = stackIn(app);
  new CfnParameter(stack, 'P');
  const asset = new assets.Asset(stack, 'Asset', { path: join(directory, 'definition.json') });
  const writer = new CfnResource(stack, 'Writer', {
    type: 'Custom::PipelineDefinition',
    properties: { ServiceToken: 'arn:aws:lambda:eu-central-1:123456789012:function:w', Template: { Bucket: asset.s3BucketName, Key: key ?? asset.s3ObjectKey }, Values: values, Placeholder: placeholder },
  });
  new CfnResource(stack, 'Pipeline', {
    type: 'AWS::SageMaker::Pipeline',
    properties: { PipelineName: 'p', RoleArn: 'arn:aws:iam::123456789012:role/r', PipelineDefinition: { PipelineDefinitionS3Location: { Bucket: writer.getAtt('Bucket'), Key: writer.getAtt('Key') } } },
  });
  return app;
}

const IMAGE = '{"Steps":[{"Name":"A","Type":"Training","Arguments":{"AlgorithmSpecification":{"TrainingImage":"1.dkr.ecr.value0_.amazonaws.com/x"},"Environment":{"A":"value1_"}}}]}';

test.each([
  ['a known value', 'us-east-1', 'non-compliant'], ['a value inside the residency', 'eu-west-1', 'compliant'], ['a parameter', { Ref: 'P' }, 'unknown'],
  ['a value with quotes that would break the text', 'x"}', 'non-compliant'], ['a missing value', undefined, 'unknown'],
  ['a choice', { 'Fn::If': ['C', 'eu-west-1', 'us-east-1'] }, 'non-compliant'],
])('%s in the place of a placeholder is judged', (_what, value, answer) => {
  expect(answers(stored(IMAGE, value === undefined ? [] : [value, 'a "quoted" text']), ['ResidencyImage']).map((line) => line.split(' ')[1])).toContain(answer);
});

test.each<[string, unknown]>([['is a parameter', { Ref: 'P' }], ['is no word', 'value.']])('a definition whose placeholder %s cannot be read', (_what, placeholder) => {
  const app = stored(IMAGE, ['us-east-1', 'x'], undefined, placeholder);
  app.synth();
  const rules = AWS_RULES.filter(({ name }) => name === 'DefinitionReadable');
  expect(judgementsOf({ view: readApp(app, true).view, rules, profile: PROFILE, pack: 'RegulatedML' }).map(({ answer, detail }) => [answer, detail])).toEqual([
    ['unknown', 'the definition cannot be read: which parts of its text are filled in is not known'],
  ]);
});

test('fails when the definition of a pipeline cannot be read, even where unknowns are only shown', () => {
  const app = stored(IMAGE, [], Token.asString({ Ref: 'P' }));
  const pack = new RegulatedMLChecks(app, { profile: PROFILE });
  Validations.of(app).addPlugins(pack);
  app.synth();
  const found = pack.validateScope(app).violations.filter(({ ruleName }) => ruleName.includes('DefinitionReadable'));
  expect(found.map(({ ruleName, severity }) => [ruleName, severity])).toEqual([['RegulatedML-DefinitionReadable[unknown]', Severity.ERROR]]);
});
