import { Token } from 'cdktf';
import { Sampling, type DifferentialPrivacy, type PrivacyExpense } from '../../../policy/privacy';
import { DataFlow } from '../../../policy/flow';
import { privateTrainingProblem } from '../../../policy/privacy/private-training';
import { PrivacyPlan } from '../../../policy/privacy/privacy-plan';
import { shown } from '../../../policy/given';
import type { ICompute } from '../compute-cluster';
import type { JobStepProps } from '../job-props';
import type { PipelineStep } from '../step';
import { StepType } from '../step';

/** What a step that may learn is made from. */
interface PrivateProps extends JobStepProps {
  readonly privacy?: DifferentialPrivacy;
  readonly command?: string;
}

/**
 * The props of a step, with the numbers of its privacy among its parameters: the job is given what the loss is reckoned from.
 *
 * @param tuned names of those that are searched, and so have no one value
 */
export function withSettings<Props extends PrivateProps>(path: string, props: Props, tuned: readonly string[] = []): Props {
  const privacy = props?.privacy;
  if (privacy === undefined) {
    if (props?.code?._trainsPrivately) throw new Error(`${path}: runs the code of a private training, which takes all of its numbers from privacy: give privacy, such as DifferentialPrivacy.dpSgd`);
    return props;
  }
  if (typeof privacy?.settings !== 'object' || typeof privacy.loss?.guaranteeAt !== 'function') {
    throw new Error(`${path}: privacy is ${shown(privacy)}: give one such as DifferentialPrivacy.dpSgd({ records, batchSize, epochs, noiseMultiplier, clippingNorm, delta })`);
  }
  if (props.code?._trainsPrivately && privacy.settings.dp_sampling !== Sampling.POISSON) {
    throw new Error(`${path}: runs the code of a private training, which does DP-SGD on Poisson samples, and its privacy is ${privacy}: give DifferentialPrivacy.dpSgd and leave sampling out, or bring code of your own`);
  }
  // a command of one's own may say what it likes
  const problem = props.code?._trainsPrivately && props.command === undefined ? privateTrainingProblem({
    settings: privacy.settings, given: props.parameters ?? {}, called: 'parameter', tuned, inputs: (props.inputs ?? []).map((input) => input?.name), model: props.code._model, isLate,
  }) : undefined;
  if (problem !== undefined) throw new Error(`${path}: ${problem}`);
  const taken = Object.keys(props.parameters ?? {}).find((name) => name in privacy.settings);
  if (taken !== undefined) throw new Error(`${path}: parameter '${taken}' is given by privacy, from which the loss is reckoned: leave it out of parameters`);
  return { ...props, parameters: { ...Object.fromEntries(settingsWithout(privacy, tuned)), ...props.parameters } };
}

/** Fails where what is run does not hear of the privacy that it has to keep to. */
export function checkTold(step: PipelineStep, command: string, privacy: DifferentialPrivacy | undefined): void {
  const unheard = Object.keys(privacy?.settings ?? {}).find((name) => !new RegExp(`\\{\\s*inputs\\.${name}\\b`).test(command));
  if (unheard !== undefined) step._fail(`spends privacy, and its command does not name '${unheard}', so that the code cannot keep to it: put \${{inputs.${unheard}}} into the command, or leave command out`);
}

/** What a run of a step spends, and how. */
interface Spending extends Pick<PrivacyExpense, 'privacy' | 'trainings'> {
  readonly compute: ICompute;
  /** Names of settings that are searched. */
  readonly tuned?: readonly string[];
}

/** Enters what a run of a step spends of privacy budgets; of nothing where it reads none, and without bound where it is not private. */
export function spend(step: PipelineStep, spending: Spending): void {
  const { privacy, trainings = 1, tuned = [], compute } = spending;
  if (![StepType.TRAINING, StepType.TUNING, StepType.AUTO_ML].includes(step.stepType)) {
    if (privacy) step._fail('has privacy and learns nothing: declare the model with Output.model or Output.mlflowModel, say trains, or leave privacy out');
    return;
  }
  if (privacy) {
    if (compute.isInterruptible) {
      step._fail('spends privacy on nodes of low priority: what is interrupted Azure ML begins anew, and what it had spent nobody counts; run it on a cluster without lowPriority');
    }
    const settings = Object.fromEntries(settingsWithout(privacy, tuned));
    const flow = DataFlow.of(step);
    flow.add({ ...flow.node(step.node.path)!, privacy: { settings, trainings } });
  }
  PrivacyPlan.of(step).enter({ step, expense: { privacy, trainings }, plannedRuns: (budget) => step.pipeline._plannedRuns(budget) });
}

/** What is wrong with the privacy of a step when all stores and steps are there. */
export function privacyProblems(step: PipelineStep, privacy: DifferentialPrivacy | undefined): string[] {
  if (!privacy) return [];
  const plan = PrivacyPlan.of(step);
  const dependent = plan.dependenceProblems(step).map((problem) => `${step.node.path}: ${problem}`);
  if (plan.isCounted(step)) return dependent;
  return [...dependent, `${step.node.path}: spends privacy, and no store that it reads has a budget to spend from: give the store with people's data a privacyBudget`];
}

function isLate(value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === 'string' && value.includes('${'));
}

function settingsWithout({ settings }: DifferentialPrivacy, tuned: readonly string[]): [string, string][] {
  return Object.entries(settings).filter(([name]) => !tuned.includes(name));
}
