import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';
import { placesIn, Settable } from './settable';

/**
 * Keeps the versions of objects in buckets, and the last 35 days of DynamoDB tables, so that what was overwritten or deleted comes back. Tables
 * refuse to be deleted until somebody lifts that, keys wait thirty days, and nodes of HyperPod that fail are replaced.
 *
 * How long a bucket keeps versions is up to its lifecycle: without a rule for those that are not current, what was erased stays.
 */
export class Recoverable extends ControlMixin {
  public readonly control = Control.AVAILABILITY;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::S3::Bucket': (bucket) => bucket.ensure('VersioningConfiguration.Status', 'Enabled'),
    'AWS::DynamoDB::Table': (table) => keepTable(table, ''),
    'AWS::DynamoDB::GlobalTable': (table) => {
      for (const replica of placesIn(table, 'Replicas')) keepTable(table, `${replica}.`, replica);
    },
    'AWS::KMS::Key': waitLongest,
    'AWS::KMS::ReplicaKey': waitLongest,
    'AWS::SageMaker::Cluster': (cluster) => cluster.ensure('NodeRecovery', 'Automatic'),
  };
}

function keepTable(table: Settable, replica: string, present?: string): void {
  table.ensureFlag(`${replica}PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled`, true, present);
  table.ensureFlag(`${replica}DeletionProtectionEnabled`, true, present);
}

// thirty days is what KMS takes where none stands
function waitLongest(key: Settable): void {
  key.change('PendingWindowInDays', (days) => (Number(days) < 30 ? 30 : days));
}
