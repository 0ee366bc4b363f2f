import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';

/** Keeps trails switched on, and has them write digests that prove their records unchanged. */
export class RecordingTrail extends ControlMixin {
  public readonly control = Control.AUDIT_LOGGING;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::CloudTrail::Trail': (trail) => {
      trail.ensureFlag('IsLogging');
      trail.ensureFlag('EnableLogFileValidation');
    },
  };
}
