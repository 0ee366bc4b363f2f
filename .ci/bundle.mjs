// Bundles each Lambda of lib/runtime/<job>/index.ts into build/runtime/<job>/index.js.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'lib', 'runtime');

if (existsSync(source)) {
  const { build } = await import('esbuild');
  const jobs = readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(source, entry.name, 'index.ts')))
    .map((entry) => entry.name);
  await Promise.all(jobs.map((job) => build({
    entryPoints: [join(source, job, 'index.ts')],
    outfile: join(root, 'build', 'runtime', job, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node22',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  })));
}
