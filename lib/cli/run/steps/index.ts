import { textOf } from '../journal';
import { objectAt } from '../execute';
import { StepSkipped, type StepKind } from '../step-kind';
import { condition } from './condition';
import { fail } from './fail';
import { lambda } from './lambda';
import { model } from './model';
import { processing } from './processing';
import { registration } from './registration';
import { clusterSpark, serverlessSpark } from './spark';
import { training } from './training';
import { transform } from './transform';
import { tuning } from './tuning';

/** A step that this machine cannot stand in for. */
const notHere = (why: (image: string) => string): StepKind => ({
  run: async ({ arguments: args }) => {
    throw new StepSkipped(why(textOf(objectAt(args, 'AppSpecification').ImageUri)));
  },
});

const KINDS: Readonly<Record<string, StepKind>> = {
  Processing: processing,
  Training: training,
  Tuning: tuning,
  Condition: condition,
  Fail: fail,
  Model: model,
  RegisterModel: registration,
  Transform: transform,
  Lambda: lambda,
  EMR: clusterSpark,
  EMRServerless: serverlessSpark,
  QualityCheck: notHere((image) => `SageMaker checks in its own container ('${image}'), and no image is run here`),
  ClarifyCheck: notHere((image) => `SageMaker checks in its own container ('${image}'), and no image is run here`),
  Callback: notHere(() => 'it asks over a queue and waits for an answer, and nobody is asked here'),
  AutoML: notHere(() => 'SageMaker finds the model by itself, in the cloud'),
};

/** How a step of a type is run. */
export function kindOf(type: string): StepKind {
  return Object.hasOwn(KINDS, type) ? KINDS[type]! : notHere(() => `no step of type '${type}' is known here`);
}
