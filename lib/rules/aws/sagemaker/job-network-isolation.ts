import { Control } from '../../../policy/control';
import { rule, STEP } from '../../rule';
import { all, any, NOT_APPLICABLE } from '../../verdict';
import { jobsOf, MONITORS } from './job';
import { inVpc } from './network';

export default rule({
  name: 'SageMakerJobNetworkIsolation',
  title: 'SageMaker jobs run without network access',
  severity: 'error',
  control: Control.NETWORK_ISOLATION,
  resources: [STEP, ...MONITORS],
  why: 'a container with egress can copy training data out',
  fix: 'set EnableNetworkIsolation on the job; a Clarify job inside a VPC needs it off and is kept in by the VPC instead',
  check: (step) => all(...jobsOf(step).map((job) => {
    if (!job.isolation) return NOT_APPLICABLE;
    return job.clarify && job.vpc ? any(job.isolation.boolean(), inVpc(job.vpc, step.relations)) : job.isolation.boolean();
  })),
});
