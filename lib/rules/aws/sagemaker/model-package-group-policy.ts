import { Control } from '../../../policy/control';
import { parseDeployed } from '../../deployed-json';
import { isObject, Unknown } from '../../resolve';
import { rule } from '../../rule';
import { Value } from '../../value';
import { unknown, type Verdict } from '../../verdict';
import { closed } from '../policy/openness';

export default rule({
  name: 'SageMakerModelPackageGroupPolicy',
  title: 'Policies of model package groups let in nobody unnamed',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::SageMaker::ModelPackageGroup'],
  why: 'whoever may read versions sees where artifacts lie and how a model does; whoever may create them puts a model where yours is expected',
  fix: 'name accounts or roles as principals, or narrow Principal * by aws:PrincipalOrgID or aws:PrincipalAccount',
  properties: ['ModelPackageGroupPolicy'],
  sources: ['AIA SM-30', 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PutModelPackageGroupPolicy.html'],
  good: {
    ModelPackageGroupPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::222222222222:root' }, Action: 'sagemaker:DescribeModelPackage', Resource: '*' }],
    },
  },
  bad: { ModelPackageGroupPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sagemaker:DescribeModelPackage', Resource: '*' }] } },
  check: (group) => {
    const policy = group.at('ModelPackageGroupPolicy').given;
    return policy.alternatives.flatMap((document) => judged(document, policy));
  },
});

// CloudFormation takes an object or its text
function judged(document: Value['alternatives'][number], policy: Value): Verdict | Verdict[] {
  if (isObject(document)) return closed(new Value([document], policy.location));
  if (typeof document !== 'string' && !(document instanceof Unknown)) return unknown(`${policy.name} is no policy`, policy.location);
  const parsed = parseDeployed(document);
  return 'reason' in parsed ? unknown(`${policy.name} cannot be read: ${parsed.reason}`, policy.location) : closed(Value.of(parsed.value, policy.location));
}
