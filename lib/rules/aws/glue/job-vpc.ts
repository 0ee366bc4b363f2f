import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { privateSubnets } from '../network';

export default rule({
  name: 'GlueJobVpc',
  title: 'Glue jobs, sessions, endpoints and optimizers of tables run in a VPC',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::Glue::Job', 'AWS::Glue::Session', 'AWS::Glue::DevEndpoint', 'AWS::Glue::TableOptimizer'],
  why: 'without a connection, code that prepares data runs in Glue\'s own network with a way to the internet',
  fix: 'name a connection with a private subnet in Connections.Connections; of an endpoint, SubnetId; of an optimizer, TableOptimizerConfiguration.VpcConfiguration.GlueConnectionName',
  properties: ['Connections', 'SubnetId', 'TableOptimizerConfiguration.VpcConfiguration'],
  sources: ['https://docs.aws.amazon.com/glue/latest/dg/connection-VPC-disable-proxy.html'],
  good: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare', Connections: { Connections: ['private'] } },
  bad: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare' },
  check: (job) => {
    if (job.type === 'AWS::Glue::DevEndpoint') return privateSubnets(job.at('SubnetId'), job);
    return job.at(job.type === 'AWS::Glue::TableOptimizer' ? 'TableOptimizerConfiguration.VpcConfiguration.GlueConnectionName' : 'Connections.Connections').present();
  },
});
