import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const DOOR = join(ROOT, 'build', 'azure', 'index.js');
const built = existsSync(DOOR);
if (!built) console.log('what the door of Azure loads is skipped: there is no build; run npm run build');

interface Loaded { readonly provider: string[]; readonly cdktf: number; readonly megabytes: number }

/** What a process of its own has loaded after some names of the door were asked for, and after what was made with it. */
function loaded(names: string[], make = ''): Loaded {
  return JSON.parse(execFileSync(process.execPath, ['-e', `
    const door = require(process.argv[1]);
    for (const name of process.argv.slice(2)) void door[name];
    ${make}
    const files = Object.keys(require.cache).map((file) => file.replace(/\\\\/g, '/'));
    console.log(JSON.stringify({
      provider: files.map((file) => /provider-azurerm\\/lib\\/(.+)$/.exec(file)?.[1]).filter((file) => file), cdktf: files.filter((file) => file.includes('/node_modules/cdktf/')).length,
      // the most that it ever had would count what the process had that it was forked from
      megabytes: process.memoryUsage().rss / 1048576,
    }));`, DOOR, ...names], { cwd: ROOT, encoding: 'utf8' })) as Loaded;
}

const WORKSPACE = `
  const { App, TerraformStack } = require('cdktf');
  const { ComplianceProfile, Framework, Jurisdiction, Residency } = require(require('node:path').join(process.argv[1], '..', '..', 'policy'));
  const stack = new TerraformStack(new App({ outdir: require('node:os').tmpdir() }), 'Stack');
  door.Providers.azurerm(stack, { subscriptionId: '00000000-0000-0000-0000-000000000000' });
  const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
  new door.Workspace(stack, 'Workspace', { profile, location: 'germanywestcentral', name: 'readmission', alarmEmails: ['security@example.org'] });`;

(built ? describe : describe.skip)('the door of Azure', () => {
  test('loads neither CDK for Terraform nor any module of the provider before something is asked for', () => {
    expect(loaded([])).toMatchObject({ provider: [], cdktf: 0 });
  });

  test('loads no module of the provider for a name', () => {
    const all = loaded(['Workspace', 'MLPipeline', 'InferenceEndpoint', 'SensitiveDataDiscovery', 'AccountBaseline', 'ComputeCluster', 'PurviewAccount', 'BatchEndpoint', 'DataStore']);
    expect(all.cdktf).toBeGreaterThan(0);
    expect(all).toMatchObject({ provider: [] });
    expect(all.megabytes).toBeLessThan(120);
  });

  test('loads of the provider what a workspace is made of, each by its own file, and nothing else', () => {
    const { provider, megabytes } = loaded([], WORKSPACE);
    expect(provider.filter((file) => !/^[a-z0-9-]+\/index\.js$/.test(file))).toEqual([]);
    expect(provider).toEqual(expect.arrayContaining(['key-vault/index.js', 'storage-account/index.js', 'container-registry/index.js']));
    expect(provider).not.toContain('consumption-budget-subscription/index.js');
    expect(provider.length).toBeLessThan(32);
    expect(megabytes).toBeLessThan(120);
  });
});
