// Bundles each Lambda and each function of Azure Functions of lib/runtime/<job>/index.ts into build/runtime/<job>/index.js, and copies each Python job with a main.py beside them.
import { copyFileSync, cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { licencesOf } from './licences.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'lib', 'runtime');

if (existsSync(source)) {
  const { build } = await import('esbuild');
  const jobsWith = (file) => readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(source, entry.name, file)))
    .map((entry) => entry.name);
  const bundles = await Promise.all(jobsWith('index.ts').map((job) => build({
    entryPoints: [join(source, job, 'index.ts')],
    outfile: join(root, 'build', 'runtime', job, 'index.js'),
    bundle: true,
    platform: 'node',
    // what the host of Azure Functions gives a program that it runs
    external: ['@azure/functions-core'],
    target: 'node22',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: root,
  })));
  writeFileSync(join(root, 'build', 'runtime', 'THIRD-PARTY-LICENSES.txt'), licencesOf(root, bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs))));
  for (const job of jobsWith('host.json')) {
    for (const file of ['host.json', 'package.json']) copyFileSync(join(source, job, file), join(root, 'build', 'runtime', job, file));
  }
  for (const job of jobsWith('main.py')) {
    const target = join(root, 'build', 'runtime', job);
    rmSync(target, { recursive: true, force: true });
    // Python writes caches where it is run; what is for readers of the source is no part of a job
    cpSync(join(source, job), target, { recursive: true, filter: (path) => !/(?:__pycache__|README\.md|pyproject\.toml)$/.test(path) });
  }
}
