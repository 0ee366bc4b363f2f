import { objectAt } from '../execute';
import { textOf } from '../journal';
import type { StepKind } from '../step-kind';

/** Stands for a model: what a transform asks. */
export const model: StepKind = {
  inputs: ({ arguments: args }) => [textOf(objectAt(args, 'PrimaryContainer').ModelDataUrl)],

  run: async ({ name, arguments: args }, here) => {
    here.store.need(textOf(objectAt(args, 'PrimaryContainer').ModelDataUrl), `the artifact of model '${name}'`);
    return { properties: { ...args, ModelName: `pipelines-${here.id}-${name}` } };
  },
};
