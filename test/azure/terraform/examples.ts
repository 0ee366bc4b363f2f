import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, TerraformResource } from 'cdktf';
import { RECORD_FILE, type RawRecord } from '../../../lib/policy/record';
import type { Synthesized } from '../../support/azure';

/** The apps on Azure, below `examples`. */
export const EXAMPLES = ['heart-attack-mortality-azure/app', 'two-clouds/azure'];

/** What an example writes, run as its README says. */
export function written(file: string): { readonly stacks: Synthesized[]; readonly record: RawRecord; readonly renderings: number[] } {
  const outdir = mkdtempSync(join(tmpdir(), 'example-'));
  const before = process.env.CDKTF_OUTDIR;
  try {
    process.env.CDKTF_OUTDIR = outdir;
    let app: App | undefined;
    jest.isolateModules(() => { ({ app } = require(join(__dirname, '../../../examples', file)) as { app: App }); });
    const counts = app!.node.findAll().filter((node) => TerraformResource.isTerraformResource(node)).map((resource) => renderingsOf(resource as TerraformResource));
    app!.synth();
    const read = (name: string) => JSON.parse(readFileSync(join(outdir, name), 'utf8')) as unknown;
    return { stacks: readdirSync(join(outdir, 'stacks')).map((name) => read(`stacks/${name}/cdk.tf.json`) as Synthesized), record: read(RECORD_FILE) as RawRecord, renderings: counts.map((count) => count()) };
  } finally {
    if (before === undefined) delete process.env.CDKTF_OUTDIR;
    else process.env.CDKTF_OUTDIR = before;
    rmSync(outdir, { recursive: true });
  }
}

// what a resource comes to is worked out anew each time
function renderingsOf(resource: TerraformResource): () => number {
  const render = resource.toTerraform.bind(resource);
  let count = 0;
  resource.toTerraform = () => {
    count += 1;
    return render();
  };
  return () => count;
}
