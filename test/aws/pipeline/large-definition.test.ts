import * as fs from 'fs';
import * as path from 'path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { withPlaceholders } from '../../../lib/aws/pipeline/private/large-definition';
import { fill } from '../../../lib/runtime/pipeline-definition';
import { unwaived } from '../../support/packs';
import { ground, usualPipeline } from './fixture';

test('what the deployment writes is what the template would have held', () => {
  const small = usualPipeline();
  const body = Object.values(Template.fromStack(small.stack).findResources('AWS::SageMaker::Pipeline'))[0].Properties.PipelineDefinition.PipelineDefinitionBody as unknown;
  const large = usualPipeline({ largeDefinition: true });
  const template = Template.fromStack(large.stack);
  const [resource] = Object.values(template.findResources('Custom::PipelineDefinition'));
  const { Values, Placeholder, Template: source } = resource.Properties as { Values: unknown[]; Placeholder: string; Template: { Key: string } };
  const [hash, name] = source.Key.split('/');
  const text = fs.readFileSync(path.join(large.app.outdir, `${hash}.${name}`), 'utf8');
  const named = (value: unknown) => JSON.stringify(value);
  const join = (body as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1].map((piece) => (typeof piece === 'string' ? piece : JSON.stringify(named(piece)).slice(1, -1))).join('');
  expect(JSON.parse(fill(text, Placeholder, Values.map(named)))).toEqual(JSON.parse(join));
});

test('the pipeline takes its definition from where the deployment wrote it', () => {
  Template.fromStack(usualPipeline({ largeDefinition: true }).stack).hasResourceProperties('AWS::SageMaker::Pipeline', {
    PipelineDefinition: {
      PipelineDefinitionS3Location: {
        Bucket: { 'Fn::GetAtt': [Match.stringLikeRegexp('Definition'), 'Bucket'] }, Key: { 'Fn::GetAtt': [Match.stringLikeRegexp('Definition'), 'Key'] },
      },
    },
  });
});

test('a pipeline whose definition is stored apart has no finding in any pack that is not accepted with a reason', () => {
  expect(unwaived(usualPipeline({ largeDefinition: true }).app)).toEqual([]);
});

test('fails when a definition is too large for a template, and says what to set', () => {
  const { pipeline, app } = ground();
  for (let index = 0; index < 90; index++) pipeline.addFail(`F${index}`, { message: 'x'.repeat(3000) });
  expect(() => app.synth()).toThrow(/Stack\/Pipeline: the definition has \d{6} characters, more than the 250000 it may take of a template: set largeDefinition/);
});

test('a definition of that size is written when it is stored apart', () => {
  const { pipeline, app } = ground({ largeDefinition: true });
  for (let index = 0; index < 90; index++) pipeline.addFail(`F${index}`, { message: 'x'.repeat(3000) });
  expect(() => app.synth()).not.toThrow();
});

test('fails on values that cannot be put into a text', () => {
  expect(() => withPlaceholders('Stack/P', '["#{Token[TOKEN.1]}"]')).toThrow(/^Stack\/P: a definition that is stored apart takes no list that only the deployment knows/);
  expect(() => withPlaceholders('Stack/P', '{"a":-1.8881545897087503e+289}')).toThrow(/^Stack\/P: a definition that is stored apart takes no number that only the deployment knows/);
});
