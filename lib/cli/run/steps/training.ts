import { textEntries } from '../execute';
import { attemptOf, channelUris, describedTraining, train, type TrainingJob } from '../training-job';
import type { StepKind } from '../step-kind';

/** Runs a training job. */
export const training: StepKind = {
  inputs: ({ arguments: args }) => channelUris(args),

  run: async (step, here) => {
    const { name, arguments: args } = step;
    const attempt = attemptOf(step);
    const job: TrainingJob = {
      name: `pipelines-${here.id}-${name}${attempt === 1 ? '' : `-${attempt}`}`, log: attempt === 1 ? name : `${name}-${attempt}`, hyperparameters: textEntries(args.HyperParameters), request: args,
    };
    step.note({ log: `${here.logs}/${job.log}.log` });
    const trained = await train(job, step, here);
    return { log: trained.log, properties: describedTraining(job, trained), metrics: trained.metrics, wrote: [trained.model], notes: trained.notes };
  },
};
