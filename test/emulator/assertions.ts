import { DescribeVpcEndpointsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { DescribeKeyCommand, GetKeyRotationStatusCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetBucketEncryptionCommand, GetBucketPolicyCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribePipelineCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { TemplateResource } from './assembly';
import { differences, joined, stepsOf } from './definition';
import { ACCOUNT, ResourceRecord } from './emulator';

/** A resource of a template with what the deploy made of it. */
export interface Deployed extends TemplateResource {
  readonly record: ResourceRecord;
}

/** One kind of resource: asks the cloud's API, and gives what is wrong with the answer. */
type Check = (resource: Deployed, region: string) => Promise<string[]>;

/** Steps that run our own containers, which have to be without network or at least in our subnets. */
const JOBS = ['Processing', 'Training', 'Tuning', 'ClarifyCheck', 'QualityCheck'];

export const CHECKS: Record<string, Check> = {
  'AWS::SageMaker::Pipeline': checkPipeline,
  'AWS::S3::Bucket': checkBucket,
  'AWS::S3::BucketPolicy': checkBucketPolicy,
  'AWS::KMS::Key': checkKey,
  'AWS::EC2::VPCEndpoint': checkEndpoint,
  'AWS::StepFunctions::StateMachine': checkStateMachine,
  'AWS::Lambda::Function': checkFunction,
  'AWS::Events::Rule': checkRule,
};

/** What is wrong with the resources as the cloud shows them, and how many of each type were looked at. */
export async function check(resources: Deployed[]): Promise<{ problems: string[]; checked: Record<string, number> }> {
  const checked: Record<string, number> = {};
  const problems: string[] = [];
  for (const resource of resources) {
    const found = CHECKS[resource.type];
    if (!found) continue;
    checked[resource.type] = (checked[resource.type] ?? 0) + 1;
    const where = `${resource.stack.name}/${resource.logicalId} (${resource.type})`;
    try {
      problems.push(...(await found(resource, resource.record.region)).map((problem) => `${where}: ${problem}`));
    } catch (error) {
      problems.push(`${where}: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
    }
  }
  return { problems, checked };
}

async function checkPipeline({ properties, record }: Deployed, region: string): Promise<string[]> {
  const { PipelineDefinition: deployed } = await new SageMakerClient({ region }).send(new DescribePipelineCommand({ PipelineName: record.physical_id }));
  if (!deployed) return ['it has no definition'];
  const steps = stepsOf(deployed);
  const open = steps.filter((step) => JOBS.includes(step.type) && !step.isolated && !step.inVpc);
  return [
    ...(steps.length === 0 ? ['its definition has no steps'] : []),
    ...differences(JSON.parse(await writtenDefinition(properties, region)), JSON.parse(deployed)),
    ...open.map((step) => `step '${step.name}' is neither isolated from the network nor in a VPC`),
  ];
}

async function writtenDefinition(properties: Record<string, unknown>, region: string): Promise<string> {
  const { PipelineDefinitionBody: body, PipelineDefinitionS3Location: location } = properties.PipelineDefinition as {
    PipelineDefinitionBody?: unknown; PipelineDefinitionS3Location?: { Bucket: unknown; Key: string };
  };
  if (!location) return joined(body);
  const bucket = (location.Bucket as { 'Fn::Sub'?: string })['Fn::Sub'] ?? String(location.Bucket);
  const object = await s3(region).send(new GetObjectCommand({ Bucket: bucket.replace('${AWS::AccountId}', ACCOUNT).replace('${AWS::Region}', region), Key: location.Key }));
  return await object.Body!.transformToString();
}

async function checkBucket({ properties, record: { physical_id: Bucket } }: Deployed, region: string): Promise<string[]> {
  if (!properties.BucketEncryption) return [];
  const { ServerSideEncryptionConfiguration: encryption } = await s3(region).send(new GetBucketEncryptionCommand({ Bucket }));
  const wanted = (properties.BucketEncryption as { ServerSideEncryptionConfiguration: { ServerSideEncryptionByDefault: { SSEAlgorithm: string } }[] })
    .ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm;
  const got = encryption?.Rules?.[0].ApplyServerSideEncryptionByDefault;
  return [
    ...(got?.SSEAlgorithm === wanted ? [] : [`its encryption is '${got?.SSEAlgorithm}', not '${wanted}'`]),
    ...(wanted === 'aws:kms' && !got?.KMSMasterKeyID ? ['its key did not resolve'] : []),
  ];
}

async function checkBucketPolicy({ properties, record: { physical_id: Bucket } }: Deployed, region: string): Promise<string[]> {
  const { Policy } = await s3(region).send(new GetBucketPolicyCommand({ Bucket }));
  const { Statement: deployed } = JSON.parse(Policy!) as { Statement: object[] };
  const { Statement: wanted } = properties.PolicyDocument as { Statement: object[] };
  return deployed.length === wanted.length ? [] : [`it has ${deployed.length} statements, not ${wanted.length}`];
}

async function checkKey({ properties, record: { physical_id: KeyId } }: Deployed, region: string): Promise<string[]> {
  const kms = new KMSClient({ region });
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
  return [
    ...(KeyMetadata?.Enabled ? [] : ['it is not enabled']),
    ...(KeyRotationEnabled === Boolean(properties.EnableKeyRotation) ? [] : [`its rotation is ${KeyRotationEnabled}`]),
  ];
}

async function checkEndpoint({ properties, record: { physical_id } }: Deployed, region: string): Promise<string[]> {
  const { VpcEndpoints } = await new EC2Client({ region }).send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [physical_id] }));
  const [endpoint] = VpcEndpoints ?? [];
  return [
    ...differences(joined(properties.ServiceName), endpoint?.ServiceName, 'ServiceName'),
    ...(endpoint?.State?.toLowerCase() === 'available' ? [] : [`it is '${endpoint?.State}'`]),
    ...(endpoint?.VpcEndpointType === 'Interface' && !endpoint.SubnetIds?.length ? ['it is in no subnet'] : []),
  ];
}

async function checkStateMachine({ properties, record: { physical_id } }: Deployed, region: string): Promise<string[]> {
  const { definition } = await new SFNClient({ region }).send(new DescribeStateMachineCommand({ stateMachineArn: physical_id }));
  const written = properties.DefinitionString;
  const deployed = JSON.parse(definition!) as { States?: object };
  return [
    ...(deployed.States ? [] : ['its definition has no states']),
    ...(written ? differences(JSON.parse(joined(written)), deployed) : []),
  ];
}

async function checkFunction({ properties, record: { physical_id } }: Deployed, region: string): Promise<string[]> {
  const { Configuration, Code } = await new LambdaClient({ region }).send(new GetFunctionCommand({ FunctionName: physical_id }));
  const wantsVpc = properties.VpcConfig !== undefined;
  return [
    ...differences(joined(properties.Runtime), Configuration?.Runtime, 'Runtime'),
    ...(Code?.Location ? [] : ['it has no code']),
    ...(!Configuration?.CodeSize ? ['its code is empty'] : []),
    ...(wantsVpc && !Configuration?.VpcConfig?.SubnetIds?.length ? ['it is not in the VPC'] : []),
  ];
}

async function checkRule({ properties, record: { physical_id } }: Deployed, region: string): Promise<string[]> {
  const events = new EventBridgeClient({ region });
  const name = physical_id.split('/').pop()!.split('|').pop()!;
  const EventBusName = typeof properties.EventBusName === 'string' ? properties.EventBusName : undefined;
  const rule = await events.send(new DescribeRuleCommand({ Name: name, EventBusName }));
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: name, EventBusName }));
  const wanted = (properties.Targets ?? []) as object[];
  return [
    ...(Targets.length === wanted.length ? [] : [`it has ${Targets.length} targets, not ${wanted.length}`]),
    ...(Targets.every((target) => target.Arn?.startsWith('arn:')) ? [] : ['a target is no ARN']),
    ...(rule.EventPattern ?? rule.ScheduleExpression ? [] : ['it has neither pattern nor schedule']),
  ];
}

function s3(region: string): S3Client {
  return new S3Client({ region, forcePathStyle: true });
}
