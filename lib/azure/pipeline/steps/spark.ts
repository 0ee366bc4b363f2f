import type { Json } from '../../azapi';
import { shown } from '../../../policy/given';
import { attach } from '../../private/attached-identities';
import { nameOf } from '../../private/names';
import type { BoundCode, Code } from '../code';
import type { BoundEnvironment, Environment } from '../environment';
import { Output } from '../output';
import type { MLPipeline } from '../pipeline';
import { AssetVersion } from '../private/asset-version';
import { expression } from '../private/expression';
import { listOf } from '../private/job-step';
import { PipelineStep, StepType } from '../step';
import type { DataStepProps } from '../step';

/** What driver and executors of a Spark program have. */
export interface SparkResources {
  /**
   * Size of the nodes.
   *
   * @default 'standard_e4s_v3'
   */
  readonly size?: string;
  /**
   * Executors.
   *
   * @default 2
   */
  readonly executors?: number;
  /**
   * Cores of the driver and of each executor.
   *
   * @default 2
   */
  readonly cores?: number;
  /**
   * Gigabytes of memory of the driver and of each executor.
   *
   * @default 8
   */
  readonly memoryGb?: number;
  /**
   * Version of Spark.
   *
   * @default '3.4'
   */
  readonly sparkVersion?: string;
}

/** What a Spark step is made from. */
export interface SparkStepProps extends DataStepProps {
  /** The program, with `--<name> <where it lies>` for each input and output unless `arguments` says otherwise. */
  readonly code: Code;
  /**
   * Python packages, as an environment.
   *
   * @default - what Spark brings
   */
  readonly environment?: Environment;
  /**
   * Arguments of the program, with `${{inputs.<name>}}` and `${{outputs.<name>}}`.
   *
   * @default - all inputs and outputs by name
   */
  readonly arguments?: string;
  /**
   * What driver and executors have.
   *
   * @default - two executors with two cores
   */
  readonly resources?: SparkResources;
  /**
   * Further settings of Spark.
   *
   * @default - none
   */
  readonly settings?: { [name: string]: string };
}

/** Sizes that serverless Spark takes: https://learn.microsoft.com/azure/machine-learning/apache-spark-azure-ml-concepts */
const SIZES = ['standard_e4s_v3', 'standard_e8s_v3', 'standard_e16s_v3', 'standard_e32s_v3', 'standard_e64s_v3'];

/**
 * Runs a Spark program on nodes that Azure ML lends for the run, in the managed network of the workspace: data is read and written directly, as the step's
 * identity.
 */
export class SparkStep extends PipelineStep {
  private readonly component: AssetVersion;
  private readonly code: BoundCode;
  private readonly environment?: BoundEnvironment;
  private readonly spark: SparkStepProps;

  constructor(pipeline: MLPipeline, id: string, props: SparkStepProps) {
    super(pipeline, id, props, {
      kind: 'spark', type: StepType.SPARK, inputs: props?.inputs ?? [], outputs: listOf(props?.outputs, Output.named('output')), deIdentifiesTo: props?.deIdentifiesTo,
    });
    this.spark = props;
    this.checkResources();
    attach(pipeline.workspace, this.identity);
    if (!props.code.program.endsWith('.py')) this._fail(`runs '${props.code.program}': Spark takes a .py file`);
    this.code = pipeline._bindings.code(props.code) ?? this._fail('takes its code from an image, which Spark has none of: give Code.fromFolder or Code.fromStore');
    this.code.grantRead(this.identity);
    this.environment = props.environment && pipeline._bindings.environment(props.environment);
    props.environment?._grantPull(this, pipeline.workspace, this.identity);
    this.component = new AssetVersion(this, 'Component', {
      workspaceId: pipeline.workspace.workspaceId, kind: 'components', name: nameOf(this, 'component'),
      needs: () => [this.code.version, this.environment?.version].filter((need) => need !== undefined),
      properties: (version) => ({
        isAnonymous: false, description: props.description,
        componentSpec: {
          name: nameOf(this, 'component'), version, display_name: props.displayName ?? id, is_deterministic: false, type: 'spark',
          inputs: Object.fromEntries(this._inputs.map((input): [string, Json] => [input.name, { type: input.type, mode: 'direct' }])),
          outputs: Object.fromEntries(this._outputs.map((output): [string, Json] => [output.name, { type: output.type, mode: 'direct' }])),
          code: `azureml:${this.code.codeId}`, environment: this.environment && `azureml:${this.environment.environmentId}`.replace(/^azureml:azureml:/, 'azureml:'),
          entry: { file: props.code.program }, args: this.arguments, conf: this.conf, _source: 'YAML.COMPONENT',
        },
      }),
    });
  }

  /** @internal */
  public _needs(): readonly AssetVersion[] {
    return [this.component];
  }

  /** @internal */
  public _fields(): { readonly [name: string]: Json | undefined } {
    const { resources = {}, code } = this.spark;
    return {
      type: 'spark', componentId: this.component.id, identity: this._identityBlock, conf: this.conf, args: this.arguments,
      entry: { file: code.program, spark_job_entry_type: 'SparkJobPythonEntry' },
      resources: { instance_type: resources.size ?? SIZES[0], runtime_version: resources.sparkVersion ?? '3.4' }, _source: 'REMOTE.WORKSPACE.COMPONENT',
    };
  }

  /** @internal Spark reads and writes where data lies. */
  protected override _inputMode(): { readonly mode: string } {
    return { mode: 'Direct' };
  }

  /** @internal */
  protected override _outputMode(): string {
    return 'Direct';
  }

  /** What the program is given; read when the app is synthesized. */
  protected get arguments(): string {
    return this.spark.arguments ?? [
      ...this._inputs.map(({ name }) => `--${name} ${expression(`inputs.${name}`)}`), ...this._outputs.map(({ name }) => `--${name} ${expression(`outputs.${name}`)}`),
    ].join(' ');
  }

  private get conf(): Json {
    const { executors = 2, cores = 2, memoryGb = 8 } = this.spark.resources ?? {};
    return {
      'spark.driver.cores': cores, 'spark.driver.memory': `${memoryGb}g`, 'spark.executor.cores': cores, 'spark.executor.memory': `${memoryGb}g`,
      'spark.executor.instances': executors, ...this.spark.settings,
    };
  }

  private checkResources(): void {
    const { size = SIZES[0], executors = 2, cores = 2, memoryGb = 8, sparkVersion = '3.4' } = this.spark.resources ?? {};
    if (!SIZES.includes(String(size).toLowerCase())) this._fail(`runs on nodes of size ${shown(size)}: serverless Spark takes ${SIZES.join(', ')}`);
    for (const [name, value] of Object.entries({ executors, cores, memoryGb })) if (!Number.isInteger(value) || value < 1) this._fail(`has ${name} of ${shown(value)}: give a whole number from 1`);
    if (!/^\d+\.\d+$/.test(String(sparkVersion))) this._fail(`runs Spark ${shown(sparkVersion)}: give a version such as '3.4'`);
  }
}
