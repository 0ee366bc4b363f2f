import type { Json } from '../../../lib/cli/run/definition';
import { programOf } from '../../../lib/cli/run/program';
import { condition } from '../../../lib/cli/run/steps/condition';
import { at, valueOf, type Values } from '../../../lib/cli/run/values';
import type { ReadyStep, Surroundings } from '../../../lib/cli/run/step-kind';
import { launcher, unpacker } from '../../../lib/aws/pipeline/private/launch';

const values: Values = {
  parameters: new Map<string, Json>([['Rate', 0.5], ['Yes', true], ['Name', 'a b']]),
  execution: { PipelineExecutionId: 'abc' },
  property: (step, path) => at(step === 'Train' ? { Outputs: [{ OutputName: 'x', Uri: 's3://b/x' }], List: [{ A: 1 }, { A: 2 }], FinalMetricDataList: [{ MetricName: 'validation:auc', Value: 0.8 }] } : undefined, path),
  propertyFile: (_step, name) => (name === 'report' ? { metrics: { auc: { value: 0.75 } }, list: [1, { deep: 'x' }] } : {}),
  jsonAt: () => ({ a: 1 }),
};
const value = (raw: Json) => valueOf(raw, values, 'Step');

describe('variables of a definition', () => {
  test.each<[string, Json, Json]>([
    ['a parameter with its type', { Get: 'Parameters.Rate' }, 0.5],
    ['a truth value', { Get: 'Parameters.Yes' }, true],
    ['the run', { Get: 'Execution.PipelineExecutionId' }, 'abc'],
    ['an item of a list by the name it is called', { Get: 'Steps.Train.Outputs[\'x\'].Uri' }, 's3://b/x'],
    ['an item by its number', { Get: 'Steps.Train.List[1].A' }, 2],
    ['a metric whose name has a colon', { Get: 'Steps.Train.FinalMetricDataList[\'validation:auc\'].Value' }, 0.8],
    ['a join of texts, numbers and truth values', { 'Std:Join': { On: '/', Values: ['s3:/', { Get: 'Parameters.Name' }, 7, { Get: 'Parameters.Yes' }, { 'Std:Join': { On: '', Values: [{ Get: 'Parameters.Rate' }, '%'] } }] } }, 's3://a b/7/true/0.5%'],
    ['a figure of a property file', { 'Std:JsonGet': { PropertyFile: { Get: 'Steps.Evaluate.PropertyFiles.report' }, Path: 'metrics.auc.value' } }, 0.75],
    ['one deep in a list', { 'Std:JsonGet': { PropertyFile: { Get: 'Steps.Evaluate.PropertyFiles.report' }, Path: 'list[1].deep' } }, 'x'],
    ['a figure of a file by its address', { 'Std:JsonGet': { S3Uri: { 'Std:Join': { On: '', Values: ['s3://b/', 'f.json'] } }, Path: 'a' } }, 1],
    ['what is none', { A: [{ B: 'Get' }], Get: 'x', C: null }, { A: [{ B: 'Get' }], Get: 'x', C: null }],
  ])('%s', (_what, raw, expected) => {
    expect(value(raw)).toEqual(expected);
  });

  test.each<[string, Json, RegExp]>([
    ['a parameter that is not declared', { Get: 'Parameters.None' }, /step 'Step' uses 'Parameters\.None', which has no value/],
    ['a property that nobody gave', { Get: 'Steps.Train.Nothing' }, /uses 'Steps\.Train\.Nothing', which has no value in a run on this machine: give it with --assume/],
    ['what an object has by nature', { Get: 'Steps.Train.constructor' }, /has no value/],
    ['a figure that is not in the file', { 'Std:JsonGet': { PropertyFile: { Get: 'Steps.Evaluate.PropertyFiles.report' }, Path: 'metrics.f1' } }, /reads 'metrics\.f1' of property file 'report' of step 'Evaluate', and nothing stands there/],
    ['a list in a join', { 'Std:Join': { On: '', Values: [{ Get: 'Steps.Train.List' }] } }, /joins a text with a list or an object/],
  ])('fails for %s', (_what, raw, message) => {
    expect(() => value(raw)).toThrow(message);
  });
});

describe('conditions', () => {
  const outcome = async (...conditions: Json[]) => (await condition.run({ arguments: { Conditions: conditions }, raw: { Conditions: conditions } } as unknown as ReadyStep, {} as Surroundings)).properties!.Outcome;
  const compare = (Type: string, LeftValue: Json, RightValue: Json) => ({ Type, LeftValue, RightValue });

  test.each<[Json, string]>([
    [compare('GreaterThan', 2, 1), 'True'], [compare('GreaterThan', 1, 1), 'False'], [compare('GreaterThanOrEqualTo', 1, 1), 'True'],
    [compare('LessThan', 1, 2), 'True'], [compare('LessThan', 1, 1), 'False'], [compare('LessThanOrEqualTo', 1, 1), 'True'],
    [compare('Equals', 'a', 'a'), 'True'], [compare('Equals', '1', 1), 'False'], [compare('Equals', true, true), 'True'],
    [{ Type: 'In', QueryValue: 'b', Values: ['a', 'b'] }, 'True'], [{ Type: 'In', QueryValue: 'c', Values: ['a', 'b'] }, 'False'],
    [{ Type: 'Not', Condition: compare('Equals', 1, 1) }, 'False'],
    [{ Type: 'Or', Conditions: [compare('Equals', 1, 2), compare('Equals', 1, 1)] }, 'True'],
    [{ Type: 'Or', Conditions: [compare('Equals', 1, 2), { Type: 'Not', Condition: compare('LessThan', 1, 2) }] }, 'False'],
  ])('%j is %s', async (given, expected) => {
    expect(await outcome(given)).toBe(expected);
  });

  test('must all hold', async () => {
    expect(await outcome(compare('Equals', 1, 1), compare('Equals', 1, 2))).toBe('False');
  });

  test('fails for a comparison of what is no number, or by a sign that is not known', async () => {
    await expect(outcome(compare('LessThan', '0.7', 1))).rejects.toThrow('compares (LessThan) \'0.7\', which is no number');
    await expect(outcome(compare('Resembles', 1, 1))).rejects.toThrow('compares by \'Resembles\', which is not known here');
  });
});

describe('the entrypoint of a container', () => {
  test('is taken apart as this library writes it, so that no shell reads a path of this machine', () => {
    expect(programOf(launcher('/opt/ml/processing/input/code', ['python3', 'a/main.py']), ['--x'])).toEqual({ argv: ['python3', 'a/main.py', '--x'], archive: '/opt/ml/processing/input/code/code.tar.gz' });
    expect(programOf(unpacker('/opt/ml/input/data/code', '/tmp/notebook', ['run'])).archive).toBe('/opt/ml/input/data/code/code.tar.gz');
  });

  test('of somebody else is left as it is', () => {
    const own = ['/bin/sh', '-c', 'd=$(mktemp -d) && f=/opt/ml/x; rm -rf $f', 'code', 'python3', 'main.py'];
    expect(programOf(own)).toEqual({ argv: own });
    expect(programOf(['python', '-m', 'x'], ['--y'])).toEqual({ argv: ['python', '-m', 'x', '--y'] });
  });
});
