import { Macie2Client, TestCustomDataIdentifierCommand } from '@aws-sdk/client-macie2';
import { PRESETS } from '../../../lib/aws/discovery/data/identifiers';
import { SAMPLES } from './samples';

/**
 * Asks a real account's Macie whether it takes every preset, and finds what it must. Costs nothing, and changes nothing.
 *
 *     AWS_PROFILE=… AWS_REGION=eu-central-1 npx tsx --tsconfig tsconfig.dev.json test/aws/discovery/presets.integ.ts
 */
async function main(): Promise<void> {
  const client = new Macie2Client({});
  let failures = 0;
  for (const { name, regex, keywords, ignoreWords, maximumMatchDistance } of PRESETS) {
    const count = async (sample: string) => {
      const sampleText = `${keywords?.[0] ?? ''}: ${sample} .`;
      return (await client.send(new TestCustomDataIdentifierCommand({ regex, keywords, ignoreWords, maximumMatchDistance, sampleText }))).matchCount ?? 0;
    };
    const problems: string[] = [];
    for (const sample of SAMPLES[name].valid) {
      const found = await count(sample).catch((error: Error) => error);
      if (found instanceof Error) problems.push(`${sample}: ${found.name}: ${found.message}`);
      else if (found === 0) problems.push(`${sample}: not found`);
    }
    failures += problems.length;
    console.log(`${name}: ${problems.length === 0 ? 'ok' : problems.join('; ')}`);
  }
  process.exitCode = failures > 0 ? 1 : 0;
}

void main();
