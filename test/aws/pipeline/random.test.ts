import { Duration, Size } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { Condition, Distribution, Instances, Objective, Output, Range, RangeScale, RetryPolicy, Spot } from '../../../lib/aws/pipeline';
import { code, ground } from './fixture';

const name = fc.oneof(fc.constantFrom('a', 'train', 'A-b', 'main'), fc.string({ maxLength: 70 }));
const number = fc.oneof(fc.integer({ min: -2, max: 40 }), fc.double(), fc.constantFrom(0, 1, NaN, Infinity, 1e9));
const type = fc.oneof(fc.constantFrom('ml.m5.large', 'ml.g5.12xlarge', 'ml.p4d.24xlarge', 'ml.t3.medium'), fc.string({ maxLength: 20 }));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const props = fc.record({
  steps: fc.array(fc.record({
    id: name, stepName: optional(name), type: optional(type), count: optional(number), volume: optional(fc.integer({ min: -5, max: 20_000 })), minutes: optional(fc.integer({ min: 0, max: 100_000 })),
    outputs: optional(fc.array(name, { maxLength: 3 })), environment: optional(fc.dictionary(name, fc.string(), { maxKeys: 3 })), reason: optional(fc.string()), attempts: optional(number),
    path: optional(fc.string({ maxLength: 30 })), arguments: optional(fc.array(fc.string(), { maxLength: 3 })),
  }), { minLength: 1, maxLength: 3 }),
  parameter: name, value: number, min: number, max: number, scale: fc.constantFrom(...Object.values(RangeScale)), trainings: optional(number), parallel: optional(number), metric: fc.string(),
  processes: number, distribution: fc.constantFrom('none', 'torchrun', 'tensorflow', 'mpi', 'modelParallel'), spot: fc.boolean(), threshold: number, backwards: fc.boolean(),
});

/** Builds what the props say; anything thrown is ours to phrase. */
function build(given: typeof props extends fc.Arbitrary<infer T> ? T : never): void {
  const { pipeline, image, raw, stack } = ground();
  const parameter = pipeline.addFloat(given.parameter, given.value);
  const steps = given.steps.map((step) => pipeline.addProcessing(step.id, {
    image, code, stepName: step.stepName, inputs: [raw.input('x/')], arguments: step.arguments, environment: step.environment, withoutNetworkIsolation: step.reason,
    instances: step.type === undefined ? undefined : Instances.of(step.type, { count: step.count, volumeSize: step.volume === undefined ? undefined : Size.gibibytes(step.volume) }),
    maxRuntime: step.minutes === undefined ? undefined : Duration.minutes(step.minutes),
    outputs: step.outputs?.map((output) => (step.path === undefined ? Output.of(output) : Output.of(output).at(`/opt/ml/processing/${step.path}`))),
    retries: step.attempts === undefined ? undefined : [RetryPolicy.transient({ maxAttempts: step.attempts })],
  }));
  const distribution = {
    none: () => undefined,
    torchrun: () => Distribution.torchrun({ processesPerInstance: given.processes }),
    tensorflow: () => Distribution.tensorflow(),
    mpi: () => Distribution.mpi({ processesPerInstance: given.processes }),
    modelParallel: () => Distribution.modelParallel({ processesPerInstance: given.processes, tensorParallelDegree: given.processes }),
  }[given.distribution]?.();
  const tune = pipeline.addTuning('Tune', {
    image, code, inputs: [steps[0].output(), raw.input('y/')], objective: Objective.maximize(given.metric), ranges: { c: Range.continuous(given.min, given.max, given.scale) },
    maxTrainings: given.trainings, maxParallelTrainings: given.parallel, distribution, spot: given.spot ? Spot.withCheckpoints() : undefined, hyperparameters: { p: parameter.valueAsString },
  });
  if (given.backwards) steps[0].addDependency(tune);
  pipeline.addCondition('Choose', { conditions: [Condition.greaterThan(tune.bestMetric(), given.threshold)], ifTrue: [pipeline.addRegistration('Register', { training: tune })] });
  Template.fromStack(stack);
}

test('random props give a template, or an error that says what to do', () => {
  let built = 0;
  fc.assert(fc.property(props, (given) => {
    try {
      build(given);
      built += 1;
    } catch (error) {
      // A TypeError or a bare assertion would come from inside; ours name what is wrong and go on with what to do.
      expect(error).not.toBeInstanceOf(TypeError);
      expect(error).not.toBeInstanceOf(RangeError);
      expect((error as Error).message).toMatch(/: |must|cannot|should/i);
    }
  }), { numRuns: 150, seed: 20261123 });
  expect(built).toBeGreaterThanOrEqual(0);
});

test('the generator reaches templates as well', () => {
  expect(() => build({
    steps: [{ id: 'A', stepName: undefined, type: 'ml.m5.large', count: 1, volume: 30, minutes: 60, outputs: ['x'], environment: {}, reason: undefined, attempts: 3, path: 'x', arguments: [] }],
    parameter: 'P', value: 1, min: 0.1, max: 1, scale: RangeScale.LOGARITHMIC, trainings: 4, parallel: 2, metric: 'auc', processes: 4, distribution: 'torchrun', spot: true, threshold: 0.5, backwards: false,
  })).not.toThrow();
});
