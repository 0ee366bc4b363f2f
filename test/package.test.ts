import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { deadLinksOf } from './support/markdown';

const ROOT = join(__dirname, '..');

/** The tarball in an empty project, with the peers and nothing else: no cdktf. */
describe('the packed library in an empty project', () => {
  const project = mkdtempSync(join(tmpdir(), 'regulated-ml-consumer-'));
  const installed = join(project, 'node_modules', 'cdk-regulated-ml');
  let tarball = '';

  beforeAll(() => {
    const packed = JSON.parse(npm(ROOT, 'pack', '--json', '--silent', '--pack-destination', project)) as { filename: string }[];
    tarball = packed[0].filename;
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, version: '1.0.0' }));
    npm(project, 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`);
    // The compiler is ours: what is under test is what the consumer's program sees.
  }, 300_000);

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test('holds no sources but those of examples, and every door of exports', () => {
    expect(filesOf(installed).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.startsWith(join(installed, 'examples')))).toEqual([]);
    const manifest = JSON.parse(execFileSync('cat', [join(installed, 'package.json')], { encoding: 'utf8' })) as { exports: Record<string, { types: string; default: string } | string> };
    const targets = Object.values(manifest.exports).flatMap((door) => (typeof door === 'string' ? [door] : [door.types, door.default]));
    expect(targets.filter((target) => !existsSync(join(installed, target)))).toEqual([]);
  });

  test('leads nowhere but to itself: each relative link of its pages', () => {
    const pages = filesOf(installed).map((file) => relative(installed, file)).filter((file) => file.endsWith('.md') && !file.startsWith('node_modules'));
    expect(pages).toEqual(expect.arrayContaining(['README.md', join('docs', 'cli.md'), join('examples', 'minimal', 'README.md')]));
    expect(pages.flatMap((page) => deadLinksOf(installed, page))).toEqual([]);
  });

  test('carries the licence of each package that its functions are bundled with', () => {
    const text = readFileSync(join(installed, 'build', 'runtime', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['@noble/ciphers', '@aws-sdk/client-dynamodb', '@azure/cosmos', 'hyparquet', 'hyparquet-writer']) expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'm'));
    expect(text).toMatch(/Permission is hereby granted, free of charge/);
    expect(text).not.toMatch(/undefined/);
  });

  test('has examples as the repository has them, and nothing that a run of one left there', () => {
    const own = filesOf(join(installed, 'examples')).map((file) => relative(installed, file)).sort();
    expect(own.filter((file) => !/\.(?:md|ts|py|ya?ml)$/.test(file) || /cdk\.out|\.regulated-ml/.test(file))).toEqual([]);
    expect(own).toEqual(expect.arrayContaining(['app.ts', 'steps/train/main.py'].map((file) => join('examples', 'minimal', file))));
  });

  test('names the libraries of the Azure doors as peers that may be missing, in the tarball only', () => {
    interface Manifest { readonly peerDependencies: Record<string, string>; readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }> }
    const read = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    const packed = read(installed);
    for (const name of ['cdktf', '@cdktf/provider-azurerm']) {
      expect(packed.peerDependencies).toHaveProperty([name]);
      expect(packed.peerDependenciesMeta?.[name]).toEqual({ optional: true });
    }
    expect(Object.keys(read(ROOT).peerDependencies)).toEqual(['aws-cdk-lib', 'cdk-nag', 'constructs']);
  });

  test('loads no cloud library at the root', () => {
    expect(loadedBy('cdk-regulated-ml').filter((file) => !file.includes('/cdk-regulated-ml/'))).toEqual([]);
  });

  test('loads neither cdktf nor cdk-nag behind the aws door', () => {
    const loaded = loadedBy('cdk-regulated-ml/aws');
    expect(loaded.filter((file) => /node_modules\/(cdktf|@cdktf|cdk-nag)\//.test(file))).toEqual([]);
    expect(loaded.some((file) => file.includes('/aws-cdk-lib/'))).toBe(true);
    expect(existsSync(join(project, 'node_modules', 'cdktf'))).toBe(false);
  });

  test('loads no library at all behind the policy and evidence doors', () => {
    for (const door of ['policy', 'evidence']) {
      expect(loadedBy(`cdk-regulated-ml/${door}`).filter((file) => !file.includes('/cdk-regulated-ml/'))).toEqual([]);
    }
  });

  // two hundred rules in a file each would be two hundred look-ups of Node
  test('loads the rules in a handful of files, and each module of the engine once', () => {
    expect(loadedBy('cdk-regulated-ml/rules').filter((file) => file.includes('/cdk-regulated-ml/')).length).toBeLessThan(25);
    const program = `
      require('cdk-regulated-ml/rules');
      const own = Object.keys(require.cache).find((file) => file.endsWith('/build/rules/index.js')).replace('index.js', '');
      const { resolve } = require(own + 'resolve.js');
      const { Unknown } = require(own + 'resolved.js');
      console.log(resolve({ Ref: 'Nothing' }, { parameters: {}, logicalIds: new Set() }) instanceof Unknown && require(own + 'shared.js')['./resolved.js'].Unknown === Unknown);`;
    expect(execFileSync(process.execPath, ['-e', program], { cwd: project, encoding: 'utf8' }).trim()).toBe('true');
  });

  test('gives an ES module the names behind each door', () => {
    const program = `
      import { aws, policy } from 'cdk-regulated-ml';
      import { Workspace } from 'cdk-regulated-ml/aws';
      import { Framework } from 'cdk-regulated-ml/policy';
      console.log(aws.Workspace === Workspace && policy.Framework === Framework);`;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: project, encoding: 'utf8' }).trim()).toBe('true');
  });

  test('brings the gate, which is there by its name', () => {
    expect(execFileSync('npx', ['--no-install', 'regulated-ml', '--version'], { cwd: project, encoding: 'utf8' }).trim()).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('brings all that the gate needs: unpacked where nothing else is, it judges, and loads no cloud library', () => {
    const alone = mkdtempSync(join(tmpdir(), 'regulated-ml-alone-'));
    try {
      execFileSync('tar', ['-xzf', join(project, tarball), '-C', alone]);
      writeFileSync(join(alone, 't.yaml'), 'Resources:\n  Bad: { Type: AWS::S3::Bucket }\n');
      const gate = (...words: string[]) => spawnSync(process.execPath, [join(alone, 'package', 'bin', 'regulated-ml.js'), ...words], { cwd: alone, encoding: 'utf8' });
      expect(gate('check', 't.yaml', '--framework', 'GDPR', '--residency', 'EU')).toMatchObject({ status: 1, stderr: '', stdout: expect.stringMatching(/RegulatedML-S3BucketTls/) });
      expect(gate('rules', 'S3BucketTls')).toMatchObject({ status: 0, stderr: '' });
      writeFileSync(join(alone, 'cdk.json'), '{}');
      expect(gate('init', '--framework', 'GDPR', '--residency', 'EU', '--ci', 'github')).toMatchObject({ status: 0, stderr: '' });
      expect(readFileSync(join(alone, '.github/workflows/regulated-ml.yml'), 'utf8')).toMatch(/regulated-ml check/);
      expect(gate('chekc')).toMatchObject({ status: 2, stdout: '' });
      expect(spawnSync('sh', ['-c', `'${process.execPath}' package/bin/regulated-ml.js rules --json | head -c 1`], { cwd: alone, encoding: 'utf8' })).toMatchObject({ stdout: '[', stderr: '' });
    } finally {
      rmSync(alone, { recursive: true, force: true });
    }
  });

  test('type-checks and synthesizes the minimal example', () => {
    const source = execFileSync('cat', [join(ROOT, 'examples', 'minimal', 'app.ts')], { encoding: 'utf8' });
    writeFileSync(join(project, 'app.ts'), source);
    mkdirSync(join(project, 'steps'), { recursive: true });
    execFileSync('cp', ['-r', join(ROOT, 'examples', 'minimal', 'steps'), project]);
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({
      compilerOptions: { target: 'es2022', module: 'node20', strict: true, outDir: 'out', types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')] },
      files: ['app.ts'],
    }));
    execFileSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project], { cwd: project, stdio: 'pipe', encoding: 'utf8' });
    execFileSync(process.execPath, ['out/app.js'], { cwd: project, stdio: 'pipe', env: { ...process.env, CDK_OUTDIR: join(project, 'cdk.out'), CDK_VALIDATION: 'false', NODE_ENV: '' } });
    expect(readdirSync(join(project, 'cdk.out')).some((file) => file.endsWith('.template.json'))).toBe(true);
  });

  function loadedBy(door: string): string[] {
    const program = `require('${door}'); console.log(JSON.stringify(Object.keys(require.cache)))`;
    return JSON.parse(execFileSync(process.execPath, ['-e', program], { cwd: project, encoding: 'utf8' })) as string[];
  }
});

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 });
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
