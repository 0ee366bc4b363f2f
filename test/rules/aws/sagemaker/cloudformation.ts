import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';

/** All types of SageMaker, as the CDK lists them. */
export const TYPES = Object.values(sagemaker as unknown as Record<string, { CFN_RESOURCE_TYPE_NAME?: string }>)
  .map(({ CFN_RESOURCE_TYPE_NAME: type }) => type).filter((type): type is string => type !== undefined).sort();

/** Names of CloudFormation by function of the CDK that writes them: where each property goes on, where it is free, or ends. */
const WRITERS = writersOf(readFileSync(join(dirname(require.resolve('aws-cdk-lib/aws-sagemaker')), 'lib', 'sagemaker.generated.js'), 'utf8'));

function writersOf(source: string): Map<string, Map<string, string>> {
  const writers = new Map<string, Map<string, string>>();
  for (const [, name, body] of source.matchAll(/function (convertCfn\w+?ToCloudFormation)\(properties\)\{return [^{]*\.assertSuccess\(\),\{(.*?)\}\):properties\}/g)) {
    writers.set(name!, new Map([...body!.matchAll(/(?:^|,)([A-Z]\w*):(.*?\(properties\.\w+\))/g)].map(([, property, value]) => [property!, value!])));
  }
  return writers;
}

/** Whether a type has a property at a path, spelled as CloudFormation spells it. */
export function exists(type: string, path: string): boolean {
  let writer = WRITERS.get(`convertCfn${type.split('::')[2]}PropsToCloudFormation`);
  for (const key of path.split('.')) {
    const value = writer?.get(key);
    if (value === undefined) return false;
    const next = /convertCfn\w+ToCloudFormation/.exec(value)?.[0];
    // maps, and what has no type
    if (!next) return path.endsWith(key) || /objectToCloudFormation|hashMapper|unionMapper/.test(value);
    writer = WRITERS.get(next);
  }
  return true;
}
