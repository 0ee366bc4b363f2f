// Writes the source of two apps that have the resources of a cloud assembly: as a person writes L1s, and with finished intrinsics.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';

interface Resource { readonly Type: string; readonly Properties?: unknown; readonly DependsOn?: string[]; readonly DeletionPolicy?: string; readonly UpdateReplacePolicy?: string }
interface Output { readonly Value: unknown; readonly Description?: string; readonly Export?: { readonly Name: string } }
interface Template { readonly Resources: Record<string, Resource>; readonly Outputs?: Record<string, Output> }
type Metadata = Record<string, { readonly type: string; readonly data: unknown }[]>;
interface Manifest { readonly files: Record<string, { readonly source: { readonly path: string } }> }

const folder = process.env.ASSEMBLY!;
const classes = JSON.parse(readFileSync(process.env.CLASSES!, 'utf8')) as Record<string, string>;
const read = <T>(file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
const templates = Object.fromEntries(readdirSync(folder).filter((name) => name.endsWith('.template.json')).map((file) => [file.replace('.template.json', ''), read<Template>(file)]));
const exported = Object.fromEntries(Object.entries(templates).flatMap(([stack, { Outputs = {} }]) => Object.values(Outputs)
  .flatMap((output) => (output.Export ? [[output.Export.Name, { stack, value: output.Value }]] : []))));

/** The scopes of each resource by its logical id, without those that the CDK leaves out of ids. */
const paths = Object.fromEntries(Object.keys(templates).map((stack) => [stack, Object.fromEntries(Object.entries(read<Metadata>(`${stack}.metadata.json`))
  .flatMap(([path, entries]) => entries.filter(({ type, data }) => type === 'aws:cdk:logicalId' && (data as string) in templates[stack].Resources)
    .map(({ data }) => [data as string, path.split('/').slice(2).filter((part) => part !== 'Resource' && part !== 'Default')])))]));

export const app = new App();
const props = Object.fromEntries(Object.entries(templates).map(([name, { Resources }]) => {
  const stack = new Stack(app, name);
  const include = new CfnInclude(stack, 'Template', { templateFile: join(folder, `${name}.template.json`) });
  return [name, Object.fromEntries(Object.entries(Resources).map(([id, { Type, Properties }]) => {
    const resource = include.getResource(id) as unknown as { readonly cfnProperties: unknown };
    return [id, classes[Type] ? stack.resolve(resource.cfnProperties) as unknown : Properties];
  }))];
}));

/** An app of one file, a statement or two for each resource. */
abstract class Source {
  private readonly imports = new Map<string, string>();
  private readonly statements: string[] = [];
  private readonly names = new Map<string, string>();

  public write(): string {
    for (const stack of Object.keys(templates)) this.say(`const ${this.nameOf(stack, '')} = new Stack(app, '${stack}', { env });`);
    for (const [stack, { Resources, Outputs = {} }] of Object.entries(templates)) {
      this.stageAssets(stack);
      for (const id of Object.keys(Resources)) this.resource(stack, id);
      for (const [id, output] of Object.entries(Outputs)) this.output(stack, id, output);
    }
    return [
      'import { Construct } from \'constructs\';',
      'import { App, Aws, CfnDeletionPolicy, CfnOutput, CfnResource, Fn, Stack, Token } from \'aws-cdk-lib\';',
      ...[...this.imports].map(([module, name]) => `import * as ${name} from '${module}';`),
      'export const app = new App();',
      'const env = { account: \'123456789012\', region: \'eu-central-1\' };',
      ...this.statements,
    ].join('\n');
  }

  protected abstract resource(stack: string, id: string): void;
  /** The scope of a resource, and its id there. */
  protected abstract place(stack: string, id: string): readonly [scope: string, id: string];
  protected abstract output(stack: string, id: string, output: Output): void;

  protected say(statement: string): void {
    this.statements.push(statement);
  }

  /** The name of the constant for a resource, or for a stack. */
  protected nameOf(stack: string, id: string): string {
    const known = this.names.get(`${stack}/${id}`);
    if (known) return known;
    const name = (id || stack).replace(/^[A-Z]/, (letter) => letter.toLowerCase());
    const unique = [...this.names.values()].includes(name) ? `${name}Of${stack}` : name;
    this.names.set(`${stack}/${id}`, unique);
    return unique;
  }

  protected create(stack: string, id: string, written: string): void {
    const { Type, DeletionPolicy, UpdateReplacePolicy } = templates[stack].Resources[id];
    const name = this.nameOf(stack, id);
    const place = this.place(stack, id).map((part, index) => (index === 0 ? part : JSON.stringify(part))).join(', ');
    this.say(classes[Type]
      ? `const ${name} = new ${this.classOf(classes[Type])}(${place}, ${written});`
      // custom resources have no class of their own
      : `const ${name} = new CfnResource(${place}, { type: '${Type}', properties: ${written} });`);
    if (DeletionPolicy) this.say(`${name}.cfnOptions.deletionPolicy = CfnDeletionPolicy.${DeletionPolicy.toUpperCase()};`);
    if (UpdateReplacePolicy) this.say(`${name}.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.${UpdateReplacePolicy.toUpperCase()};`);
  }

  private classOf(qualified: string): string {
    const [module, className] = qualified.split('.');
    const name = module.replace('aws-cdk-lib/aws-', '');
    this.imports.set(module, name);
    return `${name}.${className}`;
  }

  /** Code and archives, from where the library has staged them. */
  private stageAssets(stack: string): void {
    const paths = Object.values(read<Manifest>(`${stack}.assets.json`).files).map((file) => file.source.path).filter((path) => !path.endsWith('.template.json'));
    if (paths.length > 0) this.imports.set('aws-cdk-lib/aws-s3-assets', 'assets');
    for (const [index, path] of paths.entries()) this.say(`new assets.Asset(${this.nameOf(stack, '')}, 'Asset${index}', { path: ${JSON.stringify(join(folder, path))} });`);
  }
}

/**
 * References are tokens of the resource they name, of another stack too; text around them is a template literal, JSON an object; what belongs
 * together has a scope, as in the library, and ids are made from those.
 */
class Written extends Source {
  private readonly scopes = new Map<string, string>();
  private readonly done = new Set<string>();
  private readonly parts = new Map<string, string>();

  protected resource(stack: string, id: string): void {
    if (this.done.has(`${stack}/${id}`)) return;
    this.done.add(`${stack}/${id}`);
    const { DependsOn = [] } = templates[stack].Resources[id];
    const needed = [DependsOn].flat();
    for (const other of needed) this.resource(stack, other);
    this.create(stack, id, this.value(stack, props[stack][id]));
    for (const other of needed) this.say(`${this.nameOf(stack, id)}.addResourceDependency(${this.nameOf(stack, other)});`);
  }

  protected place(stack: string, id: string): readonly [string, string] {
    const path = paths[stack][id];
    // what others are named below holds them, and is one of them
    const holds = Object.values(paths[stack]).some((other) => other.length > path.length && path.every((part, index) => part === other[index]));
    const [scope, last] = holds ? [path, 'Resource'] : [path.slice(0, -1), path.at(-1)!];
    return [this.scopeAt(stack, scope), last];
  }

  protected output(stack: string, id: string, { Value, Description, Export }: Output): void {
    // the CDK writes the exports
    if (!Export) this.say(`new CfnOutput(${this.nameOf(stack, '')}, '${id}', { value: ${this.value(stack, Value)}, description: ${JSON.stringify(Description)} });`);
  }

  private scopeAt(stack: string, path: readonly string[]): string {
    if (path.length === 0) return this.nameOf(stack, '');
    const key = [stack, ...path].join('/');
    const known = this.scopes.get(key);
    if (known) return known;
    const parent = this.scopeAt(stack, path.slice(0, -1));
    const name = `scope${this.scopes.size}`;
    this.scopes.set(key, name);
    this.say(`const ${name} = new Construct(${parent}, ${JSON.stringify(path.at(-1))});`);
    return name;
  }

  private value(stack: string, value: unknown): string {
    if (typeof value === 'string' && value.startsWith('{"')) return this.json(stack, [value]);
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.value(stack, item)).join(', ')}]`;
    const [[key, argument], ...others] = [...Object.entries(value), ['', undefined]] as [string, unknown][];
    if (others.length === 1 && (key === 'Ref' || key.startsWith('Fn::'))) return this.intrinsic(stack, key, argument);
    return `{ ${Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${this.value(stack, item)}`).join(', ')} }`;
  }

  private intrinsic(stack: string, key: string, argument: unknown): string {
    if (key === 'Ref' && argument === 'AWS::StackId') return `${this.nameOf(stack, '')}.stackId`;
    if (key === 'Ref' && (argument as string).startsWith('AWS::')) return `Aws.${(argument as string).slice(5).replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toUpperCase()}`;
    if (key === 'Fn::ImportValue') return this.value(exported[argument as string].stack, exported[argument as string].value);
    if (key === 'Ref' || key === 'Fn::GetAtt') {
      const [id, attribute] = [argument].flat() as string[];
      this.resource(stack, id);
      if (attribute === undefined) return `${this.nameOf(stack, id)}.ref`;
      const isTyped = classes[templates[stack].Resources[id].Type] !== undefined;
      return isTyped ? `${this.nameOf(stack, id)}.attr${attribute.replace(/\./g, '')}` : `${this.nameOf(stack, id)}.getAtt('${attribute}')`;
    }
    if (key === 'Fn::Join') return this.join(stack, argument as [string, unknown[]]);
    const call = `Fn.${key.charAt(4).toLowerCase()}${key.slice(5)}(${[argument].flat().map((item) => this.value(stack, item)).join(', ')})`;
    return key === 'Fn::Select' ? this.shared(call) : call;
  }

  private join(stack: string, [separator, parts]: [string, unknown[]]): string {
    if (separator !== '') return `Fn.join(${JSON.stringify(separator)}, ${this.value(stack, parts)})`;
    if (typeof parts[0] === 'string' && parts[0].startsWith('{"')) return this.json(stack, parts);
    return `\`${parts.map((part) => (typeof part === 'string' ? literal(part) : `\${${this.value(stack, part)}}`)).join('')}\``;
  }

  /** JSON with references in it is written as an object, and the stack makes text of it. */
  private json(stack: string, parts: unknown[]): string {
    const intrinsics = parts.filter((part) => typeof part !== 'string').map((part) => this.value(stack, part));
    let index = 0;
    const text = parts.map((part) => (typeof part === 'string' ? part : `<<${index++}>>`)).join('');
    const written = JSON.stringify(JSON.parse(text)).replace(/"(?:[^"\\]|\\.)*"/g, (quoted) => {
      const pieces = (JSON.parse(quoted) as string).split(/<<(\d+)>>/);
      return pieces.length === 1 ? quoted : `\`${pieces.map((piece, at) => (at % 2 === 0 ? literal(piece) : `\${${intrinsics[Number(piece)]}}`)).join('')}\``;
    });
    return `${this.nameOf(stack, '')}.toJsonString(${written})`;
  }

  /** What is needed again and again has a constant. */
  private shared(expression: string): string {
    const known = this.parts.get(expression);
    if (known) return known;
    const name = `part${this.parts.size}`;
    this.parts.set(expression, name);
    this.say(`const ${name} = ${expression};`);
    return name;
  }
}

/** Props hold intrinsics as they stand in the template, ids are the logical ids, exports and dependencies are written out: the CDK has nothing left to find. */
class Resolved extends Source {
  protected resource(stack: string, id: string): void {
    const { DependsOn } = templates[stack].Resources[id];
    this.create(stack, id, this.value(props[stack][id]));
    if (DependsOn) this.say(`${this.nameOf(stack, id)}.addOverride('DependsOn', ${JSON.stringify(DependsOn)});`);
  }

  protected place(stack: string, id: string): readonly [string, string] {
    return [this.nameOf(stack, ''), id];
  }

  protected output(stack: string, id: string, { Value, Description, Export }: Output): void {
    this.say(`new CfnOutput(${this.nameOf(stack, '')}, '${id}', ${this.value({ value: Value, description: Description, exportName: Export?.Name })});`);
  }

  private value(value: unknown): string {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.value(item)).join(', ')}]`;
    const [first, ...others] = Object.keys(value);
    // L1s take no objects where they want text
    if (others.length === 0 && (first === 'Ref' || first?.startsWith('Fn::'))) return `Token.asString(${JSON.stringify(value)})`;
    return `{ ${Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${this.value(item)}`).join(', ')} }`;
  }
}

function literal(text: string): string {
  return text.replace(/[\\`]|\$(?=\{)/g, '\\$&');
}

writeFileSync(process.env.WRITTEN!, new Written().write());
writeFileSync(process.env.RESOLVED!, new Resolved().write());
