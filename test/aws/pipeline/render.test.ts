import { CfnParameter, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { ExecutionVariable, MLPipeline } from '../../../lib/aws/pipeline';
import { parseBody, renderBody, renderVariables } from '../../../lib/aws/pipeline/private/render';
import { PipelineVariable, textOf } from '../../../lib/aws/pipeline/private/variable';
import { ground } from './fixture';

const { stack, pipeline, raw } = ground();
const variable = new PipelineVariable({ Get: 'Parameters.X' });
const bucket = raw.bucket.bucketName;

const rendered = (value: unknown) => parseBody(stack.resolve(renderBody(pipeline, () => ({ value })))).value;

test('a variable alone stands for itself, as text, number and list', () => {
  expect(rendered(variable.text)).toEqual({ Get: 'Parameters.X' });
  expect(rendered(variable.number)).toEqual({ Get: 'Parameters.X' });
  expect(rendered(variable.list)).toEqual({ Get: 'Parameters.X' });
});

test('variables and CloudFormation values in one text become one join, whose texts keep the CloudFormation values', () => {
  const uri = `s3://${bucket}/${variable.text}/run=${ExecutionVariable.EXECUTION_ID}/x`;
  expect(rendered(uri)).toEqual({
    'Std:Join': { On: '', Values: [expect.stringMatching(/^s3:\/\/\$\{.*WorkspaceRaw.*\}\/$/), { Get: 'Parameters.X' }, '/run=', { Get: 'Execution.PipelineExecutionId' }, '/x'] },
  });
});

test('text with CloudFormation values only stays text', () => {
  expect(rendered(`s3://${bucket}/a`)).toEqual(expect.stringMatching(/^s3:\/\/\$\{.*WorkspaceRaw.*\}\/a$/));
});

test('a join in a text is flattened, one with a separator is kept', () => {
  const joined = MLPipeline.join('/', 'a', variable.text);
  expect(rendered(`${`x${variable.text}`}y`)).toEqual({ 'Std:Join': { On: '', Values: ['x', { Get: 'Parameters.X' }, 'y'] } });
  expect(rendered(`<${joined}>`)).toEqual({ 'Std:Join': { On: '', Values: ['<', { 'Std:Join': { On: '/', Values: ['a', { Get: 'Parameters.X' }] } }, '>'] } });
});

test('a number that the run decides goes into text by a join', () => {
  expect(rendered(textOf(variable.number))).toEqual({ 'Std:Join': { On: '', Values: [{ Get: 'Parameters.X' }] } });
  expect(textOf(3)).toBe('3');
});

test('a number that CloudFormation decides stays a number', () => {
  const count = new CfnParameter(stack, 'Count', { type: 'Number', default: 2 });
  const resolved = stack.resolve(renderBody(pipeline, () => ({ count: count.valueAsNumber, name: count.valueAsString }))) as { 'Fn::Join': [string, unknown[]] };
  expect(resolved['Fn::Join'][1]).toEqual(['{"count":', { Ref: 'Count' }, ',"name":"', { Ref: 'Count' }, '"}']);
});

test('variables behind a lazy value are found', () => {
  const { value, variables } = renderVariables(pipeline, { a: Lazy.string({ produce: () => `x-${variable.text}` }), b: Lazy.any({ produce: () => [variable] }) });
  expect(value).toEqual({ a: { 'Std:Join': { On: '', Values: ['x-', { Get: 'Parameters.X' }] } }, b: [{ Get: 'Parameters.X' }] });
  expect(variables).toEqual([variable]);
});

test('the body has no variable inside a CloudFormation function', () => {
  const resolved = Stack.of(pipeline).resolve(renderBody(pipeline, () => ({ uri: `s3://${bucket}/${variable.text}`, role: pipeline.role.roleArn }))) as { 'Fn::Join': [string, unknown[]] };
  const intrinsics = resolved['Fn::Join'][1].filter((piece) => typeof piece !== 'string');
  expect(intrinsics.length).toBe(2);
  expect(JSON.stringify(intrinsics)).not.toContain('Get"');
});

test('fails on a variable inside a CloudFormation function, and says where to put it', () => {
  expect(() => stack.resolve(renderBody(pipeline, () => ({ uri: Fn.join('/', [bucket, variable.text]) })))).toThrow(/Stack\/Pipeline: a pipeline variable stands inside the CloudFormation function .*use MLPipeline.join/);
  expect(() => stack.resolve(renderBody(pipeline, () => ({ uri: Fn.select(0, Token.asList(Fn.split(',', variable.text))) })))).toThrow(/inside the CloudFormation function/);
});

test('quotes, line ends and dollar signs in texts survive', () => {
  const text = 'a "quote" \\ back\nline ${x} ü';
  expect(rendered(text)).toBe(text);
  expect(rendered(`${text}${bucket}`)).toEqual(expect.stringMatching(/^a "quote" \\ back\nline \$\{x\} ü\$\{/));
});
