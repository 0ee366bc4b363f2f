import { Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { Control } from '../../policy/control';
import { DataFlow } from '../../policy/flow';
import { CONTROLS, Carrier, canCarry, takesVolumeKey } from '../pipeline/controls';
import { ContainerImage, PrebuiltImage } from '../pipeline/images';
import { Instances, InstanceUse } from '../pipeline/instances';
import { allowLogs, allowVolumeKey } from '../pipeline/private/permissions';
import type { Weakening } from '../pipeline/step';
import { requireServices } from '../private/endpoint-services';
import { having, requireProps } from '../../policy/required';
import { declareWeakening } from '../../policy/weakening';
import { ServiceRole } from '../private/service-role';
import { waive } from '../private/waivers';
import { wholeSeconds } from '../private/whole';
import { l1Props } from '../serving/cloudformation';
import { digestOf } from '../serving/digest';
import { InferenceEndpoint } from '../serving/inference-endpoint';
import type { IDataStore } from '../storage/data-store';
import { Cadence } from './cadence';
import { MONITOR_TYPE, jobDefinitionRequest, scheduleRequest } from './requests';
import type { MonitorType, WatchKind } from './requests';
import { Watch } from './watch';

/** What a monitor is made from. */
export interface ModelMonitorProps {
  /** The endpoint that is watched. It must capture. */
  readonly endpoint: InferenceEndpoint;
  /** What of it is watched. */
  readonly watch: Watch;
  /**
   * How often.
   *
   * @default Cadence.daily()
   */
  readonly cadence?: Cadence;
  /**
   * What the job runs on.
   *
   * @default - one instance of type `ml.m5.xlarge`
   */
  readonly instances?: Instances;
  /**
   * After how long a run is stopped.
   *
   * @default - an hour; half an hour for what waits for the ground truth every hour
   */
  readonly maxRuntime?: Duration;
  /**
   * The image that analyses.
   *
   * @default - SageMaker's own: Model Monitor for quality, Clarify for bias and explainability
   */
  readonly image?: ContainerImage;
  /**
   * Where reports go.
   *
   * @default - the store of the captures
   */
  readonly reports?: IDataStore;
}

const CARRIER: Record<WatchKind, Carrier> = {
  'data-quality': 'data-quality-monitor', 'model-quality': 'model-quality-monitor', 'bias': 'bias-monitor', 'explainability': 'explainability-monitor',
};

/** Names of job definitions have 63 characters, of which the endpoint's name, the digest and the version leave few. */
const SHORT: Record<WatchKind, string> = { 'data-quality': 'dq', 'model-quality': 'mq', 'bias': 'bias', 'explainability': 'xai' };

/**
 * Compares what an endpoint is asked and answers with a baseline, again and again: in the workspace's subnets, encrypted on disk and between
 * containers, isolated where its analyser can be. What it finds is a metric, an alarm and an event.
 */
export class ModelMonitor extends Construct implements iam.IGrantable {
  /** The name of its schedule. */
  public readonly scheduleName: string;
  /** What its job may do. */
  public readonly grantPrincipal: iam.IPrincipal;
  /** Where its reports go. */
  public readonly reports: IDataStore;
  private readonly endpoint: InferenceEndpoint;
  private readonly role: ServiceRole;
  private readonly gaps: Weakening[] = [];
  private readonly findings: events.CfnRule;

  constructor(scope: Construct, id: string, props: ModelMonitorProps) {
    super(scope, id);
    requireProps(`monitor '${this.node.path}'`, props, {
      endpoint: { is: having('endpointName', 'workspace'), give: 'an InferenceEndpoint that captures' },
      watch: { is: having('_kind'), give: 'a Watch, such as Watch.dataQuality({ baseline })' },
    });
    const { endpoint, watch } = props;
    const { workspace } = endpoint;
    const what = `monitor '${this.node.path}'`;
    const kind = watch._kind;
    const type = MONITOR_TYPE[kind];
    const carrier = CARRIER[kind];
    const captures = endpoint.captures;
    if (!captures) throw new Error(`${what} watches endpoint '${endpoint.node.path}', which captures nothing: give the endpoint capture`);
    if (watch._baseline._files === undefined && !endpoint._followsRegistry) {
      throw new Error(`${what} takes its baseline from the version that is served, which a given model does not tell: use Baseline.fromFiles`);
    }
    const clarify = kind === 'bias' || kind === 'explainability';
    const instances = props.instances ?? Instances.of('ml.m5.xlarge');
    instances.check(InstanceUse.PROCESSING, what);
    requireServices(workspace, ['logs', 'monitoring', ...(clarify ? ['sagemaker.api', 'sagemaker.runtime'] : [])], what);
    this.endpoint = endpoint;
    this.reports = props.reports ?? captures;
    workspace.profile.residency.check(this.reports.region, `the store of the reports of ${what}`);
    this.scheduleName = `${endpoint.endpointName}-${kind}`;
    const cadence = props.cadence ?? Cadence.daily();
    const image = props.image ?? ContainerImage.sagemaker(clarify ? PrebuiltImage.CLARIFY : PrebuiltImage.MODEL_MONITOR);

    this.role = new ServiceRole(this, 'Role', { service: 'sagemaker.amazonaws.com', description: `Monitors ${kind} of ${endpoint.node.path}` });
    this.grantPrincipal = this.role.grantPrincipal;
    this.allow(watch, captures, kind);
    image.grantPull(this, this.role, { region: workspace.region, instances });
    this.declareFlow(watch, captures, kind);
    this.recordLimits(carrier, instances);

    const files = watch._baseline._files;
    const jobDefinition = jobDefinitionRequest({
      type,
      endpointName: endpoint.endpointName,
      imageUri: image.bind(this, { region: workspace.region, instances }).uri,
      roleArn: this.role.role.roleArn,
      baseline: files && { constraints: files.constraints.uri, statistics: files.statistics?.uri },
      configurationUri: watch._configuration?.uri,
      groundTruthUri: watch._groundTruth?.uri,
      problemType: watch._problem,
      attributes: watch._attributes,
      reportsUri: this.reports.uri(`${this.reportPrefix}${kind}/`),
      reportsKeyArn: this.reports.key?.keyArn,
      instanceType: instances.type,
      instanceCount: instances.count,
      volumeGiB: instances.volumeSize.toGibibytes(),
      volumeKeyArn: takesVolumeKey(carrier, instances) ? workspace.dataKey.keyArn : undefined,
      isolated: canCarry(carrier, 'networkIsolation'),
      network: { subnets: workspace.vpc.selectSubnets(workspace.subnets).subnetIds, securityGroupIds: [workspace.securityGroup.securityGroupId] },
      maxSeconds: maxSeconds(props.maxRuntime, cadence, watch, what),
      offsets: watch._groundTruth ? { start: `-PT${cadence.hours}H`, end: '-PT0H' } : undefined,
    });
    if (!props.image && !clarify) {
      // SageMaker publishes the analyser under one address, without tags.
      waive(endpoint._followsRegistry ? endpoint : this, ['RegulatedML::RegulatedML-SageMakerJobImagePinned'],
        'the image is the analyser of SageMaker Model Monitor, which AWS publishes without versions');
    }
    this.schedule(type, kind, jobDefinition, cadence, files === undefined);
    this.findings = this.tell();
  }

  /** What protection the monitor lacks, why, and what stands in for it. */
  public get weakenings(): Weakening[] {
    return [...this.gaps];
  }

  /** How many runs found a violation or failed. */
  public metricFindings(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'AWS/Events', metricName: 'MatchedEvents', dimensionsMap: { RuleName: this.findings.ref }, statistic: cloudwatch.Stats.SUM, period: Duration.hours(1), ...options,
    });
  }

  private get reportPrefix(): string {
    return 'reports/';
  }

  private allow(watch: Watch, captures: IDataStore, kind: WatchKind): void {
    const { workspace, endpointArn, endpointName } = this.endpoint;
    this.role.allowVpcJob(workspace);
    allowLogs(this.role, workspace, '/aws/sagemaker/ProcessingJobs');
    allowVolumeKey(this.role, workspace);
    captures.grantRead(this.role, this.endpoint._capturePrefix);
    this.reports.grantWrite(this.role, this.reportPrefix);
    const files = watch._baseline._files;
    const baselines = files ? [files.constraints, files.statistics] : this.baselineLocations(watch);
    for (const input of [...baselines, watch._groundTruth, watch._configuration]) input?.grantRead(this.role);
    this.role.explainWildcard(/\/[^:]*\*$/, 'captures, labels, baselines and reports lie below prefixes of their own');
    this.role.explainWildcard(/^\*$/, 'ECR knows no resource for the token of its registry');
    const sagemakerArn = (resource: string, resourceName: string) => Stack.of(this).formatArn({ service: 'sagemaker', resource, resourceName });
    this.role.allow(new iam.PolicyStatement({ actions: ['sagemaker:DescribeEndpoint', 'sagemaker:DescribeEndpointConfig'], resources: [endpointArn, sagemakerArn('endpoint-config', `${endpointName}-*`)] }),
      'configurations are named after the endpoint and the version of the model');
    if (kind !== 'explainability') return;
    this.endpoint.grantInvoke(this.role);
    // Where its configuration names a model, Clarify asks a copy of it, on an endpoint of its own that it takes away again.
    this.role.allow(new iam.PolicyStatement({
      actions: [
        'sagemaker:CreateEndpoint', 'sagemaker:CreateEndpointConfig', 'sagemaker:DescribeEndpoint', 'sagemaker:InvokeEndpoint',
        'sagemaker:DeleteEndpoint', 'sagemaker:DeleteEndpointConfig', 'sagemaker:AddTags',
      ],
      resources: [sagemakerArn('endpoint', 'sm-clarify-*'), sagemakerArn('endpoint-config', 'sm-clarify-*')],
    }), 'Clarify names the endpoints that it makes for a run');
    this.role.allow(new iam.PolicyStatement({ actions: ['sagemaker:DescribeModel'], resources: [sagemakerArn('model', '*')] }),
      'the configuration of the analysis names the model, and is read when the job runs');
  }

  private baselineLocations(watch: Watch) {
    const known = [watch._baseline._locations, this.endpoint._baselines].find((locations) => locations.length > 0);
    return known ?? [this.endpoint.workspace.outputs.input()];
  }

  private declareFlow(watch: Watch, captures: IDataStore, kind: WatchKind): void {
    const flow = DataFlow.of(this);
    const path = this.node.path;
    flow.add({ id: path, kind: 'monitor', name: this.node.id, detail: kind, region: this.endpoint.workspace.region });
    // the endpoint says where
    flow.connect(captures.node.path, path, 'captures', { beside: 'another' });
    if (watch._groundTruth) flow.connect(watch._groundTruth.sourceId, path, 'ground truth', { prefix: watch._groundTruth._prefix });
    const constraints = watch._baseline._files?.constraints;
    if (constraints) flow.connect(constraints.sourceId, path, 'baseline', { beside: 'measures' });
    flow.connect(path, this.reports.node.path, 'reports', { beside: 'measures' });
  }

  private recordLimits(carrier: Carrier, instances: Instances): void {
    const { networkIsolation } = CONTROLS[carrier].cannot;
    if (networkIsolation) this.weaken(Control.NETWORK_ISOLATION, networkIsolation.why, networkIsolation.instead);
    if (!takesVolumeKey(carrier, instances)) {
      this.weaken(Control.KEY_MANAGEMENT, `${instances.type} keeps data on local NVMe disks, for which SageMaker refuses a key`, 'the disks encrypt in hardware with keys that leave with the instance');
    }
  }

  private weaken(control: Control, reason: string, substitute: string): void {
    this.gaps.push(declareWeakening(this, control, reason, substitute));
  }

  private schedule(type: MonitorType, kind: WatchKind, jobDefinition: Record<string, unknown>, cadence: Cadence, baselineOfPackage: boolean): void {
    const { endpoint, scheduleName } = this;
    const schedule = scheduleRequest(type, cadence.expression);
    const jobPrefix = `${endpoint.endpointName}-${SHORT[kind]}`;
    endpoint._watchedBy({ type, scheduleName, jobPrefix, jobDefinition, schedule, baselineOfPackage }, this.role.role);
    if (endpoint._followsRegistry) return;
    // A job definition cannot be changed, so what is new needs a new name.
    const JobDefinitionName = Lazy.uncachedString({ produce: () => `${jobPrefix}-${digestOf(this, jobDefinition)}` });
    const definition = new JOB_DEFINITION[type](this, 'Definition', l1Props({ JobDefinitionName, ...jobDefinition }));
    definition.node.addDependency(this.role);
    if (endpoint._deployed) definition.node.addDependency(endpoint._deployed);
    const resource = new sagemaker.CfnMonitoringSchedule(this, 'Resource', l1Props({
      MonitoringScheduleName: scheduleName, MonitoringScheduleConfig: { ...schedule, MonitoringJobDefinitionName: JobDefinitionName },
    }));
    resource.node.addDependency(definition);
  }

  /** Violations and failures go to the topic as they happen, and are counted. */
  private tell(): events.CfnRule {
    const { workspace } = this.endpoint;
    const schedule = Stack.of(this).formatArn({ service: 'sagemaker', resource: 'monitoring-schedule', resourceName: this.scheduleName });
    const rule = new events.CfnRule(this, 'Findings', {
      description: `${this.scheduleName} found a violation, or failed`,
      eventPattern: {
        'source': ['aws.sagemaker'],
        'detail-type': ['SageMaker Processing Job State Change'],
        'detail': {
          MonitoringScheduleArn: [schedule],
          $or: [{ ProcessingJobStatus: ['Failed', 'Stopped'] }, { ExitMessage: [{ prefix: 'CompletedWithViolations' }] }],
        },
      },
      targets: [{ id: 'Alarms', arn: workspace.alarms.topicArn }],
    });
    const alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: `${this.scheduleName} found a violation, or failed`,
      metric: new cloudwatch.Metric({
        namespace: 'AWS/Events', metricName: 'MatchedEvents', dimensionsMap: { RuleName: rule.ref }, statistic: cloudwatch.Stats.SUM, period: Duration.hours(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(workspace.alarms));
    return rule;
  }
}

const JOB_DEFINITION: Record<MonitorType, new (scope: Construct, id: string, props: never) => Construct> = {
  DataQuality: sagemaker.CfnDataQualityJobDefinition,
  ModelQuality: sagemaker.CfnModelQualityJobDefinition,
  ModelBias: sagemaker.CfnModelBiasJobDefinition,
  ModelExplainability: sagemaker.CfnModelExplainabilityJobDefinition,
};

/**
 * A run must end before the next begins; what merges the ground truth first has half of an hour.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_MonitoringStoppingCondition.html
 */
function maxSeconds(given: Duration | undefined, cadence: Cadence, watch: Watch, what: string): number {
  const most = cadence.hours === 1 && watch._groundTruth ? 1800 : Math.min(cadence.hours * 3600, 86_400);
  if (!given) return Math.min(most, 3600);
  const seconds = wholeSeconds(given, `${what}: its maximum runtime`);
  if (!Token.isUnresolved(seconds) && (seconds < 1 || seconds > most)) {
    throw new Error(`${what} may run for ${seconds} seconds, longer than SageMaker allows a run of this schedule: give 1 to ${most} seconds, or look less often`);
  }
  return seconds;
}
