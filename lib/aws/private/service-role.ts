import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { Residency } from '../../policy/residency';
import type { IWorkspace } from '../workspace/workspace';
import { viaService } from './region';
import { resolvedIn } from './resolved';
import { settled } from './settled';
import { flatten, waiveWildcards, WildcardReason } from './waivers';

/**
 * IAM path of roles that a service uses from its own network, where no endpoint of ours is on the way. A path and no principal tag: it is part
 * of the role's ARN, with its account, while a session tag of the same name would pass for a tag of the role.
 */
export const SERVICE_SIDE_PATH = '/regulated-ml/service-side/';

/** IAM allows 6,144 characters. An intrinsic is about as long as the ARN it becomes; room is left for the longer ones. */
const MAXIMUM_POLICY_SIZE = 5_000;

/**
 * Services that say on whose behalf they assume a role. Lambda and S3 replication do not, so a condition would lock them out.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
const SENDS_SOURCE_ACCOUNT = new Set([
  'sagemaker.amazonaws.com', 'vpc-flow-logs.amazonaws.com', 'states.amazonaws.com', 'events.amazonaws.com', 'scheduler.amazonaws.com',
  'emr-serverless.amazonaws.com', 'elasticmapreduce.amazonaws.com', 'pipes.amazonaws.com',
]);

const KNOWN_WILDCARDS: readonly WildcardReason[] = [
  { resource: /:network-interface\/\*$/, reason: 'the service makes the network interfaces, so their ids are not known before; resources and conditions hold them to the subnets of the workspace' },
  { resource: /^(<[^>]+>|[^/]*:s3:::[^/]+|[^/]*ExportsOutput[^/]*)\/.*\*$/, reason: 'objects under a prefix of one bucket: their names are not known before' },
];

export interface ServiceRoleProps {
  /** Such as `sagemaker.amazonaws.com`. */
  readonly service: string;
  readonly description: string;
}

/**
 * A role for one service and one task. What it is granted, by us or by a grant of the CDK, goes into managed policies: an inline policy
 * cannot be reviewed or reused, and the packs refuse it.
 */
export class ServiceRole extends Construct implements iam.IGrantable {
  public readonly role: iam.Role;
  public readonly grantPrincipal: iam.IPrincipal;
  private readonly reasons: WildcardReason[] = [...KNOWN_WILDCARDS];
  private readonly explained = new Map<string, Set<string>>();
  private readonly policies: iam.ManagedPolicy[] = [];
  private readonly written = new Map<string, iam.ManagedPolicy>();
  private size = 0;

  constructor(scope: Construct, id: string, props: ServiceRoleProps) {
    super(scope, id);
    const principal = new iam.ServicePrincipal(props.service);
    this.role = new ManagedRole(this, 'Resource', {
      assumedBy: SENDS_SOURCE_ACCOUNT.has(props.service)
        ? principal.withConditions({ StringEquals: { 'aws:SourceAccount': Stack.of(this).account } })
        : principal,
      description: props.description,
    }, (statement) => this.add(statement));
    this.grantPrincipal = this.role.grantPrincipal;
    this.node.addValidation({ validate: () => (this.policies.length > 10 ? [tooManyPolicies(this, this.policies.length)] : []) });
    waiveWildcards(this, () => [...this.reasons, ...[...this.explained].flatMap(([resource, reasons]) => this.reasonsFor(resource, reasons))]);
  }

  /** The first of the managed policies; the role has more when it outgrows IAM's limit. */
  public get policy(): iam.ManagedPolicy {
    return this.policies[0] ?? this.newPolicy();
  }

  /**
   * Allows what a statement says.
   *
   * @param wildcardReason why its resources hold a wildcard, if they do; without one the packs' finding stands
   */
  public allow(statement: iam.PolicyStatement, wildcardReason?: string): void {
    this.add(statement);
    if (wildcardReason) {
      for (const resource of statement.resources.filter((candidate) => candidate.includes('*'))) {
        this.explained.set(resource, (this.explained.get(resource) ?? new Set()).add(wildcardReason));
      }
    }
  }

  /** Accepts wildcard resources of this shape in whatever the role is granted. */
  public explainWildcard(resource: RegExp, reason: string): void {
    this.reasons.push({ resource, reason });
  }

  /** Allows a key by way of a service only. */
  public allowKey(key: kms.IKey, actions: string[], service: string, region: string): void {
    this.allow(new iam.PolicyStatement({ actions, resources: [key.keyArn], conditions: { StringEquals: { 'kms:ViaService': viaService(service, region) } } }));
  }

  /** Allows what a job needs to attach itself to the workspace's subnets. */
  public allowVpcJob(workspace: Pick<IWorkspace, 'region' | 'vpc' | 'subnets' | 'securityGroup'>): void {
    const stack = Stack.of(this);
    const ec2 = (resource: string) => `arn:${Residency.partitionOf(workspace.region)}:ec2:${workspace.region}:${stack.account}:${resource}`;
    const subnets = workspace.vpc.selectSubnets(workspace.subnets).subnetIds.map((subnetId) => ec2(`subnet/${subnetId}`));
    const interfaces = ec2('network-interface/*');
    // creation has no condition key for the subnet on the interface itself: naming subnets and group as resources holds it to them
    this.add(new iam.PolicyStatement({
      actions: ['ec2:CreateNetworkInterface'],
      resources: [...subnets, ec2(`security-group/${workspace.securityGroup.securityGroupId}`), interfaces],
    }));
    this.add(new iam.PolicyStatement({
      actions: [
        'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface',
        'ec2:DeleteNetworkInterfacePermission', 'ec2:UnassignPrivateIpAddresses',
      ],
      resources: [interfaces],
      // services try these out before there is an interface, and so without a subnet
      conditions: { ArnEqualsIfExists: { 'ec2:Subnet': subnets } },
    }));
    this.allow(new iam.PolicyStatement({
      actions: ['ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': workspace.region } },
    }), 'EC2 knows no resource for its Describe actions; a condition holds them to the region of the workspace');
  }

  /**
   * Lets the role reach stores without the workspace's endpoint: for what SageMaker does from its own network (serverless endpoints,
   * AutoML), where there is none. It holds for stores of the role's own account; those of another must name the role.
   */
  public admitServiceSide(): void {
    (this.role.node.defaultChild as iam.CfnRole).path = SERVICE_SIDE_PATH;
  }

  private add(given: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    const statement = this.bounded(given);
    const json = JSON.stringify(resolvedIn(Stack.of(this), statement.toStatementJson()));
    const known = this.written.get(json);
    if (known) return { statementAdded: true, policyDependable: known };
    const full = this.size > 0 && this.size + json.length > MAXIMUM_POLICY_SIZE;
    const policy = full || this.policies.length === 0 ? this.newPolicy() : this.policies[this.policies.length - 1];
    policy.addStatements(statement);
    this.size += json.length;
    this.written.set(json, policy);
    return { statementAdded: true, policyDependable: policy };
  }

  /** What knows no resource is held to the region at least: no statement allows something on everything everywhere. */
  private bounded(statement: iam.PolicyStatement): iam.PolicyStatement {
    const isOpen = statement.resources.includes('*') && Object.keys(statement.conditions as object).length === 0;
    return isOpen ? statement.copy({ conditions: { StringEquals: { 'aws:RequestedRegion': Stack.of(this).region } } }) : statement;
  }

  private newPolicy(): iam.ManagedPolicy {
    const number = this.policies.length + 1;
    const policy = new iam.ManagedPolicy(this.role, number === 1 ? 'Policy' : `Policy${number}`, {
      document: new iam.PolicyDocument({ minimize: true }),
      roles: [this.role],
    });
    (policy.node.defaultChild as iam.CfnManagedPolicy).policyDocument = settled(policy, policy.document);
    this.policies.push(policy);
    this.size = 0;
    return policy;
  }

  private reasonsFor(resource: string, reasons: Set<string>): WildcardReason[] {
    // As the packs name it, with its tokens resolved: those of other stacks are names of exports only when the app is synthesized.
    const named = flatten(Stack.of(this).resolve(resource));
    return [...reasons].map((reason) => ({ resource: named, reason }));
  }
}

/**
 * A role whose grants never become inline. It extends the role of the CDK because constructs such as `lambda.Function` add to the role
 * they are given on their own.
 */
class ManagedRole extends iam.Role {
  private readonly addStatement?: (statement: iam.PolicyStatement) => iam.AddToPrincipalPolicyResult;

  constructor(scope: Construct, id: string, props: iam.RoleProps, addStatement: (statement: iam.PolicyStatement) => iam.AddToPrincipalPolicyResult) {
    super(scope, id, props);
    this.addStatement = addStatement;
  }

  public override addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    return this.addStatement ? this.addStatement(statement) : super.addToPrincipalPolicy(statement);
  }
}

/** IAM attaches ten managed policies to a role unless its quota is raised. */
function tooManyPolicies(role: IConstruct, count: number): string {
  return `${role.node.path}: the role would need ${count} managed policies, and IAM attaches 10: split the pipeline, or share steps, so that one role has less to be allowed`;
}
