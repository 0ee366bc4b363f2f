import { MonitorAutoscaleSetting } from '@cdktf/provider-azurerm/lib/monitor-autoscale-setting';
import { Fn, Op, TerraformVariable, Token } from 'cdktf';
import type { IResolvable, ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { AzapiResource } from '../azapi';
import type { Json } from '../azapi';
import { Control } from '../../policy/control';
import { DataFlow } from '../../policy/flow';
import { shown } from '../../policy/given';
import { having, requireProps } from '../../policy/required';
import { Duration } from '../duration';
import { API, AssetVersion } from '../pipeline/private/asset-version';
import type { BoundCode } from '../pipeline/code';
import { declareWeakening } from '../../policy/weakening';
import type { Weakening } from '../../policy/weakening';
import { nameOf } from '../private/names';
import { assignRole, Role } from '../private/roles';
import { tagsOf } from '../private/tags';
import { A_VM_SIZE, isVmSize } from '../private/vm-size';
import type { IDataStore } from '../storage/data-store';
import { captureStore } from './capture-store';
import { CaptureMode } from './data-capture';
import type { DeploymentProps } from './deployment-props';
import type { InferenceEndpoint } from './inference-endpoint';
import { Scaling } from './scaling';
import type { ServedModel } from './served-model';

/** A model behind an endpoint, on instances of its own. */
export class OnlineDeployment extends Construct {
  /** Its name in the endpoint. */
  public readonly deploymentName: string;
  /** Id, in Azure Resource Manager. */
  public readonly deploymentId: string;
  /**
   * Where requests and answers are captured.
   *
   * @default - nothing is captured
   */
  public readonly captures?: IDataStore;
  /** @internal */
  public readonly _resource: AzapiResource;
  /** @internal Condition under which it is there at all; undefined where it always is. */
  public readonly _exists?: IResolvable;
  private readonly gaps: Weakening[] = [];

  constructor(private readonly endpoint: InferenceEndpoint, deploymentName: string, private readonly props: DeploymentProps) {
    super(endpoint, checkedName(endpoint, deploymentName));
    this.deploymentName = deploymentName;
    this.checkProps();
    const { workspace } = endpoint;
    const model = props.model.servedModel;
    const scaling = props.scaling ?? Scaling.between({ min: 2, max: 4 });
    this.deploymentId = `${endpoint.endpointId}/deployments/${deploymentName}`;
    this.declareFlow(model);
    const { id: modelId, exists } = this.modelOf(model);
    this._exists = exists;
    const needs = this.grants();
    const { environmentId, code } = this.bound(model);
    const dataCollector = this.capture(needs);
    const count = exists === undefined ? undefined : Token.asNumber(Fn.conditional(exists, 1, 0));
    this._resource = new AzapiResource(this, 'Resource', {
      type: `Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments@${API}`, name: deploymentName, parentId: endpoint.endpointId,
      location: workspace.location, tags: tagsOf(workspace), dependsOn: needs, count,
      // autoscaling moves the capacity afterwards
      lifecycle: scaling.follows ? { ignoreChanges: ['body.sku.capacity'] } : undefined,
      body: {
        sku: { name: 'Default', capacity: scaling.min },
        properties: {
          endpointComputeType: 'Managed', model: modelId, environmentId, instanceType: props.instanceType ?? 'Standard_DS3_v2',
          codeConfiguration: code && props.code ? { codeId: code.codeId, scoringScript: props.code.program } : undefined,
          egressPublicNetworkAccess: 'Disabled', appInsightsEnabled: false, scaleSettings: { scaleType: 'Default' },
          requestSettings: {
            requestTimeout: (props.requestTimeout ?? Duration.seconds(5)).toIso(), maxConcurrentRequestsPerInstance: props.maxConcurrentRequests ?? 1,
          },
          environmentVariables: props.variables, dataCollector,
        },
      },
    });
    if (scaling.follows) this.autoscale(scaling, count);
    if (scaling.fewest < 2) this.weaken(Control.AVAILABILITY, 'scaling goes down to one instance, which nothing stands in for when it fails', 'a failed instance is replaced by Azure ML');
    this.captures = this.store;
  }

  /** What protection it lacks, and why. */
  public get weakenings(): Weakening[] {
    return [...this.gaps];
  }

  private store?: IDataStore;

  private declareFlow(model: ServedModel): void {
    const source = model._options.sourceId ?? this.endpoint.workspace.models.node.path;
    DataFlow.of(this).connect(source, this.endpoint.node.path, model._name ? 'approved model' : 'model');
  }

  private modelOf(model: ServedModel): { readonly id: string; readonly exists?: IResolvable } {
    if (model._versionId !== undefined) return { id: model._versionId };
    const name = model._name!;
    const variable = new TerraformVariable(this, 'ApprovedVersion', {
      type: 'string', default: '', nullable: false,
      description: `The version of model ${name.modelName} that was approved for deployment '${this.deploymentName}' of endpoint ${this.endpoint.endpointName}; none is served while it is empty`,
    });
    const value = variable.stringValue;
    variable.addValidation({ condition: Fn.can(Fn.regex('^[A-Za-z0-9._-]*$', value)), errorMessage: 'Give letters, digits, dots, dashes and underscores.' });
    // not by comparison with the empty text, which cdktf writes as `undefined`
    return { id: name.idOf(value), exists: Op.gte(Fn.lengthOf(value), 1) };
  }

  /** What has to be there before Azure ML pulls the image and the model. */
  private grants(): ITerraformDependable[] {
    const { endpoint } = this;
    const { models } = endpoint.workspace;
    return [
      assignRole(endpoint, { identity: endpoint.identity, role: Role.IMAGE_PULLER, targetId: endpoint.workspace.registryId }),
      assignRole(endpoint, { identity: endpoint.identity, role: Role.BLOB_READER, targetId: containerIdOf(models) }),
    ];
  }

  private bound(model: ServedModel): { readonly environmentId: string; readonly code?: BoundCode } {
    const { endpoint, props } = this;
    const environment = props.environment ?? model._options.environment;
    if (!environment) this.fail('has no environment, and Azure ML would fetch packages from outside the network for one of its own: give environment');
    if (!props.code && !model._options.isMlflow && !environment._answers) {
      this.fail('has no scoring script, the model is not known to be of MLflow and the image not to answer by itself: give code, or inference routes with the image');
    }
    environment._grantPull(endpoint, endpoint.workspace, endpoint.identity);
    const code = props.code && endpoint._bindings.code(props.code);
    code?.grantRead(endpoint.identity);
    return { environmentId: endpoint._bindings.environment(environment).environmentId, code };
  }

  private capture(needs: ITerraformDependable[]): Json | undefined {
    const { endpoint, props: { capture } } = this;
    if (!capture) return undefined;
    const classification = capture.classification ?? DataFlow.of(this).classificationOf(endpoint.node.path);
    const store = this.store = captureStore(this, endpoint.workspace, { ...capture, classification });
    needs.push(assignRole(endpoint, { identity: endpoint.identity, role: Role.BLOB_CONTRIBUTOR, targetId: containerIdOf(store) }));
    DataFlow.of(this).connect(endpoint.node.path, store.node.path, 'captures');
    const collections = (capture.modes ?? [CaptureMode.REQUESTS, CaptureMode.ANSWERS]).map((mode): [string, Json] => {
      const holder = new Construct(this, `Capture-${mode}`);
      const data = new AssetVersion(holder, 'Resource', {
        workspaceId: endpoint.workspace.workspaceId, kind: 'data', name: nameOf(holder, 'asset'),
        properties: () => ({
          dataType: 'uri_folder', dataUri: store.uri(`${endpoint.endpointName}/${this.deploymentName}/${mode}/`), isAnonymous: false,
          tags: { classification: store.classification.name, ...(store.purpose ? { purpose: store.purpose.name } : {}) },
        }),
      });
      return [mode, { dataCollectionMode: 'Enabled', dataId: data.id, samplingRate: (capture.percentage ?? 100) / 100, clientId: endpoint.identity.clientId }];
    });
    return { collections: Object.fromEntries(collections), rollingRate: 'Hour' };
  }

  private autoscale(scaling: Scaling, count: number | undefined): void {
    const { workspace, endpointId } = this.endpoint;
    new MonitorAutoscaleSetting(this, 'Scaling', {
      name: nameOf(this, 'resource'), resourceGroupName: workspace.resourceGroupName, location: workspace.location,
      targetResourceId: this.deploymentId, profile: scaling._profiles(this.deploymentId, endpointId), tags: tagsOf(workspace), dependsOn: [this._resource], count,
    });
  }

  private checkProps(): void {
    requireProps(`deployment '${this.node.path}'`, this.props, {
      model: { is: having('servedModel'), give: 'the registration of a pipeline, or a ServedModel' },
      environment: { is: having('_bind', '_grantPull'), give: 'an Environment', optional: true },
      code: { is: having('program', '_bind'), give: 'Code, such as Code.fromFolder(folder)', optional: true },
      scaling: { is: having('_profiles'), give: 'a Scaling, such as Scaling.between({ min: 2, max: 6 })', optional: true },
      instanceType: { is: isVmSize, give: A_VM_SIZE, optional: true },
      requestTimeout: { is: having('inSeconds', 'toIso'), give: 'a Duration', optional: true },
    });
    const { requestTimeout, maxConcurrentRequests } = this.props;
    if (requestTimeout && requestTimeout.inSeconds > 180) this.fail(`may take ${requestTimeout} for an answer: Azure ML takes at most 3 minutes`);
    if (maxConcurrentRequests !== undefined && (!Number.isInteger(maxConcurrentRequests) || maxConcurrentRequests < 1)) this.fail(`works on ${shown(maxConcurrentRequests)} requests at a time: give a whole number from 1`);
  }

  private weaken(control: Control, reason: string, substitute: string): void {
    this.gaps.push(declareWeakening(this, control, reason, substitute));
  }

  private fail(message: string): never {
    throw new Error(`deployment '${this.node.path}' ${message}`);
  }
}

/** Id of a store's container, in Azure Resource Manager. */
function containerIdOf(store: IDataStore): string {
  return `${store.accountId}/blobServices/default/containers/${store.containerName}`;
}

function checkedName(endpoint: Construct, name: string): string {
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/.test(name)) {
    throw new Error(`endpoint '${endpoint.node.path}': deployment name ${shown(name)} is not usable: give 3 to 32 lower-case letters, digits or '-', beginning with a letter`);
  }
  if (endpoint.node.tryFindChild(name)) throw new Error(`endpoint '${endpoint.node.path}' has two deployments '${name}': give each a name of its own`);
  return name;
}
