import { linkSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../definition';
import { objectAt, objectsAt } from '../execute';
import { digestOf, makeFolder, PRIVATE } from '../files';
import { textOf } from '../journal';
import { StepFailure, type StepKind, type Surroundings } from '../step-kind';

const LIMITS = { entries: 50, name: 128, value: 256 } as const;

/** Writes a version of a model into the local registry. */
export const registration: StepKind = {
  inputs: ({ arguments: args }) => [...artifactsOf(args), ...reportsOf(args)],

  run: async ({ name, arguments: args }, here) => {
    const metadata = objectAt(args, 'CustomerMetadataProperties');
    checkMetadata(metadata);
    const artifacts = artifactsOf(args).map((uri) => {
      const file = here.store.need(uri, `the artifact that step '${name}' registers`);
      return { uri, file, digest: digestOf(file)! };
    });
    const group = textOf(args.ModelPackageGroupName).split('/').at(-1)!;
    const folder = makeFolder(join(here.registry, group.replace(/[^A-Za-z0-9_.-]/g, '-').replace(/^\.+/, '-')));
    const content = (version: number) => ({
      schema: 'regulated-ml-model-package/1',
      ModelPackageGroupName: group, ModelPackageVersion: version, ModelPackageArn: `arn:local:sagemaker:local:000000000000:model-package/${group}/${version}`,
      ...args, CustomerMetadataProperties: metadata,
      // what is not the registry's of SageMaker
      local: {
        run: here.id, pipeline: here.pipeline.path, artifacts: artifacts.map(({ uri, file, digest }) => ({ uri, file, sha256: digest })),
        reports: Object.fromEntries(reportsOf(args).map((uri) => [uri, jsonIn(uri, here)])),
      },
    });
    const version = nextVersion(folder, (number) => `${JSON.stringify(content(number), null, 2)}\n`);
    return { properties: { ...content(version), ModelPackageStatus: 'Completed' } as JsonObject };
  },
};

function artifactsOf(args: JsonObject): string[] {
  return objectsAt(objectAt(args, 'InferenceSpecification'), 'Containers').map(({ ModelDataUrl: uri }) => textOf(uri)).filter((uri) => uri !== '');
}

/** Reports that become metrics and baselines of the version; those that were assumed stay what they were said to be. */
function reportsOf(args: JsonObject): string[] {
  const uris = (value: Json): string[] => (Array.isArray(value) ? value.flatMap(uris) : !isJsonObject(value) ? []
    : Object.entries(value).flatMap(([key, item]) => (key === 'S3Uri' && typeof item === 'string' && item.startsWith('s3://') ? [item] : uris(item))));
  return [...new Set([...uris(args.ModelMetrics), ...uris(args.DriftCheckBaselines)])];
}

function jsonIn(uri: string, { store }: Surroundings): Json {
  const file = store.find(uri);
  if (file === undefined) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Json;
  } catch (error) {
    throw new StepFailure(`registers a report that is no JSON: ${uri} (${error instanceof Error ? error.message : String(error)})`);
  }
}

function checkMetadata(metadata: JsonObject): void {
  const entries = Object.entries(metadata);
  if (entries.length > LIMITS.entries) throw new StepFailure(`has ${entries.length} metadata entries: a version takes up to ${LIMITS.entries}`);
  const long = entries.find(([name, value]) => name.length > LIMITS.name || textOf(value).length > LIMITS.value);
  if (long) throw new StepFailure(`metadata '${long[0].slice(0, LIMITS.name)}' is too long: names have up to ${LIMITS.name} characters and values up to ${LIMITS.value}`);
}

/** Of two runs at a time each writes a version of its own. */
function nextVersion(folder: string, text: (version: number) => string): number {
  const known = readdirSync(folder).map((file) => Number(/^(\d+)\.json$/.exec(file)?.[1] ?? 0));
  const next = join(folder, `.${process.pid}.next`);
  try {
    for (let version = Math.max(0, ...known) + 1; ; version++) {
      writeFileSync(next, text(version), { mode: PRIVATE.file });
      try {
        linkSync(next, join(folder, `${version}.json`));
        return version;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } finally {
    rmSync(next, { force: true });
  }
}
