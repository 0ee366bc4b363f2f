import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AttributeSchema, BlockSchema, CtyType, NestedSchema, ProviderSchema } from './schema';

const LIB = join(dirname(require.resolve('@cdktf/provider-azurerm/package.json')), 'lib');

/** What generated code says of one field: `synthesizeHclAttributes` names it, its kind and, for a block, the function that writes it. */
interface Written {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  readonly storage: string;
}

/**
 * The schema of azurerm as the installed bindings have it: they are generated from it, and so a check needs no other file. `index.js` names attributes
 * and blocks, `index.d.ts` what is required.
 */
export const bindingsSchema: ProviderSchema = {
  get provider() {
    const { attributes: { alias: _, ...attributes }, blocks } = moduleSchema('provider')!;
    return { attributes, blocks };
  },
  resource: (type) => moduleSchema(moduleOf(type)),
  dataSource: (type) => moduleSchema(`data-${moduleOf(type, false)}`),
};

function moduleOf(type: string, strip = true): string {
  return (strip ? type.replace(/^azurerm_/, '') : type).replaceAll('_', '-');
}

const KNOWN = new Map<string, BlockSchema | undefined>();

function moduleSchema(module: string): BlockSchema | undefined {
  if (!KNOWN.has(module)) KNOWN.set(module, existsSync(join(LIB, module)) ? new Bindings(module).root() : undefined);
  return KNOWN.get(module);
}

class Bindings {
  private readonly source: string;
  private readonly types: string;

  constructor(module: string) {
    this.source = readFileSync(join(LIB, module, 'index.js'), 'utf8');
    this.types = readFileSync(join(LIB, module, 'index.d.ts'), 'utf8');
  }

  root(): BlockSchema {
    const name = /^class (\w+) extends cdktf\.Terraform(?:Resource|DataSource|Provider) \{/m.exec(this.source)![1];
    const body = this.classBody(name);
    return this.block(body, written(/synthesizeHclAttributes\(\) \{\s*const attrs = \{([\s\S]*?)\n {8}\};/.exec(body)?.[1] ?? ''), `${name}Config`);
  }

  /** @param type of the struct that is written, which holds what is required */
  private block(body: string, fields: Written[], type: string): BlockSchema {
    const required = this.requiredOf(type);
    const attributes: Record<string, AttributeSchema> = {};
    const blocks: Record<string, NestedSchema> = {};
    for (const field of fields) {
      const struct = /(?<![.\w])(\w+)ToHclTerraform/.exec(field.value)?.[1];
      const use = required.has(field.name) ? 'required' : 'optional';
      if (!struct) {
        attributes[field.name] = { type: plainType(field), use };
      } else if (/listMapperHcl\(\w+, false\)/.test(field.value)) {
        attributes[field.name] = { type: [field.type, this.objectType(struct)], use };
      } else {
        blocks[field.name] = {
          block: this.struct(struct), nesting: field.type === 'struct' ? 'single' : field.type === 'set' ? 'set' : 'list', required: use === 'required',
          maxItems: field.value.includes('listMapperHcl') ? 0 : 1,
        };
      }
    }
    for (const [name, attribute] of this.computed(body)) if (!(name in attributes) && !(name in blocks)) attributes[name] = attribute;
    return { attributes, blocks };
  }

  private struct(name: string): BlockSchema {
    const type = name[0].toUpperCase() + name.slice(1);
    const fields = new RegExp(`^function ${name}ToHclTerraform\\(struct\\) \\{[\\s\\S]*?const attrs = \\{([\\s\\S]*?)\\n {4}\\};`, 'm').exec(this.source)?.[1] ?? '';
    return this.block(this.classBody(`${type}OutputReference`), written(fields), type);
  }

  private objectType(name: string): CtyType {
    const { attributes, blocks } = this.struct(name);
    return ['object', {
      ...Object.fromEntries(Object.entries(attributes).map(([member, { type }]) => [member, type])),
      ...Object.fromEntries(Object.keys(blocks).map((member) => [member, 'dynamic'])),
    }];
  }

  /** What the class has getters for: whatever is not written can be read only. */
  private *computed(body: string): Iterable<[string, AttributeSchema]> {
    for (const [, set, method, name] of body.matchAll(/(tolist\()?this\.(get\w*Attribute|interpolationForAttribute)\('(\w+)'\)/g)) {
      const type = READ[method] ?? 'dynamic';
      yield [name, { type: set && Array.isArray(type) ? ['set', type[1] as CtyType] : type, use: 'computed' }];
    }
    for (const [, kind, name] of body.matchAll(/new cdktf\.(\w+)Map\(this, "(\w+)"\)/g)) yield [name, { type: ['map', STORED[kind.toLowerCase()] ?? 'dynamic'], use: 'computed' }];
    for (const [, list, name, wraps] of body.matchAll(/new (\w+List)\(this, "(\w+)", (true|false)\)/g)) {
      const struct = list.slice(0, -'List'.length);
      yield [name, { type: [wraps === 'true' ? 'set' : 'list', this.objectType(struct[0].toLowerCase() + struct.slice(1))], use: 'computed' }];
    }
  }

  private requiredOf(type: string): Set<string> {
    const body = new RegExp(`^export interface ${type}(?: extends [\\w.]+)? \\{([\\s\\S]*?)\\n\\}`, 'm').exec(this.types)?.[1] ?? '';
    return new Set([...body.matchAll(/#(\w+)\}(?:(?!readonly )[\s\S])*?readonly \w+(\??):/g)].filter((field) => field[2] === '').map((field) => field[1]));
  }

  private classBody(name: string): string {
    const from = this.source.search(new RegExp(`^class ${name} extends `, 'm'));
    return from === -1 ? '' : this.source.slice(from, this.source.indexOf('\n}\n', from));
  }
}

const READ: Record<string, CtyType> = {
  getStringAttribute: 'string', getBooleanAttribute: 'bool', getNumberAttribute: 'number', getListAttribute: ['list', 'string'], getNumberListAttribute: ['list', 'number'],
  getStringMapAttribute: ['map', 'string'], getBooleanMapAttribute: ['map', 'bool'], getNumberMapAttribute: ['map', 'number'],
};

const STORED: Record<string, CtyType> = { string: 'string', boolean: 'bool', number: 'number' };

function plainType({ type, storage }: Written): CtyType {
  if (type === 'simple') return STORED[storage] ?? 'dynamic';
  const inner = STORED[storage.replace(/(?:List|Map)$/, '')] ?? 'string';
  return [type, inner];
}

function written(attrs: string): Written[] {
  return [...attrs.matchAll(/(\w+): \{\s*value: (.*),\n\s*isBlock: \w+,\n\s*type: "(\w+)",\n\s*storageClassType: "(\w+)"/g)]
    .map(([, name, value, type, storage]) => ({ name, value, type, storage }));
}
