import { Construct } from 'constructs';
import { DataFlow } from '../../policy/flow';
import { having, requireProps } from '../../policy/required';
import { nameOf, Names } from '../private/names';
import type { IServable } from '../serving/served-model';
import { ServedModel } from '../serving/served-model';
import type { IDataStore } from '../storage/data-store';
import type { IWorkspace } from '../workspace/workspace';
import { AssetVersion } from './private/asset-version';

/** What a version of a model is made from. */
export interface ModelVersionProps {
  /** The workspace that registers it. */
  readonly workspace: IWorkspace;
  /** The store that it lies in. */
  readonly store: IDataStore;
  /** Where in the store. */
  readonly path: string;
  /** Its version. */
  readonly version: string;
  /**
   * Whether MLflow wrote it.
   *
   * @default false
   */
  readonly isMlflow?: boolean;
  /**
   * Name in the registry.
   *
   * @default - made from the path of the construct
   */
  readonly modelName?: string;
  /**
   * What it is.
   *
   * @default - none
   */
  readonly description?: string;
}

/** A version of a model that lies in a store, registered although no pipeline of the app made it. */
export class ModelVersion extends Construct implements IServable {
  /** Name in the registry. */
  public readonly modelName: string;
  /** Id of the version, in Azure Resource Manager. */
  public readonly versionId: string;
  private readonly isMlflow: boolean;

  constructor(scope: Construct, id: string, props: ModelVersionProps) {
    super(scope, id);
    const owner = `model '${this.node.path}'`;
    requireProps(owner, props, {
      workspace: { is: having('profile', 'workspaceId'), give: 'a Workspace' },
      store: { is: having('accountId', 'uri', 'classification'), give: 'a DataStore' },
      path: { is: (value) => typeof value === 'string' && value !== '', give: 'where in the store it lies, such as \'readmission/7/\'' },
      version: { is: (value) => typeof value === 'string' && /^[A-Za-z0-9._-]{1,255}$/.test(value), give: 'a version of letters, digits, \'.\', \'_\' or \'-\', such as \'7\'' },
    });
    const { workspace, store, path, version, isMlflow = false } = props;
    this.isMlflow = isMlflow;
    workspace.profile.residency.check(store.location, `the store of ${owner}`);
    this.modelName = props.modelName === undefined ? nameOf(this, 'asset') : Names.check(owner, 'asset', props.modelName);
    this.versionId = new AssetVersion(this, 'Resource', {
      workspaceId: workspace.workspaceId, kind: 'models', name: this.modelName, version, isKept: true,
      properties: () => ({ modelType: isMlflow ? 'mlflow_model' : 'custom_model', modelUri: store.uri(path), description: props.description, isAnonymous: false }),
    }).id;
    const flow = DataFlow.of(this);
    flow.add({ id: this.node.path, kind: 'model', name: this.modelName, detail: 'registered model', region: workspace.location });
    flow.connect(store.node.path, this.node.path, 'version');
  }

  /** What an endpoint serves: this version. */
  public get servedModel(): ServedModel {
    return ServedModel.fromVersion(this.versionId, { sourceId: this.node.path, isMlflow: this.isMlflow });
  }
}
