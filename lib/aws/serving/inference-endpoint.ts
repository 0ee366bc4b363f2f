import { Fn, Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { Control } from '../../policy/control';
import { DataFlow } from '../../policy/flow';
import { CONTROLS, canCarry, takesVolumeKey } from '../pipeline/controls';
import { Instances } from '../pipeline/instances';
import type { Weakening } from '../pipeline/step';
import { type Choice, declareChoice } from '../../policy/choice';
import { having, requireProps } from '../../policy/required';
import { declareWeakening } from '../../policy/weakening';
import { granted } from '../private/granted';
import { requireRegion } from '../private/residency';
import type { ServiceRole } from '../private/service-role';
import { waive } from '../private/waivers';
import type { DataInput } from '../storage/data-input';
import type { IDataStore } from '../storage/data-store';
import type { IWorkspace } from '../workspace/workspace';
import { ApprovalCheck } from './approval-check';
import { ComputeKind, EndpointCompute } from './compute';
import { capturePlan, captureStore } from './capture-store';
import { DataCapture } from './data-capture';
import { endpointAlarms } from './endpoint-alarms';
import { endpointRole } from './endpoint-role';
import { HostingPlan, deploymentPlan, hostingPlan } from './hosting';
import { RegistryRollout } from './registry-rollout';
import { VARIANT } from './requests';
import type { AsyncPlan, ContainerSource, EndpointPlan } from './requests';
import { componentNameOf } from './rollout-definition';
import type { RolloutMonitor } from './rollout-definition';
import { reachesZero } from './scaling-requests';
import { ModelOrigin } from './model-origin';
import { ServedModel } from './served-model';
import { deployWithStack } from './stack-deployment';
import { InferenceEndpointProps } from './inference-endpoint-props';

/**
 * A model that answers: isolated, in the workspace's subnets, encrypted, on at least two instances, replaced blue/green and called back by
 * alarms.
 */
export class InferenceEndpoint extends Construct implements iam.IGrantable {
  /** The workspace it stands on. */
  public readonly workspace: IWorkspace;
  /** Its name. */
  public readonly endpointName: string;
  /** Its ARN. */
  public readonly endpointArn: string;
  /** What it stands on. */
  public readonly computeKind: ComputeKind;
  /** What its containers may do. */
  public readonly grantPrincipal: iam.IPrincipal;
  /**
   * Where requests and answers are captured.
   *
   * @default - nothing is captured
   */
  public readonly captures?: IDataStore;
  /** The alarms that call a deployment back. */
  public readonly rollbackAlarms: cloudwatch.IAlarm[];
  /**
   * Told of each answer of an asynchronous endpoint.
   *
   * @default - none
   */
  public readonly successTopic?: sns.ITopic;
  /**
   * Told of each failure of an asynchronous endpoint.
   *
   * @default - none
   */
  public readonly errorTopic?: sns.ITopic;
  private readonly role: ServiceRole;
  private readonly gaps: Weakening[] = [];
  private readonly monitors = new Set<string>();
  private readonly deployed?: Construct;
  private readonly rollout?: RegistryRollout;
  private readonly knownBaselines: DataInput[];

  constructor(scope: Construct, id: string, props: InferenceEndpointProps) {
    super(scope, id);
    requireProps(`endpoint '${this.node.path}'`, props, {
      workspace: { is: having('profile', 'vpc', 'logsKey'), give: 'a Workspace' },
      model: { is: having('servedModel'), give: 'the registration step of a pipeline, or a ServedModel' },
      compute: { is: having('kind', 'instances'), give: 'an EndpointCompute, such as EndpointCompute.realTime(Instances.of(type))', optional: true },
      scaling: { is: having('_plan'), give: 'a Scaling, such as Scaling.byConcurrency({ min: 2, max: 4 })', optional: true },
    });
    const { workspace } = props;
    const model = props.model.servedModel;
    const what = `endpoint '${this.node.path}'`;
    requireRegion(this, workspace.profile);
    const compute = props.compute ?? EndpointCompute.realTime(Instances.of('ml.m5.large'));
    const host = hostingPlan(compute, props.scaling, what);
    const inNetwork = canCarry(host.carrier, 'vpc');
    this.workspace = workspace;
    this.computeKind = compute.kind;
    this.endpointName = this.nameOf(props.endpointName);
    this.endpointArn = Stack.of(this).formatArn({ service: 'sagemaker', resource: 'endpoint', resourceName: this.endpointName });
    this.role = endpointRole(this, workspace, this.endpointName, inNetwork);
    this.grantPrincipal = this.role.grantPrincipal;
    this.declareFlow(model, compute);
    this.readModel(model, compute);
    this.knownBaselines = model._group?.baselines ?? [];
    const logGroup = this.newLogGroup(props.endpointName !== undefined);
    this.captures = props.capture && this.capture(props.capture, host);
    const asynchronous = this.asynchronous(compute);
    this.successTopic = asynchronous?.topics[0];
    this.errorTopic = asynchronous?.topics[1];
    const alarms = endpointAlarms(this, workspace, this.endpointName, (name, options) => this.metric(name, options),
      compute.kind === ComputeKind.ASYNCHRONOUS, props.alarms ?? {});
    this.rollbackAlarms = alarms;
    this.recordLimits(compute, host);
    declareChoice(this, CHOICES[compute.kind]);

    const plan: EndpointPlan = {
      endpointName: this.endpointName,
      hosting: host.hosting,
      model: {
        roleArn: this.role.role.roleArn,
        isolated: canCarry(host.carrier, 'networkIsolation'),
        network: inNetwork ? {
          subnets: workspace.vpc.selectSubnets(workspace.subnets).subnetIds, securityGroupIds: [workspace.securityGroup.securityGroupId],
        } : undefined,
      },
      volumeKeyArn: takesVolumeKey(host.carrier, compute.instances ?? {}) ? workspace.dataKey.keyArn : undefined,
      capture: props.capture && this.captures && capturePlan(props.capture, this.captures, this.capturePrefix),
      asynchronous: asynchronous?.plan,
      deployment: deploymentPlan(host, props.traffic, props.terminationWait, alarms.map((alarm) => alarm.alarmName), what),
      metricsSeconds: host.hosting.kind === 'instances' ? 60 : undefined,
    };
    if (model._origin === ModelOrigin.REGISTRY) {
      this.rollout = new RegistryRollout(this, 'Rollout', { workspace, model, plan, scaling: host.scaling, alarms, after: [logGroup], role: this.role, approvals: props.approvals });
    } else {
      const approval = model._packageArn && !model._servesUnapproved
        ? [new ApprovalCheck(this, 'Approval', { workspace, packageArn: model._packageArn })]
        : [];
      this.deployed = deployWithStack(this, {
        plan, scaling: host.scaling, alarms: workspace.alarms, source: this.sourceOf(model, compute), after: [this.role, logGroup, ...approval],
      });
    }
  }

  /** What protection the endpoint lacks, why, and what stands in for it. */
  public get weakenings(): Weakening[] {
    return [...this.gaps];
  }

  /** Grants asking the endpoint. */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return granted(this, {
      grantee,
      actions: this.computeKind === ComputeKind.ASYNCHRONOUS ? ['sagemaker:InvokeEndpointAsync'] : ['sagemaker:InvokeEndpoint', 'sagemaker:InvokeEndpointWithResponseStream'],
      resourceArns: [
        this.endpointArn,
        ...(this.computeKind === ComputeKind.INFERENCE_COMPONENTS
          ? [Stack.of(this).formatArn({ service: 'sagemaker', resource: 'inference-component', resourceName: componentNameOf(this.endpointName) })]
          : []),
      ],
    });
  }

  /**
   * A metric of the endpoint.
   *
   * @param metricName such as `Invocations`, `ModelLatency` or `Invocation4XXErrors`
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
   */
  public metric(metricName: string, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return new cloudwatch.Metric({ namespace: 'AWS/SageMaker', metricName, dimensionsMap: this.dimensionsOf(metricName), ...options });
  }

  /** How many requests arrive. */
  public metricInvocations(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric('Invocations', { statistic: cloudwatch.Stats.SUM, ...options });
  }

  /** How long the model takes, in microseconds, at the 99th percentile. */
  public metricModelLatency(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric('ModelLatency', { statistic: cloudwatch.Stats.p(99), ...options });
  }

  /** How many requests fail on the endpoint's side. */
  public metricErrors(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(this.computeKind === ComputeKind.ASYNCHRONOUS ? 'InvocationFailures' : 'Invocation5XXErrors', { statistic: cloudwatch.Stats.SUM, ...options });
  }

  /** @internal The prefix below which captures lie. */
  public get _capturePrefix(): string {
    return this.capturePrefix;
  }

  /** @internal Where the checks of the versions that it serves leave baselines, as far as the app knows. */
  public get _baselines(): DataInput[] {
    return this.knownBaselines;
  }

  /** @internal Whether it comes with the first approval only, so that a monitor must come with it. */
  public get _followsRegistry(): boolean {
    return this.rollout !== undefined;
  }

  /** @internal Takes note of a monitor; where the endpoint follows a registry, puts it on as soon as the endpoint is there. */
  public _watchedBy(monitor: RolloutMonitor, role: iam.IRole): void {
    if (this.monitors.has(monitor.scheduleName)) {
      throw new Error(`endpoint '${this.node.path}' has two monitors of ${monitor.type}: give it one of each kind`);
    }
    this.monitors.add(monitor.scheduleName);
    this.rollout?.addMonitor(monitor, role);
  }

  /** @internal What must be there before a monitor. */
  public get _deployed(): Construct | undefined {
    return this.deployed;
  }

  private get capturePrefix(): string {
    return 'captures/';
  }

  private nameOf(given: string | undefined): string {
    if (given === undefined) {
      const name = Names.uniqueResourceName(this, { maxLength: 23, separator: '-', allowedSpecialCharacters: '-' }).toLowerCase().replace(/^-+|-+$/g, '');
      // A log group outlives its stack under the endpoint's name, so that a stack of the same name has to call its endpoint otherwise.
      return `${name}-${Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Stack.of(this).stackId))))}`;
    }
    if (!Token.isUnresolved(given) && (given.length > 40 || !/^[a-z0-9](-*[a-z0-9])*$/.test(given))) {
      throw new Error(`endpoint name '${given}' is not usable: give 1 to 40 lower-case letters, digits or '-', neither first nor last; names of models and configurations are made from it, and ARNs of SageMaker are lower-case`);
    }
    return given;
  }

  private declareFlow(model: ServedModel, compute: EndpointCompute): void {
    const flow = DataFlow.of(this);
    flow.add({ id: this.node.path, kind: 'endpoint', name: this.node.id, detail: compute.kind, region: this.workspace.region });
    if (model._group) flow.connect(model._group.node.path, this.node.path, 'approved model');
    const told = model._group !== undefined && flow.classificationOf(model._group.node.path) !== undefined;
    if (told && !model._artifacts) return;
    for (const artifact of this.artifactsOf(model)) flow.connect(artifact.sourceId, this.node.path, 'model', { prefix: artifact._prefix });
  }

  private readModel(model: ServedModel, compute: EndpointCompute): void {
    for (const artifact of this.artifactsOf(model)) artifact.grantRead(this.role);
    const place = { region: this.workspace.region, instances: compute.instances };
    for (const image of [...model._images, ...model._group?.images ?? []]) image.grantPull(this, this.role, place);
    // CreateModel looks for the artifact with this role, and so do serverless endpoints and captures, from SageMaker's network and not from the workspace's.
    this.role.admitServiceSide();
  }

  /** What is given, else what the group knows of, else all models of the workspace. */
  private artifactsOf(model: ServedModel): DataInput[] {
    const known = model._artifacts ?? model._group?.artifacts ?? [];
    return known.length > 0 ? known : [this.workspace.models.input()];
  }

  private newLogGroup(named: boolean): logs.LogGroup {
    return new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/sagemaker/Endpoints/${this.endpointName}`,
      encryptionKey: this.workspace.logsKey,
      retention: this.workspace.logRetention,
      removalPolicy: named ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
  }

  private capture(capture: DataCapture, host: HostingPlan): IDataStore {
    if (!canCarry(host.carrier, 'dataCapture')) {
      throw new Error(`endpoint '${this.node.path}' captures data, which a serverless endpoint cannot: use EndpointCompute.realTime, or leave out capture`);
    }
    const store = captureStore(this, this.workspace, capture);
    store.grantWrite(this.role, this.capturePrefix);
    DataFlow.of(this).connect(this.node.path, store.node.path, 'captures', { prefix: this.capturePrefix });
    return store;
  }

  private asynchronous(compute: EndpointCompute): { readonly plan: AsyncPlan; readonly topics: sns.ITopic[] } | undefined {
    const props = compute._asynchronous;
    if (!props) return undefined;
    const prefix = props.prefix ?? `${this.endpointName}/`;
    const folder = prefix.endsWith('/') ? prefix : `${prefix}/`;
    this.workspace.profile.residency.check(props.output.region, `the store of the answers of '${this.node.path}'`);
    props.output.grantReadWrite(this.role, folder);
    DataFlow.of(this).connect(this.node.path, props.output.node.path, 'answers', Token.isUnresolved(folder) ? {} : { prefix: folder });
    const topics = props.notifications === false ? [] : ['Answers', 'Failures'].map((topicId) => this.newTopic(topicId));
    return {
      topics,
      plan: {
        outputUri: props.output.uri(`${folder}answers/`),
        failureUri: props.output.uri(`${folder}failures/`),
        keyArn: props.output.key?.keyArn,
        successTopicArn: topics[0]?.topicArn,
        errorTopicArn: topics[1]?.topicArn,
        maxConcurrentInvocationsPerInstance: props.maxConcurrentInvocationsPerInstance,
      },
    };
  }

  private newTopic(topicId: string): sns.Topic {
    const { logsKey } = this.workspace;
    const topic = new sns.Topic(this, topicId, { masterKey: logsKey, enforceSSL: true });
    this.role.allow(new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }));
    this.role.allow(new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [logsKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sns.${this.workspace.region}.${Stack.of(this).urlSuffix}` } },
    }));
    return topic;
  }

  private recordLimits(compute: EndpointCompute, host: HostingPlan): void {
    const reason = compute._serverless?.givesUpPrivateNetwork;
    const controlOf: Record<string, Control> = {
      networkIsolation: Control.NETWORK_ISOLATION, vpc: Control.PRIVATE_NETWORK, volumeKey: Control.KEY_MANAGEMENT, dataCapture: Control.MODEL_MONITORING,
    };
    for (const [capability, limit] of Object.entries(CONTROLS[host.carrier].cannot)) {
      this.weaken(controlOf[capability] ?? Control.ENCRYPTION_AT_REST, reason ? `${limit.why}; accepted: ${reason}` : limit.why, limit.instead);
    }
    if (reason) {
      waive(this, ['RegulatedML::RegulatedML-SageMakerModelNetworkIsolation', 'RegulatedML::RegulatedML-SageMakerModelVpc'],
        `a serverless endpoint was chosen, which has no network of the user's: ${reason}`);
    }
    if (canCarry(host.carrier, 'volumeKey') && !takesVolumeKey(host.carrier, compute.instances ?? {})) {
      this.weaken(Control.KEY_MANAGEMENT, `${compute.instances?.type} keeps data on local NVMe disks, for which SageMaker refuses a key`, 'the disks encrypt in hardware with keys that leave with the instance');
    }
    const fewer = ['SageMakerEndpointConfigInstanceCount', ...(host.hosting.kind === 'components' ? ['SageMakerInferenceComponentCopies'] : [])]
      .map((rule) => `RegulatedML::RegulatedML-${rule}`);
    if (host.scaling && reachesZero(host.scaling)) {
      this.weaken(Control.AVAILABILITY, `the endpoint goes down to no instance; accepted: ${compute._givesUpAvailability}`, 'an alarm wakes it up with the first request');
      waive(this, fewer, `scaling to zero was chosen: ${compute._givesUpAvailability}`);
    } else if (host.fewest !== undefined && host.fewest >= 2 && this.inOneZone) {
      this.weaken(Control.AVAILABILITY, 'the subnets of the workspace stand in one zone, and so do all instances', 'a failed instance is replaced by SageMaker');
    } else if (host.fewest === 1) {
      const reason = compute._givesUpAvailability;
      const gap = 'scaling goes down to one instance, which does not outlive its zone';
      this.weaken(Control.AVAILABILITY, reason ? `${gap}; accepted: ${reason}` : gap, 'a failed instance is replaced by SageMaker');
      if (reason) waive(this, fewer, `one instance was chosen: ${reason}`);
    }
  }

  private get inOneZone(): boolean {
    const zones = this.workspace.vpc.selectSubnets(this.workspace.subnets).availabilityZones;
    return zones.every((zone) => !Token.isUnresolved(zone)) && new Set(zones).size === 1;
  }

  private weaken(control: Control, reason: string, substitute: string): void {
    this.gaps.push(declareWeakening(this, control, reason, substitute));
  }

  private sourceOf(model: ServedModel, compute: EndpointCompute): ContainerSource {
    if (model._packageArn) return { packageName: model._packageArn };
    const image = model._images[0].bind(this, { region: this.workspace.region, instances: compute.instances }).uri;
    return { image, artifactUrl: model._artifacts?.[0].uri, environment: model._environment };
  }

  private dimensionsOf(metricName: string): Record<string, string> {
    const queue = ['InvocationFailures', 'InvocationsProcessed', 'ApproximateBacklogSize', 'ApproximateBacklogSizePerInstance', 'HasBacklogWithoutCapacity', 'TotalProcessingTime', 'TimeInBacklog'];
    if (queue.includes(metricName)) return { EndpointName: this.endpointName };
    return { EndpointName: this.endpointName, VariantName: VARIANT };
  }
}

const CHOICES: Readonly<Record<ComputeKind, Choice>> = {
  [ComputeKind.REAL_TIME]: {
    dimension: 'scalability', choice: 'instances that are always there', gives: 'answers at once, in the workspace\'s network, through the loss of a zone', costs: 'the price of the smallest fleet, asked or not',
  },
  [ComputeKind.SERVERLESS]: {
    dimension: 'scalability', choice: 'serverless', gives: 'nothing is paid for while nobody asks', costs: 'no network of one\'s own, no isolation, no capture and no monitor; the first answer waits',
  },
  [ComputeKind.ASYNCHRONOUS]: {
    dimension: 'scalability', choice: 'a queue before the instances', gives: 'large requests and bursts, and none is lost', costs: 'answers come later, and lie in a store until they are deleted',
  },
  [ComputeKind.INFERENCE_COMPONENTS]: {
    dimension: 'scalability', choice: 'copies of a model on shared instances', gives: 'several models share machines, and copies can go down to none', costs: 'the first request after none waits, and is answered with an error until a copy is there',
  },
};
