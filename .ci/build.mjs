// jsii compile (lib -> build), then the lazy root and the doors that are one file or two, then the Azure doors, then the Lambda bundles.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { joinDoor, joinSharedDoor } from './door.mjs';
import { makeLazy } from './lazy-door.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const run = (bin, ...args) => execFileSync(process.execPath, [join(root, 'node_modules', bin), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
});

// the bundles stay: tests that run meanwhile read them, and they are written anew below
for (const entry of existsSync(join(root, 'build')) ? readdirSync(join(root, 'build')) : []) {
  if (entry !== 'runtime') rmSync(join(root, 'build', entry), { recursive: true, force: true });
}
rmSync(join(root, 'tsconfig.tsbuildinfo'), { force: true });
run('jsii/bin/jsii', '--silence-warnings=reserved-word');

// The emitted root requires every door at once. The getter is hidden behind a function of its own,
// or Node's ESM lexer would drop the names.
const index = join(root, 'build', 'index.js');
const eager = readFileSync(index, 'utf8');
const lazy = eager
  .replace(/^(exports\..* = void 0;)$/m, '$1\nconst lazy = (name, get) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, get });')
  .replace(/^exports\.(\w+) = __importStar\(require\("(\.\/[^"]+)"\)\);$/gm, 'lazy("$1", () => require("$2"));');
if (lazy === eager || /__importStar\(require/.test(lazy)) {
  throw new Error('the root index was not made lazy: jsii emits another form now, mend .ci/build.mjs');
}
writeFileSync(index, lazy);
await joinDoor(join(root, 'build', 'aws'));
// the gate and the pack for Azure reach for the engine and for these
await joinSharedDoor(join(root, 'build', 'rules'), (file) => !/^(?:aws|azure)\//.test(file) || /^aws\/(?:rules|assembly|template-record|unjudged)\.js$|^azure\/[^/]+\.js$/.test(file));

// The doors of Azure are no part of the jsii assembly. What they share with it is compiled twice, and jsii's stays: it carries the names of types.
run('typescript/bin/tsc', '-p', 'tsconfig.azure.json');
const azure = join(root, 'build', '.azure');
cpSync(join(azure, 'azure'), join(root, 'build', 'azure'), { recursive: true });
for (const name of ['index', 'pack', 'tree']) {
  for (const kind of ['js', 'd.ts']) cpSync(join(azure, 'rules', 'azure', `${name}.${kind}`), join(root, 'build', 'rules', 'azure', `${name}.${kind}`));
}
rmSync(azure, { recursive: true });
makeLazy(join(root, 'build', 'azure'));
// a module of the provider is of use to who makes one of its resources
await joinDoor(join(root, 'build', 'azure'), (path) => path.startsWith('@cdktf/provider-azurerm/'));

execFileSync(process.execPath, [join(root, '.ci', 'bundle.mjs')], { cwd: root, stdio: 'inherit' });
