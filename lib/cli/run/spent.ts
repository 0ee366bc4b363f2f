import { chargeOf, epsilonOfCharges, type Drawing, type NoisySteps, passesOf } from '../../policy/privacy/privacy-charge';
import type { PrivacyUnit } from '../../policy/privacy/privacy-unit';
import type { RehearsedPrivacy } from '../../evidence/rehearsal';
import type { JobReport } from '../../runtime/ledger-rules/verdict';
import { verdictOf } from '../../runtime/ledger-rules/verdict';
import { objectAt } from './execute';
import type { Step } from './graph';
import type { Journal, StepRecord } from './journal';

/** What a step has spent of privacy: as the ledger settled it, or reckoned from what its trainings were told and have said. */
export function spentBy(step: Step, { private: jobs = [] }: StepRecord, steps: readonly Step[], journal: Journal): RehearsedPrivacy | undefined {
  const [first] = jobs;
  if (first === undefined) return undefined;
  const { dp_unit: unit = 'record', dp_delta: delta = '', dp_epsilon: planned = '' } = first.told;
  const answer = (action: string) => {
    const found = steps.find(({ arguments: args }) => args.action === action && args.step === step.name);
    return objectAt(found === undefined ? {} : journal.step(found.name)?.properties ?? {}, 'OutputParameters');
  };
  const [reserved, settled] = [answer('reserve'), answer('settle')];
  const own = reckoned(jobs, Number(delta));
  const spent = settled.epsilon === undefined ? own.epsilon : Number(settled.epsilon);
  return {
    step: step.name, unit, delta: Number(delta), trainings: jobs.length,
    planned: reserved.epsilon === undefined ? Number(planned) : Number(reserved.epsilon),
    ...(spent === undefined || !Number.isFinite(spent) ? {} : { spent }),
    verdict: settled.verdict === undefined ? own.verdict : String(settled.verdict),
    inLedger: settled.epsilon !== undefined,
  };
}

function reckoned(jobs: readonly JobReport[], delta: number): { epsilon?: number; verdict: string } {
  const training = noisyStepsOf(jobs[0]!.told);
  if (training === undefined || !(delta > 0)) return { verdict: 'what it was told does not say how much noise it adds, how often: an ε cannot be reckoned' };
  const asked = { training, trainings: 1, unit: jobs[0]!.told.dp_unit as PrivacyUnit, delta };
  const { charges, text } = verdictOf({ asked }, { jobs: [...jobs], complete: true });
  return { epsilon: epsilonOfCharges(charges, delta), verdict: text };
}

/** The noisy steps that hyperparameters tell, as `DifferentialPrivacy` writes them. */
function noisyStepsOf(told: Readonly<Record<string, string>>): NoisySteps | undefined {
  const number = (name: string) => Number((told[name] ?? '').replace(/^"(.*)"$/, '$1') || NaN);
  const federated = told.dp_mechanism === 'dp-federated';
  const steps = number(federated ? 'dp_rounds' : 'dp_steps');
  const drawing: Drawing = federated ? 'all' : (told.dp_sampling ?? 'poisson') as Drawing;
  const sampleRate = federated ? 1 : number('dp_sample_rate');
  const training = { drawing, sampleRate, noiseMultiplier: number('dp_noise_multiplier'), steps, passes: passesOf({ drawing, sampleRate, steps }) };
  return Object.values(training).every((value) => typeof value === 'string' || (Number.isFinite(value) && value > 0)) && Number.isFinite(epsilonOfCharges([chargeOf(training, 1)], 1e-6)) ? training : undefined;
}
