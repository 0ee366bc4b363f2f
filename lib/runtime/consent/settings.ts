import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Ingest } from './ingest';
import { ConsentTable } from './table';
import { variable } from './fault';

const dynamo = new DynamoDBClient({ maxAttempts: 6 });
const kms = new KMSClient({ maxAttempts: 6 });
const s3 = new S3Client({ maxAttempts: 6 });

/** The table, with what it remembers of one request. */
export function newTable(): ConsentTable {
  return new ConsentTable(dynamo, kms, { table: variable('TABLE'), subjectKey: variable('SUBJECT_KEY') });
}

/** The store of a registry. */
export function store(): { readonly s3: S3Client; readonly bucket: string } {
  return { s3, bucket: variable('BUCKET') };
}

/** Takes in what came from somewhere. */
export function newIngest(source: string, now: Date = new Date()): Ingest {
  const { bucket } = store();
  const table = newTable();
  return new Ingest(table, {
    purposes: JSON.parse(variable('PURPOSES')) as Record<string, string>,
    nameOf: (digest) => table.nameOf(`refused ${digest}`),
    keep: async (Key, Body) => { await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/json' })); },
  }, source, now);
}
