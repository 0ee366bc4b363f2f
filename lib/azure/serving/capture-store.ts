import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { DataFlow } from '../../policy/flow';
import { RecordKind } from '../../policy/retention';
import { Names } from '../private/names';
import { DataStore } from '../storage/data-store';
import type { IDataStore } from '../storage/data-store';
import { Zone } from '../storage/zone';
import type { IWorkspace } from '../workspace/workspace';
import type { DataCapture } from './data-capture';

/** Finds or makes the store of an endpoint's captures. */
export function captureStore(endpoint: Construct, workspace: IWorkspace, capture: DataCapture): IDataStore {
  const { path } = endpoint.node;
  const { percentage } = capture;
  if (percentage !== undefined && !(Number.isInteger(percentage) && percentage >= 1 && percentage <= 100)) {
    throw new Error(`endpoint '${path}' captures ${percentage} percent: give a whole number from 1 to 100`);
  }
  const flow = DataFlow.of(endpoint);
  const classification = capture.classification ?? flow.classificationOf(path);
  if (capture.store) {
    const { store } = capture;
    if (classification && !store.classification.isAtLeast(classification)) {
      throw new Error(`endpoint '${path}' captures ${classification} data into store '${store.node.path}', which is classified as ${store.classification}: give a store for ${classification} data`);
    }
    workspace.profile.residency.check(store.location, `the store of the captures of '${path}'`);
    const knows = store.zone === Zone.CAPTURES && flow.node(store.node.path)?.retentionDays !== undefined;
    if (!knows && !capture.retention) {
      throw new Error(`endpoint '${path}' captures into store '${store.node.path}', which does not say for how long captures are kept: give a store of Zone.CAPTURES with a retention, or state in retention after what time its own rules delete them`);
    }
    if (capture.retention) workspace.profile.checkRetention(RecordKind.CAPTURES, capture.retention);
    if (knows && capture.retention) throw new Error(`endpoint '${path}' captures into a store that has a retention: leave it out of the capture`);
    return store;
  }
  const retention = capture.retention ?? workspace.profile.captureRetention;
  if (!retention) {
    throw new Error(`endpoint '${path}' captures requests and answers without saying for how long: give retention in capture, or retention.captures in the profile`);
  }
  workspace.profile.checkRetention(RecordKind.CAPTURES, retention);
  if (!classification) {
    throw new Error(`endpoint '${path}' captures data of unknown sensitivity, since nothing tells what the model was made from: give classification in capture`);
  }
  const props = { classification, purpose: capture.purpose, zone: Zone.CAPTURES, retention };
  // a store stands in the stack of its workspace, which may read it and opens its network to it
  return TerraformStack.of(endpoint) === TerraformStack.of(workspace) ? new DataStore(endpoint, 'Captures', { ...props, workspace }) : workspace.addStore(`Captures-${Names.hash(path)}`, props);
}
