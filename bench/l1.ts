// The templates of a cloud assembly again, as a hand-written app of L1 resources would make them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown>; readonly [option: string]: unknown }>;
  readonly Outputs?: Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>;
}

export const app = new App();
const folder = process.env.ASSEMBLY!;
const env = { account: '123456789012', region: 'eu-central-1' };
for (const file of readdirSync(folder).filter((name) => name.endsWith('.template.json'))) {
  const stack = new Stack(app, file.replace('.template.json', ''), { env });
  if (process.env.FORM === 'typed') typed(stack, join(folder, file));
  else bare(stack, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Template);
}
const assets = new Stack(app, 'Assets', { env });
for (const name of readdirSync(folder).filter((entry) => entry.startsWith('asset.') || entry.endsWith('.tar.gz'))) new Asset(assets, name, { path: join(folder, name) });

function typed(stack: Stack, templateFile: string): void {
  new CfnInclude(stack, 'Template', { templateFile, preserveLogicalIds: true });
}

function bare(stack: Stack, template: Template): void {
  for (const [id, { Type, Properties, ...options }] of Object.entries(template.Resources)) {
    const resource = new CfnResource(stack, id, { type: Type, properties: Properties });
    resource.overrideLogicalId(id);
    for (const [key, value] of Object.entries(options)) resource.addOverride(key, value);
  }
  for (const [id, { Value, Export }] of Object.entries(template.Outputs ?? {})) {
    new CfnOutput(stack, id, { value: Fn.join('', ['', Value as string]), exportName: Export?.Name }).overrideLogicalId(id);
  }
}
