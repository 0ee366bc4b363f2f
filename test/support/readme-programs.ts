import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import * as ts from 'typescript';
import type { Deidentification } from '../../lib/policy';

const ROOT = join(__dirname, '..', '..');

/** The programs in a README that hold a word, in their order. */
export function examplesIn(file: string, word: string): string[] {
  return [...readFileSync(join(ROOT, file), 'utf8').matchAll(/```ts\n([^]*?)```/g)].map(([, example]) => example!).filter((example) => example.includes(word));
}

/** What a program of a README has made. */
export interface Made<A = App> {
  readonly app: A;
  /** The plan of its de-identification, if it has one. */
  readonly plan?: Deidentification;
}

/** Runs a program of a README in a folder that has the code it names. */
export function run<A = App>(example: string): Made<A> {
  const { outputText } = ts.transpileModule(`${example}\nexport { app${/^const plan =/m.test(example) ? ', plan' : ''} };`, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const exported: Partial<Made<A>> = {};
  const before = process.cwd();
  process.chdir(join(ROOT, 'examples', 'minimal'));
  try {
    new Function('require', 'exports', outputText)(require, exported);
  } finally {
    process.chdir(before);
  }
  return exported as Made<A>;
}
