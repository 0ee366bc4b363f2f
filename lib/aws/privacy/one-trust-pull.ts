import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Control } from '../../policy/control';
import { declareWeakening } from '../../policy/weakening';
import { RuntimeFunction } from '../private/runtime-function';
import type { IWorkspace } from '../workspace/workspace';
import type { OneTrustApi } from './consent-registry-props';
import { warnOfHost } from './one-trust-hosts';

export interface OneTrustPullProps {
  readonly api: OneTrustApi;
  readonly workspace: IWorkspace;
  /** Purposes by all their names, as JSON. */
  readonly purposeNames: string;
  /** Takes what is found. */
  readonly receipts: lambda.IFunction;
}

/** Reads from OneTrust what changed. It runs where there is a way out, holds nothing but the credentials of the API, and can invoke one function. */
export class OneTrustPull extends Construct {
  constructor(scope: Construct, id: string, { api, workspace, purposeNames, receipts }: OneTrustPullProps) {
    super(scope, id);
    const subnets = api.subnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    this.checkWayOut(api.network, subnets);
    warnOfHost(this, api.hostname, workspace.profile.residency);
    const securityGroup = new ec2.SecurityGroup(this, 'Security', { vpc: api.network, description: 'Asks OneTrust what people consent to', allowAllOutbound: false });
    // OneTrust answers from a content network, whose addresses change
    securityGroup.connections.allowToAnyIpv4(ec2.Port.tcp(443), 'OneTrust, Secrets Manager, Lambda');
    const made = new RuntimeFunction(this, 'Pull', {
      job: 'consent-pull', workspace, network: { vpc: api.network, subnets, securityGroup }, logsKey: workspace.logsKey, description: 'Asks OneTrust what people consent to',
      timeout: Duration.minutes(15), reservedConcurrency: 1, memory: 512,
      environment: {
        ONETRUST: `https://${api.hostname}`, CREDENTIALS: api.credentials.secretArn, PURPOSES: purposeNames, RECEIPTS: receipts.functionArn,
        LOOKBACK_SECONDS: String((api.lookback ?? Duration.days(1)).toSeconds()),
      },
    });
    api.credentials.grantRead(made.role);
    made.role.allow(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [receipts.functionArn] }));
    const rule = new events.Rule(this, 'Schedule', { description: `${this.node.path}: asks OneTrust`, schedule: api.schedule ?? events.Schedule.rate(Duration.hours(1)) });
    made.handle(rule, { event: events.RuleTargetInput.fromObject({}), retryAttempts: 2 });
    new cloudwatch.Alarm(this, 'Unread', {
      metric: made.function.metricErrors(), threshold: 1, evaluationPeriods: 1, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: `${this.node.path}: OneTrust was not read; consents that were taken back there are not known here`,
    }).addAlarmAction(new actions.SnsAction(workspace.alarms));
    declareWeakening(this, Control.NETWORK_ISOLATION, 'the API of OneTrust stands on the internet, so the function that asks it runs in a network with a way out',
      'it holds the credentials of the API and nothing else, opens connections on 443 only, and reaches the registry by one function that takes receipts');
  }

  private checkWayOut(vpc: ec2.IVpc, selection: ec2.SubnetSelection): void {
    if (selection.subnetType === ec2.SubnetType.PRIVATE_WITH_EGRESS && vpc.privateSubnets.length === 0) {
      throw new Error(`${this.node.path}: network '${vpc.node.path}' has no private subnets with a way out, and OneTrust stands on the internet: give another than that of a workspace, with a NAT gateway or a firewall, or name its subnets`);
    }
    const { subnets } = vpc.selectSubnets(selection);
    const isolated = subnets.find(({ node }) => vpc.isolatedSubnets.some((other) => other.node === node));
    if (isolated) throw new Error(`${this.node.path}: subnet '${isolated.node.path}' has no way out, and OneTrust stands on the internet: give subnets behind a NAT gateway or a firewall`);
    const open = subnets.find(({ node }) => vpc.publicSubnets.some((other) => other.node === node));
    // a function gets no public address, so an internet gateway is no way out for it
    if (open) throw new Error(`${this.node.path}: subnet '${open.node.path}' is public, from which a function has no way out: give private subnets behind a NAT gateway or a firewall`);
  }
}
