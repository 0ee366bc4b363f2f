import { createHash } from 'crypto';
import { existsSync } from 'fs';
import { join } from 'path';
import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { declareChoice } from '../../../policy/choice';
import type { Deidentification } from '../../../policy/deidentification';
import { DataFlow } from '../../../policy/flow';
import { nearest, shown } from '../../../policy/given';
import { having, requireProps } from '../../../policy/required';
import type { TokenVault } from '../../privacy/token-vault';
import { Code } from '../code';
import type { MLPipeline } from '../pipeline';
import type { PipelineStep, StepProps } from '../step';
import type { DeidentificationSource } from '../steps/deidentification';

const BUILT = join(__dirname, '..', '..', '..', '..', 'build', 'runtime', 'deidentification');

/** Plans by the path of their step, for each app. */
const PLANS = new WeakMap<IConstruct, Map<string, Deidentification>>();

/** The job of lib/runtime. */
export function deidentificationCode(): Code {
  if (!existsSync(BUILT)) throw new Error(`the code of 'deidentification' is not built (${BUILT}): run npm run bundle`);
  return Code.fromAsset(BUILT);
}

/** SHA-256 of a plan: the job refuses any other. */
export function digestOf(plan: Deidentification): string {
  return createHash('sha256').update(plan.json).digest('hex');
}

/** Where in its store the quarantine of a step lies. */
export function quarantinePrefix(pipeline: MLPipeline, stepName: string): string {
  return `${pipeline.pipelineName}/${stepName}/quarantine/`;
}

/** Passes for a plan with the key that it takes, and no other, and for data to read and a place for what cannot be released. */
export function checkSource(pipeline: MLPipeline, id: string, props: DeidentificationSource): void {
  const path = `${pipeline.node.path}/${id}`;
  requireProps(path, props, {
    plan: { is: having('json', 'needsKey'), give: 'a Deidentification, such as Deidentification.of({ columns })' },
    input: { is: having('uri', 'sourceId', 'grantRead'), give: 'a DataInput: input() of a store, or output() of a step' },
    quarantine: { is: having('bucket', 'classification', 'grantWrite'), give: 'a DataStore as sensitive as the source, that keeps rows shortly' },
    key: { is: having('_file', 'grantRead'), give: 'PseudonymKey.fromFile or PseudonymKey.fromSecret', optional: true },
    vault: { is: having('tokenizeFunction', '_fieldNames'), give: 'a TokenVault', optional: true },
    store: { is: having('bucket', 'classification', 'grantWrite'), give: 'a DataStore', optional: true },
  });
  const { plan, key, vault, input } = props;
  if (plan.needsKey && key === undefined) throw new Error(`${path}: the plan takes a key (for pseudonyms, shifted dates, or to count subjects) and has none: give PseudonymKey.fromFile or PseudonymKey.fromSecret`);
  if (!plan.needsKey && key !== undefined) throw new Error(`${path}: the plan takes no key, and the step is given one: leave it out, so that the job cannot read it`);
  checkVault(path, plan.tokenFields, vault);
  checkPlaces(pipeline, id, props);
  const subject = DataFlow.of(pipeline).node(input.sourceId)?.consent?.settings.CONSENT_SUBJECT;
  const columns = Object.keys(plan._promise.columns);
  if (subject !== undefined && !columns.includes(subject)) {
    throw new Error(`${path}: the consent filter before it finds people in column '${subject}', which the plan does not have: ${[...nearest(subject, columns, 1).map((near) => `did you mean '${near}'?`), `the plan has ${columns.join(', ')}`][0]!}`);
  }
}

/** Passes for a key apart from what it opens, and for places that the next run does not read as its input. */
function checkPlaces(pipeline: MLPipeline, id: string, { input, quarantine, key, store = pipeline.workspace.outputs, stepName }: DeidentificationSource & Pick<StepProps, 'stepName'>): void {
  const path = `${pipeline.node.path}/${id}`;
  const folder = key?._folder;
  const keys = folder?._prefix;
  if (folder && folder.sourceId === input.sourceId && keys !== undefined && input._prefix !== undefined && (keys.startsWith(input._prefix) || input._prefix.startsWith(keys))) {
    throw new Error(`${path}: the key lies in '${input.sourceId}' under ${shown(keys)}, and what it opens under ${shown(input._prefix)}: keep them apart (GDPR Art. 4(5)), in a store for keys that nobody else reads`);
  }
  if (folder && folder.sourceId === store.node.path) {
    throw new Error(`${path}: the key lies in '${store.node.path}', where the result goes: whoever reads both can tell who is who, so keep them apart (GDPR Art. 4(5)), in a store for keys that nobody else reads`);
  }
  const own = `${pipeline.pipelineName}/${stepName ?? id}/`;
  for (const [what, target] of Object.entries({ quarantine, result: store })) {
    if (target.node.path !== input.sourceId || input._prefix === undefined || Token.isUnresolved(own) || !own.startsWith(input._prefix)) continue;
    throw new Error(`${path}: the ${what} goes to '${target.node.path}' under '${own}', which is in its own input (${input._prefix === '' ? 'all of the store' : `'${input._prefix}'`}), so that the next run would read it: give another store, or an input with a prefix`);
  }
}

/** Passes for a vault that has the fields of the plan, and for none where it takes no tokens. */
function checkVault(path: string, fields: readonly string[], vault: TokenVault | undefined): void {
  if (fields.length > 0 && vault === undefined) throw new Error(`${path}: the plan takes tokens of ${fields.map((field) => `'${field}'`).join(', ')} and has no vault: give a TokenVault that has these fields, as vault`);
  if (fields.length === 0 && vault !== undefined) throw new Error(`${path}: the plan takes no tokens, and the step is given a vault: leave it out, so that the job cannot ask it`);
  const stray = fields.find((field) => !vault!._fieldNames.includes(field));
  if (stray !== undefined) throw new Error(`${path}: the plan takes tokens of field '${stray}', which vault '${vault!.node.path}' does not have: it has ${vault!._fieldNames.join(', ')}`);
}

/** The plan of the step that data comes from, if it is one that de-identifies. */
export function planBehind(step: IConstruct, sourceId: string): Deidentification | undefined {
  return PLANS.get(step.node.root)?.get(sourceId);
}

/** Says in the flow what the plan promised, that rows go into quarantine as they came, and values to the vault. */
export function declarePlan(step: PipelineStep, { plan, input, quarantine, vault, key }: DeidentificationSource): void {
  const flow = DataFlow.of(step);
  const { path, root } = step.node;
  PLANS.set(root, (PLANS.get(root) ?? new Map<string, Deidentification>()).set(path, plan));
  flow.add({ ...flow.node(path)!, deIdentification: { ...plan._promise, digest: digestOf(plan) }, definition: () => step.pipeline._declared(step) });
  if (key?._folder) step._receives(key._folder.sourceId, 'key', { carries: 'key', prefix: key._folder._prefix });
  // nodes of their own, because what they give out is not what the step gives out
  const beside = (detail: string, target: IConstruct, isOrigin: boolean) => {
    const [id, label] = [`${path}/${detail}`, detail.toLowerCase()];
    flow.add({ id, kind: 'step', name: `${step.stepName} ${label}`, detail, purpose: step.pipeline._purpose });
    flow.connect(input.sourceId, id, input.name, { beside: 'another' });
    flow.connect(id, target.node.path, label, { beside: 'another', ...(isOrigin ? { carries: 'back' } : {}) });
  };
  beside('Quarantine', quarantine, flow.reaches(quarantine.node.path, input.sourceId));
  if (vault) beside('Tokens', vault, false);
  flow.connect(path, quarantine.node.path, 'quarantine', { carries: 'aside', prefix: quarantinePrefix(step.pipeline, step.stepName) });
  declareChoice(step, {
    dimension: 'privacy', choice: `de-identification after a plan: ${plan._summary}`,
    gives: `what is read from here on is ${plan.resultsIn}, and the pipeline stops where the plan is not held`,
    costs: 'detail that is generalised or left out, and rows of small groups where the plan gives them up',
  });
}
