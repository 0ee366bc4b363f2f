import { App, Stack } from 'aws-cdk-lib';
import { flatten, inRegulatoryPacks, waive } from '../../../lib/aws/private/waivers';

const stack = new Stack(new App(), 'Stack');

test('a rule is named in each regulatory pack', () => {
  expect(inRegulatoryPacks('LambdaInsideVPC')).toEqual([
    'HIPAA.Security::HIPAA.Security-LambdaInsideVPC', 'NIST.800.53.R5::NIST.800.53.R5-LambdaInsideVPC', 'PCI.DSS.321::PCI.DSS.321-LambdaInsideVPC',
  ]);
});

test('fails for a short id, which would hide the finding from the report', () => {
  expect(() => waive(stack, ['AwsSolutions-S1'], 'a good reason to do so')).toThrow('waiver \'AwsSolutions-S1\' is not qualified: write it as \'<pack>::AwsSolutions-S1\', so that the report keeps it');
});

test.each(['', '   ', 'because'])('fails for the reason %j', (reason) => {
  expect(() => waive(stack, ['AwsSolutions::AwsSolutions-S1'], reason)).toThrow('the waiver of AwsSolutions::AwsSolutions-S1 has no reason: say why the finding is acceptable');
});

test.each([
  ['arn:aws:s3:::a/*', 'arn:aws:s3:::a/*'],
  [{ Ref: 'A' }, '<A>'],
  [{ 'Fn::GetAtt': ['A', 'Arn'] }, '<A.Arn>'],
  [{ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['A', 'Arn'] }, '/*']] }, '<A.Arn>/*'],
  [{ 'Fn::Sub': 'arn:${AWS::Partition}:x' }, 'arn:<AWS::Partition>:x'],
  [{ 'Fn::ImportValue': 'Stack:ExportA' }, 'Stack:ExportA'],
  [{ 'Fn::Select': [0, 'A'] }, '{"Fn::Select":[0,"A"]}'],
  [undefined, ''],
])('%j is written as the packs write it', (value, text) => {
  expect(flatten(value)).toBe(text);
});
