import { isNativeError } from 'node:util/types';
import { CfnParameter, Duration, Size } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { Condition, Distribution, Instances, Objective, Output, Range, RangeScale, RetryPolicy, Spot } from '../../../lib/aws/pipeline';
import { code, ground } from './fixture';

/** What an error of ours never says: it comes from inside the language, the CDK or constructs. */
const FROM_INSIDE = new RegExp([
  'cannot read propert', 'is not a function', 'is not iterable', 'cannot convert', 'undefined is not', 'circular', 'invalid array length', 'unexpected token',
  'there is already a construct', 'only root constructs', 'cannot use tokens in construct id', 'cannot be converted into', 'resolution error', '#\\{token\\[', '\\$\\{token\\[', 'e\\+289',
].join('|'), 'i');

const id = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('A', 'B', 'C', 'train', 'A-b', 'main', 'under_line', '-x') },
  { weight: 1, arbitrary: fc.constantFrom('Role', 'Resource', 'Models', 'Failure', 'Definition', 'Tune', '') },
  { weight: 1, arbitrary: fc.string({ maxLength: 70 }) },
);
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) => fc.oneof({ weight: 20, arbitrary: usual }, { weight: 1, arbitrary: odd });
const name = mostly(fc.constantFrom('a', 'train', 'A-b', 'main', 'with_line'), fc.string({ maxLength: 70 }));
const odd = fc.oneof(fc.integer({ min: -2, max: 40 }), fc.double(), fc.constantFrom(0, 1, NaN, Infinity, 1e9));
/** The word stands for a number that CloudFormation decides. */
const count = mostly<number | 'token'>(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant('token' as const)), odd);
const type = mostly(fc.constantFrom('ml.m5.large', 'ml.g5.12xlarge', 'ml.p4d.24xlarge'), fc.oneof(fc.constantFrom('ml.t3.medium', 'ml.trn1.2xlarge'), fc.string({ maxLength: 20 })));
const seconds = mostly(fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * 60), fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.double({ min: 0, max: 1e6, noNaN: true })));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const props = fc.record({
  steps: fc.array(fc.record({
    id, stepName: optional(fc.oneof({ weight: 1, arbitrary: name }, { weight: 3, arbitrary: fc.constant(undefined) })), type: optional(type), count: optional(count),
    volume: optional(mostly<number | 'token'>(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant('token' as const)), fc.integer({ min: -5, max: 20_000 }))), runtime: optional(seconds),
    outputs: optional(fc.uniqueArray(name, { minLength: 1, maxLength: 3 })), environment: optional(fc.dictionary(name, fc.string(), { maxKeys: 3 })),
    reason: optional(mostly(fc.constant('it asks a registry of the hospital'), fc.string())), attempts: optional(mostly(fc.integer({ min: 1, max: 20 }), odd)), expiry: optional(seconds),
    path: optional(mostly(fc.constantFrom('x', 'x/y'), fc.string({ maxLength: 30 }))), arguments: optional(fc.array(fc.string(), { maxLength: 3 })),
    input: mostly<'prefix' | 'store' | 'nothing'>(fc.constant('prefix'), fc.constantFrom('store', 'nothing')),
    property: optional(mostly(fc.constant('ProcessingJobName'), fc.string({ maxLength: 20 }))),
  }), { minLength: 1, maxLength: 3 }),
  parameter: name, value: mostly(fc.integer({ min: 0, max: 9 }), odd),
  min: mostly(fc.constantFrom(0.1, 1), odd), max: mostly(fc.constantFrom(2, 10), odd), scale: mostly(fc.constantFrom(RangeScale.LINEAR, RangeScale.AUTO), fc.constantFrom(...Object.values(RangeScale))),
  trainings: optional(count), parallel: optional(mostly<number | 'token'>(fc.constant(1), count)), metric: mostly(fc.constant('auc'), fc.string()),
  processes: mostly(fc.constant(1), odd), distribution: mostly(fc.constantFrom('none', 'torchrun'), fc.constantFrom('tensorflow', 'mpi', 'modelParallel')), spot: fc.boolean(),
  threshold: mostly(fc.constant(0.5), odd), backwards: mostly(fc.constant(false), fc.boolean()), large: mostly(fc.constant(false), fc.boolean()),
});

type Given = typeof props extends fc.Arbitrary<infer T> ? T : never;

/** Builds what the props say; anything thrown is ours to phrase. */
function build(given: Given): void {
  const { app, pipeline, image, raw, stack } = ground({ largeDefinition: given.large });
  const deployed = new CfnParameter(stack, 'Deployed', { type: 'Number', default: 2 }).valueAsNumber;
  const numberOf = (value: number | 'token' | undefined) => (value === 'token' ? deployed : value);
  const parameter = pipeline.addFloat(given.parameter, given.value);
  const steps = given.steps.map((step) => {
    const volume = numberOf(step.volume);
    const input = { prefix: raw.input('x/'), store: raw as never, nothing: undefined as never }[step.input];
    const retry = step.attempts === undefined && step.expiry === undefined
      ? undefined : RetryPolicy.transient({ maxAttempts: step.attempts, expireAfter: step.expiry === undefined ? undefined : Duration.seconds(step.expiry) });
    const added = pipeline.addProcessing(step.id, {
      image, code, stepName: step.stepName, inputs: [input], arguments: step.arguments, environment: step.environment, withoutNetworkIsolation: step.reason,
      instances: step.type === undefined ? undefined : Instances.of(step.type, { count: numberOf(step.count), volumeSize: volume === undefined ? undefined : Size.gibibytes(volume) }),
      maxRuntime: step.runtime === undefined ? undefined : Duration.seconds(step.runtime),
      outputs: step.outputs?.map((output) => (step.path === undefined ? Output.of(output) : Output.of(output).at(`/opt/ml/processing/${step.path}/${output}`))),
      retries: retry && [retry],
    });
    if (step.property !== undefined) pipeline.addFail(`${step.id}Failed`, { message: `${added.property(step.property)} failed` });
    return added;
  });
  const distribution = {
    none: () => undefined,
    torchrun: () => Distribution.torchrun({ processesPerInstance: given.processes }),
    tensorflow: () => Distribution.tensorflow(),
    mpi: () => Distribution.mpi({ processesPerInstance: given.processes }),
    modelParallel: () => Distribution.modelParallel({ processesPerInstance: given.processes, tensorParallelDegree: given.processes }),
  }[given.distribution]?.();
  const tune = pipeline.addTuning('Tune', {
    image, code, inputs: [steps[0].output(given.steps[0].outputs?.[0]), raw.input('yy/').as('other')], objective: Objective.maximize(given.metric), ranges: { c: Range.continuous(given.min, given.max, given.scale) },
    maxTrainings: numberOf(given.trainings), maxParallelTrainings: numberOf(given.parallel), distribution, spot: given.spot ? Spot.withCheckpoints() : undefined, hyperparameters: { p: parameter.valueAsString },
  });
  if (given.backwards) steps[0].addDependency(tune);
  pipeline.addCondition('Choose', { conditions: [Condition.greaterThan(tune.bestMetric(), given.threshold)], ifTrue: [pipeline.addRegistration('Register', { training: tune })] });
  app.synth();
}

test('random props give a template, or an error of ours that says what to do', () => {
  let built = 0;
  const refused = new Set<string>();
  fc.assert(fc.property(props, (given) => {
    try {
      build(given);
      built += 1;
    } catch (error) {
      const { name: kind, message } = error as Error;
      // Of validations the CDK makes one error, with a line for each.
      const messages = message.replace(/^Validation failed with the following errors:\n/, '').replace(/^ *\[Stack\/[^\]]*\] /gm, '');
      expect(isNativeError(error)).toBe(true);
      expect(kind).toMatch(/^(Error|ValidationFailedWithErrors)$/);
      if (kind !== 'Error') expect(message).toMatch(/^Validation failed/);
      expect(messages).not.toMatch(FROM_INSIDE);
      expect(messages).toMatch(/^(Stack\/|step |[^A-Z])/);
      expect(messages).not.toMatch(/\.$/);
      expect(messages).toMatch(/\b(give|use|take|name|leave|lower|remove|rename|declare|write|say|did you mean|SageMaker collects|put|add)\b/);
      refused.add(messages.replace(/'[^']*'|[-\d.e+]+/g, '?').slice(0, 60));
    }
  }), { numRuns: 150 });
  expect(built).toBeGreaterThan(20);
  expect(refused.size).toBeGreaterThan(15);
}, 120_000);

const USUAL: Given = {
  steps: [{
    id: 'A', stepName: undefined, type: 'ml.m5.large', count: 1, volume: 30, runtime: 3600, outputs: ['x'], environment: {}, reason: undefined, attempts: 3, expiry: undefined, path: 'x', arguments: [],
    input: 'prefix', property: undefined,
  }],
  parameter: 'P', value: 1, min: 0.1, max: 1, scale: RangeScale.LOGARITHMIC, trainings: 4, parallel: 2, metric: 'auc', processes: 1, distribution: 'torchrun', spot: true, threshold: 0.5, backwards: false, large: false,
};
const [STEP] = USUAL.steps;

test.each<[string, Partial<Given>]>([
  ['the usual', {}],
  ['numbers that CloudFormation decides', { steps: [{ ...STEP, count: 'token', volume: 'token' }], trainings: 'token', parallel: 'token' }],
])('%s gives a template', (_, more) => {
  expect(() => build({ ...USUAL, ...more })).not.toThrow();
});

test.each<[string, Partial<Given>, RegExp]>([
  ['an id twice', { steps: [STEP, STEP] }, /Stack\/Pipeline\/A: the id 'A' is taken/],
  ['a reserved id', { steps: [{ ...STEP, id: 'Models' }] }, /Stack\/Pipeline\/Models: the pipeline itself has something/],
  ['an expiry of half minutes', { steps: [{ ...STEP, expiry: 90 }] }, /expireAfter of .*whole minutes/],
  ['a number that CloudFormation decides in a definition stored apart', { large: true, trainings: 'token' }, /Stack\/Pipeline.*a definition that is stored apart takes no number/],
])('fails for %s', (_, more, message) => {
  expect(() => build({ ...USUAL, ...more })).toThrow(message);
});
