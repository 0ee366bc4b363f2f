import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { inVpc, vpcConfig } from './network';
import { componentVariantsOf } from './variants';

export default rule({
  name: 'SageMakerEndpointConfigVpc',
  title: 'Endpoints of inference components run in a VPC, in no subnet that this app makes public',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::SageMaker::EndpointConfig'],
  why: 'a component takes the network of its endpoint: outside a VPC its data passes endpoint policies and flow logs by',
  fix: 'give the configuration a VpcConfig with private subnets and a security group where a variant names no model',
  properties: ['VpcConfig'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html'],
  good: {
    VpcConfig: { Subnets: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] },
    ProductionVariants: [{ VariantName: 'AllTraffic', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 2 }],
  },
  bad: { ProductionVariants: [{ VariantName: 'AllTraffic', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 2 }] },
  check: (config) => (componentVariantsOf(config).length === 0 ? NOT_APPLICABLE : inVpc(vpcConfig(config.at('VpcConfig')), config.relations)),
});
