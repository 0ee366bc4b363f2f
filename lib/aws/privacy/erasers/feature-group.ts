import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DataFlow } from '../../../policy/flow';
import { shown } from '../../../policy/given';
import { having, requireProps } from '../../../policy/required';
import { Residency } from '../../../policy/residency';
import { ServiceRole } from '../../private/service-role';
import type { IDataStore } from '../../storage/data-store';
import { FeatureGroupEraserProps, FeatureTableFormat, OfflineFeatureStore } from '../eraser-props';
import { allowExport, allowFingerprints, BoundEraser, newEraserFunction, RightsGround } from '../rights-ground';
import { admitService } from '../service-endpoint';
import { told } from './bound';

const THROUGH_ATHENA = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } };

/**
 * Passes for a feature group that people can be erased from.
 *
 * @throws an error that says what to give
 */
export function checkFeatureGroup(props: FeatureGroupEraserProps): void {
  const name = (value: unknown) => typeof value === 'string' && (Token.isUnresolved(value) || /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(value));
  // names of features stand in queries
  const feature = (value: unknown) => typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(value);
  requireProps('Eraser.featureGroup', props, {
    featureGroupName: { is: name, give: "the name of the group, such as 'patients'" },
    recordIdentifier: { is: feature, give: "the name of the feature that identifies records, such as 'patient_id'" },
    eventTime: { is: feature, give: "the name of the feature that has the time of the event, such as 'event_time'" },
    offline: { is: having('tableFormat'), give: 'its table: format, database, table, store, workGroup, results', optional: true },
  });
  const { offline, featureGroupName } = props;
  if (props.online === false && !offline) throw new Error(`Eraser.featureGroup: group '${featureGroupName}' would have neither an online nor an offline store: give offline, or leave out online`);
  if (!offline) return;
  if (offline.tableFormat !== FeatureTableFormat.ICEBERG) {
    throw new Error(`Eraser.featureGroup: the offline store of '${featureGroupName}' is in the ${shown(offline.tableFormat)} format, in which a row goes only when its file is written anew, and nothing of AWS does that: make a group in the Iceberg format, which cannot be changed later, copy what is needed and delete this one, or erase with a function of yours (Eraser.byFunction)`);
  }
  requireProps('Eraser.featureGroup: offline', offline, {
    database: { is: (value) => typeof value === 'string' && /^[a-z0-9_]{1,255}$/.test(value), give: "the name of its database, of small letters, digits and '_', such as 'sagemaker_featurestore'" },
    table: { is: (value) => typeof value === 'string' && /^[a-z0-9_]{1,255}$/.test(value), give: "the name of its table, of small letters, digits and '_'" },
    workGroup: { is: (value) => typeof value === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(value), give: 'the name of a work group of Athena' },
    store: { is: having('bucket', 'classification', 'zone'), give: 'the store that its files lie in' },
    results: { is: having('bucket', 'classification', 'zone'), give: 'the store that the work group writes results to' },
  });
}

/** Erases the record of a person, and its rows. */
export function bindFeatureGroup(scope: Construct, ground: RightsGround, props: FeatureGroupEraserProps): BoundEraser {
  const { featureGroupName: name, offline } = props;
  const online = props.online ?? true;
  const made = newEraserFunction(scope, 'Eraser', ground, {
    job: 'erase-features', description: `Erases people from feature group ${name}`,
    store: {
      name, recordIdentifier: props.recordIdentifier, eventTime: props.eventTime, eventTimeIs: props.eventTimeInSeconds ? 'seconds' : 'text', online,
      ...(offline ? { offline: { database: offline.database, table: offline.table, workGroup: offline.workGroup, bucket: offline.store.bucket.bucketName, prefix: offline.prefix ?? '' } } : {}),
    },
  });
  const arn = arnsOf(scope, ground);
  if (online) {
    const actions = ['sagemaker:DeleteRecord', 'sagemaker:GetRecord'];
    const resources = [arn('sagemaker', `feature-group/${name}`)];
    made.role.allow(new iam.PolicyStatement({ actions, resources }));
    admitService(scope, ground.workspace, 'sagemaker.featurestore-runtime', actions, resources);
  }
  allowExport(made.role, ground);
  if (offline) allowOffline(scope, made.role, ground, offline);
  const path = made.node.path;
  DataFlow.of(scope).add({
    id: path, kind: 'store', name, detail: 'feature-group', region: ground.workspace.region,
    classification: offline?.store.classification ?? ground.workspace.outputs.classification,
  });
  return {
    store: `feature-group/${name}`, function: made.function, ...told(props, offline?.store), conflicts: [],
    accounts: [{ node: path, how: 'record by record' }, ...(offline ? [{ node: offline.store.node.path, how: `rows of feature group '${name}'`, prefix: offline.prefix }] : [])],
  };
}

function allowOffline(scope: Construct, role: ServiceRole, ground: RightsGround, offline: OfflineFeatureStore): void {
  const { region } = ground.workspace;
  const arn = arnsOf(scope, ground);
  const asking = ['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StartQueryExecution'];
  const workGroup = arn('athena', `workgroup/${offline.workGroup}`);
  role.allow(new iam.PolicyStatement({ actions: asking, resources: [workGroup] }));
  admitService(scope, ground.workspace, 'athena', asking, [workGroup]);
  role.allow(new iam.PolicyStatement({
    actions: ['glue:GetDatabase', 'glue:GetTable', 'glue:UpdateTable'], conditions: THROUGH_ATHENA,
    resources: [arn('glue', 'catalog'), arn('glue', `database/${offline.database}`), arn('glue', `table/${offline.database}/${offline.table}`)],
  }));
  const allowStore = (store: IDataStore, prefix: string, actions: string[], keyActions: string[]) => {
    role.allow(new iam.PolicyStatement({ actions, resources: [store.bucket.arnForObjects(`${prefix}*`)], conditions: THROUGH_ATHENA }));
    role.allow(new iam.PolicyStatement({ actions: ['s3:GetBucketLocation', 's3:ListBucket'], resources: [store.bucket.bucketArn], conditions: THROUGH_ATHENA }));
    if (store.key) role.allowKey(store.key, keyActions, 's3', region);
  };
  const writing = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'];
  allowStore(offline.store, offline.prefix ?? '', [...writing, 's3:DeleteObject'], ['kms:Decrypt', 'kms:GenerateDataKey']);
  // what the table gave up is hidden in a bucket with versions, until each version is deleted
  const prefix = offline.prefix ?? '';
  role.allow(new iam.PolicyStatement({
    actions: ['s3:ListBucketVersions'], resources: [offline.store.bucket.bucketArn], ...(prefix === '' ? {} : { conditions: { StringLike: { 's3:prefix': [`${prefix}*`] } } }),
  }));
  role.allow(new iam.PolicyStatement({ actions: ['s3:DeleteObjectVersion'], resources: [offline.store.bucket.arnForObjects(`${prefix}*`)] }));
  ground.records.allow(role, ['PutItem']);
  allowFingerprints(role, ground);
  allowStore(offline.results, offline.resultsPrefix ?? '', writing, ['kms:Decrypt', 'kms:GenerateDataKey']);
  role.allow(new iam.PolicyStatement({ actions: ['s3:GetBucketLocation', 's3:ListBucket'], resources: [ground.exports.bucket.bucketArn], conditions: THROUGH_ATHENA }));
}

function arnsOf(scope: Construct, { workspace: { region } }: RightsGround): (service: string, resource: string) => string {
  return (service, resource) => `arn:${Residency.partitionOf(region)}:${service}:${region}:${Stack.of(scope).account}:${resource}`;
}
