import Ajv from 'ajv';

/**
 * What Azure Resource Manager takes of the types beside Azure ML that azapi sends, without what only an answer holds: generated/keyvault/microsoft.keyvault/2023-07-01
 * and generated/storage/microsoft.storage/2023-05-01 of Azure/bicep-types-az. Open enumerations count as closed, as in `arm-types.ts`.
 */
const text = { type: 'string' };
const flag = { type: 'boolean' };
// an expression that is all of a text keeps its type
const integer = { anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^\\$\\{[^{}]*\\}$' }] };
const object = (properties: object, ...required: string[]) => ({ type: 'object', properties, required, additionalProperties: false });
const oneOf = (...values: string[]) => ({ type: 'string', enum: values });
const texts = { type: 'object', additionalProperties: text };

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

const KEY_NAME = /^[a-zA-Z0-9-]{1,127}$/;
const SHAPES: Readonly<Record<string, { readonly name: RegExp; readonly body: object }>> = {
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
export function shapeProblems(resource: { readonly type: string; readonly name: string; readonly body: unknown }): string[] {
  const shape = SHAPES[resource.type];
  if (!shape) return [`${resource.type}: its shape is not known here`];
  const problems = shape.name.test(resource.name) ? [] : [`${resource.type}: '${resource.name}' is no name`];
  const validate = new Ajv({ strict: false, allErrors: true }).compile(shape.body);
  if (!validate(resource.body)) problems.push(...validate.errors!.map((error) => `${resource.type}${error.instancePath}: ${error.message}`));
  return problems;
}
