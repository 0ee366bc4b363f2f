import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { scalarText, shown, type Value } from '../../value';
import { all, any, COMPLIANT, nonCompliant, type Verdict } from '../../verdict';
import { isWideRange } from '../policy/openness';
import { each } from '../policy/statements';
import { stated } from './stated';

export default rule({
  name: 'SageMakerWorkforceNetwork',
  title: 'Workers sign in from networks that are named',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::SageMaker::Workforce'],
  why: 'the portal shows workers the data they label: by default from any address in the world',
  fix: 'set SourceIpConfig.Cidrs to the networks of your workers, or WorkforceVpcConfig to let the portal be reached from a VPC only',
  properties: ['SourceIpConfig.Cidrs', 'WorkforceVpcConfig'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sms-workforce-management-private-api.html', 'https://docs.aws.amazon.com/sagemaker/latest/dg/samurai-vpc-worker-portal.html',
  ],
  good: { SourceIpConfig: { Cidrs: ['203.0.113.0/24'] } },
  bad: { SourceIpConfig: { Cidrs: ['0.0.0.0/0'] } },
  check: (workforce) => any(narrow(workforce.at('SourceIpConfig.Cidrs')), stated(workforce.at('WorkforceVpcConfig.VpcId'))),
});

function narrow(cidrs: Value): Verdict {
  return all(cidrs.present(), ...each(cidrs).map((cidr) => cidr.judge((range) => (
    isWideRange(scalarText(range)) ? nonCompliant(`${cidr.name} is ${shown(range)}, which is more than an organisation has`) : COMPLIANT))));
}
