import {
  type ITerraformDependable, propertyAccess, TerraformMetaArguments, TerraformProvider, TerraformResource, TerraformStack, Token,
} from 'cdktf';
import { Construct } from 'constructs';

/** The version that resources are written for: https://registry.terraform.io/providers/Azure/azapi/latest */
const GENERATOR = { providerName: 'azapi', providerVersion: '2.12.0', providerVersionConstraint: '~> 2.0' };

/** A value of JSON; tokens are among its texts. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Settings of the provider; without any it signs in as `az`, the environment or the machine does. */
export interface AzapiProviderProps {
  /**
   * The tenant.
   *
   * @default - that of the sign-in
   */
  readonly tenantId?: string;
  /**
   * The subscription.
   *
   * @default - that of the sign-in
   */
  readonly subscriptionId?: string;
  /**
   * Tells two providers of a stack apart.
   *
   * @default - none
   */
  readonly alias?: string;
}

/** The provider `Azure/azapi`: resources of Azure Resource Manager by their own names. */
export class AzapiProvider extends TerraformProvider {
  /** The one of a stack; made when there is none. */
  public static of(scope: Construct): AzapiProvider {
    const stack = TerraformStack.of(scope);
    const found = stack.node.children.find((child): child is AzapiProvider => (
      TerraformProvider.isTerraformProvider(child) && child.terraformResourceType === GENERATOR.providerName && child.alias === undefined));
    return found ?? new AzapiProvider(stack, 'azapi');
  }

  private readonly given: AzapiProviderProps;

  constructor(scope: Construct, id: string, props: AzapiProviderProps = {}) {
    super(scope, id, { terraformResourceType: 'azapi', terraformGeneratorMetadata: GENERATOR, terraformProviderSource: 'Azure/azapi' });
    this.given = props;
  }

  public override get alias(): string | undefined {
    return this.given.alias;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { alias: this.given.alias, tenant_id: this.given.tenantId, subscription_id: this.given.subscriptionId };
  }
}

/** What any resource of azapi takes. */
export interface AzapiProps extends TerraformMetaArguments {
  /** Type and version of the interface, such as `Microsoft.MachineLearningServices/workspaces/jobs@2025-12-01`. */
  readonly type: string;
  /** Name of the resource, the last part of its id. */
  readonly name: string;
  /** Id of what it stands in: a resource group, or another resource. */
  readonly parentId: string;
  /** The request, as the REST interface has it. */
  readonly body: Json;
  /**
   * Fields of the answer to keep, such as `properties.scoringUri`.
   *
   * @default - none
   */
  readonly responseExportValues?: readonly string[];
}

/** What a resource of the control plane takes. */
export interface AzapiResourceProps extends AzapiProps {
  /**
   * The region, of types that have one.
   *
   * @default - none
   */
  readonly location?: string;
  /**
   * Tags.
   *
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * The identity, of types that have one.
   *
   * @default - none
   */
  readonly identity?: AzapiIdentity;
}

/** Which identity a resource acts as. */
export interface AzapiIdentity {
  readonly type: 'SystemAssigned' | 'UserAssigned' | 'SystemAssigned, UserAssigned';
  /**
   * Ids of identities that it is given.
   *
   * @default - none
   */
  readonly identityIds?: readonly string[];
}

const TYPE = /^[A-Za-z]+(\.[A-Za-z]+)+(\/[A-Za-z]+)+@\d{4}-\d{2}-\d{2}(-preview)?$/;

// Terraform takes only resources of the same stack here: one of another is there when its stack is, which is applied before
function ownOf(scope: Construct, dependables: ITerraformDependable[] | undefined): ITerraformDependable[] | undefined {
  const stack = TerraformStack.of(scope);
  return dependables?.filter((dependable) => {
    const other = Construct.isConstruct(dependable) ? TerraformStack.of(dependable) : stack;
    if (other !== stack) stack.addDependency(other);
    return other === stack;
  });
}

abstract class AzapiBase extends TerraformResource {
  /** Type and version of the interface. */
  public readonly apiType: string;
  /** The request, as it was given. */
  public readonly body: Json;
  private readonly given: AzapiProps;

  protected constructor(scope: Construct, id: string, kind: string, props: AzapiProps) {
    if (!TYPE.test(props.type)) {
      throw new Error(`${scope.node.path}/${id}: '${props.type}' is no type of Azure Resource Manager: give it with its version, such as 'Microsoft.MachineLearningServices/workspaces/jobs@2025-12-01'`);
    }
    super(scope, id, {
      ...props, terraformResourceType: kind, terraformGeneratorMetadata: GENERATOR, provider: props.provider ?? AzapiProvider.of(scope), dependsOn: ownOf(scope, props.dependsOn),
    });
    this.apiType = props.type;
    this.body = props.body;
    this.given = props;
  }

  /** The id, in Azure. */
  public get id(): string {
    return this.getStringAttribute('id');
  }

  /** The name, in Azure. */
  public get name(): string {
    return this.getStringAttribute('name');
  }

  /**
   * A field of the answer that `responseExportValues` names.
   *
   * @param path such as `properties.scoringUri`
   */
  public output(path: string): string {
    return Token.asString(propertyAccess(this.interpolationForAttribute('output'), path.split('.')));
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { type, name, parentId, body, responseExportValues } = this.given;
    return { type, name, parent_id: parentId, body, response_export_values: responseExportValues };
  }
}

/** A resource of Azure Resource Manager. */
export class AzapiResource extends AzapiBase {
  private readonly own: AzapiResourceProps;

  constructor(scope: Construct, id: string, props: AzapiResourceProps) {
    super(scope, id, 'azapi_resource', props);
    this.own = props;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { location, tags, identity } = this.own;
    return {
      ...super.synthesizeAttributes(), location, tags,
      identity: identity && [{ type: identity.type, identity_ids: identity.identityIds }],
    };
  }
}

/** Changes a resource that something else has made. */
export class AzapiUpdateResource extends TerraformResource {
  private readonly own: AzapiUpdateProps;

  constructor(scope: Construct, id: string, props: AzapiUpdateProps) {
    if (!TYPE.test(props.type)) throw new Error(`${scope.node.path}/${id}: '${props.type}' is no type of Azure Resource Manager: give it with its version`);
    super(scope, id, {
      ...props, terraformResourceType: 'azapi_update_resource', terraformGeneratorMetadata: GENERATOR, provider: props.provider ?? AzapiProvider.of(scope),
    });
    this.own = props;
  }

  /** The id, in Azure. */
  public get id(): string {
    return this.getStringAttribute('id');
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { type, resourceId, body } = this.own;
    return { type, resource_id: resourceId, body };
  }
}

/** What a change takes. */
export interface AzapiUpdateProps extends TerraformMetaArguments {
  /** Type and version of the interface. */
  readonly type: string;
  /** Id of the resource. */
  readonly resourceId: string;
  /** What is changed, as the REST interface has it. */
  readonly body: Json;
}

/** A resource of a service's own interface, such as a scan of Purview; whoever applies it has to reach that service. */
export class AzapiDataPlaneResource extends AzapiBase {
  constructor(scope: Construct, id: string, props: AzapiProps) {
    super(scope, id, 'azapi_data_plane_resource', props);
  }
}
