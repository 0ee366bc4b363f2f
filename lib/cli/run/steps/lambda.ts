import { asksRegistry } from '../consent-registry';
import { isJsonObject, type Json, type JsonObject } from '../definition';
import { objectsAt, textEntries } from '../execute';
import { textOf } from '../journal';
import { epsilonOfCharges } from '../../../policy/privacy/privacy-charge';
import type { ReserveEvent, SettleEvent } from '../../../runtime/ledger-rules/request';
import { reserve } from '../../../runtime/ledger-rules/reserve';
import { runOf, settle } from '../../../runtime/ledger-rules/settle';
import { verdictOf } from '../../../runtime/ledger-rules/verdict';
import { drawTrials, type TrialCountEvent } from '../../../runtime/ledger-rules/trials';
import { StepFailure, StepSkipped, type ReadyStep, type StepKind, type StepResult, type Surroundings } from '../step-kind';
import { giveSnapshot } from './consent-snapshot';

/** Functions of this library are stood in for by their own rules; those of others are not run. */
export const lambda: StepKind = {
  reads: (step, { registries }) => (asksRegistry(step) ? [registries.get(textOf(step.fields.FunctionArn))?.path ?? ''].filter((path) => path !== '') : []),

  run: async (step, here) => {
    const { arguments: args } = step;
    if (asksRegistry(step)) {
      const { answer, notes, uri } = await giveSnapshot(step, here);
      return { ...answered(step, answer, notes), wrote: [uri] };
    }
    const event = textEntries(args);
    try {
      if (has(args, ['action', 'execution', 'step', 'started', 'dataSets', 'noiseMultiplier', 'steps', 'trainings']) && args.action === 'reserve') {
        const run = await reserve(here.ledger, event as unknown as ReserveEvent, Date.now());
        return answered(step, { reservation: run.reservation, epsilon: String(epsilonOfCharges(run.charges, run.asked.delta)), delta: String(run.asked.delta), verdict: 'reserved' }, [LEDGER]);
      }
      if (has(args, ['action', 'execution', 'step', 'reservation', 'job', 'kind']) && args.action === 'settle') return answered(step, await settled(event as unknown as SettleEvent, here), [LEDGER]);
      // as the function does it: it asks nobody
      if (has(args, ['kind', 'mean', 'shape', 'gamma', 'most', 'parallel'])) return answered(step, { ...drawTrials(event as unknown as TrialCountEvent) }, []);
    } catch (error) {
      throw error instanceof Error && error.constructor === Error ? new StepFailure(error.message) : error;
    }
    throw new StepSkipped(`it calls the function '${textOf(step.fields.FunctionArn)}', which is not here`);
  },
};

/** What no one may take for the ledger of the cloud. */
const LEDGER = 'by the ledger of this folder, which knows nothing of runs in the cloud';

async function settled({ reservation, step }: SettleEvent, here: Surroundings): Promise<JsonObject> {
  const run = await runOf(here.ledger, reservation);
  const jobs = (here.record(step)?.private ?? []).filter(({ told }) => told.dp_reservation === reservation);
  // the journal has every training that began before it began
  const done = run.settlement?.by === 'run' ? run : await settle(here.ledger, reservation, 'run', verdictOf(run, { jobs, complete: true }));
  const { verdict, refusal } = done.settlement!;
  if (refusal) throw new StepFailure(refusal);
  return { reservation, epsilon: String(epsilonOfCharges(done.charges, done.asked.delta)), delta: String(done.asked.delta), verdict: verdict.slice(0, 256) };
}

function has(args: JsonObject, names: readonly string[]): boolean {
  return names.every((name) => args[name] !== undefined && !isJsonObject(args[name]));
}

/** The answer as properties of the step, each value of the type that the definition says. */
function answered({ fields }: ReadyStep, answer: JsonObject, notes: readonly string[]): StepResult {
  const declared = objectsAt(fields, 'OutputParameters').map(({ OutputName: name, OutputType: type }): [string, Json] => {
    const value = answer[textOf(name)];
    return [textOf(name), type === 'Integer' || type === 'Float' ? Number(value) : type === 'Boolean' ? value === true || value === 'true' : textOf(value)];
  });
  return { properties: { OutputParameters: Object.fromEntries(declared) }, notes: [...notes] };
}
