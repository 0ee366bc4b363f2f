import { SageMakerStub } from '../../support/sagemaker-stub';
import { simulate } from '../../support/simulate';
import { approve, DRIFT, Following, KINDS, PACKAGE, version } from './fixture';

const SAGEMAKER = 'arn:aws:sagemaker:eu-central-1:123456789012';
const MACHINE = 'arn:aws:iam::123456789012:role/machine';

/** The resource that a call is about, as IAM sees it. */
function resourceOf(action: string, parameters: Record<string, unknown>): string | undefined {
  const of = (type: string, name: string) => (parameters[name] === undefined ? undefined : `${SAGEMAKER}:${type}/${parameters[name] as string}`);
  const job = /(DataQuality|ModelQuality|ModelBias|ModelExplainability)JobDefinition$/.exec(action)?.[1];
  if (job) return of(`${job.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase()}-job-definition`, 'JobDefinitionName');
  if (/Model$/.test(action)) return of('model', 'ModelName');
  if (/ModelPackage$/.test(action)) return parameters.ModelPackageName as string;
  if (/EndpointConfig$/.test(action)) return of('endpoint-config', 'EndpointConfigName');
  if (/Endpoint$/.test(action)) return of('endpoint', 'EndpointName');
  if (/InferenceComponent$/.test(action)) return of('inference-component', 'InferenceComponentName');
  if (/MonitoringSchedule$/.test(action)) return of('monitoring-schedule', 'MonitoringScheduleName');
  if (action === 'listExecutions') return `arn:aws:states:eu-central-1:123456789012:stateMachine:${endpointName}-rollout`;
  if (action === 'putMetricAlarm') return `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${parameters.AlarmName as string}`;
  if (action === 'putObject') return `arn:aws:s3:::${parameters.Bucket as string}/${parameters.Key as string}`;
  return 'arn:aws:application-autoscaling:eu-central-1:123456789012:scalable-target/0ec5abcdef';
}

let endpointName = '';

async function deniedOf({ definition, policyOf }: Following): Promise<string[]> {
  const stub = new SageMakerStub();
  version(stub, 1, 'Approved', DRIFT);
  version(stub, 2, 'Approved', DRIFT);
  approve(definition, stub, 1);
  approve(definition, stub, 2);
  endpointName = String(stub.calls.find(([, action]) => action === 'createEndpoint')?.[2].EndpointName);
  const identityPolicy = policyOf(/^EndpointRolloutRole/);
  const prefixes: Record<string, string> = { sfn: 'states', applicationautoscaling: 'application-autoscaling' };
  const answers = await Promise.all(stub.calls.map(async ([service, action, parameters]) => {
    const name = `${prefixes[service] ?? service}:${action.charAt(0).toUpperCase()}${action.slice(1)}`;
    const { VpcConfig: network } = parameters as { VpcConfig?: { Subnets: string[]; SecurityGroupIds: string[] } };
    const answer = await simulate({
      principal: MACHINE, action: name, resource: resourceOf(action, parameters) ?? '*', identityPolicy,
      context: {
        ...(action === 'createModel' && network
          ? { 'sagemaker:VpcSubnets': network.Subnets, 'sagemaker:VpcSecurityGroupIds': network.SecurityGroupIds, 'sagemaker:NetworkIsolation': String(parameters.EnableNetworkIsolation) }
          : {}),
        ...(service === 'applicationautoscaling' ? { 'application-autoscaling:service-namespace': 'sagemaker' } : {}),
      },
    });
    return answer === 'Allowed' ? [] : [`${name} ${resourceOf(action, parameters) ?? ''}: ${answer}`];
  }));
  return [...new Set(answers.flat())];
}

test.each(KINDS)('the role of the state machine allows each call of a rollout: %s', async (_kind, build) => {
  expect(await deniedOf(build())).toEqual([]);
});

describe('the role of the state machine', () => {
  const { policyOf } = KINDS[0][1]();
  const identityPolicy = policyOf(/^EndpointRolloutRole/);
  const network = { 'sagemaker:VpcSubnets': ['subnet-1'], 'sagemaker:VpcSecurityGroupIds': ['subnet-1'], 'sagemaker:NetworkIsolation': 'true' };
  const OTHERS: [string, string, string, Record<string, string | string[]>][] = [
    ['another endpoint', 'sagemaker:DeleteEndpoint', `${SAGEMAKER}:endpoint/billing`, {}],
    ['a model without a network', 'sagemaker:CreateModel', `${SAGEMAKER}:model/stack-endpoint-7dc50680-8c2f1a77-0123abcd-v1`, { 'sagemaker:NetworkIsolation': 'true' }],
    ['a model that is not isolated', 'sagemaker:CreateModel', `${SAGEMAKER}:model/stack-endpoint-7dc50680-8c2f1a77-0123abcd-v1`, { ...network, 'sagemaker:NetworkIsolation': 'false' }],
    ['another group', 'sagemaker:DescribeModelPackage', `${PACKAGE}-two/1`, {}],
    ['approving', 'sagemaker:UpdateModelPackage', `${PACKAGE}/1`, {}],
    ['another role', 'iam:PassRole', 'arn:aws:iam::123456789012:role/admin', { 'iam:PassedToService': 'sagemaker.amazonaws.com' }],
    ['its role for another service', 'iam:PassRole', 'arn:aws:iam::123456789012:role/endpoint', { 'iam:PassedToService': 'lambda.amazonaws.com' }],
  ];

  test.each(OTHERS)('does not reach %s', async (_what, action, resource, context) => {
    expect(await simulate({ principal: MACHINE, action, resource, context, identityPolicy })).toBe('ImplicitlyDenied');
  });

  test('passes the role of the endpoint to SageMaker', async () => {
    expect(await simulate({
      principal: MACHINE, action: 'iam:PassRole', resource: 'arn:aws:iam::123456789012:role/endpoint', identityPolicy, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    })).toBe('Allowed');
  });
});
