// `npm run deploy:local [-- <app.ts>]`: the real CDK CLI deploys an app into the emulator, looks at it, destroys it, deploys it again.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { check, Deployed } from './assertions';
import { resourcesOf, TemplateResource } from './assembly';
import { ACCOUNT, Emulator, emulatorEnvironment, python, Report, ResourceRecord, ROOT } from './emulator';
import { table } from './table';

const CDK = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
const FIXTURE = join('test', 'emulator', 'fixture', 'app.ts');
const LIMIT_SECONDS = 240;
const started = Date.now();

/** What the app of cdk.json must have at least, or the assertions would pass on nothing. */
const EXPECTED = [
  'AWS::SageMaker::Pipeline', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key', 'AWS::EC2::VPCEndpoint', 'AWS::StepFunctions::StateMachine',
  'AWS::Lambda::Function', 'AWS::Events::Rule',
];

/** An app, by the command that synthesizes it. */
interface AppUnderTest {
  readonly name: string;
  /** @default - what cdk.json says */
  readonly command?: string;
  readonly folder: string;
  readonly expected: string[];
}

const abort = new AbortController();

function say(text: string): void {
  console.log(`\n[${((Date.now() - started) / 1000).toFixed(0).padStart(3)} s] ${text}`);
}

/** Run a command in view of the user. */
async function run(what: string, command: string, args: string[], env: NodeJS.ProcessEnv, cwd = ROOT): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit', env, cwd, signal: abort.signal, killSignal: 'SIGTERM' });
  const code = await new Promise<number | null>((done, failed) => {
    child.once('exit', done);
    child.once('error', failed);
  });
  if (code !== 0) throw new Error(`${what} ended with code ${code}`);
}

function appsOf(given: string | undefined): AppUnderTest[] {
  return given ? [appOf(given)] : [{ name: 'the app of cdk.json', folder: ROOT, expected: EXPECTED }, appOf(FIXTURE)];
}

/** An app is run in its own folder, as the CLI would: it may name its code from there. */
function appOf(file: string): AppUnderTest {
  const parts = [join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), '--tsconfig', join(ROOT, 'tsconfig.dev.json'), resolve(file)];
  return { name: file, folder: dirname(resolve(file)), command: `node ${parts.map((part) => JSON.stringify(part)).join(' ')}`, expected: [] };
}

async function main(given?: string): Promise<void> {
  // before anything is built: without it there is nothing to deploy to
  python();
  const scratch = mkdtempSync(join(tmpdir(), 'deploy-local-'));
  const log = join(scratch, 'moto.log');
  let emulator: Emulator | undefined;
  let failed = true;
  try {
    say('Bundling the Lambdas');
    await run('the bundler', process.execPath, [join(ROOT, '.ci', 'bundle.mjs')], process.env);
    say('Starting moto on loopback');
    emulator = await Emulator.start(log);
    console.log(`moto, mended and extended, answers at ${emulator.url}`);
    for (const [index, app] of appsOf(given).entries()) await tryOut(app, emulator, join(scratch, `cdk.out-${index}`), scratch);
    if (!given) assertAllHandlersUsed(await emulator.report());
    failed = false;
  } finally {
    await emulator?.stop();
    if (failed && existsSync(log)) console.error(`\nThe end of moto's log:\n${readFileSync(log, 'utf8').split('\n').slice(-15).join('\n')}`);
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Deploy an app, look at it, destroy it, and all of it again: what was kept must not be in the way. */
async function tryOut(app: AppUnderTest, emulator: Emulator, assembly: string, scratch: string): Promise<void> {
  say(`Synthesizing ${app.name}`);
  // an address that nobody answers at, since synth needs none
  const offline = emulatorEnvironment('http://localhost:1', 'eu-central-1');
  const source = app.command ? ['--app', app.command] : [];
  await run('cdk synth', process.execPath, [CDK, 'synth', '--quiet', '--no-notices', '--no-lookups', '--output', assembly, ...source], offline, app.folder);
  const written = resourcesOf(assembly);
  const environments = environmentsOf(written);

  const env = emulatorEnvironment(emulator.url, environments[0].split('/').pop()!);
  Object.assign(process.env, Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('AWS_'))));
  // where there is no cdk.json: `bootstrap` would synthesize its app only to ignore it
  const cdk = (...args: string[]) => run(`cdk ${args[0]}`, process.execPath, [CDK, ...args, '--no-notices'], env, scratch);
  const deploy = () => cdk('deploy', '--all', '--app', assembly, '--method', 'direct', '--require-approval', 'never');
  const destroy = () => cdk('destroy', '--all', '--app', assembly, '--force');

  say(`cdk bootstrap ${environments.join(' ')}`);
  await cdk('bootstrap', ...environments);

  const before = (await records(emulator)).length;
  say(`cdk deploy: ${app.name}`);
  await deploy();
  const first = (await records(emulator)).slice(before);
  say('Looking at what was deployed');
  await assertDeployed(written, first, app.expected);
  console.log(`\n${table(first)}`);

  say('cdk destroy');
  await destroy();
  assertDestroyed((await records(emulator)).slice(before));

  say('cdk deploy, again: what was kept must not be in the way');
  await deploy();
  const all = (await records(emulator)).slice(before);
  await assertDeployed(written, all.slice(first.length), app.expected);
  assertKept(all.slice(0, first.length));

  say('cdk destroy');
  await destroy();
  assertDestroyed((await records(emulator)).slice(before));
}

function environmentsOf(resources: TemplateResource[]): string[] {
  const environments = [...new Set(resources.map((resource) => resource.stack.environment))];
  if (environments.length === 0) throw new Error('the app has no stack with resources: there is nothing to deploy');
  const stray = environments.find((environment) => !environment.startsWith(`aws://${ACCOUNT}/`) || environment.endsWith('/unknown-region'));
  if (stray) throw new Error(`a stack is for '${stray}': the emulator has account ${ACCOUNT} only, and the region must be named`);
  return environments;
}

async function records(emulator: Emulator): Promise<ResourceRecord[]> {
  const { resources, failures }: Report = await emulator.report();
  fail('the emulator met errors', failures);
  return resources;
}

async function assertDeployed(written: TemplateResource[], deployed: ResourceRecord[], expected: string[]): Promise<void> {
  const found = written.map((resource) => ({ ...resource, record: recordOf(resource, deployed) }));
  fail('not deployed', found.filter(({ record }) => !record).map(({ stack, logicalId, type }) => `${stack.name}/${logicalId} (${type})`));
  fail('deployed, and yet the API knows nothing of it', deployed.filter((record) => record.exists === false && record.outcome !== 'skipped').map(describe));
  const { problems, checked } = await check(found as Deployed[]);
  fail('not as written', problems);
  fail('expected in the app, and not there', expected.filter((type) => !checked[type]));
  const asked = deployed.filter((record) => record.exists).length;
  console.log(`${deployed.length} resources deployed, ${asked} of them known to the API`);
  console.log(`looked at in detail: ${Object.entries(checked).map(([type, count]) => `${count} ${type.replace('AWS::', '')}`).join(', ')}`);
}

/** A handler that no app uses is a handler that nobody knows to work. */
function assertAllHandlersUsed({ handlers, resources }: Report): void {
  const used = new Set(resources.map((resource) => resource.type));
  fail(`the launcher has handlers that neither app uses: add them to ${FIXTURE}`, handlers.filter((type) => !used.has(type)));
}

function recordOf({ stack, logicalId, type }: TemplateResource, deployed: ResourceRecord[]): ResourceRecord | undefined {
  const inStack = (name: string) => (stack.nested ? name.startsWith(stack.name) : name === stack.name);
  return deployed.find((record) => record.logical_id === logicalId && record.type === type && inStack(record.stack));
}

function assertDestroyed(deployed: ResourceRecord[]): void {
  assertKept(deployed);
  const left = deployed.filter((record) => !record.retained && record.exists);
  fail('still there, though nothing retains it', left.map(describe));
  const gone = deployed.filter((record) => !record.retained && record.exists === false).length;
  console.log(`${gone} resources are gone, ${deployed.filter((record) => record.retained && record.exists).length} retained ones are still there`);
}

function assertKept(deployed: ResourceRecord[]): void {
  fail('lost, though it is to be retained', deployed.filter((record) => record.retained && record.exists === false).map(describe));
}

function describe(record: ResourceRecord): string {
  return `${record.stack}/${record.logical_id} (${record.type}) ${record.physical_id}`;
}

function fail(what: string, which: string[]): void {
  if (which.length > 0) throw new Error(`${what}:\n${which.map((line) => `  ${line}`).join('\n')}`);
}

const limit = setTimeout(() => abort.abort(new Error(`it took longer than ${LIMIT_SECONDS} s`)), LIMIT_SECONDS * 1000);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => abort.abort(new Error(`ended by ${signal}`)));
}

main(process.argv[2]).then(
  () => say('Deployed, looked at, destroyed, deployed again, destroyed: all as expected'),
  (error: unknown) => {
    const reason = abort.signal.aborted ? abort.signal.reason as Error : error;
    console.error(`\ndeploy:local failed: ${reason instanceof Error ? reason.message : reason}`);
    process.exitCode = 1;
  },
).finally(() => clearTimeout(limit));
