import { Names, Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import type { PrivacyBudget } from '../../policy/privacy';
import { Purpose } from '../../policy/purpose';
import type { PlannedRuns } from '../private/privacy-plan';
import { having, requireProps } from '../../policy/required';
import { granted } from '../private/granted';
import { ServiceRole } from '../private/service-role';
import type { IDataStore } from '../storage/data-store';
import type { IWorkspace } from '../workspace/workspace';
import { IModelPackageGroup, ModelPackageGroup } from './model-package-group';
import { ParameterProps, ParameterType, PipelineParameter } from './parameter';
import { PipelineSteps } from './pipeline-steps';
import { allowExperiments } from './private/permissions';
import { alarmOnFailure, checkParameters, onNewData, onSchedule } from './private/triggers';
import { PipelineGraph } from './private/graph';
import { LargeDefinition } from './private/large-definition';
import { checkName, checkProps, checkSize } from './private/pipeline-checks';
import { checkUnscheduledRuns, plannedRuns } from './private/planned-runs';
import { parseBody, renderBody, renderVariables, sizeOf } from './private/render';
import { joined } from './private/variable';
import type { PipelineStep, Weakening } from './step';

/** What a pipeline is made from. */
export interface MLPipelineProps {
  /** The ground it stands on: network, keys, stores, alarms. */
  readonly workspace: IWorkspace;
  /**
   * Its name: 1 to 256 letters, digits or `-`.
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
   * How many steps run at the same time at most.
   *
   * @default - no limit of its own
   */
  readonly maxParallelSteps?: number;
  /**
   * Records runs in SageMaker Experiments under this name.
   *
   * @default - not recorded
   */
  readonly experiment?: string;
  /**
   * Whether the definition is stored apart from the template, which has room for some hundred steps. It is then written to the
   * workspace's outputs when the stack is deployed, and rules see it in the assembly.
   *
   * @default false
   */
  readonly largeDefinition?: boolean;
  /**
   * Runs a year that no schedule starts: by hand, or by new data. Privacy budgets count each run, and nothing holds anybody to the number.
   *
   * @default - one where no schedule starts it, none beside a schedule; not known where new data starts it
   */
  readonly unscheduledRunsPerYear?: number;
  /**
   * Whether a failed run raises an alarm on the workspace's topic.
   *
   * @default true
   */
  readonly alarmOnFailure?: boolean;
}

/** What a run that starts by itself is given. */
export interface TriggerProps {
  /**
   * Values of pipeline parameters by name.
   *
   * @default - the parameters' own defaults
   */
  readonly parameters?: { [name: string]: string };
}

/**
 * A SageMaker pipeline as typed steps in the construct tree: what flows between them is declared, so dependencies,
 * permissions and the classification of data follow. Network, keys, isolation and limits come from the workspace.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines.html
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { Code, ContainerImage, DataStore, MLPipeline, Output, Workspace } from 'cdk-regulated-ml/aws';
 * import { Classification } from 'cdk-regulated-ml/policy';
 *
 * declare const stack: Stack;
 * declare const workspace: Workspace;
 * declare const raw: DataStore;
 * declare const image: ContainerImage;
 *
 * const pipeline = new MLPipeline(stack, 'Pipeline', { workspace });
 * const clean = pipeline.addProcessing('Clean', {
 *   image, code: Code.fromAsset('steps/clean'), inputs: [raw.input('admissions/')], outputs: Output.named('train'), deIdentifiesTo: Classification.PSEUDONYMISED,
 * });
 * const train = pipeline.addTraining('Train', { image, code: Code.fromAsset('steps/train'), inputs: [clean.output('train')] });
 * pipeline.addRegistration('Register', { training: train });
 */
export class MLPipeline extends PipelineSteps {
  /**
   * Joins texts that may hold pipeline variables.
   *
   * @param separator put between the texts
   */
  public static join(separator: string, ...values: string[]): string {
    return joined(separator, values);
  }

  /** The ground it stands on. */
  public readonly workspace: IWorkspace;
  /** Its name. */
  public readonly pipelineName: string;
  /** Its ARN. */
  public readonly pipelineArn: string;
  /** The role that starts its jobs. What the jobs may do, their own roles say. */
  public readonly role: iam.IRole;
  /** @internal */
  public readonly _role: ServiceRole;
  /** @internal */
  public readonly _purpose?: Purpose;
  private readonly steps: PipelineStep[] = [];
  private readonly parameters: PipelineParameter[] = [];
  private readonly experiment?: string;
  private readonly large: boolean;
  /** The definition as it will be deployed, made when all steps are there. */
  private readonly body: string;
  /** The steps as they stand in that. */
  private graph?: PipelineGraph;
  private readonly unscheduledRunsPerYear?: number;

  constructor(scope: Construct, id: string, props: MLPipelineProps) {
    super(scope, id);
    requireProps(this.node.path, props, { workspace: { is: having('profile', 'vpc', 'outputs', 'models'), give: 'a Workspace' } });
    this.workspace = props.workspace;
    this._purpose = props.purpose;
    this.experiment = props.experiment;
    this.large = props.largeDefinition ?? false;
    this.unscheduledRunsPerYear = props.unscheduledRunsPerYear;
    this.pipelineName = props.pipelineName ?? Names.uniqueResourceName(this, { maxLength: 80, separator: '-', allowedSpecialCharacters: '-' }).toLowerCase();
    checkProps(this, props);
    checkName(this, this.pipelineName);
    checkUnscheduledRuns(this, props.unscheduledRunsPerYear);
    this._role = new ServiceRole(this, 'Role', { service: 'sagemaker.amazonaws.com', description: `Starts the jobs of pipeline ${this.pipelineName}` });
    // Property files, reports and artifacts are read by SageMaker Pipelines and the registry themselves, from SageMaker's network.
    this._role.admitServiceSide();
    this.role = this._role.role;
    if (this.experiment !== undefined) allowExperiments(this._role, this.workspace);
    this.body = renderBody(this, () => this.definition(this.graph = new PipelineGraph(this, this.steps)));
    const resource = new sagemaker.CfnPipeline(this, 'Resource', {
      pipelineName: this.pipelineName,
      pipelineDescription: props.description,
      roleArn: this.role.roleArn,
      parallelismConfiguration: props.maxParallelSteps === undefined ? undefined : { MaxParallelExecutionSteps: props.maxParallelSteps },
      pipelineDefinition: props.largeDefinition
        ? { PipelineDefinitionS3Location: new LargeDefinition(this, () => this.definition()).location }
        : { PipelineDefinitionBody: this.body },
    });
    resource.node.addDependency(this._role);
    this.pipelineArn = Stack.of(this).formatArn({ service: 'sagemaker', resource: 'pipeline', resourceName: this.pipelineName });
    if (props.alarmOnFailure ?? true) alarmOnFailure(this);
    this.node.addValidation({ validate: () => this.validate() });
  }

  /** Every protection that a step lacks, and what stands in for it. */
  public get weakenings(): Weakening[] {
    return this.steps.flatMap((step) => step.weakenings);
  }

  /** A parameter that holds text. */
  public addString(name: string, props: ParameterProps = {}): PipelineParameter {
    return this.addParameter(name, ParameterType.STRING, { value: props.defaultValue, allowed: props.allowedValues });
  }

  /** A parameter that holds a whole number. */
  public addInteger(name: string, defaultValue?: number): PipelineParameter {
    return this.addParameter(name, ParameterType.INTEGER, { value: defaultValue });
  }

  /** A parameter that holds a number. */
  public addFloat(name: string, defaultValue?: number): PipelineParameter {
    return this.addParameter(name, ParameterType.FLOAT, { value: defaultValue });
  }

  /** A parameter that is true or false. */
  public addBoolean(name: string, defaultValue?: boolean): PipelineParameter {
    return this.addParameter(name, ParameterType.BOOLEAN, { value: defaultValue });
  }

  /**
   * Runs on a schedule.
   *
   * @param schedule in UTC, such as `events.Schedule.rate(Duration.days(7))`
   */
  public runOnSchedule(id: string, schedule: events.Schedule, props: TriggerProps = {}): void {
    onSchedule(this, id, schedule, props.parameters ?? {});
  }

  /**
   * Runs whenever an object is created in a store. Each object starts a run: where data comes in many, name the prefix of a file that
   * is written last.
   *
   * @param prefix of the objects that count; all when empty
   */
  public runOnNewData(id: string, store: IDataStore, prefix: string = '', props: TriggerProps = {}): void {
    onNewData(this, id, store, prefix, props.parameters ?? {});
  }

  /** Grants starting runs and looking at them. */
  public grantStartExecution(grantee: iam.IGrantable): iam.Grant {
    return granted(this, {
      grantee,
      actions: ['sagemaker:StartPipelineExecution', 'sagemaker:DescribePipelineExecution', 'sagemaker:ListPipelineExecutionSteps'],
      resourceArns: this._arns.flatMap((arn) => [arn, `${arn}/execution/*`]),
    });
  }

  /** @internal The ARN as it may stand in a request: SageMaker has been seen to write names in lower case. */
  public get _arns(): string[] {
    const lower = Stack.of(this).formatArn({ service: 'sagemaker', resource: 'pipeline', resourceName: this.pipelineName.toLowerCase() });
    return this.pipelineName === this.pipelineName.toLowerCase() ? [this.pipelineArn] : [this.pipelineArn, lower];
  }

  /** @internal */
  public _adopt(step: PipelineStep): void {
    if (!Token.isUnresolved(step.stepName) && !/^[A-Za-z0-9\-_]{1,64}$/.test(step.stepName)) {
      throw new Error(`${step.node.path}: step name '${step.stepName}' is not usable: give 1 to 64 letters, digits, '-' or '_', as id or stepName`);
    }
    const other = this.steps.find((candidate) => candidate.stepName === step.stepName);
    if (other) throw new Error(`${step.node.path}: step name '${step.stepName}' is taken by ${other.node.path}: give another stepName`);
    this.steps.push(step);
  }

  /** @internal The group that registrations go to unless told otherwise. */
  public _defaultGroup(): IModelPackageGroup {
    return this.node.tryFindChild('Models') as ModelPackageGroup | undefined ?? new ModelPackageGroup(this, 'Models', { description: `Models of pipeline ${this.pipelineName}` });
  }

  /** @internal The definition as it will be deployed, each CloudFormation value a sentinel that names it. */
  public _renderDefinition(): Record<string, unknown> {
    const definition = this.definition();
    return parseBody(Stack.of(this).resolve(renderBody(this, () => definition)));
  }

  /** @internal Characters of the definition as it will be deployed. */
  public _definitionSize(): number {
    return sizeOf(Stack.of(this).resolve(this.body));
  }

  /** @internal A definition of some of its steps as they are declared, as a template has it: overrides come later. */
  public _declared(...steps: PipelineStep[]): unknown {
    const rendered = renderVariables(this, {
      Parameters: this.parameters.map((parameter) => parameter._render()),
      Steps: steps.map((step) => ({ ...step._base([]), ...step._fields(), Arguments: step._arguments() })),
    });
    return Stack.of(this).resolve(Stack.of(this).toJsonString(rendered.value));
  }

  /** @internal Paths of the steps by name, so that a finding in the definition names a construct. */
  public get _stepPaths(): Record<string, string> {
    return Object.fromEntries(this.steps.map((step) => [step.stepName, step.node.path]));
  }

  /** @internal Runs in the period of a privacy budget. */
  public _plannedRuns(budget: PrivacyBudget): PlannedRuns {
    return plannedRuns(this, this.unscheduledRunsPerYear, budget);
  }

  /** @internal */
  public get _parameterNames(): string[] {
    return this.parameters.map((parameter) => parameter.name);
  }

  private addParameter(name: string, type: ParameterType, fallback: { value?: string | number | boolean; allowed?: string[] }): PipelineParameter {
    if (this.parameters.some((parameter) => parameter.name === name)) throw new Error(`${this.node.path}: parameter '${name}' is declared twice: use the one that addString, addInteger, addFloat or addBoolean gave`);
    const parameter = PipelineParameter._of(this, name, type, fallback);
    this.parameters.push(parameter);
    return parameter;
  }

  private definition(graph = new PipelineGraph(this, this.steps)): Record<string, unknown> {
    return {
      Version: '2020-12-01',
      Metadata: {},
      Parameters: renderVariables(this, this.parameters.map((parameter) => parameter._render())).value,
      PipelineExperimentConfig: this.experiment === undefined ? undefined : { ExperimentName: this.experiment, TrialName: { Get: 'Execution.PipelineExecutionId' } },
      Steps: graph.render(),
    };
  }

  private validate(): string[] {
    if (this.steps.length === 0) return [`${this.node.path}: the pipeline has no steps: add one with addProcessing, addTraining or another add method`];
    return [...(this.graph ?? new PipelineGraph(this, this.steps)).validate(), ...checkParameters(this), ...checkSize(this, this.large)];
  }
}
