import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'DatabasePublicAccess',
  title: 'Databases of ML data have no public address',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::Redshift::Cluster'],
  why: 'behind a public address a security group and a password are all that stands between the internet and what models learn from',
  fix: 'set PubliclyAccessible to false; RDS leaves it to the subnets where nothing is said',
  properties: ['PubliclyAccessible'],
  sources: [
    'Security Hub RDS.2', 'Security Hub Redshift.1', 'AWS Config rds-instance-public-access-check', 'AWS Config redshift-cluster-public-access-check', 'cdk-nag RDSInstancePublicAccess',
    'cdk-nag RedshiftClusterPublicAccess', 'Checkov CKV_AWS_17', 'Checkov CKV_AWS_87',
  ],
  good: 'the database that a connection of Glue leads to, with PubliclyAccessible false',
  bad: 'the same database, and nothing said of it',
  check: (database) => {
    // the instances of a cluster of Aurora say it, each for itself
    if (database.type === 'AWS::RDS::DBCluster' && database.at('DBClusterInstanceClass').isAbsent && database.at('PubliclyAccessible').isAbsent) return NOT_APPLICABLE;
    return ofMlData(database, () => database.at('PubliclyAccessible').boolean(false, database.type !== 'AWS::Redshift::Cluster'));
  },
});
