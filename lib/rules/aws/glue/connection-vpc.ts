import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { privateSubnets } from '../network';

export default rule({
  name: 'GlueConnectionVpc',
  title: 'Glue connections lead through a private subnet',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::Glue::Connection'],
  why: 'a connection without a subnet goes out over the service\'s own network, past endpoints and flow logs',
  fix: 'set PhysicalConnectionRequirements.SubnetId and SecurityGroupIdList',
  properties: ['ConnectionInput.PhysicalConnectionRequirements'],
  sources: ['https://docs.aws.amazon.com/glue/latest/dg/start-connecting.html'],
  good: { CatalogId: '123456789012', ConnectionInput: { ConnectionType: 'NETWORK', PhysicalConnectionRequirements: { SubnetId: 'subnet-1', SecurityGroupIdList: ['sg-1'] } } },
  bad: { CatalogId: '123456789012', ConnectionInput: { ConnectionType: 'JDBC' } },
  check: (connection) => {
    const type = connection.at('ConnectionInput.ConnectionType');
    if (type.unknowns.length === 0 && !type.texts.some((one) => IN_A_NETWORK.has(one))) return NOT_APPLICABLE;
    const requirements = connection.at('ConnectionInput.PhysicalConnectionRequirements');
    return [...privateSubnets(requirements.at('SubnetId'), connection), requirements.at('SecurityGroupIdList').present()];
  },
});

// what can stand in a VPC; others are services that are reached by their public address, with a sign-in of their own
const IN_A_NETWORK = new Set([
  'JDBC', 'KAFKA', 'MONGODB', 'NETWORK', 'SFTP', 'MARKETPLACE', 'CUSTOM', 'MYSQL', 'POSTGRESQL', 'ORACLE', 'SQLSERVER', 'REDSHIFT', 'DOCUMENTDB', 'OPENSEARCH', 'SAPHANA', 'TERADATA', 'VERTICA',
  'DB2', 'DB2AS400', 'HBASE', 'CLOUDERAIMPALA', 'CLOUDERAHIVE', 'HORTONWORKSHIVE',
]);
