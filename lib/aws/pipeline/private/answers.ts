import { ParameterType } from '../parameter';
import type { PipelineStep } from '../step';

/** As the definition has them. */
export function renderAnswers(answers: Record<string, ParameterType> = {}): Record<string, string>[] {
  return Object.entries(answers).map(([OutputName, OutputType]) => ({ OutputName, OutputType }));
}

/** Path of an answer among the properties of the step; fails when there is none of the name, or of another type. */
export function answerPath(step: PipelineStep, answers: Record<string, ParameterType> = {}, name: string, numeric: boolean): string {
  const type = answers[name];
  if (type === undefined) step._fail(`gives no answer '${name}': it gives ${Object.keys(answers).join(', ') || 'none'}`);
  const isNumber = type === ParameterType.INTEGER || type === ParameterType.FLOAT;
  if (numeric && !isNumber) step._fail(`answer '${name}' is a ${type.toLowerCase()}, not a number: use answer()`);
  return `OutputParameters['${name}']`;
}
