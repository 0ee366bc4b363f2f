// Writes what a hand-written app of typed L1 resources would say: for each stack its resources, each with class and props.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';

export interface WrittenResource { readonly id: string; readonly type: string; readonly props: unknown; readonly options: Record<string, unknown> }

interface Template {
  readonly Resources: Record<string, Record<string, unknown>>;
  readonly Outputs?: Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>;
}

export const app = new App();
const exported: Record<string, { readonly stack: string; readonly value: unknown }> = {};
const folder = process.env.ASSEMBLY!;
const stacks = Object.fromEntries(readdirSync(folder).filter((name) => name.endsWith('.template.json')).map((file) => {
  const stack = new Stack(app, file.replace('.template.json', ''), { env: { account: '123456789012', region: 'eu-central-1' } });
  const templateFile = join(folder, file);
  const include = new CfnInclude(stack, 'Template', { templateFile });
  const { Resources, Outputs = {} } = JSON.parse(readFileSync(templateFile, 'utf8')) as Template;
  for (const output of Object.values(Outputs)) if (output.Export) exported[output.Export.Name] = { stack: stack.node.id, value: output.Value };
  return [stack.node.id, Object.entries(Resources).map(([id, { Type, Properties, ...options }]): WrittenResource => {
    const resource = include.getResource(id) as unknown as { cfnProperties?: unknown };
    // custom resources have no class of their own
    const props = (Type as string).startsWith('Custom::') ? Properties : stack.resolve(resource.cfnProperties);
    return { id, type: Type as string, props, options };
  })];
}));
writeFileSync(process.env.SOURCE!, JSON.stringify({ stacks, exported }));
if (!CfnResource.isCfnResource(app.node.findAll().find((node) => CfnResource.isCfnResource(node)))) throw new Error('the reference has no resources');
