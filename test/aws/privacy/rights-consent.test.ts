import { App, Stack } from 'aws-cdk-lib';
import { Eraser, RecordLayout, SubjectRights, Workspace } from '../../../lib/aws';
import { Classification } from '../../../lib/policy';
import { readApp } from '../../../lib/rules/aws/tree';
import { judge } from '../../../lib/rules/engine';
import { PROFILE, ruleNamed } from '../../rules/support';
import { env, profile } from '../../support/workspace';
import { registryOn, RISK } from './consent-fixture';

/** A hospital that asks for consent, and erases when it is withdrawn. */
function withdrawable() {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env });
  const workspace = new Workspace(stack, 'Workspace', { profile });
  const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose: RISK });
  const registry = registryOn(stack, workspace);
  const rights = new SubjectRights(stack, 'Rights', { workspace, erasers: [Eraser.objects(raw, { layout: RecordLayout.onePerson('patients/{subject}/') })] });
  return { app, stack, workspace, registry, rights };
}

const judged = (app: App, rule: string) => judge({ view: readApp(app, false).view, rules: [ruleNamed(rule)], profile: PROFILE, pack: 'R' }).map(({ finding }) => `${finding.path} ${finding.answer}`).sort();

test('withdrawals are heard, and the proof of consent is asked for no eraser', () => {
  const { app, rights, registry } = withdrawable();
  rights.requestsFrom(registry.withdrawals);
  expect(judged(app, 'ConsentWithdrawalHeard')).toEqual(['Stack/Consent compliant']);
  expect(judged(app, 'FlowStoreErasure')).toEqual([
    'Stack/Consent compliant', 'Stack/Consent/Store compliant', 'Stack/Rights/Exports compliant',
    'Stack/Workspace/Models non-compliant', 'Stack/Workspace/Outputs non-compliant', 'Stack/Workspace/Raw compliant',
  ]);
});

test('a registry alone asks no store for an eraser', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env });
  registryOn(stack, new Workspace(stack, 'Workspace', { profile }));
  expect(judged(app, 'FlowStoreErasure')).toEqual([]);
});
