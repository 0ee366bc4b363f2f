import type { CfnResource, Stack } from 'aws-cdk-lib';
import { example, EXAMPLE_NAMES, stacksOf } from '../../support/examples';

/** The properties of all resources by path, as they resolve by now. */
function resolved(stacks: readonly Stack[], isResource: (node: unknown) => node is CfnResource): Map<string, string> {
  return new Map(stacks.flatMap((stack) => stack.node.findAll().filter(isResource).map((resource): [string, string] => [
    resource.node.path, JSON.stringify(stack.resolve((resource as unknown as { _toCloudFormation(): object })._toCloudFormation())),
  ])));
}

test.each(EXAMPLE_NAMES)('nothing of the example %s is loose enough for a mixin to change', (name) => {
  const { app, cdk, s3, profile } = example(name);
  const { mixins } = (require('cdk-regulated-ml') as typeof import('cdk-regulated-ml')).aws;
  const stacks = stacksOf(app);
  const { Key } = require('aws-cdk-lib/aws-kms') as typeof import('aws-cdk-lib/aws-kms');
  new s3.CfnBucket(stacks[0]!, 'Loose');
  const key = Key.fromKeyArn(stacks[0]!, 'Other', 'arn:aws:kms:eu-central-1:123456789012:key/other');
  const isResource = (node: unknown): node is CfnResource => cdk.CfnResource.isCfnResource(node);
  const before = resolved(stacks, isResource);
  cdk.Mixins.of(app).apply(new mixins.RegulatedDefaults({ profile, key }));
  const after = resolved(stacks, isResource);
  const changed = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path.split('/').at(-1));
  expect(changed).toEqual(['Loose', 'LooseTlsOnly']);
});
