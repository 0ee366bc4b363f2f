import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { privateSubnets } from '../network';

export default rule({
  name: 'EmrServerlessNetwork',
  title: 'EMR Serverless applications run in private subnets',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::EMRServerless::Application'],
  why: 'outside a VPC Spark reaches data over the service\'s own network, past endpoint policies and flow logs',
  fix: 'set NetworkConfiguration with private SubnetIds and SecurityGroupIds',
  properties: ['NetworkConfiguration'],
  sources: ['https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/vpc-access.html'],
  good: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0', NetworkConfiguration: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } },
  bad: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0' },
  check: (application) => [...privateSubnets(application.at('NetworkConfiguration.SubnetIds'), application), application.present('NetworkConfiguration.SecurityGroupIds')],
});
