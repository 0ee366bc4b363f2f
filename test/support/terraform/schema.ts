/** A type of Terraform as its wire format spells it: `string`, `["list","string"]`, `["object",{...}]`, `dynamic`. */
export type CtyType = string | [string, CtyType] | ['object', { [name: string]: CtyType }];

/** What can be written, or read, under one name. */
export interface AttributeSchema {
  readonly type: CtyType;
  /** Neither: it can only be read. */
  readonly use: 'required' | 'optional' | 'computed';
}

/** A block under a name. */
export interface NestedSchema {
  readonly block: BlockSchema;
  readonly nesting: 'single' | 'list' | 'set';
  readonly required: boolean;
  /** 0 for any number. */
  readonly maxItems: number;
}

/** Attributes and blocks of a resource, a data source or a provider. */
export interface BlockSchema {
  readonly attributes: Record<string, AttributeSchema>;
  readonly blocks: Record<string, NestedSchema>;
}

/** What a provider says about itself. */
export interface ProviderSchema {
  readonly provider: BlockSchema;
  readonly resource: (type: string) => BlockSchema | undefined;
  readonly dataSource: (type: string) => BlockSchema | undefined;
}

const EMPTY: BlockSchema = { attributes: {}, blocks: {} };

/** Written by hand from https://github.com/Azure/terraform-provider-azapi/tree/v2.12.0/docs: its resources take any body. */
const AZAPI: Record<string, BlockSchema> = (() => {
  const text = (use: AttributeSchema['use'] = 'optional'): AttributeSchema => ({ type: 'string', use });
  const any: AttributeSchema = { type: 'dynamic', use: 'optional' };
  const texts: AttributeSchema = { type: ['map', 'string'], use: 'optional' };
  const output: AttributeSchema = { type: 'dynamic', use: 'computed' };
  const flag: AttributeSchema = { type: 'bool', use: 'optional' };
  const list: AttributeSchema = { type: ['list', 'string'], use: 'optional' };
  const switches = { schema_validation_enabled: flag, ignore_missing_property: flag, locks: list };
  const asked = { create_headers: texts, update_headers: texts, delete_headers: texts, read_headers: texts };
  const times: NestedSchema = {
    nesting: 'single', required: false, maxItems: 1, block: { blocks: {}, attributes: { create: text(), read: text(), update: text(), delete: text() } },
  };
  const identity: NestedSchema = {
    nesting: 'list', required: false, maxItems: 0,
    block: { blocks: {}, attributes: { type: text('required'), identity_ids: list, principal_id: text('computed'), tenant_id: text('computed') } },
  };
  return {
    azapi_resource: {
      attributes: { id: text('computed'), type: text('required'), name: text(), parent_id: text(), location: text(), body: any, sensitive_body: any, tags: texts, response_export_values: any, output, ...switches, ...asked },
      blocks: { identity, timeouts: times },
    },
    azapi_update_resource: {
      attributes: { id: text('computed'), type: text('required'), name: text(), parent_id: text(), resource_id: text(), body: any, sensitive_body: any, response_export_values: any, output, ...switches, ...asked },
      blocks: { timeouts: times },
    },
    azapi_data_plane_resource: {
      attributes: { id: text('computed'), type: text('required'), name: text(), parent_id: text('required'), body: any, sensitive_body: any, response_export_values: any, output, ...switches, ...asked },
      blocks: { timeouts: times },
    },
  };
})();

/** The provider `Azure/azapi`. */
export const azapiSchema: ProviderSchema = {
  provider: { attributes: { tenant_id: { type: 'string', use: 'optional' }, subscription_id: { type: 'string', use: 'optional' } }, blocks: {} },
  resource: (type) => AZAPI[type],
  dataSource: () => undefined,
};

/** A field of the file that the provider publishes of itself, `.release/provider-schema.json`. */
interface PublishedField {
  readonly type: string;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly maxItems?: number;
  readonly elem?: { readonly type?: string; readonly schema?: Record<string, PublishedField>; readonly elem?: PublishedField['elem'] };
}

/** The file that azurerm publishes of itself at every tag, as far as it is read here. */
export interface PublishedSchema {
  readonly providerSchema: {
    readonly schema: Record<string, PublishedField>;
    readonly resources: Record<string, { readonly schema: Record<string, PublishedField> }>;
    readonly dataSources: Record<string, { readonly schema: Record<string, PublishedField> }>;
  };
}

/** The schema in a file that azurerm publishes of itself. It lists neither `id` nor `timeouts`, which all resources have. */
export function publishedSchema({ providerSchema }: PublishedSchema): ProviderSchema {
  const withImplied = (found: { readonly schema: Record<string, PublishedField> } | undefined): BlockSchema | undefined => {
    if (!found) return undefined;
    const block = publishedBlock(found.schema);
    const text: AttributeSchema = { type: 'string', use: 'optional' };
    const timeouts: NestedSchema = { nesting: 'single', required: false, maxItems: 1, block: { blocks: {}, attributes: { create: text, read: text, update: text, delete: text } } };
    return { attributes: { id: text, ...block.attributes }, blocks: { ...block.blocks, timeouts } };
  };
  return {
    provider: publishedBlock(providerSchema.schema),
    resource: (type) => withImplied(providerSchema.resources[type]),
    dataSource: (type) => withImplied(providerSchema.dataSources[type]),
  };
}

function publishedBlock(fields: Record<string, PublishedField>): BlockSchema {
  const block = { attributes: {} as Record<string, AttributeSchema>, blocks: {} as Record<string, NestedSchema> };
  for (const [name, field] of Object.entries(fields)) {
    // what can only be read is an attribute even when its elements have fields: so the plugin SDK does it
    if (field.elem?.schema && (field.optional || field.required)) {
      block.blocks[name] = {
        block: publishedBlock(field.elem.schema), nesting: field.type === 'TypeSet' ? 'set' : 'list', required: field.required ?? false, maxItems: field.maxItems ?? 0,
      };
    } else {
      block.attributes[name] = { type: publishedType(field), use: field.required ? 'required' : field.optional ? 'optional' : 'computed' };
    }
  }
  return block;
}

const PLAIN: Record<string, string> = { TypeString: 'string', TypeBool: 'bool', TypeInt: 'number', TypeFloat: 'number' };
const COLLECTIONS: Record<string, string> = { TypeList: 'list', TypeSet: 'set', TypeMap: 'map' };

function publishedType(field: { readonly type?: string; readonly elem?: PublishedField['elem'] }): CtyType {
  const plain = PLAIN[field.type ?? ''];
  if (plain) return plain;
  const { elem } = field;
  const inner: CtyType = elem?.schema
    ? ['object', Object.fromEntries(Object.entries(elem.schema).map(([name, member]) => [name, publishedType(member)]))]
    : elem?.type ? publishedType(elem) : 'string';
  return [COLLECTIONS[field.type ?? ''] ?? 'list', inner];
}

/** The same as the wire format of plugins has it. */
export function encodeBlock(block: BlockSchema = EMPTY): object {
  return {
    attributes: Object.entries(block.attributes).map(([name, { type, use }]) => ({
      name, type: Buffer.from(JSON.stringify(type)), required: use === 'required', optional: use === 'optional', computed: use !== 'required',
    })),
    blockTypes: Object.entries(block.blocks).map(([typeName, nested]) => ({
      typeName, block: encodeBlock(nested.block), nesting: nested.nesting.toUpperCase(),
      minItems: nested.nesting !== 'single' && nested.required ? 1 : 0, maxItems: nested.nesting === 'single' ? 0 : nested.maxItems,
    })),
  };
}
