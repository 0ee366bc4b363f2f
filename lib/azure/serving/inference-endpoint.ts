import { MonitorMetricAlert } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import type { MonitorMetricAlertCriteria } from '@cdktf/provider-azurerm/lib/monitor-metric-alert';
import { Fn, Op } from 'cdktf';
import { Construct } from 'constructs';
import { AzapiResource, AzapiUpdateResource } from '../azapi';
import type { Json } from '../azapi';
import { declareChoice } from '../../policy/choice';
import { Control } from '../../policy/control';
import { DataFlow } from '../../policy/flow';
import { shown } from '../../policy/given';
import { having, requireProps } from '../../policy/required';
import { Duration } from '../duration';
import { API } from '../pipeline/private/asset-version';
import { addressOf } from '../pipeline/private/address';
import { Bindings } from '../pipeline/private/bindings';
import { lazily } from '../pipeline/private/expression';
import { declareWeakening } from '../../policy/weakening';
import type { Weakening } from '../../policy/weakening';
import { diagnostics } from '../private/diagnostics';
import { nameOf, Names } from '../private/names';
import { assignRole, Role } from '../private/roles';
import { tagsOf } from '../private/tags';
import type { IDataStore } from '../storage/data-store';
import { Identity } from '../workspace/identity';
import type { IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import { EndpointAuthentication } from './authentication';
import type { DeploymentProps } from './deployment-props';
import { OnlineDeployment } from './online-deployment';
import { Traffic } from './traffic';

/** From when on an endpoint is in trouble. */
export interface EndpointAlarmThresholds {
  /**
   * How many requests a minute may fail on the endpoint's side.
   *
   * @default 1
   */
  readonly errors?: number;
  /**
   * How long an answer may take, at the 99th percentile.
   *
   * @default Duration.seconds(5)
   */
  readonly latency?: Duration;
}

/** What an endpoint is made from: what it serves, and how. */
export interface InferenceEndpointProps extends DeploymentProps {
  /** The ground it stands on. */
  readonly workspace: IWorkspace;
  /**
   * Name of the deployment that serves the model.
   *
   * @default 'blue'
   */
  readonly deploymentName?: string;
  /**
   * Which deployment answers which share of the requests.
   *
   * @default - all go to the deployment of these props
   */
  readonly traffic?: Traffic;
  /**
   * How it knows who asks.
   *
   * @default EndpointAuthentication.entra()
   */
  readonly authentication?: EndpointAuthentication;
  /**
   * Its name: 3 to 32 letters, digits or `-`, no other's in the region.
   *
   * @default - made from the path of the construct
   */
  readonly endpointName?: string;
  /**
   * From when on the alarms sound.
   *
   * @default - see `EndpointAlarmThresholds`
   */
  readonly alarms?: EndpointAlarmThresholds;
}

const NAMESPACE = 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints';

/**
 * A model that answers: reached over the private endpoint of the workspace only, by callers that sign in, without a way out, on at least two instances. A new
 * model is a second deployment, to which traffic is moved.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/concept-endpoints-online
 */
export class InferenceEndpoint extends Construct {
  /** The workspace it stands on. */
  public readonly workspace: IWorkspace;
  /** Its name. */
  public readonly endpointName: string;
  /** Id, in Azure Resource Manager. */
  public readonly endpointId: string;
  /** What it acts as: it pulls its images, reads models and writes captures. */
  public readonly identity: IIdentity;
  /** The deployment of its props. */
  public readonly deployment: OnlineDeployment;
  /**
   * Where requests and answers of the deployment of its props are captured.
   *
   * @default - nothing is captured
   */
  public readonly captures?: IDataStore;
  /** @internal */
  public readonly _bindings: Bindings;
  private readonly deployments: OnlineDeployment[] = [];
  private readonly gaps: Weakening[] = [];
  private readonly traffic: Traffic;

  constructor(scope: Construct, id: string, props: InferenceEndpointProps) {
    super(scope, id);
    const owner = `endpoint '${this.node.path}'`;
    requireProps(owner, props, {
      workspace: { is: having('profile', 'workspaceId', 'models'), give: 'a Workspace' },
      traffic: { is: having('_shares'), give: 'a Traffic, such as Traffic.split({ blue: 90, green: 10 })', optional: true },
      authentication: { is: having('_mode'), give: 'EndpointAuthentication.entra()', optional: true },
    });
    const { workspace, deploymentName = 'blue' } = props;
    this.workspace = workspace;
    this.endpointName = props.endpointName === undefined ? nameOf(this, 'endpoint') : Names.check(owner, 'endpoint', props.endpointName);
    this.traffic = props.traffic ?? Traffic.all(deploymentName);
    this.identity = new Identity(this, 'Identity', { workspace });
    this._bindings = new Bindings(new Construct(this, 'Assets'), workspace);
    DataFlow.of(this).add({ id: this.node.path, kind: 'endpoint', name: this.node.id, detail: 'real-time', region: workspace.location });
    const authentication = props.authentication ?? EndpointAuthentication.entra();
    const resource = new AzapiResource(this, 'Resource', {
      type: `Microsoft.MachineLearningServices/workspaces/onlineEndpoints@${API}`, name: this.endpointName, parentId: workspace.workspaceId,
      location: workspace.location, tags: tagsOf(workspace), identity: { type: 'UserAssigned', identityIds: [this.identity.identityId] },
      body: { kind: 'Managed', properties: { authMode: authentication._mode, publicNetworkAccess: 'Disabled' } },
    });
    this.endpointId = resource.id;
    this.record(authentication);
    diagnostics(this, this.endpointId, workspace);
    this.deployment = this.addDeployment(deploymentName, props);
    this.captures = this.deployment.captures;
    this.shift(resource);
    this.alarm(props.alarms ?? {});
    this.node.addValidation({ validate: () => this.problems() });
  }

  /** What protection the endpoint lacks, why, and what stands in for it. */
  public get weakenings(): Weakening[] {
    return [...this.gaps, ...this.deployments.flatMap((deployment) => deployment.weakenings)];
  }

  /** Adds another deployment, such as the green one beside the blue. It gets the traffic that `traffic` says, none otherwise. */
  public addDeployment(deploymentName: string, props: DeploymentProps): OnlineDeployment {
    const deployment = new OnlineDeployment(this, deploymentName, props);
    this.deployments.push(deployment);
    return deployment;
  }

  /** Lets an identity ask the endpoint. */
  public grantInvoke(identity: IIdentity): void {
    assignRole(this, { identity, role: Role.DATA_SCIENTIST, targetId: this.endpointId });
  }

  /** Traffic names deployments, which name the endpoint: it is set when all are there, and again when the endpoint is changed. */
  private shift(endpoint: AzapiResource): void {
    const named = () => this.deployments.filter(({ deploymentName }) => this.traffic._deployments.includes(deploymentName));
    const update = new AzapiUpdateResource(this, 'Traffic', {
      type: `${NAMESPACE}@${API}`, resourceId: this.endpointId,
      body: { properties: { traffic: { ...this.traffic._shares }, mirrorTraffic: Object.keys(this.traffic._mirrored).length > 0 ? { ...this.traffic._mirrored } : undefined } },
      // An update of the endpoint itself sends it without traffic.
      lifecycle: { replaceTriggeredBy: [addressOf(endpoint)] },
    });
    // Deployments may be added later.
    update.addOverride('depends_on', lazily(() => named().map(({ _resource }) => addressOf(_resource))));
    update.addOverride('count', lazily(() => {
      const [first, ...others] = named().flatMap(({ _exists }) => _exists ?? []);
      if (!first) return 1;
      return Fn.conditional(others.reduce((all, next) => Op.and(all, next), first), 1, 0) as Json;
    }));
  }

  private alarm({ errors = 1, latency = Duration.seconds(5) }: EndpointAlarmThresholds): void {
    if (!Number.isFinite(errors) || errors < 0) throw new Error(`endpoint '${this.node.path}' alarms from ${shown(errors)} errors on: give a number from 0`);
    const alert = (id: string, description: string, criteria: MonitorMetricAlertCriteria) => new MonitorMetricAlert(this, id, {
      name: `${this.endpointName}-${id.toLowerCase()}`, resourceGroupName: this.workspace.resourceGroupName, scopes: [this.endpointId], description: `${this.endpointName}: ${description}`,
      severity: 1, frequency: 'PT1M', windowSize: 'PT5M', criteria: [criteria], action: [{ actionGroupId: this.workspace.alarmsId }], tags: tagsOf(this.workspace),
    });
    alert('Errors', `more than ${errors} requests a minute fail`, {
      metricNamespace: NAMESPACE, metricName: 'RequestsPerMinute', aggregation: 'Average', operator: 'GreaterThan', threshold: errors,
      dimension: [{ name: 'statusCodeClass', operator: 'Include', values: ['5xx'] }],
    });
    alert('Latency', 'answers take too long', {
      metricNamespace: NAMESPACE, metricName: 'RequestLatency_P99', aggregation: 'Average', operator: 'GreaterThan', threshold: latency.inSeconds * 1000,
    });
  }

  private record(authentication: EndpointAuthentication): void {
    this.gaps.push(declareWeakening(this, Control.KEY_MANAGEMENT, 'Azure ML encrypts the disks of instances with keys of Microsoft', 'models and captures lie in stores with keys of the workspace'));
    declareChoice(this, { dimension: 'scalability', choice: 'instances that are always there', gives: 'answers at once', costs: 'the price of the smallest fleet, asked or not' });
    if (authentication._reason === undefined) return;
    this.gaps.push(declareWeakening(this, Control.AUTHENTICATION, `callers share a key, which tells nobody apart; accepted: ${authentication._reason}`, 'the endpoint is reached from the private network only'));
    declareChoice(this, { dimension: 'compliance', choice: 'a shared key', gives: authentication._reason, costs: 'nobody can say who asked; the key works until somebody changes it' });
  }

  private problems(): string[] {
    const names = this.deployments.map(({ deploymentName }) => deploymentName);
    return this.traffic._deployments.filter((name) => !names.includes(name))
      .map((name) => `${this.node.path}: traffic goes to deployment '${name}', and there are ${names.join(', ')}: add it with addDeployment('${name}', …), or give its share to another`);
  }
}
