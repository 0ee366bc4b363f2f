import { type ITerraformDependable, TerraformStack } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import { MachineLearningWorkspaceNetworkOutboundRulePrivateEndpoint as OutboundEndpoint } from '@cdktf/provider-azurerm/lib/machine-learning-workspace-network-outbound-rule-private-endpoint';
import { NetworkMode } from '../workspace/network-mode';
import { assignRole, Role } from './roles';
import type { IIdentity } from '../workspace/identity';

const KEY_ACCESS = new WeakMap<IConstruct, ITerraformDependable[]>();
const LAST_RULES = new WeakMap<IConstruct, Map<TerraformStack, ITerraformDependable>>();

/** Notes what has to be there before a service can use the key of a workspace: the role that lets its identity. */
export function noteKeyAccess(workspace: IConstruct, ...access: ITerraformDependable[]): void {
  KEY_ACCESS.set(workspace, access);
}

/** What anything that is encrypted with the key of a workspace depends on; nothing, where the workspace was there before. */
export function keyAccessOf(workspace: IConstruct): ITerraformDependable[] {
  return [...KEY_ACCESS.get(workspace) ?? []];
}

const REACH = new WeakMap<IConstruct, ITerraformDependable[]>();

/** Notes what leads to a service that refuses the public network: its private endpoint, and the name of that. */
export function noteReach(service: IConstruct, ...reach: ITerraformDependable[]): void {
  REACH.set(service, reach);
}

/** What a request to a service has to wait for; nothing, where the service was there before. */
export function reachOf(service: IConstruct): ITerraformDependable[] {
  return [...REACH.get(service) ?? []];
}

/** A workspace with a managed network. */
interface Networked extends IConstruct {
  readonly networkMode: NetworkMode;
  readonly workspaceId: string;
  readonly identity: IIdentity;
}

/**
 * Makes a rule of the managed network of a workspace. Azure ML changes a network one rule at a time and the provider takes no lock, so each rule waits for
 * the one before in its stack; those of another stack are there when that is applied.
 */
export function inTurn(scope: IConstruct, workspace: IConstruct, newRule: (before: ITerraformDependable[]) => ITerraformDependable): void {
  const stack = TerraformStack.of(scope);
  const last = LAST_RULES.get(workspace) ?? new Map<TerraformStack, ITerraformDependable>();
  const before = last.get(stack);
  LAST_RULES.set(workspace, last.set(stack, newRule(before ? [before] : [])));
}

/** Opens the managed network of a workspace to services of a resource, through private endpoints in it; in a network of the workspace's own there is nothing to open. */
export function openTo(scope: Construct, workspace: Networked, targetId: string, services: readonly string[]): void {
  if (workspace.networkMode !== NetworkMode.MANAGED) return;
  // with an identity that is the user's, Azure ML may not approve the endpoint at its other end by itself
  const approval = assignRole(scope, { identity: workspace.identity, role: Role.NETWORK_CONNECTION_APPROVER, targetId });
  for (const service of services) {
    const id = `${service.charAt(0).toUpperCase()}${service.slice(1)}Outbound`;
    inTurn(scope, workspace, (before) => new OutboundEndpoint(scope, id, {
      name: outboundName(scope, service), workspaceId: workspace.workspaceId, serviceResourceId: targetId, subResourceTarget: service, sparkEnabled: true,
      dependsOn: [approval, ...before],
    }));
  }
}

/** The name of a rule that opens a network to a service of something. */
export function outboundName(scope: Construct, service: string): string {
  return `${scope.node.id.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()}-${service}-${scope.node.addr.slice(-8)}`;
}

/** What a workspace made itself that something beside it can be added to. */
export interface OwnGround {
  /** The subnet of functions of its network, made when it is first asked for; none, where the network was there before. */
  readonly functionSubnetId: () => string | undefined;
  /** Name of its scope of private links to logs and metrics. */
  readonly monitorScopeName: string;
}

const OWN_GROUND = new WeakMap<IConstruct, OwnGround>();

/** Notes what a workspace made itself. */
export function noteOwnGround(workspace: IConstruct, ground: OwnGround): void {
  OWN_GROUND.set(workspace, ground);
}

/** What a workspace made itself; nothing, where it was there before. */
export function ownGroundOf(workspace: IConstruct): OwnGround | undefined {
  return OWN_GROUND.get(workspace);
}
