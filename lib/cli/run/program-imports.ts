import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assumed } from './assume';
import { objectAt, textEntries, textsAt } from './execute';
import type { Step } from './graph';
import { programOf, scriptOf, unpack } from './program';
import { missingImports, type Checked } from './python';
import type { Runner } from './runner';
import type { ObjectStore } from './store';

/** What is looked through for imports, and with what. */
export interface ImportCheck {
  readonly steps: readonly Step[];
  readonly runner: Runner;
  readonly assumed: Assumed;
  readonly store: ObjectStore;
  readonly python: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Looks for what the programs of the steps import before any of them runs.
 *
 * @throws an error that names what the interpreter does not have, by step
 */
export function checkImports({ steps, runner, assumed, store, python, env }: ImportCheck): void {
  const scratch = mkdtempSync(join(tmpdir(), 'regulated-ml-'));
  try {
    const unpacked = new Map<string, string>();
    const programs = steps.filter(({ name }) => !assumed.has(name)).flatMap((step) => programsOf(step, runner, store, (archive) => {
      const folder = unpacked.get(archive) ?? mkdtempSync(join(scratch, 'code-'));
      if (!unpacked.has(archive)) unpack(archive, folder);
      unpacked.set(archive, folder);
      return folder;
    }));
    const missing = [...missingImports(python, programs, env)].map(([step, names]) => `step '${step}' imports ${names.map((one) => `'${one}'`).join(', ')}`);
    if (missing.length > 0) throw new Error(`${missing.join('; ')}: ${python} does not have ${missing.length === 1 ? 'that' : 'these'}; install what is missing there, or name another interpreter with --python`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The Python program of a step, with its code unpacked. */
function programsOf(step: Step, runner: Runner, store: ObjectStore, folderOf: (archive: string) => string): Checked[] {
  const ready = runner.unready(step);
  if (ready === undefined) return [];
  const request = step.type === 'Tuning' ? objectAt(ready.arguments, 'TrainingJobDefinition') : ready.arguments;
  const container = objectAt(request, step.type === 'Processing' ? 'AppSpecification' : 'AlgorithmSpecification');
  const { sagemaker_program: toolkit } = textEntries(request.HyperParameters ?? request.StaticHyperParameters);
  const program = toolkit ?? scriptOf(programOf(textsAt(container, 'ContainerEntrypoint')));
  const archive = JSON.stringify(request).match(/s3:\/\/[^"\\]+\/code\.tar\.gz/)?.[0];
  const file = archive === undefined ? undefined : store.find(archive);
  return program === undefined || !program.endsWith('.py') || file === undefined ? [] : [{ step: step.name, folder: folderOf(file), program }];
}
