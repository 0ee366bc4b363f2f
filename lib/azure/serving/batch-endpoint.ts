import { Construct } from 'constructs';
import { AzapiResource, AzapiUpdateResource } from '../azapi';
import type { Json } from '../azapi';
import { DataFlow } from '../../policy/flow';
import { shown } from '../../policy/given';
import { having, requireProps } from '../../policy/required';
import { Duration } from '../duration';
import type { Code } from '../pipeline/code';
import type { ICompute } from '../pipeline/compute-cluster';
import type { Environment } from '../pipeline/environment';
import type { MLPipeline } from '../pipeline/pipeline';
import { API } from '../pipeline/private/asset-version';
import { addressOf } from '../pipeline/private/address';
import { Bindings } from '../pipeline/private/bindings';
import { startersOf } from '../pipeline/private/planned-runs';
import { diagnostics } from '../private/diagnostics';
import { nameOf, Names } from '../private/names';
import { assignRole, Role } from '../private/roles';
import { tagsOf } from '../private/tags';
import { Identity } from '../workspace/identity';
import type { IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import type { IServable } from './served-model';

/** What a batch endpoint is made from: a pipeline, or a model with what it takes to put data to it. */
export interface BatchEndpointProps {
  /** The ground it stands on. */
  readonly workspace: IWorkspace;
  /** The machines that jobs run on. */
  readonly compute: ICompute;
  /**
   * The pipeline that each call runs; its steps act as their own identities.
   *
   * @default - none: a model is given
   */
  readonly pipeline?: MLPipeline;
  /**
   * The model that data is put to: a fixed version.
   *
   * @default - none: a pipeline is given
   */
  readonly model?: IServable;
  /**
   * The image that a model runs in.
   *
   * @default - where the model was trained
   */
  readonly environment?: Environment;
  /**
   * The scoring script of a model, with `init()` and `run(mini_batch)`.
   *
   * @default - none: the model is one of MLflow
   */
  readonly code?: Code;
  /**
   * Nodes of a job of a model.
   *
   * @default 1
   */
  readonly nodes?: number;
  /**
   * Files in a batch of a model.
   *
   * @default 10
   */
  readonly batchSize?: number;
  /**
   * How long a batch may take.
   *
   * @default Duration.minutes(10)
   */
  readonly batchTimeout?: Duration;
  /**
   * Its name: 3 to 32 letters, digits or `-`, no other's in the region.
   *
   * @default - made from the path of the construct
   */
  readonly endpointName?: string;
}

const DEPLOYMENT = 'default';

/**
 * Starts a job for each call, on data that the call names: a pipeline, or a model put to many files. Callers sign in with Microsoft Entra, over the private
 * endpoint of the workspace. With a model, what a job reads and writes is whatever the caller may; the compute acts as its own identity.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/concept-endpoints-batch
 */
export class BatchEndpoint extends Construct {
  /** Its name. */
  public readonly endpointName: string;
  /** Id, in Azure Resource Manager. */
  public readonly endpointId: string;
  /** What it acts as. */
  public readonly identity: IIdentity;

  constructor(scope: Construct, id: string, props: BatchEndpointProps) {
    super(scope, id);
    const owner = `endpoint '${this.node.path}'`;
    requireProps(owner, props, {
      workspace: { is: having('profile', 'workspaceId', 'models'), give: 'a Workspace' },
      compute: { is: having('computeId', 'admit'), give: 'a ComputeCluster' },
      pipeline: { is: having('pipelineName', '_componentId'), give: 'an MLPipeline', optional: true },
      model: { is: having('servedModel'), give: 'a ModelVersion, or a ServedModel', optional: true },
    });
    const { workspace, pipeline, model } = props;
    if ((pipeline === undefined) === (model === undefined)) throw new Error(`${owner} has ${pipeline ? 'a pipeline and a model' : 'neither pipeline nor model'}: give one of them`);
    this.endpointName = props.endpointName === undefined ? nameOf(this, 'endpoint') : Names.check(owner, 'endpoint', props.endpointName);
    this.identity = new Identity(this, 'Identity', { workspace });
    const resource = new AzapiResource(this, 'Resource', {
      type: `Microsoft.MachineLearningServices/workspaces/batchEndpoints@${API}`, name: this.endpointName, parentId: workspace.workspaceId,
      location: workspace.location, tags: tagsOf(workspace), identity: { type: 'UserAssigned', identityIds: [this.identity.identityId] },
      body: { properties: { authMode: 'AADToken' } },
    });
    this.endpointId = resource.id;
    DataFlow.of(this).add({ id: this.node.path, kind: 'endpoint', name: this.node.id, detail: 'batch', region: workspace.location });
    if (pipeline) startersOf(pipeline).endpoints.push(this.node.path);
    const deployment = new AzapiResource(this, 'Deployment', {
      type: `Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments@${API}`, name: DEPLOYMENT, parentId: this.endpointId,
      location: workspace.location, tags: tagsOf(workspace), body: { properties: pipeline ? ofPipeline(pipeline, props.compute) : this.ofModel(owner, props) },
    });
    new AzapiUpdateResource(this, 'DefaultDeployment', {
      type: `Microsoft.MachineLearningServices/workspaces/batchEndpoints@${API}`, resourceId: this.endpointId,
      body: { properties: { defaults: { deploymentName: DEPLOYMENT } } }, dependsOn: [deployment], lifecycle: { replaceTriggeredBy: [addressOf(resource)] },
    });
    diagnostics(this, this.endpointId, workspace);
  }

  /** Lets an identity start jobs. */
  public grantInvoke(identity: IIdentity): void {
    assignRole(this, { identity, role: Role.DATA_SCIENTIST, targetId: this.endpointId });
  }

  private ofModel(owner: string, props: BatchEndpointProps): Json {
    const { workspace, compute, nodes = 1, batchSize = 10, code } = props;
    const { _versionId: versionId, _options: options } = props.model!.servedModel;
    if (versionId === undefined) throw new Error(`${owner} serves a version that nobody named yet: give a fixed one, such as registration.version('3')`);
    const environment = props.environment ?? options.environment;
    if (!environment) throw new Error(`${owner} has no environment: give the image that the model runs in`);
    if (!code && !options.isMlflow) throw new Error(`${owner} has no scoring script, and the model is not known to be of MLflow: give code`);
    for (const [name, value] of Object.entries({ nodes, batchSize })) if (!Number.isInteger(value) || value < 1) throw new Error(`${owner} has ${name} of ${shown(value)}: give a whole number from 1`);
    if (compute.maxNodes !== undefined && nodes > compute.maxNodes) throw new Error(`${owner} runs on ${nodes} nodes, and '${compute.node.path}' has ${compute.maxNodes} at most: raise maxNodes, or lower nodes`);
    compute.admit(this.identity);
    environment._grantPull(this, workspace, this.identity);
    workspace.models.grantRead(this.identity);
    DataFlow.of(this).connect(options.sourceId ?? workspace.models.node.path, this.node.path, 'model');
    const bindings = new Bindings(new Construct(this, 'Assets'), workspace);
    const bound = code && bindings.code(code);
    bound?.grantRead(this.identity);
    return {
      model: { referenceType: 'Id', assetId: versionId }, compute: compute.computeId, environmentId: bindings.environment(environment).environmentId,
      codeConfiguration: bound && code ? { codeId: bound.codeId, scoringScript: code.program } : undefined,
      resources: { instanceCount: nodes }, miniBatchSize: batchSize, maxConcurrencyPerInstance: 1, errorThreshold: 0, loggingLevel: 'Info',
      outputAction: 'AppendRow', outputFileName: 'predictions.csv', retrySettings: { maxRetries: 2, timeout: (props.batchTimeout ?? Duration.minutes(10)).toIso() },
    };
  }
}

function ofPipeline(pipeline: MLPipeline, compute: ICompute): Json {
  return {
    deploymentConfiguration: {
      deploymentConfigurationType: 'PipelineComponent', componentId: { referenceType: 'Id', assetId: pipeline._componentId },
      settings: { continue_on_step_failure: 'false', force_rerun: 'false', default_compute: compute.computeId },
    },
  };
}
