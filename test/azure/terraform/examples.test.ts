import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'cdktf';
import { Answer } from '../../../lib/policy';
import { RECORD_FILE, type RawRecord } from '../../../lib/policy/record';
import { armProblems, describeWithArmTypes } from '../../support/arm-types';
import { differences, next, pinned } from '../../support/terraform/published';
import { describeWithTerraform, validate } from '../../support/terraform/validate';

interface Written {
  readonly resource: { readonly azapi_resource: Readonly<Record<string, { readonly type: string }>> };
}

/** What an example writes, run as its README says. */
function written(file: string): { readonly stacks: Written[]; readonly record: RawRecord } {
  const outdir = mkdtempSync(join(tmpdir(), 'example-'));
  const before = process.env.CDKTF_OUTDIR;
  try {
    process.env.CDKTF_OUTDIR = outdir;
    let app: App | undefined;
    jest.isolateModules(() => { ({ app } = require(join(__dirname, '../../../examples', file)) as { app: App }); });
    app!.synth();
    const read = (name: string) => JSON.parse(readFileSync(join(outdir, name), 'utf8')) as unknown;
    return { stacks: readdirSync(join(outdir, 'stacks')).map((name) => read(`stacks/${name}/cdk.tf.json`) as Written), record: read(RECORD_FILE) as RawRecord };
  } finally {
    if (before === undefined) delete process.env.CDKTF_OUTDIR;
    else process.env.CDKTF_OUTDIR = before;
    rmSync(outdir, { recursive: true });
  }
}

const GOLDEN = join(__dirname, '../../golden/azurerm-5-examples.txt');

const EXAMPLES = ['heart-attack-mortality-azure/app', 'two-clouds/azure'].map((file) => [file, written(file)] as const);

describe('the examples on Azure', () => {
  test.each(EXAMPLES)('%s has nothing open that stops a synth, and leaves no rule unasked', (_, { stacks, record }) => {
    expect(stacks.length).toBeGreaterThan(0);
    expect(record.limits).toEqual([]);
    const rules = new Map(record.rules.map(({ id, severity }) => [id, severity]));
    const open = record.answers.filter(({ answer, accepted, rule }) => answer === Answer.NON_COMPLIANT && accepted === undefined && rules.get(rule) !== 'warning');
    expect(open).toEqual([]);
    expect(record.answers.length).toBeGreaterThan(150);
  });
});

describeWithTerraform('terraform validate', () => {
  test.each(EXAMPLES)('takes %s', async (_, { stacks }) => {
    for (const stack of stacks) expect(await validate(stack)).toEqual([]);
  });

  (pinned ? test.each : test.skip.each)(EXAMPLES)('takes %s by the schema that azurerm 4.55 publishes', async (_, { stacks }) => {
    for (const stack of stacks) expect(await validate(stack, pinned)).toEqual([]);
  });

  // what to change when the bindings are those of azurerm 5
  (next ? test : test.skip)('finds what azurerm 5.2 takes no more, and nothing else', async () => {
    const lines = (await differences(EXAMPLES.flatMap(([, { stacks }]) => stacks), next!)).map((line) => `${line}\n`).join('');
    if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, lines);
    expect(lines).toBe(readFileSync(GOLDEN, 'utf8'));
  });
});

describeWithArmTypes('the types of Azure ML', () => {
  test.each(EXAMPLES)('take the requests of %s', (_, { stacks }) => {
    const requests = stacks.flatMap(({ resource }) => Object.values(resource.azapi_resource)).filter(({ type }) => type.startsWith('Microsoft.MachineLearningServices/'));
    expect(requests.length).toBeGreaterThanOrEqual(8);
    expect(requests.flatMap((request) => armProblems(request as never))).toEqual([]);
  });
});
