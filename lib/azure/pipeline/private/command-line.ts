import { nearest } from '../../../policy/given';
import type { Code } from '../code';
import type { PipelineStep } from '../step';

/** What runs the program of some code, with its options. */
export function commandOf(step: PipelineStep, code: Code | undefined, options: string): string {
  if (!code) return step._fail('has neither command nor code: give one of them');
  const { program } = code;
  const interpreter = program.endsWith('.sh') ? 'sh' : 'python';
  return options === '' ? `${interpreter} ${program}` : `${interpreter} ${program} ${options}`;
}

const PLACE = /\$\{\{\s*(inputs|outputs|search_space)\.([A-Za-z0-9_]+)[^}]*\}\}/g;

/** Passes for a command that names inputs and outputs which are there. */
export function checkCommand(step: PipelineStep, command: string, inputs: readonly string[]): void {
  if (typeof command !== 'string' || !/[A-Za-z0-9_]/.test(command)) step._fail('has an empty command: give one, or leave it out');
  const known: Record<string, readonly string[]> = { inputs, search_space: inputs, outputs: step._outputs.map(({ name }) => name) };
  for (const [text, kind, name] of command.matchAll(PLACE)) {
    if (known[kind].includes(name)) continue;
    const near = nearest(name, [...known[kind]], 1);
    step._fail(`its command names '${text}', and there is no such ${kind === 'outputs' ? 'output' : 'input'}: ${near.length > 0 ? `did you mean '${near[0]}'? ` : ''}it has ${known[kind].length > 0 ? known[kind].join(', ') : 'none'}`);
  }
}
