import { textOf } from '../journal';
import { StepFailure, type StepKind } from '../step-kind';

/** Ends the run as failed. */
export const fail: StepKind = {
  run: async ({ arguments: args }) => {
    throw new StepFailure(textOf(args.ErrorMessage));
  },
};
