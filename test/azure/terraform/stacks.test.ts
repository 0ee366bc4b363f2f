import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differences, next, pinned } from '../../support/terraform/published';
import { describeWithTerraform, validateStack } from '../../support/terraform/validate';
import { STACKS } from './stacks';

const GOLDEN = join(__dirname, '../../golden/azurerm-5.txt');

describeWithTerraform('terraform validate', () => {
  test.each(Object.keys(STACKS))('passes %s, by the schema of the bindings', async (name) => {
    expect(await validateStack(STACKS[name]())).toEqual([]);
  });

  (pinned ? test.each : test.skip.each)(Object.keys(STACKS))('passes %s, by the schema that azurerm 4.55 publishes', async (name) => {
    expect(await validateStack(STACKS[name](), pinned)).toEqual([]);
  });

  // what to change when the bindings are those of azurerm 5
  (next ? test : test.skip)('finds what azurerm 5.2 takes no more, and nothing else', async () => {
    const lines = (await differences(Object.values(STACKS).map((make) => make()), next!)).map((line) => `${line}\n`).join('');
    if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, lines);
    expect(lines).toBe(readFileSync(GOLDEN, 'utf8'));
  });
});
