import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { option } from './option';

export default rule({
  name: 'SageMakerFeatureGroupTableFormat',
  title: 'Offline feature stores are tables from which one person can be erased',
  severity: 'warning',
  control: Control.ERASURE,
  resources: ['AWS::SageMaker::FeatureGroup'],
  why: 'the offline store keeps every version of every record: in the Glue format a row goes only when its file is rewritten, Iceberg deletes rows',
  fix: 'set OfflineStoreConfig.TableFormat to Iceberg; it cannot be changed later',
  properties: ['OfflineStoreConfig.TableFormat'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-delete-records.html', 'https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-delete.html',
  ],
  good: { OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://features/' }, TableFormat: 'Iceberg' } },
  bad: { OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://features/' } } },
  check: (group) => {
    const offline = group.at('OfflineStoreConfig').given;
    return offline.isAbsent ? NOT_APPLICABLE : option(offline.at('TableFormat'), ['Iceberg'], 'Glue');
  },
});
