import { App, Aws, CfnParameter, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { resolvedIn } from '../../../lib/aws/private/resolved';

const stack = new Stack(new App(), 'Stack');
const bucket = new s3.Bucket(stack, 'Bucket');
const count = new CfnParameter(stack, 'Count', { type: 'Number' });

test.each<[string, unknown]>([
  ['text', 'plain'],
  ['text with a token', `${bucket.bucketArn}/*`],
  ['the same text again', `${bucket.bucketArn}/*`],
  ['a number', 7],
  ['a number that the deployment knows', count.valueAsNumber],
  ['a list that the deployment knows', Fn.split(',', Aws.STACK_ID)],
  ['a token', Token.asAny({ Ref: 'Bucket' })],
  ['nothing', null],
  ['a statement', { Effect: 'Allow', Resource: [bucket.bucketArn, undefined, Lazy.string({ produce: () => undefined })], Condition: { Bool: { [`${bucket.bucketName}/x`.length > 0 ? 'a' : 'b']: true } } }],
  ['what is not given', { Sid: undefined, Action: 's3:*' }],
  ['a key with a token', { [Lazy.string({ produce: () => 'key' })]: 'value' }],
])('%s resolves to what the stack makes of it', (_, value) => {
  expect(resolvedIn(stack, value)).toEqual(stack.resolve(value));
  expect(JSON.stringify(resolvedIn(stack, value))).toBe(JSON.stringify(stack.resolve(value)));
});

test('each text is worked out once for a stack', () => {
  let produced = 0;
  const text = `arn:${Lazy.uncachedString({ produce: () => `${++produced}` })}`;
  expect([resolvedIn(stack, text), resolvedIn(stack, { Resource: [text] }), resolvedIn(new Stack(), text)]).toEqual(['arn:1', { Resource: ['arn:1'] }, 'arn:2']);
});
