import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');
const built = (job: string, file = '') => join(root, 'build', 'runtime', job, file);

beforeAll(() => {
  if (!existsSync(built('shred-http', 'host.json'))) execFileSync(process.execPath, [join(root, '.ci', 'bundle.mjs')], { cwd: root });
});

describe.each([['tokenize', 'tokenize'], ['detokenize', 'detokenize/{purpose}'], ['shred', 'shred']])('the package of %s', (name, route) => {
  const job = `${name}-http`;

  test('holds the program, and nothing that it would have to install', () => {
    expect(JSON.parse(readFileSync(built(job, 'package.json'), 'utf8'))).toEqual({ main: 'index.js' });
    expect(JSON.parse(readFileSync(built(job, 'host.json'), 'utf8'))).toMatchObject({ version: '2.0', extensions: { http: { routePrefix: 'api' } } });
    const needed = [...readFileSync(built(job, 'index.js'), 'utf8').matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module!);
    const { builtinModules } = createRequire(__filename)('node:module') as { builtinModules: string[] };
    expect([...new Set(needed)].filter((module) => !module.startsWith('node:') && !builtinModules.includes(module))).toEqual(['@azure/functions-core']);
  });

  test('tells the host of Azure Functions which requests it answers', () => {
    // the host puts its own module beside the program
    const folder = mkdtempSync(join(tmpdir(), 'vault-host-'));
    try {
      copyFileSync(built(job, 'index.js'), join(folder, 'index.js'));
      mkdirSync(join(folder, 'node_modules', '@azure', 'functions-core'), { recursive: true });
      writeFileSync(join(folder, 'node_modules', '@azure', 'functions-core', 'index.js'),
        'exports.registered = []; exports.registerFunction = (metadata) => exports.registered.push(metadata); exports.setProgrammingModel = () => {}; exports.registerHook = () => {}; exports.log = () => {};');
      const script = 'require("./index.js"); process.stdout.write(JSON.stringify(require("@azure/functions-core").registered));';
      const registered = JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' })) as object[];
      expect(registered).toEqual([expect.objectContaining({ name }) as object]);
      expect(Object.values((registered[0] as { bindings: Record<string, object> }).bindings)).toContainEqual(expect.objectContaining({ type: 'httpTrigger', authLevel: 'anonymous', methods: ['POST'], route }));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('what both clouds run comes to no cloud', () => {
  const shared = join(root, 'lib', 'runtime', 'token-vault');
  const sources = readdirSync(shared).map((file) => readFileSync(join(shared, file), 'utf8'));
  expect(sources.length).toBeGreaterThan(15);
  expect(sources.flatMap((source) => [...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from!)).filter((from) => /^(?!\.|node:|@noble\/)|token-vault-(aws|azure)/.test(from))).toEqual([]);
});
