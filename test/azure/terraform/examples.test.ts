import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Answer } from '../../../lib/policy';
import { armProblems, describeWithArmTypes } from '../../support/arm-types';
import { differences, next, pinned } from '../../support/terraform/published';
import { describeWithTerraform, validate } from '../../support/terraform/validate';
import { EXAMPLES, written } from './examples';
import { answersOf } from '../../../lib/policy/record';

const GOLDEN = join(__dirname, '../../golden/azurerm-5-examples.txt');

const WRITTEN = EXAMPLES.map((file) => [file, written(file)] as const);

describe('the examples on Azure', () => {
  test.each(WRITTEN)('%s has nothing open that stops a synth, and leaves no rule unasked', (_, { stacks, record }) => {
    expect(stacks.length).toBeGreaterThan(0);
    expect(record.limits).toEqual([]);
    const rules = new Map(record.rules.map(({ id, severity }) => [id, severity]));
    const open = record.answers.filter(({ answer, accepted, rule }) => answer === Answer.NON_COMPLIANT && accepted === undefined && rules.get(rule) !== 'warning');
    expect(open).toEqual([]);
    expect([...answersOf(record)].length).toBeGreaterThan(150);
  });

  // nearly all of a synth is that, and a time would be that of the machine
  test.each(WRITTEN)('%s works out each resource once for its file and once for the rules', (_, { renderings }) => {
    expect(renderings.length).toBeGreaterThan(100);
    expect([...new Set(renderings)]).toEqual([2]);
  });
});

describeWithTerraform('terraform validate', () => {
  test.each(WRITTEN)('takes %s', async (_, { stacks }) => {
    for (const stack of stacks) expect(await validate(stack)).toEqual([]);
  });

  (pinned ? test.each : test.skip.each)(WRITTEN)('takes %s by the schema that azurerm 4.55 publishes', async (_, { stacks }) => {
    for (const stack of stacks) expect(await validate(stack, pinned)).toEqual([]);
  });

  // what to change when the bindings are those of azurerm 5
  (next ? test : test.skip)('finds what azurerm 5.2 takes no more, and nothing else', async () => {
    const lines = (await differences(WRITTEN.flatMap(([, { stacks }]) => stacks), next!)).map((line) => `${line}\n`).join('');
    if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, lines);
    expect(lines).toBe(readFileSync(GOLDEN, 'utf8'));
  });
});

describeWithArmTypes('the types of Azure ML', () => {
  test.each(WRITTEN)('take the requests of %s', (_, { stacks }) => {
    const requests = stacks.flatMap(({ resource }) => Object.values(resource?.azapi_resource ?? {})).filter(({ type }) => String(type).startsWith('Microsoft.MachineLearningServices/'));
    expect(requests.length).toBeGreaterThanOrEqual(8);
    expect(requests.flatMap((request) => armProblems(request as never))).toEqual([]);
  });
});
