import Ajv from 'ajv';

/**
 * What Azure Resource Manager takes of the types beside Azure ML that azapi sends, without what only an answer holds: generated/keyvault/microsoft.keyvault/2023-07-01
 * and generated/storage/microsoft.storage/2023-05-01 of Azure/bicep-types-az; of function apps and log tables what is sent here, by the same names in
 * Microsoft.Web/stable/2024-04-01/WebApps.json and Microsoft.OperationalInsights/stable/2022-10-01/Tables.json of Azure/azure-rest-api-specs. Open enumerations count as closed, as in `arm-types.ts`.
 */
const text = { type: 'string' };
const flag = { type: 'boolean' };
// an expression that is all of a text keeps its type
const integer = { anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^\\$\\{[^{}]*\\}$' }] };
const object = (properties: object, ...required: string[]) => ({ type: 'object', properties, required, additionalProperties: false });
const oneOf = (...values: string[]) => ({ type: 'string', enum: values });
const texts = { type: 'object', additionalProperties: text };
const list = { type: 'array', items: text };

const key = object({
  properties: object({
    attributes: object({ enabled: flag, exp: integer, exportable: flag, nbf: integer }),
    curveName: oneOf('P-256', 'P-256K', 'P-384', 'P-521'), keyOps: { type: 'array', items: oneOf('decrypt', 'encrypt', 'import', 'release', 'sign', 'unwrapKey', 'verify', 'wrapKey') },
    keySize: { type: 'integer' }, kty: oneOf('EC', 'EC-HSM', 'RSA', 'RSA-HSM'), release_policy: object({ contentType: text, data: text }),
    rotationPolicy: object({
      attributes: object({ expiryTime: text }),
      lifetimeActions: { type: 'array', items: object({ action: object({ type: oneOf('notify', 'rotate') }), trigger: object({ timeAfterCreate: text, timeBeforeExpiry: text }) }) },
    }),
  }),
}, 'properties');

const site = object({
  kind: text,
  properties: object({
    serverFarmId: text, reserved: flag, httpsOnly: flag, publicNetworkAccess: oneOf('Enabled', 'Disabled'), virtualNetworkSubnetId: text, clientCertEnabled: flag,
    siteConfig: object({
      minTlsVersion: oneOf('1.0', '1.1', '1.2', '1.3'), scmMinTlsVersion: oneOf('1.0', '1.1', '1.2', '1.3'), ftpsState: oneOf('AllAllowed', 'FtpsOnly', 'Disabled'), http20Enabled: flag,
      appSettings: { type: 'array', items: object({ name: text, value: text }) },
    }),
    functionAppConfig: object({
      deployment: object({
        storage: object({
          type: oneOf('blobContainer'), value: text,
          authentication: object({ type: oneOf('SystemAssignedIdentity', 'UserAssignedIdentity', 'StorageAccountConnectionString'), userAssignedIdentityResourceId: text, storageAccountConnectionStringName: text }),
        }),
      }),
      scaleAndConcurrency: object({
        maximumInstanceCount: { type: 'integer' }, instanceMemoryMB: { type: 'integer' }, triggers: object({ http: object({ perInstanceConcurrency: { type: 'integer' } }) }),
        alwaysReady: { type: 'array', items: object({ name: text, instanceCount: { type: 'integer' } }) },
      }),
      runtime: object({ name: oneOf('dotnet-isolated', 'node', 'java', 'powershell', 'python', 'custom'), version: text }),
    }),
  }),
}, 'properties');
const signIn = object({
  properties: object({
    platform: object({ enabled: flag, runtimeVersion: text, configFilePath: text }),
    globalValidation: object({
      requireAuthentication: flag, unauthenticatedClientAction: oneOf('RedirectToLoginPage', 'AllowAnonymous', 'Return401', 'Return403'), redirectToProvider: text, excludedPaths: list,
    }),
    httpSettings: object({ requireHttps: flag }), login: object({ tokenStore: object({ enabled: flag }) }),
    identityProviders: object({
      azureActiveDirectory: object({
        enabled: flag, registration: object({ clientId: text, openIdIssuer: text, clientSecretSettingName: text }),
        validation: object({
          allowedAudiences: list,
          defaultAuthorizationPolicy: object({ allowedPrincipals: object({ groups: list, identities: list }), allowedApplications: list }),
        }),
      }),
    }),
  }),
}, 'properties');
const table = object({
  properties: object({
    plan: oneOf('Basic', 'Analytics'), retentionInDays: { type: 'integer' }, totalRetentionInDays: { type: 'integer' },
    schema: object({ name: text, columns: { type: 'array', items: object({ name: text, type: oneOf('string', 'int', 'long', 'real', 'boolean', 'dateTime', 'datetime', 'guid', 'dynamic') }) } }),
  }),
}, 'properties');

const KEY_NAME = /^[a-zA-Z0-9-]{1,127}$/;
const SHAPES: Readonly<Record<string, { readonly name: RegExp; readonly body: object }>> = {
  'Microsoft.OperationalInsights/workspaces/tables@2022-10-01': { name: /^[A-Za-z]\w{0,58}_CL$/, body: table },
  'Microsoft.Web/sites@2024-04-01': { name: /^[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]$/, body: site },
  'Microsoft.Web/sites/config@2024-04-01': { name: /^authsettingsV2$/, body: signIn },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01': { name: /^(scm|ftp)$/, body: object({ properties: object({ allow: flag }, 'allow') }, 'properties') },
  'Microsoft.KeyVault/vaults/keys@2023-07-01': { name: KEY_NAME, body: key },
  'Microsoft.KeyVault/managedHSMs/keys@2023-07-01': { name: KEY_NAME, body: key },
  'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01': {
    name: /^.{3,63}$/,
    body: object({
      properties: object({
        defaultEncryptionScope: text, denyEncryptionScopeOverride: flag, enableNfsV3AllSquash: flag, enableNfsV3RootSquash: flag,
        immutableStorageWithVersioning: object({ enabled: flag }), metadata: texts, publicAccess: oneOf('Blob', 'Container', 'None'),
      }),
    }),
  },
  'Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01': { name: /^[a-z0-9]([a-z0-9]|(-(?!-))){1,61}[a-z0-9]$/, body: object({ properties: object({ metadata: texts }) }) },
};

/** What of a resource of azapi is not as its type has it. */
export function shapeProblems({ resource_id: changed, ...given }: { readonly type: string; readonly name?: string; readonly resource_id?: string; readonly body: unknown }): string[] {
  // a change names what it changes by its id
  const resource = { ...given, name: given.name ?? changed?.split('/').at(-1) ?? '' };
  const shape = SHAPES[resource.type];
  if (!shape) return [`${resource.type}: its shape is not known here`];
  const problems = shape.name.test(resource.name) ? [] : [`${resource.type}: '${resource.name}' is no name`];
  const validate = new Ajv({ strict: false, allErrors: true }).compile(shape.body);
  if (!validate(resource.body)) problems.push(...validate.errors!.map((error) => `${resource.type}${error.instancePath}: ${error.message}`));
  return problems;
}
