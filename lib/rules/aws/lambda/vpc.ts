import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'LambdaVpc',
  title: 'Functions that handle ML data run in a VPC',
  severity: 'warning',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::Lambda::Function'],
  why: 'outside a VPC a function has a way to the internet that no flow log sees and no security group closes; what it reads can go anywhere',
  fix: 'set VpcConfig with private SubnetIds and SecurityGroupIds',
  properties: ['VpcConfig'],
  sources: ['Security Hub Lambda.3', 'AWS Config lambda-inside-vpc', 'cdk-nag LambdaInsideVPC', 'Checkov CKV_AWS_117', 'Prowler awslambda_function_inside_vpc'],
  good: 'a function that reads a store, with SubnetIds and SecurityGroupIds in VpcConfig',
  bad: 'a function that reads a store, without VpcConfig',
  check: (handler) => ofMlData(handler, () => handler.present('VpcConfig.SubnetIds')),
});
