import { AspectPriority, Aspects, CfnResource, Names, Stack } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { ComplianceProfile } from '../../policy/profile';
import { requireProfile } from '../../policy/required';
import { Settable } from '../mixins/settable';
import { requireRegion } from '../private/residency';
import { waive } from '../private/waivers';
import type { IWorkspace } from '../workspace/workspace';
import { conformanceTemplate } from './conformance';
import { coverageOfGuardrails } from './coverage';
import { documentsOf } from './documents';
import { GuardrailCoverage } from './guardrail-coverage';
import { GuardrailOptions } from './guardrail-options';
import { AccountLimits, limitsOf } from './limits';
import { GUARDRAIL_PATH } from './statements/protection';

/** What a boundary can hold. */
const IDENTITIES = ['AWS::IAM::Role', 'AWS::IAM::User'];

/** What the guardrails of an account are made from. */
export interface GuardrailsProps extends GuardrailOptions {
  /** Residency: where anything may be called. */
  readonly profile: ComplianceProfile;
  /**
   * Workspaces that jobs are held to: their subnets, security groups and keys.
   *
   * @default - any subnets, groups and keys will do
   */
  readonly workspaces?: IWorkspace[];
  /**
   * Whether a conformance pack of AWS Config watches what exists already. The account must have a configuration recorder.
   *
   * @default false
   */
  readonly conformancePack?: boolean;
}

/**
 * What the rules judge at synth, enforced in an account: a job that somebody starts in a console is stopped too.
 *
 * A boundary for the roles of workloads, with companions for what it has no room for, policies that deny for people, and on wish a conformance pack.
 * The policies of an organisation are `OrganizationGuardrails`. All of them are to be had as JSON without deploying anything.
 *
 * Each statement has a Sid that begins with the name of its control; one that denies for several controls names each of them.
 *
 * @example
 * import { Guardrails, Workspace } from 'cdk-regulated-ml/aws';
 * import { ComplianceProfile } from 'cdk-regulated-ml/policy';
 * import { Stack } from 'aws-cdk-lib';
 * import * as iam from 'aws-cdk-lib/aws-iam';
 *
 * declare const stack: Stack;
 * declare const profile: ComplianceProfile;
 * declare const workspace: Workspace;
 *
 * const guardrails = new Guardrails(stack, 'Guardrails', {
 *   profile,
 *   workspaces: [workspace],
 *   administrators: ['arn:aws:iam::111122223333:role/Steward'],
 *   approvers: ['arn:aws:iam::111122223333:role/Clinician'],
 * });
 * guardrails.hold(stack);
 * new iam.Group(stack, 'Scientists', { managedPolicies: guardrails.denials });
 */
export class Guardrails extends Construct {
  /**
   * The permissions boundary of workloads, as JSON.
   *
   * @throws an error when it would be larger than IAM allows
   */
  public static boundaryDocument(profile: ComplianceProfile, options?: GuardrailOptions): string {
    return documentsOf('boundary', limitsOf(profile, options))[0]!;
  }

  /**
   * What the boundary has no room for, each as JSON of no more than 6,144 characters: policies for the roles that it bounds. They deny, and allow nothing.
   *
   * @throws an error when there would be more than four
   */
  public static companionDocuments(profile: ComplianceProfile, options?: GuardrailOptions): string[] {
    return documentsOf('companion', limitsOf(profile, options));
  }

  /** Policies for people, each as JSON of no more than 6,144 characters. */
  public static denialDocuments(profile: ComplianceProfile, options?: GuardrailOptions): string[] {
    return documentsOf('denial', limitsOf(profile, options));
  }

  /** Service control policies, each as JSON of no more than 5,120 bytes. */
  public static scpDocuments(profile: ComplianceProfile, options?: GuardrailOptions): string[] {
    return documentsOf('scp', limitsOf(profile, options));
  }

  /** Resource control policies, each as JSON of no more than 5,120 bytes. */
  public static rcpDocuments(profile: ComplianceProfile, options?: GuardrailOptions): string[] {
    return documentsOf('rcp', limitsOf(profile, options));
  }

  /**
   * The template of a conformance pack of AWS Config, as JSON, with the managed rules that a region has.
   *
   * @param region such as `eu-central-1`
   */
  public static conformancePackTemplate(region: string): string {
    return conformanceTemplate(region);
  }

  /** Every control, with the statements that enforce it and the rules that judge the same, or why nothing can. */
  public static coverage(): GuardrailCoverage[] {
    return coverageOfGuardrails();
  }

  /** For roles of workloads, of which each takes one boundary: `hold` gives it to all of a scope. */
  public readonly boundary: iam.ManagedPolicy;
  /** What the boundary has no room for: to be attached to the same roles. They deny, and allow nothing. */
  public readonly companions: iam.ManagedPolicy[];
  /** For groups, roles and permission sets of people: each is to be attached beside what allows something. */
  public readonly denials: iam.ManagedPolicy[];

  constructor(scope: Construct, id: string, props: GuardrailsProps) {
    super(scope, id);
    const profile = requireProfile(this, 'guardrails', props);
    const region = requireRegion(this, profile);
    const account = accountLimits(props.workspaces ?? []);
    this.boundary = this.newPolicy('Boundary', documentsOf('boundary', limitsOf(profile, props, account))[0]!,
      'The most that roles of workloads may do');
    // the pack cannot read NotAction, and so names no action
    waive(this.boundary, ['AwsSolutions::AwsSolutions-IAM5'], 'a permissions boundary grants nothing: what it allows is the most that policies of a role can allow');
    this.companions = documentsOf('companion', limitsOf(profile, props, account)).map((document, index) => this.newPolicy(`Companion${index + 1}`, document,
      'What roles of workloads may not do, beside their boundary'));
    const limits = limitsOf(profile, props, { ...account, boundary: this.boundary.managedPolicyArn });
    this.denials = documentsOf('denial', limits).map((document, index) => this.newPolicy(`Denials${index + 1}`, document,
      'What people may not do, whatever else they may'));
    if (props.conformancePack ?? false) {
      new config.CfnConformancePack(this, 'ConformancePack', {
        conformancePackName: Names.uniqueResourceName(this, { maxLength: 128, separator: '-', allowedSpecialCharacters: '-' }),
        templateBody: conformanceTemplate(region),
      });
    }
  }

  /**
   * Holds every role and user of a scope, those that are made later too: gives them the boundary, and attaches its companions. A stage inside the scope
   * is held when it is given itself.
   *
   * IAM attaches ten policies to a role, unless the quota is raised: the companions count among them.
   */
  public hold(scope: IConstruct): void {
    iam.PermissionsBoundary.of(scope).apply(this.boundary);
    const arns = this.companions.map(({ managedPolicyArn }) => managedPolicyArn);
    // policies that are attached by other aspects are there by then
    Aspects.of(scope).add({
      visit: (node) => {
        if (CfnResource.isCfnResource(node) && IDENTITIES.includes(node.cfnResourceType)) new Settable(node).append('ManagedPolicyArns', arns);
      },
    }, { priority: AspectPriority.READONLY - 1 });
  }

  private newPolicy(id: string, document: string, description: string): iam.ManagedPolicy {
    return new iam.ManagedPolicy(this, id, {
      description: `${Stack.of(this).stackName}: ${description}`, path: GUARDRAIL_PATH,
      document: iam.PolicyDocument.fromJson(JSON.parse(document)),
    });
  }
}

function accountLimits(workspaces: readonly IWorkspace[]): AccountLimits {
  const all = <T>(of: (workspace: IWorkspace) => T[]) => [...new Set(workspaces.flatMap(of))];
  return {
    subnets: all(({ vpc, subnets }) => vpc.selectSubnets(subnets).subnetIds),
    securityGroups: all(({ securityGroup }) => [securityGroup.securityGroupId]),
    keys: all(({ dataKey, modelsKey }) => [dataKey.keyArn, modelsKey.keyArn]),
  };
}
