// The resources of a cloud assembly again, as a hand-written app would make them: typed L1 classes with props, or bare CfnResources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { WrittenResource } from './l1-source';

interface Source {
  readonly stacks: Record<string, WrittenResource[]>;
  readonly exported: Record<string, { readonly stack: string; readonly value: unknown }>;
}

type ResourceClass = new (scope: Construct, id: string, props: unknown) => CfnResource;

export const app = new App();
const env = { account: '123456789012', region: 'eu-central-1' };
const { stacks, exported } = JSON.parse(readFileSync(process.env.SOURCE!, 'utf8')) as Source;
const classes = JSON.parse(readFileSync(process.env.CLASSES!, 'utf8')) as Record<string, string>;
const made = new Map<string, CfnResource>();

for (const [name, resources] of Object.entries(stacks)) {
  const stack = new Stack(app, name, { env });
  for (const written of resources) {
    const resource = classes[written.type] ? typed(stack, written) : new CfnResource(stack, written.id, { type: written.type, properties: written.props as Record<string, unknown> });
    resource.overrideLogicalId(written.id);
    made.set(`${name}/${written.id}`, resource);
    for (const [key, value] of Object.entries(written.options)) resource.addOverride(key, value);
  }
}
const folder = process.env.ASSEMBLY!;
const assets = new Stack(app, 'Assets', { env });
for (const name of readdirSync(folder).filter((entry) => entry.startsWith('asset.') || entry.endsWith('.tar.gz'))) new Asset(assets, name, { path: join(folder, name) });

function typed(stack: Stack, { id, type, props }: WrittenResource): CfnResource {
  const [module, className] = classes[type].split('.');
  const Class = (require(module) as Record<string, ResourceClass>)[className];
  return new Class(stack, id, withReferences(stack.node.id, props));
}

/** Where a template has an intrinsic, a program has a reference to the resource, of another stack too. */
function withReferences(stack: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(stack, item));
  if (typeof value !== 'object' || value === null) return value;
  const [[key, argument], ...others] = [...Object.entries(value), ['', undefined]] as [string, unknown][];
  if (others.length === 1 && (key === 'Ref' || key.startsWith('Fn::'))) return referenceOf(stack, key, argument);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withReferences(stack, item)]));
}

function referenceOf(stack: string, key: string, argument: unknown): unknown {
  if (key === 'Ref' && (argument as string).startsWith('AWS::')) return Token.asString({ Ref: argument });
  // what is written further down is looked up when it is there
  if (key === 'Ref') return made.get(`${stack}/${argument}`)?.ref ?? Lazy.string({ produce: () => made.get(`${stack}/${argument}`)!.ref });
  if (key === 'Fn::GetAtt') {
    const [id, attribute] = argument as [string, string];
    const target = made.get(`${stack}/${id}`);
    return target?.getAtt(attribute).toString() ?? Lazy.string({ produce: () => made.get(`${stack}/${id}`)!.getAtt(attribute).toString() });
  }
  if (key === 'Fn::ImportValue') {
    const from = exported[argument as string];
    return withReferences(from.stack, from.value);
  }
  if (key === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return Fn.join(separator, parts.map((part) => withReferences(stack, part) as string));
  }
  return Token.asString({ [key]: withReferences(stack, argument) });
}
