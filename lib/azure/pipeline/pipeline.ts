import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { Construct } from 'constructs';
import type { Json } from '../azapi';
import { Control } from '../../policy/control';
import { DataFlow } from '../../policy/flow';
import { shown } from '../../policy/given';
import type { PrivacyBudget } from '../../policy/privacy';
import type { PlannedRuns } from '../../policy/privacy/privacy-plan';
import type { Purpose } from '../../policy/purpose';
import { having, requireProps } from '../../policy/required';
import { nameOf, Names } from '../private/names';
import { tagsOf } from '../private/tags';
import type { DataInput } from '../storage/data-input';
import type { IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import type { ICompute } from './compute-cluster';
import type { Output } from './output';
import { PipelineSteps } from './pipeline-steps';
import { API, AssetVersion } from './private/asset-version';
import { Bindings } from './private/bindings';
import { isExpression, lazily, literal, outputOf } from './private/expression';
import { graphProblems } from './private/graph';
import { LateResource } from './private/late-resource';
import { PipelineInputs } from './private/pipeline-inputs';
import { checkUnscheduledRuns, plannedRuns, startersOf } from './private/planned-runs';
import { checkedId } from './private/step-props';
import type { Schedule } from './schedule';
import type { PipelineStep } from './step';
import { declareWeakening } from '../../policy/weakening';
import type { Weakening } from '../../policy/weakening';

/** What a pipeline is made from. */
export interface MLPipelineProps {
  /** The ground it stands on: network, keys, stores, alarms. */
  readonly workspace: IWorkspace;
  /**
   * The machines that steps run on which name none.
   *
   * @default - each step names its own
   */
  readonly compute?: ICompute;
  /**
   * Its name: lower-case letters, digits or `_`, beginning with a letter.
   *
   * @default - made from the path of the construct
   */
  readonly pipelineName?: string;
  /**
   * What it is for, in a sentence.
   *
   * @default - none
   */
  readonly description?: string;
  /**
   * What its data is used for; steps may read only stores of this purpose.
   *
   * @default - not stated
   */
  readonly purpose?: Purpose;
  /**
   * Runs a year that no schedule starts: by hand, or by calls of a batch endpoint. Privacy budgets count each run, and nothing holds anybody to the number.
   *
   * @default - one where neither a schedule nor another pipeline starts it, none beside those; not known where a batch endpoint does
   */
  readonly unscheduledRunsPerYear?: number;
  /**
   * Whether a failed run raises an alarm with the workspace's action group.
   *
   * @default true
   */
  readonly alarmOnFailure?: boolean;
}

/** A value that a run can set. */
export interface ParameterOptions {
  /**
   * Its type: `string`, `number`, `integer` or `boolean`.
   *
   * @default - that of the default value
   */
  readonly type?: string;
}

/** What a run that starts by itself is given. */
export interface TriggerProps {
  /**
   * Values of parameters by name.
   *
   * @default - the parameters' own defaults
   */
  readonly parameters?: { [name: string]: string };
  /**
   * Data for the inputs that the pipeline declares with `addInput`, by name.
   *
   * @default - it declares none
   */
  readonly inputs?: DataInput[];
  /**
   * Whether it starts runs. One that does not can be switched on later, by a change that somebody reviews.
   *
   * @default true
   */
  readonly isEnabled?: boolean;
}

/**
 * An Azure ML pipeline as typed steps in the construct tree: what flows between them is declared, so dependencies, permissions and the classification of data
 * follow. What is deployed is a version of a pipeline component, which runs nothing; runs are started by schedules, by a `BatchEndpoint`, by another pipeline
 * or by hand.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/concept-ml-pipelines
 */
export class MLPipeline extends PipelineSteps {
  /** The ground it stands on. */
  public readonly workspace: IWorkspace;
  /** Its name. */
  public readonly pipelineName: string;
  /** @internal */
  public readonly _purpose?: Purpose;
  /** @internal */
  public readonly _unscheduledRunsPerYear?: number;
  /** @internal */
  public readonly _compute?: ICompute;
  /** @internal */
  public readonly _bindings: Bindings;
  /** @internal */
  public readonly _component: AssetVersion;
  /** @internal */
  public readonly _handedIn = new PipelineInputs(this);
  private readonly steps: PipelineStep[] = [];
  private readonly exposed = new Map<string, { readonly step: PipelineStep; readonly output: Output }>();
  private readonly placed = new Map<string, Set<string>>();
  private readonly gaps: Weakening[] = [];

  constructor(scope: Construct, id: string, props: MLPipelineProps) {
    super(scope, id);
    const owner = `pipeline '${this.node.path}'`;
    requireProps(owner, props, {
      workspace: { is: having('profile', 'workspaceId', 'outputs', 'models'), give: 'a Workspace' },
      compute: { is: having('computeId', 'admit'), give: 'a ComputeCluster', optional: true },
      purpose: { is: having('name', 'isSame'), give: 'a Purpose, such as Purpose.of(\'readmission-risk\')', optional: true },
    });
    this.workspace = props.workspace;
    this._purpose = props.purpose;
    checkUnscheduledRuns(owner, props.unscheduledRunsPerYear);
    this._unscheduledRunsPerYear = props.unscheduledRunsPerYear;
    this._compute = props.compute;
    this.pipelineName = props.pipelineName === undefined ? nameOf(this, 'component') : Names.check(owner, 'component', props.pipelineName);
    this._bindings = new Bindings(new Construct(this, 'Assets'), this.workspace);
    this._component = new AssetVersion(this, 'Resource', {
      workspaceId: this.workspace.workspaceId, kind: 'components', name: this.pipelineName,
      needs: () => this.steps.flatMap((step) => [...step._needs()] as AssetVersion[]),
      properties: (version) => ({
        isAnonymous: false, description: props.description, tags: this._purpose && { purpose: this._purpose.name },
        componentSpec: this.spec(version),
      }),
    });
    if (props.alarmOnFailure ?? true) this.alarmOnFailure();
    this.node.addValidation({ validate: () => this.problems() });
  }

  /** Id of the version of the component that is deployed, in Azure Resource Manager. */
  public get componentId(): string {
    return this._component.id;
  }

  /** @internal */
  public get _componentId(): string {
    return this._component.id;
  }

  /** Every protection that the pipeline or a step lacks, and what stands in for it. */
  public get weakenings(): Weakening[] {
    return [...this.gaps, ...this.steps.flatMap((step) => step.weakenings)];
  }

  /**
   * Declares a text or a number that a run can set.
   *
   * @returns what to give to the `parameters` of steps
   */
  public addParameter(name: string, defaultValue: string | number | boolean, options: ParameterOptions = {}): string {
    return this._handedIn.addParameter(name, defaultValue, options);
  }

  /**
   * Declares data that whoever runs the pipeline gives: another pipeline, a schedule, a batch endpoint.
   *
   * @param type as Azure ML calls it
   */
  public addInput(name: string, type: string = 'uri_folder'): DataInput {
    return this._handedIn.open(name, type);
  }

  /** Gives out what a step writes, to whoever runs the pipeline as a step. */
  public expose(name: string, data: DataInput): void {
    const { step, output } = this.behind(data) ?? {};
    if (!step || !output) throw new Error(`${this.node.path}: exposes '${name}', which no step of it writes: give output() of one of its steps`);
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) throw new Error(`${this.node.path}: output name '${name}' is not usable: give 1 to 63 letters, digits or '_', not beginning with a digit`);
    if (this.exposed.has(name)) throw new Error(`${this.node.path}: two outputs are called '${name}': give each a name of its own`);
    const other = this._exposedAs(step, output.name);
    if (other !== undefined) throw new Error(`${this.node.path}: output '${output.name}' of '${step.stepName}' is exposed as '${other}': expose it once`);
    this.exposed.set(name, { step, output });
  }

  /**
   * Runs on a schedule. Nothing runs when it is applied, only when its time comes.
   *
   * @param schedule such as `Schedule.weekly([Weekday.MONDAY], { hour: 3 })`
   */
  public runOnSchedule(id: string, schedule: Schedule, props: TriggerProps = {}): void {
    const scope = new Construct(this, checkedId(this, id, 'schedule'));
    if (!schedule?._trigger) throw new Error(`${scope.node.path}: the schedule is ${shown(schedule)}: give one such as Schedule.daily({ hour: 3 })`);
    this._handedIn.accept(scope.node.path, props);
    if (props.isEnabled ?? true) startersOf(this).schedules.push({ id, schedule });
    new LateResource(scope, 'Resource', {
      type: `Microsoft.MachineLearningServices/workspaces/schedules@${API}`, name: nameOf(scope, 'asset'), parentId: this.workspace.workspaceId,
    }, () => ({
      properties: {
        displayName: `${this.pipelineName} ${id}`, isEnabled: props.isEnabled ?? true, trigger: schedule._trigger,
        action: { actionType: 'CreateJob', jobDefinition: this.job(props) },
      },
    }));
  }

  /**
   * What runs it by hand, as the body of `PUT …/jobs/<name>`. An output of the stack has it, `new TerraformOutput(stack, 'Run', { value: pipeline.runRequest() })`:
   * `terraform output -json Run` prints what `az rest` sends.
   */
  public runRequest(props: TriggerProps = {}): Json {
    this._handedIn.accept(this.node.path, props);
    return lazily(() => ({ properties: this.job(props) }));
  }

  /** @internal */
  public _adopt(step: PipelineStep): void {
    const other = this.steps.find((candidate) => candidate.stepName === step.stepName);
    if (other) throw new Error(`${step.node.path}: step name '${step.stepName}' is taken by ${other.node.path}: give another stepName`);
    this.steps.push(step);
  }

  /** @internal Fails on data that a step cannot read. */
  public _checkSource(reader: PipelineStep, input: DataInput): void {
    const source = DataFlow.of(this).node(input.sourceId);
    if (!source) reader._fail(`reads '${input.name}' from '${input.sourceId}', which is no store and no step of this app: take the input from a store or from output() of a step`);
    if (source.kind === 'step' && isExpression(input.uri) && !this.owns(input.sourceId)) {
      reader._fail(`reads '${input.name}' of '${input.sourceId}', a step of another pipeline: hand the data over through a store`);
    }
    const own = this._purpose;
    if (own && source.purpose && !own.isSame(source.purpose)) {
      reader._fail(`reads from '${input.sourceId}', whose data is for '${source.purpose.name}', in a pipeline for '${own.name}': take data collected for that purpose, or state the purpose it was collected for`);
    }
  }

  /** @internal The output that an input stands for. */
  public _outputBehind(input: DataInput): Output | undefined {
    return this.behind(input)?.output;
  }

  /** @internal */
  public _exposedAs(step: PipelineStep, output: string): string | undefined {
    return [...this.exposed].find(([, entry]) => entry.step === step && entry.output.name === output)?.[0];
  }

  /** @internal */
  public _exposedOutputs(): Output[] {
    return [...this.exposed].map(([name, { output }]) => output._renamed(name));
  }

  /** @internal */
  public _exposedStep(name: string): PipelineStep {
    return this.exposed.get(name)!.step;
  }

  /** @internal Runs in the period of a privacy budget. */
  public _plannedRuns(budget: PrivacyBudget): PlannedRuns {
    return plannedRuns(this, this._unscheduledRunsPerYear, budget);
  }

  /** @internal What it reads from stores, with what pipelines in it read. */
  public _storeInputs(): DataInput[] {
    this.jobs();
    return this._handedIn.stored;
  }

  /** @internal Puts a step on machines. */
  public _place(compute: ICompute, identity: IIdentity): void {
    compute.admit(identity);
    const identities = this.placed.get(compute.node.path) ?? new Set();
    this.placed.set(compute.node.path, identities.add(identity.node.path));
    if (identities.size !== 2) return;
    this.gaps.push(declareWeakening(this, Control.LEAST_PRIVILEGE, `code on a node of '${compute.node.path}' can sign in as any identity of the cluster, so that steps on it are kept apart by what they ask for and not by what they could`,
      'each step asks for its own identity; a step that must be kept apart takes a cluster of its own'));
  }

  private owns(path: string): boolean {
    return this.steps.some((step) => step.node.path === path) || this._handedIn.isOpen(path);
  }

  private behind(input: DataInput): { readonly step: PipelineStep; readonly output?: Output } | undefined {
    const found = outputOf(input.uri);
    const step = found && this.owns(input.sourceId) ? this.steps.find(({ stepName }) => stepName === found.step) : undefined;
    return step && { step, output: step._outputs.find(({ name }) => name === found!.output) };
  }

  private jobs(): Json {
    return Object.fromEntries(this.steps.map((step): [string, Json] => [step.stepName, step._render()]));
  }

  private spec(version: string): Json {
    // first, since rendering finds what nested pipelines read
    const jobs = this.jobs();
    return {
      name: this.pipelineName, version, display_name: this.pipelineName, type: 'pipeline',
      inputs: this._handedIn.declared(),
      outputs: Object.fromEntries([...this.exposed].map(([name, { output }]): [string, Json] => [name, { type: output.type }])),
      jobs, _source: 'YAML.COMPONENT',
    };
  }

  private job(props: TriggerProps): Json {
    // first, since rendering finds what nested pipelines read
    this.jobs();
    return literal({
      jobType: 'Pipeline', componentId: this._componentId, displayName: this.pipelineName, experimentName: this.pipelineName,
      tags: this._purpose && { purpose: this._purpose.name }, inputs: this._handedIn.given(props),
      outputs: Object.fromEntries([...this.exposed].map(([name, { step, output }]): [string, Json] => [name, { jobOutputType: output.type, uri: step._uriOf(output), mode: 'ReadWriteMount' }])),
      settings: { continue_on_step_failure: false, force_rerun: false, _source: 'REMOTE.WORKSPACE.COMPONENT' },
    });
  }

  private alarmOnFailure(): void {
    new MonitorMetricAlert(this, 'Failure', {
      name: nameOf(this, 'resource'), resourceGroupName: this.workspace.resourceGroupName, scopes: [this.workspace.workspaceId],
      description: `A run of pipeline ${this.pipelineName} failed`, severity: 1, frequency: 'PT5M', windowSize: 'PT5M',
      criteria: [{
        metricNamespace: 'Microsoft.MachineLearningServices/workspaces', metricName: 'Failed Runs', aggregation: 'Total', operator: 'GreaterThan', threshold: 0,
        dimension: [{ name: 'ExperimentName', operator: 'Include', values: [this.pipelineName] }],
      }],
      action: [{ actionGroupId: this.workspace.alarmsId }],
      tags: tagsOf(this.workspace),
    });
  }

  private problems(): string[] {
    if (this.steps.length === 0) return [`${this.node.path}: the pipeline has no steps: add one with addCommand, addSweep or another add method`];
    return graphProblems(this.steps, this._handedIn.names);
  }
}
