import { Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Residency } from '../../policy/residency';
import { missingServices } from '../private/endpoint-services';
import { encryptedLogGroup } from '../private/log-retention';
import { ServiceRole } from '../private/service-role';
import { inRegulatoryPacks, waive } from '../private/waivers';

/** Services that a network of ours has endpoints for, by the last part of their endpoint's name, each with what its policy allows. */
const ENDPOINT_ACTIONS: Record<string, readonly string[]> = {
  'sagemaker.api': ['sagemaker:*'],
  'sagemaker.runtime': ['sagemaker:*'],
  'sts': ['sts:*'],
  'logs': ['logs:*'],
  'monitoring': ['cloudwatch:*'],
  'ecr.api': ['ecr:*'],
  'ecr.dkr': ['ecr:*'],
  'kms': ['kms:*'],
  'sns': ['sns:*'],
  'sqs': ['sqs:*'],
  'states': ['states:*'],
  'events': ['events:*'],
  'macie2': ['macie2:*'],
  'secretsmanager': ['secretsmanager:*'],
  'application-autoscaling': ['application-autoscaling:*'],
  'xray': ['xray:*'],
  's3': ['s3:*'],
  'dynamodb': ['dynamodb:*'],
};

/** What jobs cannot run without: images, keys, logs, metrics, identity, SageMaker itself and data. */
export const NEEDED_SERVICES = ['ecr.api', 'ecr.dkr', 'kms', 'logs', 'monitoring', 's3', 'sagemaker.api', 'sagemaker.runtime', 'sts'];

/** Reached through routes, at no cost, instead of network interfaces. */
const GATEWAY_SERVICES = new Set(['s3', 'dynamodb']);

/** Macie is not offered in every partition. */
const ONLY_IN: Record<string, string> = { macie2: 'aws' };

/** Prebuilt images lie in AWS's own accounts. */
const FOREIGN_RESOURCES = new Set(['ecr.api', 'ecr.dkr']);

/** The services that a network of ours gets endpoints for in a region. */
export function servicesOf(region: string): string[] {
  return Object.keys(ENDPOINT_ACTIONS).filter((service) => !ONLY_IN[service] || ONLY_IN[service] === Residency.partitionOf(region));
}

/**
 * Passes when a network has what jobs need.
 *
 * @throws an error that lists what is missing
 */
export function checkServices(scope: Construct, services: readonly string[]): void {
  const missing = NEEDED_SERVICES.filter((service) => !services.includes(service));
  if (missing.length > 0) throw new Error(missingServices(scope, missing));
}

/** Zones of regions where they are not simply a, b, c. */
const ZONE_LETTERS: Record<string, string> = {
  'ap-northeast-1': 'acd', 'ca-central-1': 'abd', 'cn-north-1': 'abd',
};
/** Which zones an account sees here differs from account to account. */
const ZONES_DIFFER = new Set(['us-west-1']);

export interface NetworkProps {
  readonly region: string;
  readonly logsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
  readonly availabilityZones?: string[];
  readonly cidr?: string;
  readonly endpointServices: readonly string[];
  /** Accounts, besides our own, whose resources may be reached. */
  readonly trustedAccounts: readonly string[];
}

/**
 * Zones by name: the CDK would look them up with credentials, and without any use a zone that does not exist.
 *
 * @throws an error where the zones of a region differ by account
 */
export function zonesOf(scope: Construct, region: string, given?: string[]): string[] {
  if (given) {
    const stray = given.find((zone) => !zone.startsWith(region));
    if (stray) throw new Error(`availability zone '${stray}' of '${scope.node.path}' is not in region '${region}': give zones such as '${region}a'`);
    if (given.length < 2) throw new Error(`'${scope.node.path}' is given ${given.length} availability zone: give at least two, so that the loss of one is survived`);
    return given;
  }
  if (ZONES_DIFFER.has(region)) {
    throw new Error(`which availability zones region '${region}' has differs by account: give availabilityZones, such as ['${region}a', '${region}c']`);
  }
  return [...(ZONE_LETTERS[region] ?? 'abc')].slice(0, 2).map((letter) => `${region}${letter}`);
}

/**
 * A VPC compares the zones it is given with those of its stack, and so has the CLI look them up: that takes credentials, and fails
 * `cdk synth` without any.
 */
function withoutLookup(scope: Construct, zones: string[], make: () => ec2.Vpc): ec2.Vpc {
  const stack = Stack.of(scope);
  Object.defineProperty(stack, 'availabilityZones', { configurable: true, get: () => zones });
  try {
    return make();
  } finally {
    Reflect.deleteProperty(stack, 'availabilityZones');
  }
}

/** A VPC without a route to the internet, with the endpoints that jobs need. */
export class Network extends Construct {
  public readonly vpc: ec2.Vpc;
  public readonly securityGroup: ec2.SecurityGroup;
  public readonly s3EndpointId: string;
  public readonly endpointServices: string[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const zones = zonesOf(scope, props.region, props.availabilityZones);
    this.vpc = withoutLookup(this, zones, () => new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(props.cidr ?? '10.0.0.0/16'),
      availabilityZones: zones,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }],
      restrictDefaultSecurityGroup: true,
    }));
    Validations.of(this.vpc).acknowledge({ id: 'CloudFormation-Validate::W3010', reason: 'zones are named, so that synth needs no credentials' });
    this.addFlowLogs(props);
    this.securityGroup = isolatedSecurityGroup(this, 'Jobs', this.vpc);
    const endpoints = new ec2.SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc, description: 'Endpoints of AWS services, for jobs of the workspace', allowAllOutbound: false,
    });
    endpoints.connections.allowFrom(this.securityGroup, ec2.Port.tcp(443), 'jobs and functions of the workspace');
    const accounts = [Stack.of(this).account, ...props.trustedAccounts];
    this.s3EndpointId = this.addS3Endpoint(accounts, props.region);
    this.endpointServices = [...props.endpointServices];
    for (const service of props.endpointServices.filter((name) => name !== 's3')) this.addEndpoint(service, accounts, endpoints);
  }

  private addFlowLogs(props: NetworkProps): void {
    const logGroup = encryptedLogGroup(this, 'FlowLogs', { key: props.logsKey, retention: props.logRetention });
    const role = new ServiceRole(this, 'FlowLogsRole', { service: 'vpc-flow-logs.amazonaws.com', description: 'Writes the flow logs of the workspace' });
    role.allow(new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn],
    }));
    const flowLog = new ec2.CfnFlowLog(this, 'FlowLog', {
      resourceId: this.vpc.vpcId, resourceType: 'VPC', trafficType: 'ALL', logDestinationType: 'cloud-watch-logs',
      logGroupName: logGroup.logGroupName, deliverLogsPermissionArn: role.role.roleArn,
    });
    flowLog.node.addDependency(role);
  }

  private addS3Endpoint(accounts: string[], region: string): string {
    const endpoint = this.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    for (const statement of s3EndpointStatements(accounts, region)) endpoint.addToPolicy(statement);
    return endpoint.vpcEndpointId;
  }

  private addEndpoint(service: string, accounts: string[], securityGroup: ec2.ISecurityGroup): void {
    const id = service.replace(/(^|[.-])(\w)/g, (_, __, letter: string) => letter.toUpperCase());
    const endpoint = GATEWAY_SERVICES.has(service)
      ? this.vpc.addGatewayEndpoint(id, { service: new ec2.GatewayVpcEndpointAwsService(service) })
      : this.vpc.addInterfaceEndpoint(id, {
        service: new ec2.InterfaceVpcEndpointAwsService(service), securityGroups: [securityGroup], open: false, privateDnsEnabled: true,
      });
    endpoint.addToPolicy(endpointStatement(service, accounts));
  }
}

/** A security group for jobs: to each other, and out on 443. */
export function isolatedSecurityGroup(scope: Construct, id: string, vpc: ec2.IVpc): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(scope, id, { vpc, description: 'Jobs, models and endpoints of the workspace', allowAllOutbound: false });
  group.connections.allowInternally(ec2.Port.allTraffic(), 'containers of one job to each other');
  waive(group, inRegulatoryPacks('EC2RestrictedCommonPorts'),
    'the containers of one job talk to each other on ports that the framework picks, by TCP or EFA; the rule admits members of this group only');
  // S3's gateway endpoint is reached by public addresses, and the id of their prefix list cannot be known without credentials. There is
  // no route but to endpoints, so nothing else answers.
  group.connections.allowToAnyIpv4(ec2.Port.tcp(443), 'endpoints of AWS services');
  return group;
}

/**
 * What the endpoint of S3 lets pass. Buckets of AWS with samples and models are left out: what a job needs from there is copied into a store
 * first, so that it is classified and logged.
 *
 * @param accounts our own, and those whose buckets may be reached
 */
export function s3EndpointStatements(accounts: string[], region: string): iam.PolicyStatement[] {
  const arn = (bucket: string) => `arn:${Residency.partitionOf(region)}:s3:::${bucket}`;
  return [
    // our identities, to buckets of the account, the bootstrap bucket of the CDK among them
    new iam.PolicyStatement({
      sid: 'OwnBuckets', principals: [new iam.StarPrincipal()], actions: ['s3:*'], resources: ['*'],
      conditions: { StringEquals: { 'aws:PrincipalAccount': accounts[0], 'aws:ResourceAccount': accounts } },
    }),
    // ECR hands out signed links to image layers; the signer is ECR's account, not ours
    new iam.PolicyStatement({
      sid: 'ImageLayers', principals: [new iam.StarPrincipal()], actions: ['s3:GetObject'], resources: [arn(`prod-${region}-starport-layer-bucket/*`)],
    }),
    // a custom resource that cannot answer keeps CloudFormation waiting for an hour
    new iam.PolicyStatement({
      sid: 'CustomResourceResponses', principals: [new iam.StarPrincipal()], actions: ['s3:PutObject'],
      resources: [arn(`cloudformation-custom-resource-response-${region.replace(/-/g, '')}/*`)],
    }),
  ];
}

/**
 * What the endpoint of a service lets pass: our identities, to resources of the accounts.
 *
 * @param accounts our own, and those whose resources may be reached
 */
export function endpointStatement(service: string, accounts: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [new iam.StarPrincipal()], actions: [...(ENDPOINT_ACTIONS[service] ?? ['*'])], resources: ['*'],
    conditions: {
      StringEquals: { 'aws:PrincipalAccount': accounts[0] },
      ...(FOREIGN_RESOURCES.has(service) ? {} : { StringEqualsIfExists: { 'aws:ResourceAccount': accounts } }),
    },
  });
}
