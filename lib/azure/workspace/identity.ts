import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { Construct, type IConstruct } from 'constructs';
import { isRecord, shown } from '../../policy/given';
import { nameOf, Names } from '../private/names';
import { tagsOf } from '../private/tags';

/** A user-assigned managed identity. */
export interface IIdentity extends IConstruct {
  /** Its id, in Azure Resource Manager. */
  readonly identityId: string;
  /** Id of its service principal, which roles are assigned to. */
  readonly principalId: string;
  /** What a program names to sign in as it. */
  readonly clientId: string;
}

/** What an identity is made from. */
export interface IdentityProps {
  /** The workspace whose resource group and region it stands in. */
  readonly workspace: IdentityHome;
  /**
   * A name.
   *
   * @default - made from the construct's path
   */
  readonly name?: string;
}

/** Where an identity stands; a workspace is one. */
export interface IdentityHome extends IConstruct {
  /** The region, by name. */
  readonly location: string;
  /** Name of the resource group. */
  readonly resourceGroupName: string;
}

/** What an identity that exists is described by. */
export interface IdentityAttributes {
  /** Its id, in Azure Resource Manager. */
  readonly identityId: string;
  /** Id of its service principal. */
  readonly principalId: string;
  /** What a program names to sign in as it. */
  readonly clientId: string;
}

/** An identity without a secret: it may do nothing until a role is assigned to it. */
export class Identity extends Construct implements IIdentity {
  /** An identity that exists. */
  public static fromAttributes(scope: Construct, id: string, attrs: IdentityAttributes): IIdentity {
    return new ImportedIdentity(scope, id, attrs);
  }

  public readonly identityId: string;
  public readonly principalId: string;
  public readonly clientId: string;

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);
    const { workspace } = props;
    const resource = new UserAssignedIdentity(this, 'Resource', {
      name: props.name === undefined ? nameOf(this, 'identity') : Names.check(`identity '${this.node.path}'`, 'identity', props.name),
      location: workspace.location, resourceGroupName: workspace.resourceGroupName, tags: tagsOf(workspace),
    });
    this.identityId = resource.id;
    this.principalId = resource.principalId;
    this.clientId = resource.clientId;
  }
}

class ImportedIdentity extends Construct implements IIdentity {
  public readonly identityId: string;
  public readonly principalId: string;
  public readonly clientId: string;

  constructor(scope: Construct, id: string, attrs: IdentityAttributes) {
    super(scope, id);
    for (const name of ['identityId', 'principalId', 'clientId'] as const) {
      if (!isRecord(attrs) || typeof attrs[name] !== 'string' || attrs[name] === '') {
        throw new Error(`identity '${this.node.path}' is imported without ${name} (it is ${shown(attrs?.[name])}): give what \`az identity show\` says of it`);
      }
    }
    this.identityId = attrs.identityId;
    this.principalId = attrs.principalId;
    this.clientId = attrs.clientId;
  }
}
