import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inVpc } from './network';

export default rule({
  name: 'SageMakerModelVpc',
  title: 'SageMaker models run in a VPC, in no subnet that this app makes public',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['AWS::SageMaker::Model'],
  why: 'outside a VPC a model reaches data past endpoint policies and flow logs',
  fix: 'give the model a VpcConfig with private subnets and a security group',
  check: (model) => inVpc(model.at('VpcConfig'), model.relations),
});
