import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, NOT_APPLICABLE } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'DatabaseKey',
  title: 'Databases and file systems of ML data encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::Redshift::Cluster', 'AWS::EFS::FileSystem'],
  why: 'a job reads tables and files of people as it reads a bucket; without a key of one\'s own nobody can take the data out of reach',
  fix: 'set StorageEncrypted (RDS) or Encrypted, and KmsKeyId to a key of your own',
  properties: ['StorageEncrypted', 'Encrypted', 'KmsKeyId'],
  sources: [
    'Security Hub RDS.3', 'Security Hub RDS.27', 'Security Hub Redshift.10', 'Security Hub EFS.1', 'AWS Config rds-storage-encrypted', 'AWS Config redshift-cluster-kms-enabled',
    'AWS Config efs-encrypted-check', 'cdk-nag RDSStorageEncrypted', 'cdk-nag RedshiftClusterEncryptionAtRest', 'cdk-nag EFSEncrypted', 'Checkov CKV_AWS_16', 'Checkov CKV_AWS_42',
    'Checkov CKV_AWS_64', 'Checkov CKV_AWS_96',
  ],
  good: 'the file system of a training job, with Encrypted and a KmsKeyId',
  bad: 'the cluster of Redshift that a processing job reads, with Encrypted and without a KmsKeyId',
  check: (store) => {
    // an instance of a cluster lies on the cluster's storage
    if (!store.at('DBClusterIdentifier').isAbsent && store.type === 'AWS::RDS::DBInstance') return NOT_APPLICABLE;
    const flag = store.type.startsWith('AWS::RDS::') ? 'StorageEncrypted' : 'Encrypted';
    return ofMlData(store, () => all(store.boolean(flag), store.key('KmsKeyId')));
  },
});
