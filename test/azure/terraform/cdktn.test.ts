import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '../../..');
const CDKTN = '0.24.0';

/** The dependencies of an app that moves to cdktn and changes no line of code: `cdktf` is an alias, and the provider is told to take it. */
const MANIFEST = {
  name: 'consumer', private: true, version: '1.0.0',
  dependencies: { 'cdktf': `npm:cdktn@${CDKTN}`, '@cdktf/provider-azurerm': '14.23.1', 'constructs': '10.6.0' },
  overrides: { '@cdktf/provider-azurerm': { cdktf: '$cdktf' } },
};

const reached = spawnSync('npm', ['view', `cdktn@${CDKTN}`, 'version', '--prefer-offline', '--fetch-retries=0', '--fetch-timeout=10000'], { encoding: 'utf8' }).stdout?.trim() === CDKTN;
if (!reached) process.stderr.write(`the Azure door is not tried under cdktn: cdktn ${CDKTN} cannot be had from the registry\n`);

(reached ? describe : describe.skip)('the Azure door under cdktn, by the alias', () => {
  const project = mkdtempSync(join(tmpdir(), 'cdktn-'));
  const here = mkdtempSync(join(tmpdir(), 'cdktf-'));

  beforeAll(() => {
    for (const folder of [project, here]) writeFileSync(join(folder, 'package.json'), JSON.stringify(MANIFEST));
    execFileSync('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: project, stdio: 'pipe' });
    symlinkSync(join(ROOT, 'node_modules'), join(here, 'node_modules'));
    if (!existsSync(join(ROOT, 'build', 'runtime', 'shred-http', 'host.json'))) execFileSync(process.execPath, [join(ROOT, '.ci', 'bundle.mjs')], { cwd: ROOT });
    for (const folder of [project, here]) {
      // as deep as the door is in the package: the rules read the version of the library beside it
      buildSync({ entryPoints: [join(__dirname, 'synth.ts')], outfile: join(folder, 'build', 'rules', 'azure', 'synth.js'), bundle: true, platform: 'node', packages: 'external', logLevel: 'warning', tsconfig: join(ROOT, 'tsconfig.dev.json') });
      symlinkSync(join(ROOT, 'build', 'runtime'), join(folder, 'build', 'runtime'));
    }
  }, 300_000);

  afterAll(() => {
    for (const folder of [project, here]) rmSync(folder, { recursive: true, force: true });
  });

  test('is one copy of cdktn, and no cdktf', () => {
    const manifest = JSON.parse(readFileSync(join(project, 'node_modules', 'cdktf', 'package.json'), 'utf8')) as { name: string; version: string };
    expect(manifest).toMatchObject({ name: 'cdktn', version: CDKTN });
    expect(readdirSync(join(project, 'node_modules')).filter((name) => name.startsWith('cdkt'))).toEqual(['cdktf']);
    expect(readdirSync(join(project, 'node_modules', '@cdktf', 'provider-azurerm'))).not.toContain('node_modules');
  });

  test('writes what it writes under cdktf, the record of its rules too', () => {
    const [old, next] = [synthesized(here), synthesized(project)];
    expect(Object.keys(next)).toEqual(Object.keys(old));
    expect(Object.keys(next).filter((file) => file.endsWith('cdk.tf.json'))).toHaveLength(4);
    expect(Object.keys(next).filter((file) => file.endsWith('regulated-ml-evidence.json'))).toHaveLength(4);
    // cdktn writes empty objects on one line
    for (const file of Object.keys(next)) expect(JSON.parse(next[file])).toEqual(JSON.parse(old[file]));
  });
});

/** Files of the output by name; without the version of the framework, where the local state would lie, and the digest of a file that holds both. */
function synthesized(project: string): Record<string, string> {
  const printed = execFileSync(process.execPath, ['build/rules/azure/synth.js'], { cwd: project, encoding: 'utf8', env: { ...process.env, CHECKPOINT_DISABLE: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const folders = JSON.parse(/^FOLDERS (.+)$/m.exec(printed)![1]) as string[];
  const files: Record<string, string> = {};
  folders.forEach((folder, index) => {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((found) => found.isFile() && found.name.endsWith('.json') && found.name !== 'manifest.json')) {
      const name = join(String(index), entry.parentPath.slice(folder.length), entry.name);
      files[name] = readFileSync(join(entry.parentPath, entry.name), 'utf8').replaceAll(folder, '<out>').replaceAll(project, '<project>').replace(/"(version|cdktf)": ?"0\.\d+\.\d+"/g, '"$1":"-"').replace(/"digest": ?"[0-9a-f]{64}"/g, '"digest":"-"');
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return Object.fromEntries(Object.entries(files).sort());
}
