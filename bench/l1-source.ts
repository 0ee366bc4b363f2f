// Writes the source of two apps that have the resources of a cloud assembly: as a person writes L1s, and with finished intrinsics.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Output, readAssembly } from './assembly';

const folder = process.env.ASSEMBLY!;
const { templates, exported, paths, assets } = readAssembly(folder);
/** The classes of resources by type, such as `aws-cdk-lib/aws-s3.CfnBucket`; custom resources have none of their own. */
const classes = JSON.parse(readFileSync(process.env.CLASSES!, 'utf8')) as Record<string, string>;

export const app = new App();
/** The props of those classes, with intrinsics. */
const props = Object.fromEntries(Object.entries(templates).map(([name, { Resources }]) => {
  const stack = new Stack(app, name);
  // what every synthesizer adds is left out
  const templateFile = join(process.cwd(), `${name}.include.json`);
  writeFileSync(templateFile, JSON.stringify({ Resources }));
  const include = new CfnInclude(stack, 'Template', { templateFile });
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
      'import { App, Aws, CfnDeletionPolicy, CfnOutput, CfnResource, Fn, Stack, Token } from \'aws-cdk-lib\';',
      'import { Construct } from \'constructs\';',
      ...[...this.imports].map(([module, name]) => `import * as ${name} from '${module}';`),
      'export const app = new App();',
      'const env = { account: \'123456789012\', region: \'eu-central-1\' };',
      ...this.statements,
    ].join('\n');
  }

  protected abstract resource(stack: string, id: string): void;
  protected abstract output(stack: string, id: string, output: Output): void;
  /** The scope of a resource, and its id there. */
  protected abstract place(stack: string, id: string): readonly [scope: string, id: string];

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
    const [scope, last] = this.place(stack, id);
    const place = `${scope}, ${JSON.stringify(last)}`;
    this.say(classes[Type]
      ? `const ${name} = new ${this.classOf(classes[Type])}(${place}, ${written});`
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
    if (assets[stack].length > 0) this.imports.set('aws-cdk-lib/aws-s3-assets', 'assets');
    for (const [index, path] of assets[stack].entries()) this.say(`new assets.Asset(${this.nameOf(stack, '')}, 'Asset${index}', { path: ${JSON.stringify(path)} });`);
  }
}

/**
 * References are tokens of the resource they name, of another stack too; text around them is a template literal, JSON an object; what belongs
 * together has a scope, as in the library, and ids are made from those.
 */
class Written extends Source {
  private readonly scopes = new Map<string, string>();
  private readonly parts = new Map<string, string>();
  private readonly done = new Set<string>();

  protected resource(stack: string, id: string): void {
    if (this.done.has(`${stack}/${id}`)) return;
    this.done.add(`${stack}/${id}`);
    const needed = [templates[stack].Resources[id].DependsOn ?? []].flat();
    for (const other of needed) this.resource(stack, other);
    this.create(stack, id, this.value(stack, props[stack][id]));
    for (const other of needed) this.say(`${this.nameOf(stack, id)}.addResourceDependency(${this.nameOf(stack, other)});`);
  }

  protected output(stack: string, id: string, { Value, Description, Export }: Output): void {
    // the CDK writes the exports
    if (!Export) this.say(`new CfnOutput(${this.nameOf(stack, '')}, '${id}', { value: ${this.value(stack, Value)}, description: ${JSON.stringify(Description)} });`);
  }

  protected place(stack: string, id: string): readonly [string, string] {
    const path = paths[stack][id];
    // what others are named below holds them, and is one of them
    const holds = Object.values(paths[stack]).some((other) => other.length > path.length && path.every((part, index) => part === other[index]));
    return holds ? [this.scopeAt(stack, path), 'Resource'] : [this.scopeAt(stack, path.slice(0, -1)), path.at(-1)!];
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
    const [key] = Object.keys(value);
    if (isIntrinsic(value)) return this.intrinsic(stack, key, (value as Record<string, unknown>)[key]);
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
      return `${this.nameOf(stack, id)}.${classes[templates[stack].Resources[id].Type] ? `attr${attribute.replace(/\./g, '')}` : `getAtt('${attribute}')`}`;
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

  protected output(stack: string, id: string, { Value, Description, Export }: Output): void {
    this.say(`new CfnOutput(${this.nameOf(stack, '')}, '${id}', ${this.value({ value: Value, description: Description, exportName: Export?.Name })});`);
  }

  protected place(stack: string, id: string): readonly [string, string] {
    return [this.nameOf(stack, ''), id];
  }

  private value(value: unknown): string {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.value(item)).join(', ')}]`;
    // L1s take no objects where they want text
    if (isIntrinsic(value)) return `Token.asString(${JSON.stringify(value)})`;
    return `{ ${Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${this.value(item)}`).join(', ')} }`;
  }
}

function isIntrinsic(value: object): boolean {
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && (key === 'Ref' || key?.startsWith('Fn::'));
}

function literal(text: string): string {
  return text.replace(/[\\`]|\$(?=\{)/g, '\\$&');
}

writeFileSync(process.env.WRITTEN!, new Written().write());
writeFileSync(process.env.RESOLVED!, new Resolved().write());
