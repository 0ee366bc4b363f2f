import { Construct } from 'constructs';
import { having, requireProps } from '../../policy/required';
import { nameOf, Names } from '../private/names';
import { DataInput } from '../storage/data-input';
import type { IDataStore } from '../storage/data-store';
import type { IWorkspace } from '../workspace/workspace';
import { AssetVersion } from './private/asset-version';

/** What a data asset is made from. */
export interface DataAssetProps {
  /** The workspace that lists it. */
  readonly workspace: IWorkspace;
  /** The store that it lies in. */
  readonly store: IDataStore;
  /** Where in the store. */
  readonly path: string;
  /**
   * What it is, as Azure ML calls it: `uri_folder`, `uri_file` or `mltable`.
   *
   * @default - a file where the path ends in a name with a dot, otherwise a folder
   */
  readonly type?: string;
  /** Its version. What lies there must not change under it: name the folder after the version. */
  readonly version: string;
  /**
   * Its name.
   *
   * @default - made from the path of the construct
   */
  readonly assetName?: string;
  /**
   * What it holds.
   *
   * @default - none
   */
  readonly description?: string;
}

/** A name and a version for data in a store, so that a run says which data it read. The data itself is where it was. */
export class DataAsset extends Construct {
  /** Name. */
  public readonly assetName: string;
  /** Id of the version, in Azure Resource Manager. */
  public readonly versionId: string;
  private readonly store: IDataStore;
  private readonly type: string;

  constructor(scope: Construct, id: string, props: DataAssetProps) {
    super(scope, id);
    const owner = `data asset '${this.node.path}'`;
    requireProps(owner, props, {
      workspace: { is: having('profile', 'workspaceId'), give: 'a Workspace' },
      store: { is: having('accountId', 'uri', 'classification'), give: 'a DataStore' },
      path: { is: (value) => typeof value === 'string' && value !== '', give: 'where in the store it lies, such as \'admissions/2026-01/\'' },
      version: { is: (value) => typeof value === 'string' && /^[A-Za-z0-9._-]{1,255}$/.test(value), give: 'a version of letters, digits, \'.\', \'_\' or \'-\', such as \'2026-01\'' },
    });
    const { workspace, store, path } = props;
    workspace.profile.residency.check(store.location, `the store of ${owner}`);
    const data = store.input(path);
    this.type = props.type ?? data.type;
    if (!['uri_folder', 'uri_file', 'mltable'].includes(this.type)) throw new Error(`${owner} is of type '${this.type}': give uri_folder, uri_file or mltable`);
    this.store = store;
    this.assetName = props.assetName === undefined ? nameOf(this, 'asset') : Names.check(owner, 'asset', props.assetName);
    this.versionId = new AssetVersion(this, 'Resource', {
      workspaceId: workspace.workspaceId, kind: 'data', name: this.assetName, version: props.version, isKept: true,
      properties: () => ({
        dataType: this.type, dataUri: store.uri(path), description: props.description, isAnonymous: false,
        tags: { classification: store.classification.name, ...(store.purpose ? { purpose: store.purpose.name } : {}) },
      }),
    }).id;
  }

  /** The data, as the input of a step. */
  public input(): DataInput {
    return DataInput.of({
      uri: this.versionId, name: this.node.id.replace(/[^A-Za-z0-9]+/g, '_').replace(/^(?=[0-9])/, 'data_').toLowerCase(), type: this.type,
      sourceId: this.store.node.path, grantRead: (identity) => this.store.grantRead(identity),
    });
  }
}
