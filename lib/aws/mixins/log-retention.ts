import { Control } from '../../policy/control';
import { Retention } from '../../policy/retention';
import { logRetentionOf } from '../private/log-retention';
import { ControlMixin, Settings } from './control-mixin';

/**
 * Has CloudWatch Logs delete records after some time, where a log group keeps them without end. In a group that exists, records older than that
 * are deleted when this is deployed.
 */
export class LogRetention extends ControlMixin {
  public readonly control = Control.RETENTION_LIMIT;
  /** @internal */
  protected readonly _settings: Settings;

  /**
   * For this long, or the next longer time that CloudWatch Logs offers.
   *
   * @param retention such as `profile.logRetention`
   */
  constructor(retention: Retention) {
    super();
    const days = logRetentionOf(retention);
    this._settings = { 'AWS::Logs::LogGroup': (group) => group.setIfAbsent('RetentionInDays', days) };
  }
}
