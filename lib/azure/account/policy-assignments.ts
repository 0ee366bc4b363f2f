import { SubscriptionPolicyAssignment } from '@cdktf/provider-azurerm/lib/subscription-policy-assignment';
import { Construct } from 'constructs';
import type { Control } from '../../policy/control';
import type { ComplianceProfile } from '../../policy/profile';
import { type BuiltInPolicy, INITIATIVES, LOCATION_POLICIES, POLICIES } from './data/policies';

export interface PolicyAssignmentsProps {
  readonly profile: ComplianceProfile;
  readonly subscriptionId: string;
  readonly location: string;
  /** The regions of Azure that the residency allows. */
  readonly regions: readonly string[];
  /** Controls whose policies only report. */
  readonly audited: readonly Control[];
  /** Whether the sets of policies of the frameworks are assigned as well. */
  readonly initiatives: boolean;
}

/** Policies on a subscription: what the constructs make at synth is enforced in the cloud, whoever makes it. */
export class PolicyAssignments extends Construct {
  constructor(scope: Construct, id: string, props: PolicyAssignmentsProps) {
    super(scope, id);
    for (const policy of LOCATION_POLICIES) this.assign(policy, props, { listOfAllowedLocations: [...props.regions] });
    for (const policy of POLICIES) this.assign(policy, props);
    if (!props.initiatives) return;
    for (const framework of props.profile.frameworks) {
      const initiative = INITIATIVES[framework.name];
      if (!initiative) continue;
      new SubscriptionPolicyAssignment(this, framework.name, {
        name: `regulated-ml-${framework.name.toLowerCase().replace(/_/g, '-')}`, subscriptionId: `/subscriptions/${props.subscriptionId}`, displayName: initiative.title,
        policyDefinitionId: `/providers/Microsoft.Authorization/policySetDefinitions/${initiative.id}`,
        // sets with a policy that could change resources want an identity; it has no role, so they change nothing
        identity: { type: 'SystemAssigned' }, location: props.location,
      });
    }
  }

  private assign(policy: BuiltInPolicy, props: PolicyAssignmentsProps, parameters: Readonly<Record<string, unknown>> = {}): void {
    const effect = policy.effect === 'Deny' && props.audited.includes(policy.control) ? 'Audit' : policy.effect;
    const given = { ...parameters, [policy.effectParameter ?? 'effect']: effect };
    const citations = props.profile.requirementsOf(policy.control).map(({ requirement }) => requirement.citation);
    new SubscriptionPolicyAssignment(this, policy.id, {
      name: `regulated-ml-${policy.id.slice(0, 8)}`, subscriptionId: `/subscriptions/${props.subscriptionId}`, displayName: policy.title,
      policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${policy.id}`,
      parameters: JSON.stringify(Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { value }]))),
      metadata: JSON.stringify({ category: 'regulated-ml', control: policy.control }),
      nonComplianceMessage: [{ content: messageOf(policy, citations) }],
    });
  }
}

/** What a person is told whose request was denied. */
function messageOf(policy: BuiltInPolicy, citations: readonly string[]): string {
  const all = [...new Set(citations)];
  return `${policy.title}${all.length === 0 ? '' : ` (${all.slice(0, 6).join('; ')}${all.length > 6 ? `; and ${all.length - 6} more` : ''})`}`;
}
