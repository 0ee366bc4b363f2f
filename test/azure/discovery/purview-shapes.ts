import Ajv from 'ajv';

/**
 * What Purview takes, by type of resource: the definitions of Azure/azure-rest-api-specs that the bodies here use, without what only an answer holds.
 * Scanning: specification/purview/data-plane/Azure.Analytics.Purview.Scanning/stable/2023-09-01/scanningService.json at 00a4a96f.
 * Collections: specification/purview/data-plane/Azure.Analytics.Purview.Account/preview/2019-11-01-preview/account.json at 3b814c15.
 */
const text = { type: 'string' };
const object = (properties: object, ...required: string[]) => ({ type: 'object', properties, required, additionalProperties: false });
const oneOf = (...values: string[]) => ({ type: 'string', enum: values });
const collection = object({ referenceName: text, type: text }, 'referenceName', 'type');
const azureSource = object({
  collection, endpoint: text, resourceGroup: text, subscriptionId: text, location: text, resourceName: text, resourceId: text,
  dataUseGovernance: oneOf('Disabled', 'DisabledByAnotherAccount', 'Enabled', 'EnabledAtAncestorScope'),
}, 'collection', 'endpoint');
const scanProperties = {
  collection, scanRulesetName: text, scanRulesetType: oneOf('Custom', 'System'), workers: { type: 'integer' }, connectedVia: object({ referenceName: text }, 'referenceName'),
};
const msiScan = object(scanProperties, 'collection', 'scanRulesetName', 'scanRulesetType');
const pattern = object({ kind: oneOf('Regex'), pattern: text }, 'kind', 'pattern');
const kinds = (...variants: [string, object][]) => ({ oneOf: variants.map(([kind, properties]) => object({ kind: { const: kind }, properties }, 'kind', 'properties')) });
const week = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const integers = (minimum: number, maximum: number) => ({ type: 'array', items: { type: 'integer', minimum, maximum } });

function ofRuleSets(...of: string[]) {
  const properties = object({
    description: text, excludedSystemClassifications: { type: 'array', items: text }, includedCustomClassificationRuleNames: { type: 'array', items: text },
    scanningRule: object({ fileExtensions: { type: 'array', items: text }, customFileExtensions: { type: 'array' } }),
  });
  return object({ kind: oneOf(...of), scanRulesetType: oneOf('Custom', 'System'), properties }, 'kind');
}

const SHAPES: Record<string, object> = {
  'Account/collections': object({ friendlyName: text, description: text, parentCollection: collection }),
  'Scanning/classificationrules': kinds(['Custom', object({
    description: text, classificationName: text, minimumPercentageMatch: { type: 'number' }, ruleStatus: oneOf('Enabled', 'Disabled'),
    dataPatterns: { type: 'array', items: pattern }, columnPatterns: { type: 'array', items: pattern },
  }, 'classificationName')]),
  'Scanning/credentials': kinds(['AmazonARN', object({ description: text, typeProperties: object({ roleARN: text }, 'roleARN') }, 'typeProperties')]),
  'Scanning/datasources': kinds(['AdlsGen2', azureSource], ['AzureStorage', azureSource], ['AmazonS3', object({ collection, serviceUrl: text, roleARN: text }, 'collection', 'serviceUrl')]),
  'Scanning/datasources/scans': kinds(['AdlsGen2Msi', msiScan], ['AzureStorageMsi', msiScan], ['AmazonS3Credential', object({
    ...scanProperties, roleARN: text, isMauiScan: { type: 'boolean' }, credential: object({
      referenceName: text, credentialType: oneOf('AccountKey', 'ServicePrincipal', 'BasicAuth', 'SqlAuth', 'AmazonARN', 'ConsumerKeyAuth', 'DelegatedAuth', 'ManagedIdentity'),
    }, 'referenceName', 'credentialType'),
  }, 'credential')]),
  'Scanning/datasources/scans/triggers': object({
    properties: object({
      scanLevel: oneOf('Full', 'Incremental'), state: oneOf('Enabled', 'Disabled'),
      recurrence: object({
        frequency: oneOf('Week', 'Month', 'Day', 'Hour'), interval: { type: 'integer' }, startTime: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' }, timeZone: text,
        schedule: object({ minutes: integers(0, 59), hours: integers(0, 23), monthDays: integers(1, 31), weekDays: { type: 'array', items: oneOf(...week) } }),
      }, 'frequency', 'interval', 'startTime'),
    }, 'scanLevel', 'recurrence'),
  }, 'properties'),
  'Scanning/integrationruntimes': kinds(['Managed', object({
    description: text, managedVirtualNetworkReference: object({ referenceName: text, type: text }, 'referenceName', 'type'),
    typeProperties: object({ computeProperties: object({ location: text }) }),
  }, 'managedVirtualNetworkReference')]),
  'Scanning/scanrulesets': ofRuleSets('AdlsGen2', 'AmazonS3', 'AzureStorage'),
  // DataMap/purviewdatamap.json
  'DataMap/typedefs': object({ classificationDefs: { type: 'array', items: object({ category: oneOf('CLASSIFICATION'), name: text, description: text }, 'name') } }),
  'Scanning/managedvirtualnetworks': object({ properties: object({}) }, 'properties'),
  'Scanning/managedvirtualnetworks/managedprivateendpoints': object({ properties: object({ groupId: text, privateLinkResourceId: text }, 'groupId', 'privateLinkResourceId') }, 'properties'),
};

/** Names, by the last part of the type: the path parameters of the same files. */
const NAMED = /^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/;
const NAMES: Record<string, { readonly form: RegExp; readonly longest: number }> = {
  managedprivateendpoints: { form: /^([_A-Za-z0-9]|([_A-Za-z0-9][-_A-Za-z0-9]{0,125}[_A-Za-z0-9]))$/, longest: 127 },
  managedvirtualnetworks: { form: /^default(v2)?$/, longest: 9 },
  triggers: { form: /^default$/, longest: 7 },
};

/** What of a resource of Purview is not as its interface has it; a reference in a name stands for a valid one. */
export function deviations(resource: { readonly type: string; readonly name: string; readonly body: unknown }): string[] {
  const type = /^Microsoft\.Purview\/accounts\/(.+)@/.exec(resource.type)?.[1] ?? resource.type;
  const shape = SHAPES[type];
  if (!shape) return [`there is no type ${type}`];
  const { form, longest } = NAMES[type.split('/').pop()!] ?? { form: NAMED, longest: 63 };
  const problems = form.test(resource.name) && resource.name.length <= longest && resource.name.length >= 3 ? [] : [`${type}: '${resource.name}' is no name`];
  const validate = new Ajv({ strict: false, allErrors: true }).compile(shape);
  if (!validate(resource.body)) problems.push(...validate.errors!.map((error) => `${type}${error.instancePath}: ${error.message}`));
  return problems;
}
