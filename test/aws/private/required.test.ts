import { Stack, App } from 'aws-cdk-lib';
import { AccountBaseline, DataStore, Workspace } from '../../../lib/aws';
import { Classification } from '../../../lib/policy';
import { env, profile, workspaceStack } from '../../support/workspace';

type AnyProps = never;

const stack = () => new Stack(new App(), 'Stack', { env });

describe('fails with a word on what to give, as JavaScript can leave it out', () => {
  test.each([undefined, null, {}, { profile: null }, { profile: 'GDPR' }, { profile: {} }, { profile: [] }])('for props %j', (props) => {
    expect(() => new Workspace(stack(), 'W', props as AnyProps)).toThrow(/^workspace 'Stack\/W' has no profile \(it is .*\): give one, such as ComplianceProfile\.of\(/);
    expect(() => Workspace.fromAttributes(stack(), 'W', props as AnyProps)).toThrow(/^workspace 'Stack\/W' has no profile/);
    expect(() => new AccountBaseline(stack(), 'B', props as AnyProps)).toThrow(/^baseline 'Stack\/B' has no profile/);
    expect(() => new DataStore(stack(), 'D', props as AnyProps)).toThrow(/^store 'Stack\/D' has no classification/);
    expect(() => DataStore.fromAttributes(stack(), 'D', props as AnyProps)).toThrow(/^store 'Stack\/D' has no classification/);
    expect(() => workspaceStack().workspace.addStore('D', props as AnyProps)).toThrow(/^store 'Stack\/Workspace\/D' has no classification/);
  });

  test('for a store without a workspace, or without the name of its bucket', () => {
    const classification = Classification.PHI;
    expect(() => new DataStore(stack(), 'D', { classification } as AnyProps)).toThrow('store \'Stack/D\' has no workspace (it is undefined): give one, or make the store with workspace.addStore(');
    expect(() => DataStore.fromAttributes(stack(), 'D', { classification } as AnyProps)).toThrow('store \'Stack/D\' has no bucketName (it is undefined): give the name of its bucket');
  });

  test('for a workspace that exists and is described in part', () => {
    expect(() => Workspace.fromAttributes(stack(), 'W', { profile } as AnyProps))
      .toThrow('workspace \'Stack/W\' is imported without vpc, securityGroup, dataKey, modelsKey, logsKey, outputs, models, accessLogs, alarms: give what the workspace that exists has');
  });
});
