import { textOf } from '../journal';
import { execute, maxSecondsOf, objectAt, objectsAt, textEntries, textsAt } from '../execute';
import type { JsonObject } from '../definition';
import { programOf } from '../program';
import { StepSkipped, type StepKind } from '../step-kind';
import { withoutVault } from '../token-vault';

/** Runs the program of a processing job: inputs are brought before it, outputs are kept after it. */
export const processing: StepKind = {
  inputs: ({ arguments: args }) => objectsAt(args, 'ProcessingInputs').map((input) => textOf(objectAt(input, 'S3Input').S3Uri)).filter((uri) => uri !== ''),

  run: async ({ name, arguments: args }, here) => {
    const app = objectAt(args, 'AppSpecification');
    const entrypoint = textsAt(app, 'ContainerEntrypoint');
    if (entrypoint.length === 0) throw new StepSkipped(`it runs what is built into its image, '${textOf(app.ImageUri)}', and no image is run here`);
    withoutVault(textsAt(app, 'ContainerArguments'));
    const outputs = objectsAt(objectAt(args, 'ProcessingOutputConfig'), 'Outputs').map((output) => objectAt(output, 'S3Output'));
    const log = await here.withRoot(async (root) => {
      for (const input of objectsAt(args, 'ProcessingInputs')) {
        const source = objectAt(input, 'S3Input');
        if (source.S3Uri === undefined) throw new StepSkipped(`its input '${textOf(input.InputName)}' is the answer of a query, and no database is asked here`);
        const uri = textOf(source.S3Uri);
        root.bring(here.store.need(uri, `input '${textOf(input.InputName)}' of step '${name}'`), textOf(source.LocalPath), uri);
      }
      // SageMaker makes them before the program begins
      for (const { LocalPath: path } of outputs) root.make(textOf(path));
      root.write('/opt/ml/config/resourceconfig.json', JSON.stringify({ current_host: 'algo-1', hosts: ['algo-1'] }));
      const maxSeconds = maxSecondsOf(args);
      const written = await execute({
        program: programOf(entrypoint, textsAt(app, 'ContainerArguments')), root, environment: textEntries(args.Environment), name, messages: ['/opt/ml/output/message'],
        ...(maxSeconds === undefined ? {} : { maxSeconds }),
      }, here);
      for (const { LocalPath: path, S3Uri: uri } of outputs) here.store.put(root.at(textOf(path)), textOf(uri));
      return written;
    });
    return { log, properties: described(name, args, here.id), wrote: outputs.map(({ S3Uri: uri }) => textOf(uri)), notes: notesOn(args) };
  },
};

function described(name: string, args: JsonObject, id: string): JsonObject {
  return { ...args, ProcessingJobName: `pipelines-${id}-${name}`, ProcessingJobStatus: 'Completed' };
}

function notesOn(args: JsonObject): string[] {
  const { InstanceCount: instances } = objectAt(objectAt(args, 'ProcessingResources'), 'ClusterConfig');
  return typeof instances === 'number' && instances > 1 ? [`one process stands for ${instances} instances`] : [];
}
