import { differences, joined, stepsOf, UNKNOWN } from './definition';

const definition = (steps: object[]) => JSON.stringify({ Version: '2020-12-01', Steps: steps });
const isolated = { EnableNetworkIsolation: true, VpcConfig: { Subnets: ['subnet-1'] } };

test('steps of branches are found, with the network of their jobs', () => {
  expect(stepsOf(definition([
    { Name: 'Prepare', Type: 'Processing', Arguments: { NetworkConfig: isolated } },
    { Name: 'Tune', Type: 'Tuning', Arguments: { TrainingJobDefinitions: [isolated, { VpcConfig: {} }] } },
    { Name: 'Good', Type: 'Condition', Arguments: { IfSteps: [{ Name: 'Train', Type: 'Training', Arguments: {} }], ElseSteps: [{ Name: 'Stop', Type: 'Fail' }] } },
  ]))).toEqual([
    { name: 'Prepare', type: 'Processing', isolated: true, inVpc: true },
    { name: 'Tune', type: 'Tuning', isolated: false, inVpc: true },
    { name: 'Good', type: 'Condition', isolated: false, inVpc: false },
    { name: 'Train', type: 'Training', isolated: false, inVpc: false },
    { name: 'Stop', type: 'Fail', isolated: false, inVpc: false },
  ]);
});

test('an intrinsic in a text is unknown until the deploy', () => {
  expect(joined({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::data']] })).toBe(`arn:${UNKNOWN}:s3:::data`);
  expect(joined({ Ref: 'Bucket' })).toBe(UNKNOWN);
  expect(joined('plain')).toBe('plain');
});

test('what the deploy resolved is no difference', () => {
  const written = { Role: `arn:${UNKNOWN}:role/r`, Count: 2, Steps: [{ Bucket: UNKNOWN }] };
  expect(differences(written, { Role: 'arn:aws:role/r', Count: 2, Steps: [{ Bucket: 'data' }] })).toEqual([]);
});

test.each([
  ['another text', { Name: 'a' }, { Name: 'b' }],
  ['a member that went missing', { Name: 'a', Type: 't' }, { Name: 'a' }],
  ['a member that nobody wrote', { Name: 'a' }, { Name: 'a', Type: 't' }],
  ['a step less', [1, 2], [1]],
  ['a part that did not resolve', { Role: `arn:${UNKNOWN}` }, { Role: 'arn:None' }],
  ['a token that leaked', { Role: UNKNOWN }, { Role: '${Token[TOKEN.7]}' }],
  ['an empty part', { Role: `arn:${UNKNOWN}` }, { Role: 'arn:' }],
  ['a number that became a text', { Count: 2 }, { Count: '2' }],
])('fails for %s', (_, written, deployed) => {
  expect(differences(written, deployed)).not.toEqual([]);
});
