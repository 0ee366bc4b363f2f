import { Construct } from 'constructs';
import { Control } from '../../policy/control';
import { shown } from '../../policy/given';
import { having, requireProps } from '../../policy/required';
import { AzapiResource } from '../azapi';
import { Duration } from '../duration';
import { assignRole, Role } from '../private/roles';
import { tagsOf } from '../private/tags';
import { A_VM_SIZE, isVmSize } from '../private/vm-size';
import { Identity } from '../workspace/identity';
import type { IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import { computeNameOf, subnetOf } from './compute-cluster';
import { API } from './private/asset-version';
import { declareWeakening } from '../../policy/weakening';

/** A person, as the directory knows them. */
export interface Person {
  /** Object id in the directory. */
  readonly objectId: string;
  /** Id of the directory. */
  readonly tenantId: string;
}

/** What an instance is made from. */
export interface ComputeInstanceProps {
  /** The workspace it belongs to. */
  readonly workspace: IWorkspace;
  /** The one person who can use it. */
  readonly user: Person;
  /**
   * Its size.
   *
   * @default 'Standard_D4s_v5'
   */
  readonly size?: string;
  /**
   * After what time without work it is shut down: 15 minutes to 3 days.
   *
   * @default Duration.minutes(60)
   */
  readonly idleShutdown?: Duration;
  /**
   * Name: 3 to 24 letters, digits or `-`.
   *
   * @default - made from the path of the construct
   */
  readonly computeName?: string;
}

const GUID = /^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/;

/**
 * A machine for one person: shut down when idle, without a public address, SSH or passwords. What the person reads is granted to them; the identity of
 * the machine pulls images and nothing else. azurerm cannot say when it is shut down, so it is a resource of azapi.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-create-compute-instance#configure-idle-shutdown
 */
export class ComputeInstance extends Construct {
  /** Id, in Azure Resource Manager. */
  public readonly computeId: string;
  /** Name. */
  public readonly computeName: string;
  /** What the machine acts as. */
  public readonly identity: IIdentity;

  constructor(scope: Construct, id: string, props: ComputeInstanceProps) {
    super(scope, id);
    const owner = `instance '${this.node.path}'`;
    requireProps(owner, props, {
      workspace: { is: having('profile', 'workspaceId', 'networkMode'), give: 'a Workspace' },
      user: { is: having('objectId', 'tenantId'), give: '{ objectId, tenantId } of the person who uses it' },
      size: { is: isVmSize, give: A_VM_SIZE, optional: true },
      idleShutdown: { is: having('inSeconds'), give: 'a Duration', optional: true },
    });
    const { workspace, user } = props;
    for (const [name, value] of Object.entries({ objectId: user.objectId, tenantId: user.tenantId })) {
      if (typeof value !== 'string' || (!GUID.test(value) && !value.includes('${'))) throw new Error(`${owner}: ${name} of the user is ${shown(value)}: give a GUID`);
    }
    const idle = props.idleShutdown ?? Duration.minutes(60);
    if (idle.inSeconds < 15 * 60 || idle.inSeconds > 3 * 86_400) throw new Error(`${owner} is shut down after ${idle} without work: Azure ML takes 15 minutes to 3 days`);
    const subnetId = subnetOf(owner, workspace);
    this.computeName = computeNameOf(this, owner, props.computeName);
    this.identity = new Identity(this, 'Identity', { workspace });
    const pull = assignRole(this, { identity: this.identity, role: Role.IMAGE_PULLER, targetId: workspace.registryId });
    const resource = new AzapiResource(this, 'Resource', {
      type: `Microsoft.MachineLearningServices/workspaces/computes@${API}`, name: this.computeName, parentId: workspace.workspaceId,
      location: workspace.location, tags: tagsOf(workspace), identity: { type: 'UserAssigned', identityIds: [this.identity.identityId] },
      dependsOn: [pull],
      // what somebody left on its disk would go with it
      lifecycle: { preventDestroy: true },
      body: {
        properties: {
          computeType: 'ComputeInstance', disableLocalAuth: true,
          properties: {
            vmSize: props.size ?? 'Standard_D4s_v5', subnet: subnetId === undefined ? undefined : { id: subnetId }, enableNodePublicIp: false,
            idleTimeBeforeShutdown: idle.toIso(), applicationSharingPolicy: 'Personal', computeInstanceAuthorizationType: 'personal',
            enableSSO: true, sshSettings: { sshPublicAccess: 'Disabled' },
            personalComputeInstanceSettings: { assignedUser: { objectId: user.objectId, tenantId: user.tenantId } },
          },
        },
      },
    });
    this.computeId = resource.id;
    declareWeakening(this, Control.KEY_MANAGEMENT, 'Azure ML encrypts the disk of an instance with keys of Microsoft', 'the instance belongs to one person and is shut down when idle; data belongs in stores');
  }
}
