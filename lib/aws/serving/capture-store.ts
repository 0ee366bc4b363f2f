import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DataFlow } from '../../policy/flow';
import { RecordKind } from '../../policy/retention';
import { DataStore, IDataStore } from '../storage/data-store';
import { Zone } from '../storage/zone';
import type { IWorkspace } from '../workspace/workspace';
import { CaptureMode, DataCapture } from './data-capture';
import type { CapturePlan } from './requests';

/** Finds or makes the store of an endpoint's captures. */
export function captureStore(endpoint: Construct, workspace: IWorkspace, capture: DataCapture): IDataStore {
  const path = endpoint.node.path;
  const { percentage } = capture;
  if (percentage !== undefined && !Token.isUnresolved(percentage) && !(Number.isInteger(percentage) && percentage >= 1 && percentage <= 100)) {
    throw new Error(`endpoint '${path}' captures ${percentage} percent: give a whole number from 1 to 100`);
  }
  const classification = capture.classification ?? DataFlow.of(endpoint).classificationOf(path);
  if (capture.store) {
    if (classification && !capture.store.classification.isAtLeast(classification)) {
      throw new Error(`endpoint '${path}' captures ${classification} data into store '${capture.store.node.path}', which is classified as ${capture.store.classification}: give a store for ${classification} data`);
    }
    workspace.profile.residency.check(capture.store.region, `the store of the captures of '${path}'`);
    const knows = capture.store instanceof DataStore && capture.store.zone === Zone.CAPTURES;
    if (!knows && !capture.retention) {
      throw new Error(`endpoint '${path}' captures into store '${capture.store.node.path}', which does not say for how long captures are kept: give a store of Zone.CAPTURES, which cannot be without, or state in retention after what time the rules of its bucket delete them`);
    }
    if (capture.retention) workspace.profile.checkRetention(RecordKind.CAPTURES, capture.retention);
    if (knows && capture.retention) {
      throw new Error(`endpoint '${path}' captures into a store of its own: its retention is the store's, leave it out of the capture`);
    }
    return capture.store;
  }
  const retention = capture.retention ?? workspace.profile.captureRetention;
  if (!retention) {
    throw new Error(`endpoint '${path}' captures requests and answers without saying for how long: give retention in capture, or retention.captures in the profile`);
  }
  workspace.profile.checkRetention(RecordKind.CAPTURES, retention);
  if (!classification) {
    throw new Error(`endpoint '${path}' captures data of unknown sensitivity, since nothing tells what the model was made from: give classification in capture`);
  }
  return new DataStore(endpoint, 'Captures', { workspace, classification, purpose: capture.purpose, zone: Zone.CAPTURES, retention });
}

/** What of a capture stands in the endpoint's configuration. */
export function capturePlan(capture: DataCapture, store: IDataStore, prefix: string): CapturePlan {
  return {
    uri: store.uri(prefix),
    keyArn: store.key?.keyArn,
    percentage: capture.percentage ?? 100,
    modes: capture.modes ?? [CaptureMode.REQUESTS, CaptureMode.ANSWERS],
    csvContentTypes: capture.csvContentTypes ?? ['text/csv'],
    jsonContentTypes: capture.jsonContentTypes ?? ['application/json'],
  };
}
