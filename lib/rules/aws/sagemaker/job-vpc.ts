import { Control } from '../../../policy/control';
import { rule, STEP } from '../../rule';
import { all, NOT_APPLICABLE } from '../../verdict';
import { jobsOf, MONITORS } from './job';
import { inVpc } from './network';

export default rule({
  name: 'SageMakerJobVpc',
  title: 'SageMaker jobs run in a VPC, in no subnet that this app makes public',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: [STEP, ...MONITORS],
  why: 'outside a VPC a job reaches data over the service\'s own network, past endpoint policies and flow logs',
  fix: 'give the job a VpcConfig with private subnets and a security group',
  check: (step) => all(...jobsOf(step).map((job) => (job.vpc ? inVpc(job.vpc, step.relations) : NOT_APPLICABLE))),
});
