import { join } from 'node:path';
import type { JsonObject } from '../definition';
import { objectAt, textEntries } from '../execute';
import { textOf } from '../journal';
import { unpack } from '../program';
import { PYTHON_PART } from '../python';
import type { Root } from '../root';
import { Interruption, StepFailure, StepSkipped, type StepKind, type Surroundings } from '../step-kind';

/** Puts data to a model by the functions of its script, as the serving stack of SageMaker's images calls them. */
export const transform: StepKind = {
  inputs: ({ arguments: args }) => [textOf(objectAt(objectAt(objectAt(args, 'TransformInput'), 'DataSource'), 'S3DataSource').S3Uri)],

  run: async ({ name, arguments: args }, here) => {
    const container = containerOf(textOf(args.ModelName), here);
    const environment = textEntries(container.Environment);
    const { SAGEMAKER_PROGRAM: program = 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: submitted = '/opt/ml/model/code' } = environment;
    const input = objectAt(args, 'TransformInput');
    const output = objectAt(args, 'TransformOutput');
    const uri = textOf(output.S3OutputPath);
    const log = join(here.logs, `${name}.log`);
    await here.withRoot(async (root) => {
      root.make('/opt/ml/model');
      unpack(here.store.need(textOf(container.ModelDataUrl), `the artifact of the model of step '${name}'`), root.at('/opt/ml/model'));
      const from = textOf(objectAt(objectAt(input, 'DataSource'), 'S3DataSource').S3Uri);
      root.bring(here.store.need(from, `the input of step '${name}'`), '/opt/ml/transform/input', from);
      root.make('/opt/ml/transform/output');
      await serve(root, { name, log, environment, request: {
        script: join(root.rewrite(submitted), program), model: root.at('/opt/ml/model'), input: root.at('/opt/ml/transform/input'), output: root.at('/opt/ml/transform/output'),
        contentType: textOf(input.ContentType ?? 'text/csv'), accept: textOf(output.Accept ?? 'text/csv'), split: textOf(input.SplitType ?? 'None'),
        single: args.BatchStrategy === 'SingleRecord', maxBytes: megabytes(args) * 1024 * 1024, join: objectAt(args, 'DataProcessing').JoinSource === 'Input',
      } }, here);
      here.store.put(root.at('/opt/ml/transform/output'), uri);
    });
    return {
      log, properties: { ...args, TransformJobName: `pipelines-${here.id}-${name}`, TransformJobStatus: 'Completed' }, wrote: [uri],
      notes: [`${program} answers here by model_fn, input_fn, predict_fn and output_fn: the serving stack of the image is not run`],
    };
  },
};

interface Serving {
  readonly name: string;
  readonly log: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly request: object;
}

// what the part of this library that runs in Python ends with where the model has no script that it could call
const NO_SCRIPT = 3;

async function serve(root: Root, { log, environment, request }: Serving, here: Surroundings): Promise<void> {
  const ended = await here.children.run({
    argv: [here.python, PYTHON_PART, 'serve'], cwd: root.scratch(), env: root.environment(here.env, environment), log, stdin: JSON.stringify(request),
  });
  if (ended.stopped !== undefined) throw new Interruption('interrupted');
  if (ended.code === NO_SCRIPT) throw new StepSkipped(`its model has no script with model_fn, or one that leaves functions to the serving stack of the image, which is not run here (${log})`);
  if (ended.code !== 0) throw new StepFailure(root.message('/opt/ml/output/failure') ?? `the model did not answer: exit code ${String(ended.code ?? ended.signal)}`, log);
}

function containerOf(name: string, here: Surroundings): JsonObject {
  const own = `pipelines-${here.id}-`;
  const made = name.startsWith(own) ? here.record(name.slice(own.length))?.properties : undefined;
  if (made === undefined) throw new StepSkipped(`it asks the model '${name}', which no step of this run has made`);
  return objectAt(made, 'PrimaryContainer');
}

function megabytes(args: JsonObject): number {
  const { MaxPayloadInMB: most } = args;
  // 0 stands for no limit
  return typeof most === 'number' && most > 0 ? most : 100;
}
