import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TerraformStack } from 'cdktf';
import { publishedSchema, type ProviderSchema, type PublishedSchema } from './schema';
import { validate, validateStack } from './validate';

/** The schema that azurerm publishes of a version, where it lies beside the project. */
function published(version: string): ProviderSchema | undefined {
  const file = join(__dirname, `../../../../shared/data/azurerm-schema-${version}.json`);
  if (existsSync(file)) return publishedSchema(JSON.parse(readFileSync(file, 'utf8')) as PublishedSchema);
  process.stderr.write(`nothing is checked against the published schema of azurerm ${version}: there is no ../shared/data/azurerm-schema-${version}.json beside the project\n`);
  return undefined;
}

/** Of the version that the bindings were made from. */
export const pinned = published('4.55.0');

/** Of the next one. */
export const next = published('5.2.0');

/** What a schema takes no more of stacks, or of what was written of them: one line for each kind, sorted. */
export async function differences(stacks: readonly (TerraformStack | object)[], schema: ProviderSchema): Promise<string[]> {
  const found = new Set<string>();
  for (const stack of stacks) {
    const diagnostics = 'node' in stack ? await validateStack(stack, schema) : await validate(stack, schema);
    for (const { address, summary, detail } of diagnostics) found.add(`${address.split('.')[0]}: ${summary}: ${detail}`);
  }
  return [...found].sort();
}
