import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config';
import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan';
import { AssetType, DataResource, type ITerraformDependable, Lazy, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { Classification } from '../../policy/classification';
import { DataFlow } from '../../policy/flow';
import { AzapiResource, AzapiUpdateResource, type Json } from '../azapi';
import { diagnostics } from '../private/diagnostics';
import { nameOf } from '../private/names';
import { privateEndpoint } from '../private/private-endpoint';
import { letGo, protectedAccount } from '../private/protected-account';
import { assignRole, Role } from '../private/roles';
import { tagsOf } from '../private/tags';
import { checkReplication } from '../storage/replication';
import { Identity, type IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import type { VaultApplication } from './token-vault-props';

const BUILT = join(__dirname, '..', '..', '..', 'build', 'runtime');
const SITE = 'Microsoft.Web/sites@2024-04-01';
/** Nobody has it: an empty list of callers would be everybody. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** What tokens for an application are for. */
export function audienceOf({ clientId, audience = `api://${clientId}` }: VaultApplication): string {
  return audience;
}

/** Who may call a function, and for what. */
export interface CallerGrant {
  readonly principal: string;
  readonly purposes?: readonly string[];
}

export interface VaultFunctionAppProps {
  readonly workspace: IWorkspace;
  readonly application: VaultApplication;
  /** Folder in lib/runtime. */
  readonly job: string;
  /** App role that a caller has to have. */
  readonly role: string;
  readonly subnetId: string;
  readonly concurrency: number;
  readonly deletable: boolean;
}

/**
 * A function app on a plan of its own, which scales down to none: reached over a private endpoint, by callers whose sign-in the platform has checked. Its
 * code lies in a storage account of its own, or one function could replace the code of another.
 */
export class VaultFunctionApp extends Construct {
  /** What it acts as. */
  public readonly identity: IIdentity;
  /** Its id, in Azure. */
  public readonly siteId: string;
  /** Its name, written out: whoever names it by this does not come to wait for it. */
  public readonly siteName: string;
  /** Its host, such as `<name>.azurewebsites.net`. */
  public readonly host: string;
  /** Who may call it; to be added to until synth. */
  public readonly grants: CallerGrant[] = [];
  /** What it is told, by variable. */
  public readonly variables: Record<string, string> = {};
  private readonly site: AzapiResource;

  constructor(scope: Construct, id: string, private readonly props: VaultFunctionAppProps) {
    super(scope, id);
    const { workspace, job } = props;
    if (!existsSync(join(BUILT, job))) throw new Error(`the code of '${job}' is not built (${join(BUILT, job)}): run npm run bundle`);
    this.siteName = nameOf(this, 'function app');
    this.identity = new Identity(this, 'Identity', { workspace });
    const { blobEndpoint, container, access } = this.newStorage();
    const plan = new ServicePlan(this, 'Plan', {
      name: nameOf(this, 'resource', 'Plan'), location: workspace.location, resourceGroupName: workspace.resourceGroupName, osType: 'Linux', skuName: 'FC1', tags: tagsOf(workspace),
    });
    this.site = this.newSite(plan.id, blobEndpoint, container, access);
    this.siteId = this.site.id;
    this.host = `${this.site.name}.azurewebsites.net`;
    const signIn = this.signIn();
    this.closePublishing();
    const endpoint = privateEndpoint(this, 'Endpoint', workspace, { targetId: this.site.id, service: 'sites', zones: ['privatelink.azurewebsites.net'] });
    diagnostics(this, this.site.id, workspace);
    this.deploy([endpoint, this.site, signIn]);
  }

  /** The account that the host keeps its state in, and the container that code is deployed to. */
  private newStorage() {
    const { workspace, deletable } = this.props;
    const storage = new Construct(this, 'Storage');
    const replication = checkReplication(`function '${this.node.path}'`, workspace.profile, workspace.location, undefined);
    const account = protectedAccount(storage, 'Resource', { ground: workspace, name: nameOf(storage, 'storage account'), replication, isLake: false, recoverableForDays: 7, deletable });
    letGo(storage, account, { isLake: false, recoverableForDays: 7 });
    DataFlow.of(this).add({ id: storage.node.path, kind: 'store', name: this.node.id, detail: 'code', region: workspace.location, classification: Classification.INTERNAL });
    const container = new AzapiResource(storage, 'Code', {
      type: 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01', name: 'code', parentId: `${account.id}/blobServices/default`,
      body: { properties: { publicAccess: 'None' } }, lifecycle: deletable ? undefined : { preventDestroy: true },
    });
    privateEndpoint(storage, 'BlobEndpoint', workspace, { targetId: account.id, service: 'blob', zones: ['privatelink.blob.core.windows.net'] });
    diagnostics(storage, account.id, workspace, { logs: false });
    diagnostics(storage, `${account.id}/blobServices/default`, workspace, { id: 'BlobDiagnostics' });
    // https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
    const access = assignRole(this, { identity: this.identity, role: Role.BLOB_OWNER, targetId: account.id });
    return { blobEndpoint: account.primaryBlobEndpoint, container, access };
  }

  /**
   * Written with azapi, since azurerm adds a connection string of its own, with no key in it, beside an identity.
   *
   * @see https://github.com/hashicorp/terraform-provider-azurerm/issues/29693
   */
  private newSite(planId: string, blobEndpoint: string, container: AzapiResource, access: ITerraformDependable): AzapiResource {
    const { workspace, subnetId, concurrency } = this.props;
    const { identity } = this;
    return new AzapiResource(this, 'Resource', {
      type: SITE, name: this.siteName, parentId: workspace.resourceGroupId, location: workspace.location, tags: tagsOf(workspace),
      identity: { type: 'UserAssigned', identityIds: [identity.identityId] }, dependsOn: [access],
      body: {
        kind: 'functionapp,linux',
        properties: {
          serverFarmId: planId, reserved: true, httpsOnly: true, publicNetworkAccess: 'Disabled', virtualNetworkSubnetId: subnetId, clientCertEnabled: false,
          siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', ftpsState: 'Disabled', http20Enabled: true, appSettings: Lazy.anyValue({ produce: () => this.settings(blobEndpoint) }) as unknown as Json },
          functionAppConfig: {
            deployment: {
              storage: { type: 'blobContainer', value: `${blobEndpoint}${container.name}`, authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.identityId } },
            },
            scaleAndConcurrency: { maximumInstanceCount: 40, instanceMemoryMB: 2048, triggers: { http: { perInstanceConcurrency: concurrency } } },
            runtime: { name: 'node', version: '22' },
          },
        },
      },
    });
  }

  private settings(blobEndpoint: string): { readonly name: string; readonly value: string }[] {
    const { role } = this.props;
    const all = {
      AzureWebJobsStorage__blobServiceUri: blobEndpoint, AzureWebJobsStorage__credential: 'managedidentity', AzureWebJobsStorage__clientId: this.identity.clientId,
      IDENTITY_CLIENT_ID: this.identity.clientId, ACCESS: JSON.stringify({ role, grants: this.grants }), ...this.variables,
    };
    return Object.entries(all).map(([name, value]) => ({ name, value }));
  }

  /** The platform checks the sign-in of each request before the function sees it, and lets in who was granted something. */
  private signIn(): AzapiUpdateResource {
    const { application } = this.props;
    const { clientId } = application;
    const { tenantId } = new DataAzurermClientConfig(this, 'Client');
    return new AzapiUpdateResource(this, 'SignIn', {
      type: 'Microsoft.Web/sites/config@2024-04-01', resourceId: `${this.site.id}/config/authsettingsV2`,
      body: {
        properties: {
          platform: { enabled: true, runtimeVersion: '~1' },
          globalValidation: { requireAuthentication: true, unauthenticatedClientAction: 'Return401' },
          httpSettings: { requireHttps: true },
          login: { tokenStore: { enabled: false } },
          identityProviders: {
            azureActiveDirectory: {
              enabled: true, registration: { clientId, openIdIssuer: `https://login.microsoftonline.com/${tenantId}/v2.0` },
              validation: {
                allowedAudiences: [audienceOf(application), clientId],
                defaultAuthorizationPolicy: { allowedPrincipals: { identities: Lazy.anyValue({ produce: () => this.callers() }) as unknown as Json } },
              },
            },
          },
        },
      },
    });
  }

  private callers(): string[] {
    return this.grants.length > 0 ? this.grants.map(({ principal }) => principal) : [NOBODY];
  }

  /** Nobody deploys with a user name and a password. */
  private closePublishing(): void {
    for (const name of ['scm', 'ftp']) {
      new AzapiUpdateResource(this, `Publishing-${name}`, {
        type: 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01', resourceId: `${this.site.id}/basicPublishingCredentialsPolicies/${name}`, body: { properties: { allow: false } },
      });
    }
  }

  /**
   * Azure Functions takes code over the app's own address, not through Azure Resource Manager: whoever applies has to reach it, signed in as `az` with the
   * role Website Contributor on the app. Deployed again when the code is another, and not before the platform checks sign-ins.
   */
  private deploy(dependsOn: ITerraformDependable[]): void {
    const { workspace, job } = this.props;
    const code = new TerraformAsset(this, 'Package', { path: join(BUILT, job), type: AssetType.ARCHIVE });
    const options = `--resource-group ${workspace.resourceGroupName} --name ${this.site.name}`;
    new DataResource(this, 'Deployment', {
      triggersReplace: [code.assetHash, this.site.id], dependsOn,
      provisioners: [{ type: 'local-exec', command: `az functionapp deployment source config-zip ${options} --src ${code.path}` }],
    });
  }
}
