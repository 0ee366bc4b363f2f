import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { TableFormat } from '../../../policy/deidentification';
import type { IDataStore } from '../../storage/data-store';
import type { EraserProps } from '../eraser-props';
import type { RecordLayout } from '../record-layout';
import { allowExport, allowFingerprints, BoundEraser, newEraserFunction, RightsGround } from '../rights-ground';
import { told } from './bound';

/** Erases objects, or rows of them. */
export function bindObjects(scope: Construct, ground: RightsGround, store: IDataStore, layout: RecordLayout, props: EraserProps & { readonly byPerson?: boolean }): BoundEraser {
  // what is deleted by its version is not deleted in a replica
  const replica = store.node.tryFindChild('Replica');
  const buckets = [store.bucket, ...(replica instanceof s3.Bucket ? [replica] : [])];
  const made = newEraserFunction(scope, 'Eraser', ground, {
    job: 'erase-objects', description: `Erases people from ${store.node.path}`, store: { buckets: buckets.map(({ bucketName }) => bucketName), layout: layout._setting },
    // a file of 236 MB with all rows in one group took 1.1 GB; it is the most that every account may have
    ...(layout._setting.kind === 'parquet' ? { memory: 3_008 } : {}),
  });
  const { role } = made;
  const prefix = layout._keyPrefix;
  const any = 'which objects are of a person is not known before somebody asks';
  for (const bucket of buckets) {
    role.allow(new iam.PolicyStatement({
      actions: ['s3:ListBucketVersions'], resources: [bucket.bucketArn], ...(prefix === '' ? {} : { conditions: { StringLike: { 's3:prefix': [`${prefix}*`] } } }),
    }));
    role.allow(new iam.PolicyStatement({
      actions: ['s3:DeleteObjectVersion', 's3:GetObject', 's3:GetObjectVersion', ...(layout._rewrites ? REWRITING : [])], resources: [bucket.arnForObjects(`${prefix}*`)],
    }), any);
  }
  if (store.key) role.allowKey(store.key, ['kms:Decrypt', ...(layout._rewrites ? ['kms:GenerateDataKey'] : [])], 's3', ground.workspace.region);
  if (!props.byPerson) allowExport(role, ground);
  ground.records.allow(role, ['PutItem']);
  allowFingerprints(role, ground);
  const path = store.node.path;
  return {
    store: path, function: made.function, ...told(props, store), ...(props.byPerson ? { byPerson: true } : {}), conflicts: [],
    bucketArn: store.bucket.bucketArn, storeConstruct: store, ...(layout._rewrites ? rowsOf(layout) : {}),
    accounts: [{ node: path, how: layout._words, prefix, finds: layout._finds }],
  };
}

function rowsOf({ _setting: { kind, column, field } }: RecordLayout): Pick<BoundEraser, 'rowsOf' | 'personIn'> {
  const form = { csv: TableFormat.CSV, parquet: TableFormat.PARQUET }[kind!] ?? TableFormat.JSON_LINES;
  return { rowsOf: form, personIn: column ?? field };
}

const REWRITING = ['s3:AbortMultipartUpload', 's3:GetObjectTagging', 's3:GetObjectVersionTagging', 's3:PutObject', 's3:PutObjectTagging'];
