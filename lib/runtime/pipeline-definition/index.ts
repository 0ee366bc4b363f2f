import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { customResource } from '../cloudformation-response';

const s3 = new S3Client({});

interface Location {
  readonly Bucket: string;
  readonly Key: string;
}

interface Properties {
  /** The definition with a placeholder for each value that only the deployment knows. */
  readonly Template: Location;
  /** The values, in the order of their placeholders. */
  readonly Values: string[];
  readonly Placeholder: string;
  /** Where the finished definition goes; the key is a prefix. */
  readonly Destination: Location;
}

/**
 * Puts what only the deployment knows into a pipeline definition that is too large for a template. Its key is made of its
 * content, so that a change of either updates the pipeline, and running twice changes nothing. Old definitions stay: a
 * rollback needs them.
 */
export const handler = customResource(async (event) => {
  if (event.RequestType === 'Delete') return undefined;
  const { Template, Values, Placeholder, Destination } = event.ResourceProperties as unknown as Properties;
  const found = await s3.send(new GetObjectCommand(Template));
  const text = fill(await found.Body!.transformToString('utf8'), Placeholder, Values);
  const Key = `${Destination.Key}${createHash('sha256').update(text).digest('hex')}.json`;
  await s3.send(new PutObjectCommand({ Bucket: Destination.Bucket, Key, Body: text, ContentType: 'application/json' }));
  return { physicalResourceId: `s3://${Destination.Bucket}/${Key}`, data: { Bucket: Destination.Bucket, Key } };
});

/**
 * The text with its placeholders replaced, each value escaped as a part of a JSON string.
 *
 * @throws an error when a placeholder has no value or the result is no JSON
 */
export function fill(text: string, placeholder: string, values: string[]): string {
  const filled = text.replace(new RegExp(`${placeholder}(\\d+)_`, 'g'), (_, index: string) => {
    const value = values[Number(index)];
    if (value === undefined) throw new Error(`placeholder ${index} has no value: there are ${values.length}`);
    return JSON.stringify(value).slice(1, -1);
  });
  JSON.parse(filled);
  return filled;
}
