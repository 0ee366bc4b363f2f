// Deploys small apps into a real AWS account, makes them do their work, looks at what came of it, and destroys them. It costs money.
//
//     AWS_PROFILE=… AWS_REGION=eu-central-1 npx tsx --tsconfig tsconfig.dev.json test/integ/run.ts [--keep] [scenario…]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { administratorOf } from './caller';
import { scenario as discovery } from './discovery/check';
import { scenario as processing } from './processing/check';
import { scenario as rollout } from './rollout/check';
import type { Deployed, Scenario } from './scenario';

const ROOT = join(__dirname, '..', '..');
const CDK = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
const SCENARIOS: Record<string, Scenario> = { processing, discovery, rollout };

function say(line: string): void {
  console.log(`[${new Date().toISOString().slice(11, 19)}] ${line}`);
}

async function run(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: 'inherit', cwd: ROOT, env });
  const code = await new Promise<number | null>((done, failed) => {
    child.once('exit', done);
    child.once('error', failed);
  });
  if (code !== 0) throw new Error(`${args.slice(0, 3).join(' ')} ended with code ${code}`);
}

/** Stores keep versions, so a bucket is empty only when all of them are gone. */
async function empty(region: string, stack: string): Promise<void> {
  const s3 = new S3Client({ region });
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client: new CloudFormationClient({ region }) }, { StackName: stack })) {
    for (const { PhysicalResourceId: bucket, ResourceStatus } of StackResourceSummaries.filter((one) => one.ResourceType === 'AWS::S3::Bucket')) {
      if (!bucket || ResourceStatus === 'DELETE_COMPLETE') continue;
      for (;;) {
        const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
        const objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
        if (objects.length === 0) break;
        const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }));
        if (Errors.length > 0) throw new Error(`${bucket} could not be emptied: ${Errors[0].Key}: ${Errors[0].Message}`);
      }
    }
  }
}

/** Access logs arrive late, into a bucket that was empty a moment ago. */
async function destroy(region: string, stack: string, cdk: (...args: string[]) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await empty(region, stack);
    try {
      return await cdk('destroy', '--force');
    } catch (error) {
      if (attempt === 3) throw error;
      say('not all could be deleted; tries again');
    }
  }
}

async function tryOut(name: string, scenario: Scenario, keep: boolean, environment: { region: string; account: string; runner: string }): Promise<void> {
  const { region, account, runner } = environment;
  const scratch = mkdtempSync(join(tmpdir(), `integ-${name}-`));
  const outputsFile = join(scratch, 'outputs.json');
  const env = { ...process.env, AWS_REGION: region, CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region, INTEG_RUNNER: runner };
  const app = `npx tsx --tsconfig tsconfig.dev.json test/integ/${name}/app.ts`;
  const cdk = (...args: string[]) => run([CDK, ...args, '--all', '--app', app, '--output', join(scratch, 'cdk.out'), '--no-notices'], env);
  try {
    say(`${name}: cdk deploy`);
    await cdk('deploy', '--require-approval', 'never', '--outputs-file', outputsFile);
    const [[stack, outputs]] = Object.entries(JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, Record<string, string>>);
    const deployed: Deployed = { region, outputs, say: (line) => say(`${name}: ${line}`) };
    try {
      await scenario.check(deployed);
      say(`${name}: as it should be`);
    } finally {
      if (keep) {
        say(`${name}: stack ${stack} is kept, and costs money until it is deleted`);
      } else {
        await scenario.clean?.(deployed);
        say(`${name}: cdk destroy`);
        await destroy(region, stack, cdk);
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function main(args: string[]): Promise<void> {
  const names = args.filter((argument) => !argument.startsWith('--'));
  const unknown = names.find((name) => !(name in SCENARIOS));
  if (unknown !== undefined) throw new Error(`there is no scenario '${unknown}': take ${Object.keys(SCENARIOS).join(', ')}`);
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (!region) throw new Error('set AWS_REGION to a region of the EU, such as eu-central-1: the apps keep their data there');
  const { Account: account, Arn: arn } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  const environment = { region, account: account!, runner: administratorOf(arn!) };
  say(`account ${account}, ${region}, as ${environment.runner}`);
  await run([join(ROOT, '.ci', 'bundle.mjs')], process.env);

  const failed: string[] = [];
  for (const name of names.length > 0 ? names : Object.keys(SCENARIOS)) {
    await tryOut(name, SCENARIOS[name], args.includes('--keep'), environment).catch((error: Error) => {
      failed.push(name);
      say(`${name}: ${error.message}`);
    });
  }
  say(failed.length > 0 ? `failed: ${failed.join(', ')}` : 'all as it should be');
  process.exitCode = failed.length > 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
