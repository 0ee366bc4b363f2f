import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { IConstruct } from 'constructs';
import { declareChoice } from '../../../policy/choice';
import type { Deidentification } from '../../../policy/deidentification';
import { DataFlow } from '../../../policy/flow';
import { shown } from '../../../policy/given';
import { having, requireProps } from '../../../policy/required';
import type { TokenVault } from '../../privacy/token-vault';
import type { DataInput } from '../../storage/data-input';
import type { IDataStore } from '../../storage/data-store';
import { NetworkMode } from '../../workspace/network-mode';
import type { IWorkspace } from '../../workspace/workspace';
import { Code } from '../code';
import type { Environment } from '../environment';
import { Output } from '../output';
import type { MLPipeline } from '../pipeline';
import { expression } from '../private/expression';
import type { StepProps } from '../step';
import { SparkStep } from './spark';
import type { SparkResources } from './spark';

/** What a de-identification is made from. */
export interface DeidentificationStepProps extends StepProps {
  /** What becomes of each column, and what the result has to hold; the same value as on AWS. */
  readonly plan: Deidentification;
  /** The table: all files of a folder. */
  readonly input: DataInput;
  /**
   * Where rows go that cannot be released, as they came: a store of their own, as sensitive as the source. No eraser finds a person in them, so that where people
   * may ask for erasure it keeps them, and their versions, for less time than a request may take, such as 21 and 3 days.
   */
  readonly quarantine: IDataStore;
  /**
   * The folder of the key of pseudonyms and date shifts, `input()` of a store that nobody else reads, classified as what the key opens. Its file holds at least
   * 32 random bytes.
   *
   * @default - none: the plan takes none
   */
  readonly key?: DataInput;
  /**
   * The file in that folder.
   *
   * @default 'pseudonym.key'
   */
  readonly keyFile?: string;
  /**
   * Gives tokens for the columns that become one: it has the fields that the plan names. The job may ask for tokens and turn none back, from the managed network
   * of its workspace.
   *
   * @default - none: the plan takes no tokens
   */
  readonly vault?: TokenVault;
  /**
   * The code of the job, for those who fill a store with `build/runtime/deidentification` themselves.
   *
   * @default - uploaded as `Code.fromFolder` does
   */
  readonly code?: Code;
  /**
   * Python packages: for free text Presidio, for a vault azure-identity.
   *
   * @default - what Spark brings
   */
  readonly environment?: Environment;
  /**
   * What driver and executors have.
   *
   * @default - two executors with two cores
   */
  readonly resources?: SparkResources;
}

/** Beside a file that holds the whole door, or where the sources have it. */
const BUILT = ['../runtime/deidentification', '../../../../build/runtime/deidentification'].map((path) => join(__dirname, path));

/**
 * De-identifies a table after a plan, with Spark. It gives the table as `output('data')`, what was measured as `output('report')`; the pipeline stops where
 * the plan is not held.
 */
export class DeidentificationStep extends SparkStep {
  private readonly vault?: TokenVault;

  constructor(pipeline: MLPipeline, id: string, props: DeidentificationStepProps) {
    const path = `${pipeline.node.path}/${id}`;
    checkProps(path, props, pipeline);
    const { plan, input, quarantine, key, keyFile = 'pseudonym.key', vault, code = builtCode(), environment, resources, ...step } = props;
    const digest = createHash('sha256').update(plan.json).digest('hex');
    super(pipeline, id, {
      ...step, code, environment, resources,
      inputs: [input.as('data'), ...(key ? [key.as('key')] : [])],
      outputs: [...Output.named('data', 'report'), Output.of('quarantine').inStore(quarantine)],
      arguments: [
        `--data ${expression('inputs.data')} --output ${expression('outputs.data')} --report ${expression('outputs.report')} --quarantine ${expression('outputs.quarantine')}`,
        `--plan-text ${Buffer.from(plan.json).toString('base64url')} --plan-digest ${digest}`,
        ...(key ? [`--key ${expression('inputs.key')}/${keyFile}`] : []),
      ].join(' '),
      deIdentifiesTo: plan.resultsIn,
    });
    this.vault = vault;
    vault?._serve(this);
    const flow = DataFlow.of(this);
    flow.add({ ...flow.node(this.node.path)!, deIdentification: { ...plan._promise, digest } });
    // nodes of their own, because what they give out is not what the step gives out
    const beside = (detail: string, target: IConstruct, isOrigin: boolean) => {
      const [own, label] = [`${this.node.path}/${detail}`, detail.toLowerCase()];
      flow.add({ id: own, kind: 'step', name: `${this.stepName} ${label}`, detail, purpose: pipeline._purpose, region: pipeline.workspace.location });
      flow.connect(input.sourceId, own, 'data');
      flow.connect(own, target.node.path, label, isOrigin ? { carries: 'back' } : {});
    };
    beside('Quarantine', quarantine, flow.reaches(quarantine.node.path, input.sourceId));
    if (vault) beside('Tokens', vault, false);
    flow.connect(this.node.path, quarantine.node.path, 'quarantine', { carries: 'aside' });
    if (key) flow.connect(key.sourceId, this.node.path, 'key', { carries: 'key' });
    declareChoice(this, {
      dimension: 'privacy', choice: `de-identification after a plan: ${plan._summary}`,
      gives: `what is read from here on is ${plan.resultsIn.name}, and the pipeline stops where the plan is not held`,
      costs: 'detail that is generalised or left out, and rows of small groups where the plan gives them up',
    });
  }

  /** The identity that asks the vault is there when the step is. */
  protected override get arguments(): string {
    return [super.arguments, ...this.vault?._batchArguments(this.identity) ?? []].join(' ');
  }
}

function checkProps(path: string, props: DeidentificationStepProps, { workspace }: MLPipeline): void {
  const outputs = workspace.outputs.node.path;
  const input = { is: having('uri', 'sourceId', 'grantRead'), give: 'a DataInput: input() of a store, or output() of a step' };
  requireProps(path, props, {
    plan: { is: having('json', 'needsKey'), give: 'a Deidentification, such as Deidentification.of({ columns })' },
    input, key: { ...input, optional: true }, quarantine: { is: having('grantReadWrite', 'containerName'), give: 'a DataStore as sensitive as the source' },
    vault: { is: having('tokenizeUrl', '_fieldNames'), give: 'a TokenVault', optional: true },
  });
  const { plan, input: read, quarantine, key, keyFile, vault, environment } = props;
  if (plan.needsKey && !key) throw new Error(`${path}: the plan takes a key (for pseudonyms, shifted dates, or to count subjects) and has none: give the folder it lies in, as key`);
  if (!plan.needsKey && key) throw new Error(`${path}: the plan takes no key, and the step is given one: leave it out, so that the job cannot read it`);
  if (key && key.sourceId === read.sourceId && (key.uri.startsWith(read.uri) || read.uri.startsWith(key.uri))) {
    throw new Error(`${path}: the key lies in '${key.sourceId}' among what it opens: keep them apart (GDPR Art. 4(5)), in a store for keys that nobody else reads`);
  }
  if (key && key.sourceId === outputs) throw new Error(`${path}: the key lies in '${outputs}', where the result goes: whoever reads both can tell who is who, so keep them apart (GDPR Art. 4(5)), in a store for keys that nobody else reads`);
  if (quarantine.node.path === read.sourceId && read.uri === quarantine.uri()) {
    throw new Error(`${path}: the quarantine goes to '${read.sourceId}', all of which is its own input, so that the next run would read it: give another store, or an input with a folder`);
  }
  if (keyFile !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(String(keyFile))) throw new Error(`${path}: keyFile is ${shown(keyFile)}: give a name in the folder, such as 'pseudonym.key'`);
  checkVault(path, plan.tokenFields, vault, workspace);
  if (plan._searchesText && !environment) throw new Error(`${path}: the plan searches free text, for which Spark alone lacks Presidio: give an environment that has it`);
}

/** Passes for a vault that has the fields of the plan and can be reached, and for none where the plan takes no tokens. */
function checkVault(path: string, fields: readonly string[], vault: TokenVault | undefined, workspace: IWorkspace): void {
  if (fields.length > 0 && vault === undefined) throw new Error(`${path}: the plan takes tokens of ${fields.map((field) => `'${field}'`).join(', ')} and has no vault: give a TokenVault that has these fields, as vault`);
  if (fields.length === 0 && vault !== undefined) throw new Error(`${path}: the plan takes no tokens, and the step is given a vault: leave it out, so that the job cannot ask it`);
  if (vault === undefined) return;
  const stray = fields.find((field) => !vault._fieldNames.includes(field));
  if (stray !== undefined) throw new Error(`${path}: the plan takes tokens of field '${stray}', which vault '${vault.node.path}' does not have: it has ${vault._fieldNames.join(', ')}`);
  if (workspace.networkMode !== NetworkMode.MANAGED) {
    throw new Error(`${path}: the plan takes tokens of a vault, and Spark runs on nodes that nothing leads from to vault '${vault.node.path}', since workspace '${workspace.node.path}' has a network of its own: take a workspace with NetworkMode.MANAGED`);
  }
}

function builtCode(): Code {
  const folder = BUILT.find((path) => existsSync(path));
  if (folder === undefined) throw new Error(`the code of 'deidentification' is not built (${BUILT.join(', ')}): run npm run bundle`);
  return Code.fromFolder(folder);
}
