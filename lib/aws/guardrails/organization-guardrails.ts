import { Names } from 'aws-cdk-lib';
import * as controltower from 'aws-cdk-lib/aws-controltower';
import * as organizations from 'aws-cdk-lib/aws-organizations';
import { Construct } from 'constructs';
import { ComplianceProfile } from '../../policy/profile';
import { requireProfile, requireProps } from '../../policy/required';
import { documentsOf } from './documents';
import { GuardrailOptions } from './guardrail-options';
import { limitsOf } from './limits';

/**
 * The region deny of an organisational unit, CT.MULTISERVICE.PV.1, by its id in the control catalogue.
 *
 * @see https://docs.aws.amazon.com/controltower/latest/controlreference/ou-region-deny.html
 */
const REGION_DENY = 'arn:aws:controlcatalog:::control/ka8e3pkqefnjsxuyc26ji580';

/** What the guardrails of an organisation are made from. */
export interface OrganizationGuardrailsProps extends GuardrailOptions {
  /** Residency: where anything may be called. */
  readonly profile: ComplianceProfile;
  /** What the policies are attached to: ids of accounts, organisational units or the root, such as `ou-ab12-cd34ef56`. */
  readonly targets: string[];
  /**
   * ARNs of organisational units in which Control Tower is to deny other regions as well, with its own list of global services.
   *
   * @default - none
   */
  readonly controlTowerTargets?: string[];
}

/**
 * The guardrails of an organisation: service control policies, which hold every principal of its accounts, and resource control policies, which
 * hold whoever comes to its resources. For the management account, or one that it lets administer policies.
 *
 * Neither reaches the management account itself, or service-linked roles.
 *
 * @example
 * import { OrganizationGuardrails } from 'cdk-regulated-ml/aws';
 * import { ComplianceProfile } from 'cdk-regulated-ml/policy';
 * import { Stack } from 'aws-cdk-lib';
 *
 * declare const stack: Stack;
 * declare const profile: ComplianceProfile;
 *
 * new OrganizationGuardrails(stack, 'Guardrails', { profile, targets: ['ou-ab12-cd34ef56'], organizationId: 'o-a1b2c3d4e5' });
 */
export class OrganizationGuardrails extends Construct {
  /** On principals. */
  public readonly serviceControlPolicies: organizations.CfnPolicy[];
  /** On resources. */
  public readonly resourceControlPolicies: organizations.CfnPolicy[];

  constructor(scope: Construct, id: string, props: OrganizationGuardrailsProps) {
    super(scope, id);
    const profile = requireProfile(this, 'organisation guardrails', props);
    requireProps(`organisation guardrails '${this.node.path}'`, props, {
      targets: { is: (target) => /^(\d{12}|r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$/.test(String(target)), give: 'the id of an account, an organisational unit or the root', list: true },
      controlTowerTargets: { is: (target) => /^arn:[^:]+:organizations::/.test(String(target)), give: 'the ARN of an organisational unit', list: true, optional: true },
    });
    if (props.targets.length === 0) throw new Error(`organisation guardrails '${this.node.path}' have no target: name an account, an organisational unit or the root`);
    const limits = limitsOf(profile, props);
    const policies = (type: string, name: string, documents: readonly string[]) => documents.map((document, index) => new organizations.CfnPolicy(this, `${name}${index + 1}`, {
      name: `${Names.uniqueResourceName(this, { maxLength: 100, separator: '-', allowedSpecialCharacters: '-' })}-${name}${index + 1}`,
      description: `Guardrails ${index + 1} of ${documents.length}`,
      type, content: JSON.parse(document) as object, targetIds: props.targets,
    }));
    this.serviceControlPolicies = policies('SERVICE_CONTROL_POLICY', 'Scp', documentsOf('scp', limits));
    this.resourceControlPolicies = policies('RESOURCE_CONTROL_POLICY', 'Rcp', documentsOf('rcp', limits));
    const all = [...this.serviceControlPolicies, ...this.resourceControlPolicies];
    // Organizations changes one policy at a time, and refuses a second
    all.slice(1).forEach((policy, index) => policy.addResourceDependency(all[index]!));
    props.controlTowerTargets?.forEach((target, index) => new controltower.CfnEnabledControl(this, `RegionDeny${index + 1}`, {
      controlIdentifier: REGION_DENY, targetIdentifier: target,
      parameters: [
        { key: 'AllowedRegions', value: [...limits.regions] },
        ...(limits.breakGlass.length > 0 ? [{ key: 'ExemptedPrincipalArns', value: [...limits.breakGlass] }] : []),
      ],
    }));
  }
}
