import { createHash } from 'node:crypto';
import { Lazy } from 'cdktf';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { AzapiResource } from '../../azapi';
import type { Json } from '../../azapi';
import { literal } from './expression';
import { LateResource } from './late-resource';

/** The version of Azure ML's interface that everything here is written for. */
export const API = '2025-12-01';

/** What a version of an asset is made from. */
export interface AssetVersionProps {
  /** Id of the Azure ML workspace. */
  readonly workspaceId: string;
  /** What it is. */
  readonly kind: 'codes' | 'components' | 'data' | 'environments' | 'models';
  readonly name: string;
  /** The request, given the version; read when the app is synthesized. */
  readonly properties: (version: string) => Json;
  /**
   * A version to have.
   *
   * @default - made from the content
   */
  readonly version?: string;
  /** Versions that it refers to: it changes with them. */
  readonly needs?: () => readonly AssetVersion[];
  /** Whether Terraform must not delete it. */
  readonly isKept?: boolean;
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * A version of an asset of Azure ML. Versions do not change, so the name of one is made from its content and from that of all it refers to: a change makes
 * a new one, and what stands is replaced only when its successor is there.
 */
export class AssetVersion {
  /** Id, in Azure Resource Manager. */
  public readonly id: string;
  /** The version; known when the app is synthesized. */
  public readonly version: string;
  /** The resource. */
  public readonly resource: AzapiResource;
  private known?: string;

  constructor(scope: Construct, id: string, props: AssetVersionProps) {
    const { kind, name, workspaceId } = props;
    this.version = props.version ?? Lazy.stringValue({
      produce: (context) => this.known ??= digestOf(context.resolve([props.properties(''), (props.needs?.() ?? []).map((need) => need.version)])),
    });
    this.resource = new LateResource(scope, id, {
      type: `Microsoft.MachineLearningServices/workspaces/${kind}/versions@${API}`,
      parentId: `${workspaceId}/${kind}/${name}`,
      name: this.version,
      lifecycle: props.isKept ? { preventDestroy: true } : { createBeforeDestroy: true },
      dependsOn: props.dependsOn,
    }, () => ({ properties: literal(props.properties(this.version)) }));
    this.id = this.resource.id;
  }
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
