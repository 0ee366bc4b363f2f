import { deployed, simulate, SimulatedRequest } from '../support/simulate';
import { example, templatesOf } from '../support/examples';

interface Resource { readonly Type: string; readonly Properties?: Record<string, unknown> }

const templates = templatesOf(example('composed').app);
const resources = (beginning: string): [string, Resource][] => Object.entries(templates)
  .filter(([file]) => file.startsWith(beginning)).flatMap(([, template]) => Object.entries(template.Resources));
const platform = resources('HospitalPlatform');
const team = resources('HospitalReadmission');
const one = (from: [string, Resource][], type: string, beginning = '') => {
  const found = from.filter(([id, resource]) => resource.Type === type && id.startsWith(beginning));
  if (found.length !== 1) throw new Error(`${found.length} resources of ${type} begin with '${beginning}'`);
  return found[0][1].Properties!;
};

const LOGS_KEY = 'arn:aws:kms:eu-central-1:123456789012:key/logs';
const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';
const PIPELINE = 'arn:aws:sagemaker:eu-central-1:123456789012:pipeline/readmission-risk';

test('the library makes no network, key, bucket or topic when all of them are given', () => {
  const types = new Set(team.map(([, resource]) => resource.Type).filter((type) => type !== 'AWS::CDK::Metadata'));
  expect([...types].sort()).toEqual([
    'AWS::CloudFormation::Stack', 'AWS::CloudWatch::Alarm', 'AWS::Events::Rule', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role',
    'AWS::SageMaker::ModelPackageGroup', 'AWS::SageMaker::Pipeline',
  ]);
});

test('every job runs in the given network, under the given keys', () => {
  const body = JSON.stringify(one(team, 'AWS::SageMaker::Pipeline').PipelineDefinition);
  const parameters = JSON.stringify(one(team, 'AWS::CloudFormation::Stack').Parameters ?? {});
  const given = (name: string) => body.includes(name) || parameters.includes(name);
  for (const name of ['VpcAnalyticsSubnet1', 'VpcAnalyticsSubnet2', 'Jobs', 'DataKey', 'ModelsKey']) expect([name, given(name)]).toEqual([name, true]);
});

describe('the alarms of the pipeline', () => {
  const keyPolicy = deployed(one(platform, 'AWS::KMS::Key', 'LogsKey').KeyPolicy as object, {});
  const topicPolicy = deployed(one(platform, 'AWS::SNS::TopicPolicy').PolicyDocument as object, { 'Alarms*': TOPIC });
  const context = { 'aws:PrincipalIsAWSService': 'true', 'aws:SourceAccount': '123456789012', 'aws:SecureTransport': 'true' };

  test.each(['cloudwatch.amazonaws.com', 'events.amazonaws.com'])('%s may publish to the given topic, and use the given key', async (principal) => {
    expect(await simulate({ principal, action: 'sns:Publish', resource: TOPIC, resourcePolicy: topicPolicy, context })).toBe('Allowed');
    expect(await simulate({ principal, action: 'kms:GenerateDataKey', resource: LOGS_KEY, resourcePolicy: keyPolicy, context })).toBe('Allowed');
  });
});

describe('the team\'s own role', () => {
  const policy = one(team, 'AWS::IAM::ManagedPolicy', 'StartReadmission');
  const ask = (action: string, resource: string, more: Partial<SimulatedRequest> = {}) => simulate({
    principal: 'arn:aws:iam::123456789012:role/Scientists', action, resource, identityPolicy: deployed(policy.PolicyDocument as object, {}), ...more,
  });

  test('may start the pipeline and look at its runs', async () => {
    expect(await ask('sagemaker:StartPipelineExecution', PIPELINE)).toBe('Allowed');
    expect(await ask('sagemaker:DescribePipelineExecution', `${PIPELINE}/execution/abc123`)).toBe('Allowed');
  });

  test('may neither change it, nor start another, nor approve what it made', async () => {
    expect(await ask('sagemaker:UpdatePipeline', PIPELINE)).toBe('ImplicitlyDenied');
    expect(await ask('sagemaker:StartPipelineExecution', `${PIPELINE}-other`)).toBe('ImplicitlyDenied');
    expect(await ask('sagemaker:UpdateModelPackage', 'arn:aws:sagemaker:eu-central-1:123456789012:model-package/any/1')).toBe('ImplicitlyDenied');
  });

  test('is given to the role that the platform owns, and no policy is inline', () => {
    expect(JSON.stringify(policy.Roles)).toMatch(/Scientists/);
    expect([...platform, ...team].filter(([, resource]) => resource.Type === 'AWS::IAM::Policy')).toEqual([]);
  });
});
