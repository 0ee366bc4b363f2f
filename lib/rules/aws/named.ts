import type { Relations } from '../relations';
import { Choice, Unknown, type Resolved } from '../resolved';
import type { Resource } from '../resource';
import { BUCKET_NAME } from './residency/mentions';

/** Names by which one resource means another: what the text looks like, and whose name stands in it. */
const NAMES: readonly (readonly [RegExp, string, string])[] = [
  [/^(?:s3[an]?:\/\/|arn:[^:]*:s3:::)([^/?*]+)/, 'AWS::S3::Bucket', 'BucketName'],
  [/^arn:[^:]*:iam::[^:]*:role\/(?:.*\/)?([^/]+)$/, 'AWS::IAM::Role', 'RoleName'],
  [/^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?(alias\/.+)$/, 'AWS::KMS::Alias', 'AliasName'],
  [/^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/([^/]+)/, 'AWS::DynamoDB::Table', 'TableName'],
  [/^arn:[^:]*:sns:[^:]*:[^:]*:([^:]+)$/, 'AWS::SNS::Topic', 'TopicName'],
  [/^arn:[^:]*:sqs:[^:]*:[^:]*:([^:]+)$/, 'AWS::SQS::Queue', 'QueueName'],
  [/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:*]+)/, 'AWS::Logs::LogGroup', 'LogGroupName'],
  [/^arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:]+)/, 'AWS::Lambda::Function', 'FunctionName'],
  [/^[^/]*\.dkr[.-]ecr[^/]*\/([^:@]+)/, 'AWS::ECR::Repository', 'RepositoryName'],
];

// most texts have none of these shapes
const MAY_NAME = /^(?:arn:|s3[an]?:\/\/|alias\/|[^/]*\.dkr[.-]ecr)/;

/**
 * Resources of the app that a value means, by reference or by name.
 *
 * @param name of the property that it stands in
 */
export function meantBy(value: string | Unknown, name: string, relations: Relations): Resource[] {
  const found = value instanceof Unknown ? value.leaves.map((leaf) => relations.target(leaf)).filter((target): target is Resource => target !== undefined) : [];
  const text = value instanceof Unknown ? value.pattern : value;
  for (const [shape, type, property] of MAY_NAME.test(text) ? NAMES : []) {
    const [, called] = shape.exec(text) ?? [];
    if (called) found.push(...relations.called(called, type, property));
  }
  if (BUCKET_NAME.test(name)) found.push(...relations.called(text, 'AWS::S3::Bucket', 'BucketName'));
  return found;
}

/** Visits each text in a value, and each value that is not known, with the name of the property that it stands in. */
export function visitTexts(value: Resolved | readonly Resolved[], visit: (text: string | Unknown, name: string) => void, name = ''): void {
  if (typeof value === 'string' || value instanceof Unknown) visit(value, name);
  else if (value instanceof Choice) for (const option of value.options) visitTexts(option, visit, name);
  else if (Array.isArray(value)) for (const item of value as readonly Resolved[]) visitTexts(item, visit, name);
  else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) visitTexts(item as Resolved, visit, key);
}
