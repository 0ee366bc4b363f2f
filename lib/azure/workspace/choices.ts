import { declareChoice } from '../../policy/choice';
import type { KeySource } from './keys';
import { NetworkMode } from './network-mode';
import type { IWorkspace } from './workspace';
import type { WorkspaceProps } from './workspace-props';

/** Notes what was chosen for a workspace and what it costs, for the evidence; each store notes its replication itself. */
export function declareChoices(workspace: IWorkspace, keys: KeySource, props: WorkspaceProps): void {
  declareChoice(workspace, workspace.networkMode === NetworkMode.MANAGED
    ? {
      dimension: 'privacy', choice: 'a managed network with approved outbound rules only',
      gives: 'what a container reads it cannot send anywhere but to the services it is given, with no firewall to run',
      costs: 'private endpoints for each store in two networks, paid for by the hour; images that bring all their packages; a firewall, paid for by the hour, as soon as a rule names a host',
    }
    : {
      dimension: 'privacy', choice: 'computes in a subnet of one\'s own',
      gives: 'one firewall sees and decides what leaves, for computes as for all else',
      costs: 'that firewall has to be run, and has to let computes reach Azure ML, Entra ID and Azure Resource Manager',
    });
  declareChoice(workspace, keysChoice(keys));
  if (props.logAnalyticsId === undefined && props.logClusterId === undefined) {
    declareChoice(workspace, {
      dimension: 'compliance', choice: 'logs under keys of Microsoft', gives: 'logs are paid for by what is written',
      costs: 'a key of one\'s own for logs takes a dedicated cluster, paid for by 100 GB a day at least: give logClusterId to have one',
    });
  }
}

function keysChoice(keys: KeySource) {
  switch (keys.kind) {
    case 'vault':
      return {
        dimension: 'compliance', choice: 'a key in a premium vault', gives: 'it never leaves hardware, and is made new by itself',
        costs: 'that hardware is shared with other customers; whoever loses the key loses the data, after 90 days',
      } as const;
    case 'hsm':
      return {
        dimension: 'compliance', choice: 'the key of stores in a managed HSM', gives: 'hardware that no other customer uses, and that Microsoft has no way into',
        costs: 'paid for by the hour; its security domain is the user\'s to keep, and a runner has to reach it',
      } as const;
    case 'given':
      return {
        dimension: 'compliance', choice: 'a key that exists', gives: 'one team looks after keys', costs: 'rotation and end of the key are decided elsewhere; Azure ML is told of a new version by hand',
      } as const;
  }
}
