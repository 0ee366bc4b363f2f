import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const RUNTIME = join(__dirname, '..', '..', 'lib', 'runtime');

/** The Lambdas of lib/runtime: folders with an index, and no `host.json`, by which Azure Functions runs them. What several share lies in folders without an index. */
export function runtimeJobs(): string[] {
  return readdirSync(RUNTIME, { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(join(RUNTIME, entry.name, 'index.ts')) && !existsSync(join(RUNTIME, entry.name, 'host.json'))).map(({ name }) => name);
}

/** The source of a job: all files that its index comes to, over any number of imports. What another job lends is a name, not its calls. */
export function runtimeSources(job: string): string[] {
  const files = new Set([join(RUNTIME, job, 'index.ts')]);
  const texts: string[] = [];
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    texts.push(text);
    for (const [, specifier] of text.matchAll(/from '(\.[^']+)'/g)) {
      const target = [`${join(dirname(file), specifier!)}.ts`, join(dirname(file), specifier!, 'index.ts')].find(existsSync)!;
      if (dirname(target) === join(RUNTIME, job) || !existsSync(join(dirname(target), 'index.ts'))) files.add(target);
    }
  }
  return texts;
}
