import type { Json } from '../../azapi';
import { Control } from '../../../policy/control';
import { shown } from '../../../policy/given';
import { Duration } from '../../duration';
import { nameOf } from '../../private/names';
import type { DataInput } from '../../storage/data-input';
import type { BoundCode } from '../code';
import type { ICompute } from '../compute-cluster';
import type { Distribution } from '../distribution';
import type { BoundEnvironment } from '../environment';
import type { JobStepProps } from '../job-props';
import { Output } from '../output';
import type { MLPipeline } from '../pipeline';
import { PipelineStep } from '../step';
import type { StepType } from '../step';
import { AssetVersion } from './asset-version';
import { expression } from './expression';

/** What a step is made of that runs code on a cluster. */
export interface JobParts {
  readonly type: (outputs: readonly Output[]) => StepType;
  readonly kind: string;
  readonly defaultOutputs: Output[];
  readonly distribution?: Distribution;
  /** Types of inputs that are no data, by name. */
  readonly literalTypes?: Readonly<Record<string, string>>;
}

/** A step that runs code on a cluster: a component of its own, and a node that names it. */
export abstract class JobStep extends PipelineStep {
  protected readonly component: AssetVersion;
  protected readonly code?: BoundCode;
  protected readonly environment: BoundEnvironment;
  protected readonly compute: ICompute;
  protected readonly nodes: number;
  protected readonly timeout: Duration;
  protected readonly job: JobStepProps;

  protected constructor(pipeline: MLPipeline, id: string, props: JobStepProps, parts: JobParts) {
    const outputs = listOf(props?.outputs, parts.defaultOutputs);
    super(pipeline, id, props, {
      type: parts.type(outputs), kind: parts.kind, inputs: props?.inputs ?? [], outputs, deIdentifiesTo: props?.deIdentifiesTo, literals: props?.parameters,
    });
    this.job = props;
    this.nodes = this.checkedNodes(props.nodes ?? 1, parts.distribution);
    this.compute = props.compute ?? pipeline._compute ?? this._fail('runs on no compute: give compute to the step or to the pipeline, such as new ComputeCluster(…)');
    this.checkFit();
    pipeline._place(this.compute, this.identity);
    this.timeout = props.timeout ?? Duration.hours(6);
    this.environment = pipeline._bindings.environment(props.environment);
    props.environment._grantPull(this, pipeline.workspace, this.identity);
    this.code = props.code && pipeline._bindings.code(props.code);
    this.code?.grantRead(this.identity);
    this.component = new AssetVersion(this, 'Component', {
      workspaceId: pipeline.workspace.workspaceId, kind: 'components', name: nameOf(this, 'component'),
      needs: () => [this.code?.version, this.environment.version].filter((need) => need !== undefined),
      properties: (version) => ({
        isAnonymous: false, description: props.description,
        componentSpec: {
          name: nameOf(this, 'component'), version, display_name: props.displayName ?? id, is_deterministic: props.reusesResults ?? false,
          inputs: this.componentInputs(parts.literalTypes ?? {}), outputs: this.componentOutputs(), ...this.spec(), _source: 'YAML.COMPONENT',
        },
      }),
    });
    if (this.nodes > 1) {
      this._weaken(Control.ENCRYPTION_IN_TRANSIT, 'Azure ML does not encrypt what nodes of one job tell each other', 'nodes stand in the subnet of computes or in the managed network, which nothing else reaches');
    }
  }

  /** @internal */
  public _needs(): readonly AssetVersion[] {
    return [this.component];
  }

  /** What the component says beside its inputs and outputs. */
  protected abstract spec(): { readonly [name: string]: Json | undefined };

  /** @internal Fields that nodes on a cluster share. */
  protected get _placed(): { readonly [name: string]: Json } {
    return { computeId: this.compute.computeId, identity: this._identityBlock, _source: 'REMOTE.WORKSPACE.COMPONENT' };
  }

  /** How the code names all of its inputs and outputs, as options of the program. */
  protected get options(): string {
    const inputs = [...this._inputs.map(({ name }) => name), ...Object.keys(this._literals)].map((name) => `--${name} ${expression(`inputs.${name}`)}`);
    const outputs = this._outputs.map(({ name }) => `--${name} ${expression(`outputs.${name}`)}`);
    return [...inputs, ...outputs].join(' ');
  }

  /** A reference to an asset inside of a component. */
  protected reference(id: string | undefined): string | undefined {
    if (id === undefined) return undefined;
    return id.startsWith('azureml:') ? id : `azureml:${id}`;
  }

  private componentInputs(literalTypes: Readonly<Record<string, string>>): Json {
    const data = this._inputs.map((input: DataInput): [string, Json] => [input.name, { type: input.type, mode: this._componentMode }]);
    const literals = Object.keys(this._literals).map((name): [string, Json] => [name, { type: 'string' }]);
    const tried = Object.entries(literalTypes).map(([name, type]): [string, Json] => [name, { type }]);
    return Object.fromEntries([...data, ...literals, ...tried]);
  }

  private componentOutputs(): Json {
    return Object.fromEntries(this._outputs.map((output): [string, Json] => [output.name, { type: output.type, mode: this._componentOutputMode }]));
  }

  /** @internal */
  protected get _componentMode(): string {
    return 'ro_mount';
  }

  /** @internal */
  protected get _componentOutputMode(): string {
    return 'rw_mount';
  }

  private checkedNodes(nodes: number, distribution: Distribution | undefined): number {
    if (!Number.isInteger(nodes) || nodes < 1) this._fail(`runs on ${shown(nodes)} nodes: give a whole number from 1`);
    const problem = distribution?._problem(nodes);
    if (problem !== undefined) this._fail(problem);
    return nodes;
  }

  private checkFit(): void {
    const { maxNodes } = this.compute;
    if (maxNodes !== undefined && this.nodes > maxNodes) this._fail(`runs on ${this.nodes} nodes, and '${this.compute.node.path}' has ${maxNodes} at most: raise maxNodes, or lower nodes`);
  }
}

/** What was given, as a list. */
export function listOf<T>(given: T | readonly T[] | undefined, fallback: readonly T[]): readonly T[] {
  if (given === undefined) return fallback;
  return Array.isArray(given) ? given as readonly T[] : [given as T];
}
