import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';

/**
 * Keeps the versions of objects in buckets, and the last 35 days of DynamoDB tables, so that what was overwritten or deleted comes back.
 *
 * How long a bucket keeps versions is up to its lifecycle: without a rule for those that are not current, what was erased stays.
 */
export class Recoverable extends ControlMixin {
  public readonly control = Control.AVAILABILITY;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::S3::Bucket': (bucket) => bucket.ensure('VersioningConfiguration.Status', 'Enabled'),
    'AWS::DynamoDB::Table': (table) => table.ensureFlag('PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled'),
  };
}
