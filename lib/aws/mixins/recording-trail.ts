import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';

/** Keeps trails and event data stores switched on, and has trails write digests that prove their records unchanged. */
export class RecordingTrail extends ControlMixin {
  public readonly control = Control.AUDIT_LOGGING;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::CloudTrail::Trail': (trail) => {
      trail.ensureFlag('IsLogging');
      trail.ensureFlag('EnableLogFileValidation');
    },
    // it takes in events unless it is told not to
    'AWS::CloudTrail::EventDataStore': (store) => {
      store.change('IngestionEnabled', (on) => (on === undefined || String(on) === 'true' ? on : true));
    },
  };
}
