import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import * as ts from 'typescript';
import type { Deidentification } from '../../lib/policy';
import { RegulatedMLChecks } from '../../lib/rules';
import type { Workspace } from '../../lib/aws';
import { stockPacks, unwaived } from './packs';

const ROOT = join(__dirname, '..', '..');

/** The programs in a README that hold a word, in their order. */
export function examplesIn(file: string, word: string): string[] {
  return [...readFileSync(join(ROOT, file), 'utf8').matchAll(/```ts\n([^]*?)```/g)].map(([, example]) => example!).filter((example) => example.includes(word));
}

/** What a program of a README has made. */
export interface Made {
  readonly app: App;
  /** The plan of its de-identification, if it has one. */
  readonly plan?: Deidentification;
}

/** Runs a program of a README in a folder that has the code it names. */
export function run(example: string): Made {
  const { outputText } = ts.transpileModule(`${example}\nexport { app${/^const plan =/m.test(example) ? ', plan' : ''} };`, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const exported: Partial<Made> = {};
  const before = process.cwd();
  process.chdir(join(ROOT, 'examples', 'minimal'));
  try {
    new Function('require', 'exports', outputText)(require, exported);
  } finally {
    process.chdir(before);
  }
  return exported as Made;
}

/** What five packs find in an app, under the profile of its workspace, and nobody has accepted. */
export function findingsIn(app: App): string[] {
  const workspace = app.node.findAll().find((node): node is Workspace => 'profile' in node && 'addStore' in node)!;
  return unwaived(app, [...stockPacks(), new RegulatedMLChecks(app, { profile: workspace.profile })]);
}
