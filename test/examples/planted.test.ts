import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, CfnResource } from 'aws-cdk-lib';
import { answersOf, type RawRecord } from '../../lib/policy/record';
import type { Rule } from '../../lib/rules/rule';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { example } from '../support/examples';

const LENIENT = { '@aws-cdk/core:failSynthOnValidationErrors': false };

/** For each control the rules whose bad example is one resource that a template can hold, whatever stands around it. */
const PLANTS = new Map<string, Rule[]>();
for (const rule of AWS_RULES) {
  if (typeof rule.bad !== 'object' || !rule.resources[0]!.startsWith('AWS::')) continue;
  PLANTS.set(rule.control, [...PLANTS.get(rule.control) ?? [], rule]);
}

/** Controls whose rules judge nothing that could be planted beside an example. Each is planted in a test of its own, named here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'exception-governance': 'test/rules/pack.test.ts',
};

const controls = [...new Set(AWS_RULES.map(({ control }) => control))].sort();

describe('a fault of each control beside the example', () => {
  const subject = example('heart-attack-mortality', LENIENT);
  const { CfnResource, Stack, Validations } = subject.cdk;
  const stack = new Stack(subject.app, 'Planted', { env: { account: '123456789012', region: 'eu-central-1' } });
  for (const rules of PLANTS.values()) {
    for (const rule of rules) {
      const planted = new CfnResource(stack, rule.name, { type: rule.resources[0]!, properties: structuredClone(rule.bad) as Record<string, unknown> });
      if (planted.cfnResourceType !== 'AWS::S3::Bucket') continue;
      // a bucket counts once machine learning reads it
      new CfnResource(stack, `ReadsOf${rule.name}`, { type: 'AWS::SageMaker::ProcessingJob', properties: { ProcessingInputs: [{ InputName: 'in', S3Input: { S3Uri: subject.cdk.Fn.join('', ['s3://', planted.ref, '/in']) } }] } });
    }
  }
  const pipeline = new CfnResource(stack, 'Pipeline', {
    type: 'AWS::SageMaker::Pipeline', properties: {
      PipelineDefinition: {
        PipelineDefinitionBody: {
          Version: '2020-12-01', Steps: [
            { Name: 'Fair', Type: 'ClarifyCheck', CheckType: 'MODEL_BIAS', Arguments: {} }, { Name: 'Explained', Type: 'ClarifyCheck', CheckType: 'MODEL_EXPLAINABILITY', Arguments: {} },
            { Name: 'Register', Type: 'RegisterModel', Arguments: { ModelPackageGroupName: 'risk' } },
          ],
        },
      },
    },
  });
  declare(subject.app, pipeline);
  Validations.of(subject.app).addPlugins(...subject.packs.filter(({ name }) => name === 'RegulatedML'));
  let record: RawRecord;
  beforeAll(() => {
    subject.app.synth();
    record = JSON.parse(readFileSync(join(subject.outdir, 'regulated-ml-evidence.json'), 'utf8')) as RawRecord;
  });

  test.each(controls)('%s: is found, with the file and the line that planted it', (control) => {
    if (control in ELSEWHERE) {
      expect(readFileSync(join(__dirname, '../..', ELSEWHERE[control]!), 'utf8')).toMatch(new RegExp(AWS_RULES.filter((rule) => rule.control === control).map(({ name }) => name).join('|')));
      return;
    }
    const ids = new Set((PLANTS.get(control) ?? AWS_RULES.filter((rule) => rule.control === control)).map(({ name }) => `RegulatedML-${name}`));
    const found = [...answersOf(record)].filter(({ rule, answer, subject: index }) => ids.has(rule) && answer === 'non-compliant' && record.subjects[index]!.path.startsWith('Planted/'));
    expect(found.length).toBeGreaterThan(0);
    for (const { subject: index } of found) expect(record.subjects[index]!.source).toMatch(/^test\/examples\/planted\.test\.ts:\d+:\d+$/);
  });
});

/** Health data that comes in for no purpose, is copied to an open store, and goes through a step that is not deployed. */
function declare(app: App, pipeline: CfnResource): void {
  // the copies of the modules that the example was loaded with
  const { DataFlow } = require('../../lib/policy/flow') as typeof import('../../lib/policy/flow');
  const { Classification } = require('../../lib/policy') as typeof import('../../lib/policy');
  const { Construct } = require('constructs') as typeof import('constructs');
  const flow = DataFlow.of(app);
  const within = (id: string) => new (pipeline.constructor as typeof CfnResource)(new Construct(pipeline.stack, id), 'Resource', { type: 'AWS::CloudFormation::WaitConditionHandle' }).node.scope!.node.path;
  const [raw, open] = [within('Raw'), within('Open')];
  const copy = new (pipeline.constructor as typeof CfnResource)(pipeline, 'Copy', { type: 'AWS::CloudFormation::WaitConditionHandle' }).node.path;
  flow.add({ id: raw, kind: 'store', name: 'Raw', detail: 'raw', classification: Classification.PHI });
  flow.add({ id: open, kind: 'store', name: 'Open', classification: Classification.PUBLIC });
  flow.add({ id: copy, kind: 'step', name: 'Copy', detail: 'Processing' });
  flow.connect(raw, copy);
  flow.connect(copy, open);
}

test('fails synth', () => {
  const subject = example('minimal');
  const { CfnResource, Stack } = subject.cdk;
  const stack = new Stack(subject.app, 'Planted', { env: { account: '123456789012', region: 'eu-central-1' } });
  new CfnResource(stack, 'Model', { type: 'AWS::SageMaker::Model', properties: { EnableNetworkIsolation: false } });
  subject.cdk.Validations.of(subject.app).addPlugins(...subject.packs.filter(({ name }) => name === 'RegulatedML'));
  expect(() => subject.app.synth()).toThrow(/SageMaker models run without network access/);
});
