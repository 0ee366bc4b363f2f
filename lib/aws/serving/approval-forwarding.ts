import { Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { IModelPackageGroup } from '../pipeline/model-package-group';
import { having, requireProps } from '../../policy/required';
import { requireRegion } from '../private/residency';
import { ServiceRole } from '../private/service-role';
import type { IWorkspace } from '../workspace/workspace';
import { approvalPattern } from './approvals';

/** What forwards approvals. */
export interface ApprovalForwardingProps {
  /** The workspace of the account where models are approved. */
  readonly workspace: IWorkspace;
  /** The group whose approvals are forwarded. */
  readonly group: IModelPackageGroup;
  /** The accounts that endpoints follow the group from, by their 12 digits; in the same region. */
  readonly toAccounts: string[];
}

/**
 * Tells other accounts of approvals in this one: the events of a registry stay in its account unless they are sent on. The endpoint there
 * admits them by itself.
 */
export class ApprovalForwarding extends Construct {
  constructor(scope: Construct, id: string, props: ApprovalForwardingProps) {
    super(scope, id);
    requireProps(`'${this.node.path}'`, props, {
      workspace: { is: having('profile', 'vpc', 'logsKey'), give: 'a Workspace' },
      group: { is: having('modelPackageGroupArn'), give: 'a ModelPackageGroup' },
      toAccounts: { is: (account) => typeof account === 'string', give: 'an account by its 12 digits', list: true },
    });
    const { group, toAccounts } = props;
    const region = requireRegion(this, props.workspace.profile);
    if (toAccounts.length === 0) throw new Error(`'${this.node.path}' forwards approvals to no account: name at least one in toAccounts`);
    if (toAccounts.length > 5) throw new Error(`'${this.node.path}' forwards approvals to ${toAccounts.length} accounts: a rule of EventBridge has at most 5 targets, use a second ApprovalForwarding`);
    const wrong = toAccounts.find((account) => !Token.isUnresolved(account) && !/^\d{12}$/.test(account));
    if (wrong !== undefined) throw new Error(`'${wrong}' is no account to forward approvals to: give its 12 digits`);
    const buses = toAccounts.map((account) => Stack.of(this).formatArn({ service: 'events', region, account, resource: 'event-bus', resourceName: 'default' }));
    const role = new ServiceRole(this, 'Role', { service: 'events.amazonaws.com', description: `Forwards approvals of ${group.modelPackageGroupName}` });
    role.allow(new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: buses }));
    const rule = new events.CfnRule(this, 'Resource', {
      description: `Approvals of ${group.modelPackageGroupName}, for other accounts`,
      eventPattern: approvalPattern(group.modelPackageGroupName),
      targets: buses.map((arn, index) => ({ id: `Account${index + 1}`, arn, roleArn: role.role.roleArn })),
    });
    rule.node.addDependency(role);
  }
}
