import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inVpc, vpcConfig } from './network';

export default rule({
  name: 'SageMakerModelVpc',
  title: 'SageMaker models run in a VPC, in no subnet that this app makes public',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::SageMaker::Model'],
  why: 'outside a VPC a model reaches data past endpoint policies and flow logs',
  fix: 'give the model a VpcConfig with private subnets and a security group',
  properties: ['VpcConfig'],
  sources: ['AWS Config sagemaker-model-in-vpc', 'Prowler sagemaker_models_vpc_settings_configured'],
  good: { VpcConfig: { Subnets: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] } },
  bad: {},
  check: (model) => inVpc(vpcConfig(model.at('VpcConfig')), model.relations),
});
