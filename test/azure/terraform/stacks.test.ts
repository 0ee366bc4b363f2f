import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedSchema, type PublishedSchema, type ProviderSchema } from '../../support/terraform/schema';
import { describeWithTerraform, validateStack } from '../../support/terraform/validate';
import { STACKS } from './stacks';

const GOLDEN = join(__dirname, '../../golden/azurerm-5.txt');

/** The schema that azurerm publishes of a version, where it lies beside the project. */
function published(version: string): ProviderSchema | undefined {
  const file = join(__dirname, `../../../../shared/data/azurerm-schema-${version}.json`);
  if (existsSync(file)) return publishedSchema(JSON.parse(readFileSync(file, 'utf8')) as PublishedSchema);
  process.stderr.write(`stacks are not checked against the published schema of azurerm ${version}: there is no ${file}\n`);
  return undefined;
}

const pinned = published('4.55.0');
const next = published('5.2.0');

describeWithTerraform('terraform validate', () => {
  test.each(Object.keys(STACKS))('passes %s, by the schema of the bindings', async (name) => {
    expect(await validateStack(STACKS[name]())).toEqual([]);
  });

  (pinned ? test.each : test.skip.each)(Object.keys(STACKS))('passes %s, by the schema that azurerm 4.55 publishes', async (name) => {
    expect(await validateStack(STACKS[name](), pinned)).toEqual([]);
  });

  // what to change when the bindings are those of azurerm 5
  (next ? test : test.skip)('finds what azurerm 5.2 takes no more, and nothing else', async () => {
    const found = new Set<string>();
    for (const make of Object.values(STACKS)) {
      for (const { address, summary, detail } of await validateStack(make(), next)) found.add(`${address.split('.')[0]}: ${summary}: ${detail}`);
    }
    const differences = [...found].sort().map((line) => `${line}\n`).join('');
    if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, differences);
    expect(differences).toBe(readFileSync(GOLDEN, 'utf8'));
  });
});
