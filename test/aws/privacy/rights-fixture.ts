import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DataStore, Eraser, FeatureTableFormat, ModelPackageGroup, RecordLayout, Replication, SubjectRights, SubjectRightsProps, TokenVault, Workspace, Zone } from '../../../lib/aws';
import { Classification, Purpose, Retention } from '../../../lib/policy';
import { env, profile } from '../../support/workspace';
import { CARE, RISK, vaultOn } from './fixture';

/** A hospital with one store of each kind that people can be erased from. */
export interface Hospital {
  readonly app: App;
  readonly stack: Stack;
  readonly workspace: Workspace;
  readonly raw: DataStore;
  readonly curated: DataStore;
  readonly captures: DataStore;
  readonly features: DataStore;
  readonly letters: DataStore;
  readonly vault: TokenVault;
  readonly group: ModelPackageGroup;
  readonly own: lambda.Function;
  readonly rights: SubjectRights;
}

/** Builds one. */
export function hospital(props: Partial<SubjectRightsProps> = {}, app = new App()): Hospital {
  const stack = new Stack(app, 'Stack', { env });
  const workspace = new Workspace(stack, 'Workspace', { profile });
  const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose: CARE, replication: Replication.sameRegion() });
  const curated = workspace.addStore('Curated', { classification: Classification.PSEUDONYMISED, purpose: RISK, zone: Zone.CURATED });
  const captures = workspace.addStore('Captures', { classification: Classification.PSEUDONYMISED, zone: Zone.CAPTURES, retention: Retention.days(30) });
  const features = workspace.addStore('Features', { classification: Classification.PSEUDONYMISED, zone: Zone.FEATURES });
  const letters = workspace.addStore('Letters', { classification: Classification.PHI, purpose: Purpose.of('letters') });
  const vault = vaultOn(stack, workspace);
  const group = new ModelPackageGroup(stack, 'Group', { groupName: 'heart' });
  const own = new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({ state: "done" })') });
  const rights = new SubjectRights(stack, 'Rights', {
    workspace,
    erasers: [
      Eraser.objects(raw, { layout: RecordLayout.onePerson('patients/{subject}/') }),
      Eraser.objects(curated, { layout: RecordLayout.csv('pseudonym', 'train/'), identifiedBy: 'pseudonym' }),
      Eraser.captures(captures, { identifiedBy: 'pseudonym', purposes: [RISK] }),
      Eraser.featureGroup({
        featureGroupName: 'patients', recordIdentifier: 'pseudonym', eventTime: 'event_time', identifiedBy: 'pseudonym',
        offline: { tableFormat: FeatureTableFormat.ICEBERG, database: 'sagemaker_featurestore', table: 'patients_1700000000', store: features, prefix: 'patients/', workGroup: 'erasure', results: workspace.outputs, resultsPrefix: 'athena/' },
      }),
      Eraser.byFunction(letters, own),
      Eraser.models({ group, decidedBy: 'data-protection-officer', artifacts: workspace.models }),
      Eraser.tokenVault(vault),
    ],
    ...props,
  });
  return { app, stack, workspace, raw, curated, captures, features, letters, vault, group, own, rights };
}
