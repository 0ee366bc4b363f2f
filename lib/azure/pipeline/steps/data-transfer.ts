import { Construct } from 'constructs';
import { AzapiResource } from '../../azapi';
import type { Json } from '../../azapi';
import { having, requireProps } from '../../../policy/required';
import { nameOf } from '../../private/names';
import { tagsOf } from '../../private/tags';
import type { DataInput } from '../../storage/data-input';
import type { IIdentity } from '../../workspace/identity';
import type { IWorkspace } from '../../workspace/workspace';
import { computeNameOf } from '../compute-cluster';
import { Output } from '../output';
import type { MLPipeline } from '../pipeline';
import { API, AssetVersion } from '../private/asset-version';
import { PipelineStep, StepType } from '../step';
import type { StepProps } from '../step';

/** What a data factory is attached with. */
export interface AttachedDataFactoryProps {
  /** The workspace it is attached to. */
  readonly workspace: IWorkspace;
  /** Id of the data factory; it has a managed network of its own. */
  readonly dataFactoryId: string;
  /** What the data factory acts as; it reads and writes what it copies. */
  readonly identity: IIdentity;
  /**
   * Name: 3 to 24 letters, digits or `-`.
   *
   * @default - made from the path of the construct
   */
  readonly computeName?: string;
}

/** A data factory of the user's own that copies data for steps. */
export class AttachedDataFactory extends Construct {
  /** Id of the attachment, in Azure Resource Manager. */
  public readonly computeId: string;
  /** What the data factory acts as. */
  public readonly identity: IIdentity;

  constructor(scope: Construct, id: string, props: AttachedDataFactoryProps) {
    super(scope, id);
    const owner = `data factory '${this.node.path}'`;
    requireProps(owner, props, {
      workspace: { is: having('profile', 'workspaceId'), give: 'a Workspace' },
      dataFactoryId: { is: (value) => typeof value === 'string' && value !== '', give: 'the id of the data factory' },
      identity: { is: having('identityId', 'principalId', 'clientId'), give: 'the identity that the data factory acts as' },
    });
    const { workspace, dataFactoryId } = props;
    this.identity = props.identity;
    this.computeId = new AzapiResource(this, 'Resource', {
      type: `Microsoft.MachineLearningServices/workspaces/computes@${API}`, name: computeNameOf(this, owner, props.computeName), parentId: workspace.workspaceId,
      location: workspace.location, tags: tagsOf(workspace),
      body: { properties: { computeType: 'DataFactory', resourceId: dataFactoryId, disableLocalAuth: true } },
    }).id;
  }
}

/** What a data-transfer step is made from. */
export interface DataTransferStepProps extends StepProps {
  /** What is copied, one or more folders into one. */
  readonly inputs: DataInput[];
  /**
   * Where it goes.
   *
   * @default - one folder called `output`
   */
  readonly output?: Output;
  /** What copies. */
  readonly dataFactory: AttachedDataFactory;
  /**
   * Whether files of the same name are written over. Otherwise the step fails on them.
   *
   * @default false
   */
  readonly overwrites?: boolean;
}

/** Copies data from one store to another, by a data factory: neither code nor a cluster sees it. */
export class DataTransferStep extends PipelineStep {
  private readonly transfer: DataTransferStepProps;
  private readonly component: AssetVersion;

  constructor(pipeline: MLPipeline, id: string, props: DataTransferStepProps) {
    super(pipeline, id, { ...props, identity: props?.identity ?? props?.dataFactory?.identity }, {
      kind: 'dataTransfer', type: StepType.DATA_TRANSFER, inputs: props?.inputs ?? [], outputs: [props?.output ?? Output.of('output')],
    });
    this.transfer = props;
    if (this._inputs.length === 0) this._fail('copies nothing: give at least one input');
    this.component = new AssetVersion(this, 'Component', {
      workspaceId: pipeline.workspace.workspaceId, kind: 'components', name: nameOf(this, 'component'),
      properties: (version) => ({
        isAnonymous: false, description: props.description,
        componentSpec: {
          name: nameOf(this, 'component'), version, display_name: props.displayName ?? id, is_deterministic: false, type: 'data_transfer', task: 'copy_data', data_copy_mode: this.mode,
          inputs: Object.fromEntries(this._inputs.map((input): [string, Json] => [input.name, { type: input.type }])),
          outputs: Object.fromEntries(this._outputs.map((output): [string, Json] => [output.name, { type: output.type }])), _source: 'YAML.COMPONENT',
        },
      }),
    });
  }

  /** @internal */
  public _needs(): readonly AssetVersion[] {
    return [this.component];
  }

  /** @internal */
  public _fields(): { readonly [name: string]: Json } {
    return {
      type: 'data_transfer', task: 'copy_data', data_copy_mode: this.mode, componentId: this.component.id, computeId: this.transfer.dataFactory.computeId,
      _source: 'REMOTE.WORKSPACE.COMPONENT',
    };
  }

  /** @internal A copy is no mount. */
  protected override _inputMode(): { readonly mode?: string } {
    return {};
  }

  /** @internal */
  protected override _outputMode(): string | undefined {
    return undefined;
  }

  private get mode(): string {
    return this.transfer.overwrites ? 'merge_with_overwrite' : 'fail_if_conflict';
  }
}
