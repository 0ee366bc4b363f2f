import { CfnParameter, Size, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Instances, Objective, Range } from '../../../lib/aws/pipeline';
import { parseBody } from '../../../lib/aws/pipeline/private/render';
import { code, ground } from './fixture';

test('numbers that CloudFormation decides synthesize wherever a step takes a number', () => {
  const { app, stack, pipeline, image, raw } = ground();
  const parameter = new CfnParameter(stack, 'Count', { type: 'Number', default: 2 });
  const attribute = Token.asNumber(stack.resolve({ 'Fn::GetAtt': ['Sizes', 'Volume'] }));
  pipeline.addProcessing('Clean', { image, code, inputs: [raw.input()], instances: Instances.of('ml.m5.xlarge', { count: parameter.valueAsNumber, volumeSize: Size.gibibytes(attribute) }) });
  const tune = pipeline.addTuning('Tune', { image, code, inputs: [raw.input()], objective: Objective.maximize('auc'), ranges: { c: Range.continuous(0, 1) }, maxTrainings: parameter.valueAsNumber });
  app.synth();
  expect(() => tune.topModel(3)).not.toThrow();
  const body = Match.objectLike({ 'Fn::Join': ['', Match.arrayWith([
    Match.stringLikeRegexp('"InstanceCount":$'), { Ref: 'Count' },
    Match.stringLikeRegexp('^,"VolumeSizeInGB":$'), { 'Fn::GetAtt': ['Sizes', 'Volume'] },
    Match.stringLikeRegexp('"MaxNumberOfTrainingJobs":$'), { Ref: 'Count' },
  ])] });
  Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Pipeline', { PipelineDefinition: { PipelineDefinitionBody: body } });
});

test.each([
  ['a number', ['{"a":', { Ref: 'N' }, ',"b":1}'], { a: '${{"Ref":"N"}}', b: 1 }],
  ['a text', ['{"a":"x-', { Ref: 'S' }, '"}'], { a: 'x-${{"Ref":"S"}}' }],
  ['a number after a text with quotes', ['{"a":"say \\"x\\\\", "b":', { Ref: 'N' }, '}'], { a: 'say "x\\', b: '${{"Ref":"N"}}' }],
  ['both', ['{"a":"', { Ref: 'S' }, '","b":[', { Ref: 'N' }, ',"', { Ref: 'S' }, '"]}'], { a: '${{"Ref":"S"}}', b: ['${{"Ref":"N"}}', '${{"Ref":"S"}}'] }],
])('a body with %s is read with sentinels', (_, pieces, expected) => {
  expect(parseBody({ 'Fn::Join': ['', pieces] })).toEqual(expected);
});
