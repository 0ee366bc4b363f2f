import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const DOOR = join(ROOT, 'build', 'azure', 'index.js');
const built = existsSync(DOOR);
if (!built) console.log('what the door of Azure loads is skipped: there is no build; run npm run build');

interface Loaded { readonly provider: string[]; readonly cdktf: number; readonly megabytes: number }

/** What a process of its own has loaded after some names of a module were asked for. */
function loaded(module: string, ...names: string[]): Loaded {
  return JSON.parse(execFileSync(process.execPath, ['-e', `
    const door = require(process.argv[1]);
    for (const name of process.argv.slice(2)) void door[name];
    const files = Object.keys(require.cache).map((file) => file.replace(/\\\\/g, '/'));
    console.log(JSON.stringify({
      provider: files.map((file) => /provider-azurerm\\/lib\\/(.+)$/.exec(file)?.[1]).filter((file) => file), cdktf: files.filter((file) => file.includes('/node_modules/cdktf/')).length,
      // the most that it ever had would count what the process had that it was forked from
      megabytes: process.memoryUsage().rss / 1048576,
    }));`, module, ...names], { cwd: ROOT, encoding: 'utf8' })) as Loaded;
}

(built ? describe : describe.skip)('the door of Azure', () => {
  test('loads neither CDK for Terraform nor any module of the provider before something is asked for', () => {
    expect(loaded(DOOR)).toMatchObject({ provider: [], cdktf: 0 });
  });

  test('loads of the provider what is in use, each by its own file, and never all of it', () => {
    const workspace = loaded(DOOR, 'Workspace');
    const all = loaded(DOOR, 'Workspace', 'MLPipeline', 'InferenceEndpoint', 'SensitiveDataDiscovery', 'AccountBaseline');
    for (const { provider, megabytes } of [workspace, all]) {
      expect(provider.filter((file) => !/^[a-z0-9-]+\/index\.js$/.test(file))).toEqual([]);
      expect(megabytes).toBeLessThan(120);
    }
    expect(workspace.provider.length).toBeLessThan(32);
    expect(all.provider.length).toBeLessThan(48);
  });
});
