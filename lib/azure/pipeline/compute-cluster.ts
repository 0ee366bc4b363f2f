import { MachineLearningComputeCluster } from '@cdktf/provider-azurerm/lib/machine-learning-compute-cluster';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { declareChoice } from '../../policy/choice';
import { Control } from '../../policy/control';
import { shown } from '../../policy/given';
import { having, requireProps } from '../../policy/required';
import { Duration } from '../duration';
import { nameOf, Names } from '../private/names';
import { assignRole, Role } from '../private/roles';
import { tagsOf } from '../private/tags';
import { A_VM_SIZE, isVmSize } from '../private/vm-size';
import { NetworkMode } from '../workspace/network-mode';
import { Identity } from '../workspace/identity';
import type { IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import { declareWeakening } from '../../policy/weakening';

/** Machines that jobs run on. */
export interface ICompute extends IConstruct {
  /** Id, in Azure Resource Manager. */
  readonly computeId: string;
  /** Nodes that a job can have at most; undefined where that is not known. */
  readonly maxNodes?: number;
  /** Whether Azure may take nodes back while a job runs; undefined where that is not known. */
  readonly isInterruptible?: boolean;
  /** Lets jobs on it act as an identity. */
  admit(identity: IIdentity): void;
}

/** What a cluster is made from. */
export interface ComputeClusterProps {
  /** The workspace it belongs to. */
  readonly workspace: IWorkspace;
  /** Size of its nodes, such as `Standard_D4s_v5`. */
  readonly size: string;
  /**
   * The most nodes there are.
   *
   * @default 4
   */
  readonly maxNodes?: number;
  /**
   * The fewest nodes there are, paid for day and night.
   *
   * @default 0
   */
  readonly minNodes?: number;
  /**
   * How long a node is kept without a job.
   *
   * @default Duration.minutes(2)
   */
  readonly idleBeforeScaleDown?: Duration;
  /**
   * Whether nodes are spare capacity, which Azure takes back at any time.
   *
   * @default false
   */
  readonly lowPriority?: boolean;
  /**
   * Name: 3 to 24 letters, digits or `-`.
   *
   * @default - made from the path of the construct
   */
  readonly computeName?: string;
}

/** A cluster that exists. */
export interface ComputeClusterAttributes {
  /** Id, in Azure Resource Manager. */
  readonly computeId: string;
  /**
   * Nodes that it can have at most.
   *
   * @default - not known
   */
  readonly maxNodes?: number;
}

/** @see the schema of Microsoft.MachineLearningServices/workspaces/computes, 2025-12-01 */
const NAME = /^[a-zA-Z](?![a-zA-Z0-9-]*-\d+$)[a-zA-Z0-9-]{2,23}$/;

/**
 * Machines for jobs, from none to as many as allowed: without public addresses, without SSH and passwords, in the subnet of computes or in the network
 * that Azure ML manages. Jobs on it act as identities of their steps, which are assigned to it.
 */
export class ComputeCluster extends Construct implements ICompute {
  /** A cluster that exists; the identities of steps have to be assigned to it where it is made. */
  public static fromAttributes(scope: Construct, id: string, attrs: ComputeClusterAttributes): ICompute {
    return new ImportedCluster(scope, id, attrs);
  }

  /** Id, in Azure Resource Manager. */
  public readonly computeId: string;
  /** Name. */
  public readonly computeName: string;
  /** The most nodes there are. */
  public readonly maxNodes: number;
  /** Whether Azure may take nodes back while a job runs. */
  public readonly isInterruptible: boolean;
  /** What the cluster itself acts as; it pulls images and reads no data. */
  public readonly identity: IIdentity;
  private readonly admitted = new Map<string, IIdentity>();

  constructor(scope: Construct, id: string, props: ComputeClusterProps) {
    super(scope, id);
    const owner = `cluster '${this.node.path}'`;
    requireProps(owner, props, {
      workspace: { is: having('profile', 'workspaceId', 'networkMode'), give: 'a Workspace' },
      size: { is: isVmSize, give: A_VM_SIZE },
      idleBeforeScaleDown: { is: having('inSeconds'), give: 'a Duration', optional: true },
    });
    const { workspace, size, minNodes = 0, maxNodes = 4, lowPriority = false } = props;
    checkNodes(owner, minNodes, maxNodes);
    this.maxNodes = maxNodes;
    this.isInterruptible = lowPriority;
    this.computeName = computeNameOf(this, owner, props.computeName);
    this.identity = new Identity(this, 'Identity', { workspace });
    assignRole(this, { identity: this.identity, role: Role.IMAGE_PULLER, targetId: workspace.registryId });
    this.admit(this.identity);
    const resource = new MachineLearningComputeCluster(this, 'Resource', {
      name: this.computeName, machineLearningWorkspaceId: workspace.workspaceId, location: workspace.location,
      vmSize: size, vmPriority: lowPriority ? 'LowPriority' : 'Dedicated',
      localAuthEnabled: false, nodePublicIpEnabled: false, sshPublicAccessEnabled: false,
      subnetResourceId: subnetOf(owner, workspace),
      scaleSettings: { minNodeCount: minNodes, maxNodeCount: maxNodes, scaleDownNodesAfterIdleDuration: (props.idleBeforeScaleDown ?? Duration.minutes(2)).toIso() },
      identity: { type: 'UserAssigned', identityIds: Lazy.listValue({ produce: () => [...this.admitted.values()].map((identity) => identity.identityId) }) },
      tags: tagsOf(workspace),
    });
    this.computeId = resource.id;
    declareWeakening(this, Control.KEY_MANAGEMENT, 'Azure ML encrypts the disks of nodes with keys of Microsoft', 'nodes are deleted when no job needs them, and what they write lies in stores with keys of the workspace');
    if (lowPriority) {
      declareChoice(this, { dimension: 'scalability', choice: 'nodes of low priority', gives: 'a lower price for the same machines', costs: 'jobs are interrupted when Azure needs the machines' });
    }
    if (minNodes > 0) {
      declareChoice(this, { dimension: 'scalability', choice: `${minNodes} node(s) at all times`, gives: 'jobs start at once', costs: 'the price of idle machines, on which a decrypted copy of what was mounted may lie' });
    }
  }

  public admit(identity: IIdentity): void {
    this.admitted.set(identity.node.path, identity);
  }
}

class ImportedCluster extends Construct implements ICompute {
  public readonly computeId: string;
  public readonly maxNodes?: number;

  constructor(scope: Construct, id: string, attrs: ComputeClusterAttributes) {
    super(scope, id);
    if (typeof attrs?.computeId !== 'string' || attrs.computeId === '') throw new Error(`cluster '${this.node.path}' is imported without computeId: give its id, which ends in '/computes/<name>'`);
    this.computeId = attrs.computeId;
    this.maxNodes = attrs.maxNodes;
  }

  public admit(): void {
    // the cluster is somebody else's, who assigns identities to it
  }
}

/** The subnet of computes; undefined where Azure ML manages the network. */
export function subnetOf(owner: string, workspace: IWorkspace): string | undefined {
  if (workspace.networkMode === NetworkMode.MANAGED) return undefined;
  if (workspace.computeSubnetId === undefined) {
    throw new Error(`${owner} has no subnet: the network of workspace '${workspace.node.path}' is its own, and it names no subnet for computes; give computeSubnetId`);
  }
  return workspace.computeSubnetId;
}

/** A valid name of a compute. */
export function computeNameOf(compute: Construct, owner: string, given: string | undefined): string {
  if (given !== undefined) {
    if (typeof given !== 'string' || !NAME.test(given)) {
      throw new Error(`${owner}: ${shown(given)} is no name of a compute: give 3 to 24 letters, digits or '-', beginning with a letter and not ending in '-' and digits, or leave it out for one made from the construct's path`);
    }
    return given;
  }
  const name = nameOf(compute, 'compute');
  // Azure refuses names that end in '-' and digits, which an unlucky hash would be.
  return NAME.test(name) ? name : `${name.slice(0, 14)}-c${Names.hash(compute.node.path)}`.replace(/--+/g, '-');
}

function checkNodes(owner: string, min: number, max: number): void {
  for (const [name, value, least] of [['minNodes', min, 0], ['maxNodes', max, 1]] as const) {
    if (!Number.isInteger(value) || value < least) throw new Error(`${owner} has ${name} ${shown(value)}: give a whole number from ${least}`);
  }
  if (min > max) throw new Error(`${owner} has ${min} nodes at least and ${max} at most: minNodes must not be above maxNodes`);
}
