import { Control } from '../../../policy/control';
import { inResidency } from '../../residency';
import { rule, STACK } from '../../rule';
import { unknown } from '../../verdict';

export default rule({
  name: 'ResidencyStack',
  title: 'Stacks are pinned to a region inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: [STACK],
  why: 'everything a stack makes is where the stack is; one that names no region goes wherever it is deployed from',
  fix: 'give the stack an env with an allowed region',
  properties: ['Region'],
  sources: ['https://docs.aws.amazon.com/cdk/v2/guide/environments.html'],
  good: 'env: { region: \'eu-central-1\' } under a residency within the EU',
  bad: 'no env, or env: { region: \'us-east-1\' }',
  check: (stack, profile) => (stack.region === undefined
    ? unknown('the stack names no region')
    : inResidency(stack.region, 'the stack', profile, 'env')),
});
