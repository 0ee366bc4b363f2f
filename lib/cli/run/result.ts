import { RUN_SCHEMA, type Rehearsal, type RehearsedConsent, type RehearsedModel, type RehearsedPrivacy } from '../../evidence/rehearsal';
import { isJsonObject, type Json, type PipelineDefinition } from './definition';
import { objectAt, objectsAt, textEntries } from './execute';
import type { Step } from './graph';
import { textOf, type Journal } from './journal';
import type { RunOutcome } from './runner';
import { spentBy } from './spent';

const LIMITS = [
  'no image was run: programs ran with the interpreter of this machine, and with what is installed there',
  'the network was not cut, nothing was encrypted by keys of the cloud, and no role was asked: that is for the deployed pipeline to show',
];

/** What a run has left. */
export interface Ran {
  readonly pipeline: PipelineDefinition;
  readonly steps: readonly Step[];
  readonly journal: Journal;
  readonly parameters: ReadonlyMap<string, Json>;
  readonly outcome: RunOutcome;
  /** The JSON that a step has left as a property file. */
  propertyFile(step: string, name: string): Json;
}

/** What a run has come to, for its summary and for the evidence. */
export function resultOf({ pipeline, steps, journal, parameters, outcome, propertyFile }: Ran): Rehearsal {
  const { id, started } = journal.content;
  const known = steps.flatMap((step) => {
    const record = journal.step(step.name);
    return record ? [{ step, record }] : [];
  });
  const assumed = known.filter(({ record }) => record.status === 'assumed').map(({ step }) => `'${step.name}'`);
  return {
    schema: RUN_SCHEMA, id, pipeline: pipeline.path, template: pipeline.template, digest: pipeline.digest,
    started, ended: new Date().toISOString(), outcome,
    parameters: textEntries(Object.fromEntries(parameters)),
    steps: steps.map((step) => {
      const { status = 'not-started', seconds, message, notes, metrics: values = {} } = journal.step(step.name) ?? {};
      const metrics = Object.entries(values).map(([name, value]) => ({ name, value }));
      return {
        name: step.name, type: step.type, status, ...(seconds === undefined ? {} : { seconds }), ...(message === undefined ? {} : { message }),
        ...(notes === undefined || notes.length === 0 ? {} : { notes }), ...(metrics.length === 0 ? {} : { metrics }),
      };
    }),
    branches: Object.fromEntries(known.flatMap(({ step, record }) => (
      step.type === 'Condition' && record.properties ? [[step.name, textOf(record.properties.Outcome)]] : []))),
    models: known.flatMap(({ step, record }): RehearsedModel[] => (step.type !== 'RegisterModel' || record.status !== 'done' || !record.properties ? [] : [{
      step: step.name, group: textOf(record.properties.ModelPackageGroupName), version: Number(record.properties.ModelPackageVersion),
      approval: textOf(record.properties.ModelApprovalStatus),
      sha256: textOf(objectsAt(objectAt(record.properties, 'local'), 'artifacts')[0]?.sha256), metadata: textEntries(record.properties.CustomerMetadataProperties),
    }])),
    privacy: known.flatMap(({ step, record }): RehearsedPrivacy[] => {
      const spent = spentBy(step, record, steps, journal);
      return spent ? [spent] : [];
    }),
    consents: known.flatMap(({ step, record }): RehearsedConsent[] => {
      const { CONSENT_SNAPSHOT: snapshot } = textEntries(record.properties?.Environment);
      return record.status === 'done' && step.type === 'Processing' && snapshot !== undefined ? [consentOf(step.name, propertyFile(step.name, 'consent'))] : [];
    }),
    limits: [...LIMITS, ...(assumed.length > 0 ? [`what came of ${assumed.join(', ')} was given, and not found out`] : [])],
  };
}

/** What a consent filter says of the rows that it kept. */
function consentOf(step: string, report: Json): RehearsedConsent {
  const said = isJsonObject(report) ? report : {};
  const rows = objectAt(said, 'rows');
  return {
    step, purpose: textOf(said.purpose), snapshot: textOf(said.snapshot), takenAt: textOf(said.takenAt), read: Number(rows.read), kept: Number(rows.kept),
    dropped: Object.entries(objectAt(said, 'dropped')).map(([reason, number]) => ({ reason, rows: Number(number) })).filter(({ rows: number }) => number > 0),
  };
}
