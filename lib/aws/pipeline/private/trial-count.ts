import type { PrivateSelection } from '../../../policy/privacy';
import { RuntimeFunction } from '../../private/runtime-function';
import { ParameterType } from '../parameter';
import type { PipelineStep } from '../step';
import { LambdaStep } from '../steps/lambda';

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html */
export const MOST_TRAININGS = 750;

/** A step before a tuning that draws how many trainings it has, anew in each run. */
export function drawTrialCount(tuning: PipelineStep, selection: PrivateSelection, parallel: number): LambdaStep {
  const { pipeline } = tuning;
  const drawer = new RuntimeFunction(tuning, 'Trials', {
    job: 'trial-count', workspace: pipeline.workspace, logsKey: pipeline.workspace.logsKey, reservedConcurrency: 1,
    description: `Draws the number of trainings of ${tuning.stepName} in pipeline ${pipeline.pipelineName}`,
  });
  const trials = selection._distribution;
  const { shape, gamma } = trials.kind === 'poisson' ? { shape: 0, gamma: 0 } : trials;
  return new LambdaStep(pipeline, `${tuning.node.id}Trials`, {
    handler: drawer.function,
    stepName: `${tuning.stepName.slice(0, 58)}Trials`,
    arguments: { kind: trials.kind, mean: String(trials.mean), shape: String(shape), gamma: String(gamma), most: String(MOST_TRAININGS), parallel: String(parallel) },
    answers: { trials: ParameterType.INTEGER, parallel: ParameterType.INTEGER },
  });
}
