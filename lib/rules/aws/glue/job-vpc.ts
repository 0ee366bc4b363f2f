import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { privateSubnets } from '../network';

export default rule({
  name: 'GlueJobVpc',
  title: 'Glue jobs, sessions and endpoints run in a VPC',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::Glue::Job', 'AWS::Glue::Session', 'AWS::Glue::DevEndpoint'],
  why: 'without a connection, code that prepares data runs in Glue\'s own network with a way to the internet',
  fix: 'name a connection with a private subnet in Connections.Connections; of an endpoint, SubnetId',
  properties: ['Connections', 'SubnetId'],
  sources: ['https://docs.aws.amazon.com/glue/latest/dg/connection-VPC-disable-proxy.html'],
  good: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare', Connections: { Connections: ['private'] } },
  bad: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare' },
  check: (job) => (job.type === 'AWS::Glue::DevEndpoint' ? privateSubnets(job.at('SubnetId'), job) : job.at('Connections.Connections').present()),
});
