import { nearest } from '../../../policy/given';
import type { PipelineStep } from '../step';

const REFERENCE = /\$\{\{\s*parent\.(?:jobs\.([A-Za-z0-9_]+)\.outputs|inputs)\.([A-Za-z0-9_]+)\s*\}\}/g;

/** What is wrong with the graph of a pipeline; each message begins with the path of a step. */
export function graphProblems(steps: readonly PipelineStep[], inputs: ReadonlySet<string>): string[] {
  const byName = new Map(steps.map((step) => [step.stepName, step]));
  return [...steps.flatMap((step) => [...references(step, byName, inputs), ...step._problems()]), ...cycles(steps, byName)];
}

function references(step: PipelineStep, byName: ReadonlyMap<string, PipelineStep>, inputs: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  for (const { text, job, name } of referencesOf(step)) {
    const known = job === undefined ? [...inputs] : byName.get(job)?._outputs.map((output) => output.name) ?? [...byName.keys()];
    if (job === undefined ? inputs.has(name) : byName.get(job)?._outputs.some((output) => output.name === name)) continue;
    const what = job === undefined ? `input '${name}' of the pipeline` : byName.has(job) ? `output '${name}' of step '${job}'` : `step '${job}'`;
    const near = nearest(job !== undefined && !byName.has(job) ? job : name, known, 1);
    problems.push(`${step.node.path}: names '${text}', and there is no ${what}: ${near.length > 0 ? `did you mean '${near[0]}'? ` : ''}there are ${known.join(', ') || 'none'}`);
  }
  return problems;
}

function referencesOf(step: PipelineStep): { readonly text: string; readonly job?: string; readonly name: string }[] {
  const texts = [...step._inputs.map(({ uri }) => uri), ...Object.values(step._literals)];
  return texts.flatMap((text) => [...String(text).matchAll(REFERENCE)].map(([whole, job, name]) => ({ text: whole, ...(job === undefined ? {} : { job }), name })));
}

function cycles(steps: readonly PipelineStep[], byName: ReadonlyMap<string, PipelineStep>): string[] {
  const done = new Set<PipelineStep>();
  const walk = (step: PipelineStep, trail: readonly PipelineStep[]): string[] => {
    const at = trail.indexOf(step);
    if (at >= 0) return [`${step.node.path}: waits for itself (${[...trail.slice(at), step].map((one) => one.stepName).join(' → ')}): remove one of the inputs`];
    if (done.has(step)) return [];
    const needed = referencesOf(step).flatMap(({ job }) => byName.get(job ?? '') ?? []);
    const found = needed.flatMap((other) => walk(other, [...trail, step]));
    done.add(step);
    return found;
  };
  return steps.flatMap((step) => walk(step, [])).slice(0, 1);
}
