import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Classification } from '../../../lib/policy';
import { Replication, Workspace } from '../../../lib/aws';
import { stockPacks, unwaived, waived } from '../../support/packs';
import { env, profile } from '../../support/workspace';

function appWithWorkspace(): App {
  const app = new App({ context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
  const stack = new Stack(app, 'Stack', { env });
  new Workspace(stack, 'Workspace', { profile }).addStore('Raw', { classification: Classification.PHI, replication: Replication.sameRegion() });
  return app;
}

test('a workspace with a store has no unwaived finding in any stock pack', () => {
  expect(unwaived(appWithWorkspace())).toEqual([]);
});

interface Report {
  readonly pluginReports: {
    readonly pluginName: string;
    readonly conclusion: string;
    readonly violations: unknown[];
    readonly suppressedViolations?: { readonly ruleName: string; readonly violatingConstructs: unknown[] }[];
  }[];
}

test('the packs say the same when synth itself runs them, and their report keeps every waiver', () => {
  const app = appWithWorkspace();
  Validations.of(app).addPlugins(...stockPacks());
  const report = JSON.parse(readFileSync(join(app.synth().directory, 'validation-report.json'), 'utf8')) as Report;
  const packs = report.pluginReports.filter((plugin) => stockPacks().some((pack) => pack.name === plugin.pluginName));
  expect(packs.map((plugin) => [plugin.pluginName, plugin.violations])).toEqual(stockPacks().map((pack) => [pack.name, []]));
  const suppressed = packs.flatMap((plugin) => (plugin.suppressedViolations ?? []).map((violation) => `${plugin.pluginName}::${violation.ruleName}`));
  const ours = new Set(waived(appWithWorkspace()).map((line) => line.split(' ')[0]));
  expect(new Set(suppressed)).toEqual(ours);
});

test('what is waived is this, and each waiver has its reason', () => {
  const waivers = waived(appWithWorkspace()).map((line) => line.replace(/^[^:]+::[A-Za-z0-9.]+-/, ''));
  expect([...new Set(waivers)].sort()).toMatchSnapshot();
});
