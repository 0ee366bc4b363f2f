// Synthesizes so many pipelines of four steps, ten to a stack, each stack with a workspace, and prints the CPU time of each number in milliseconds.
// All in one process that is warm: in a cold one the first pipelines pay for the compiler.  node --expose-gc pipelines.js <rounds> <number>...
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Code, ContainerImage, MLPipeline, Output, PrebuiltImage, Workspace } from 'cdk-regulated-ml/aws';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Residency } from 'cdk-regulated-ml/policy';

const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
const image = ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2');
const code = Code.fromAsset(join(process.cwd(), 'steps'), { program: 'train/main.py' });

const [rounds, ...counts] = process.argv.slice(2).map(Number);
for (let warm = 0; warm < 3; warm++) timeOf(30);
const times = counts.map((): number[] => []);
for (let round = 0; round < rounds; round++) counts.forEach((count, index) => times[index].push(timeOf(count)));
console.log(`TIMES ${JSON.stringify(times)}`);

function timeOf(count: number): number {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-out-'));
  global.gc?.();
  const start = process.cpuUsage();
  appOf(count, outdir).synth();
  const { user, system } = process.cpuUsage(start);
  rmSync(outdir, { recursive: true });
  return (user + system) / 1000;
}

function appOf(count: number, outdir: string): App {
  const app = new App({ outdir });
  let workspace: Workspace | undefined;
  for (let index = 0; index < count; index++) {
    if (index % 10 === 0) workspace = new Workspace(new Stack(app, `Stack${index / 10}`, { env: { account: '123456789012', region: 'eu-central-1' } }), 'Workspace', { profile });
    const stack = Stack.of(workspace!);
    const raw = workspace!.addStore(`Raw${index}`, { classification: Classification.PERSONAL });
    const pipeline = new MLPipeline(stack, `Pipeline${index}`, { workspace: workspace! });
    const clean = pipeline.addProcessing('Clean', { image, code, inputs: [raw.input('in/')], outputs: Output.named('train', 'test'), deIdentifiesTo: Classification.PSEUDONYMISED });
    const train = pipeline.addTraining('Train', { image, code, inputs: [clean.output('train')] });
    pipeline.addProcessing('Evaluate', { image, code, inputs: [train.model, clean.output('test')], outputs: [Output.propertyFile('evaluation', 'evaluation.json')] });
    pipeline.addRegistration('Register', { training: train });
  }
  return app;
}
