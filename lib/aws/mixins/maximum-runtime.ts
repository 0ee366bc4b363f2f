import { Duration } from 'aws-cdk-lib';
import { Control } from '../../policy/control';
import { wholeSeconds } from '../private/whole';
import { ControlMixin, Settings } from './control-mixin';
import { onProcessing } from './processing';

/** Stops a processing job, a monitor's too, after some time. One that may run longer is cut to it, one that may not run that long keeps its own. */
export class MaximumRuntime extends ControlMixin {
  public readonly control = Control.RESOURCE_LIMIT;
  /** @internal */
  protected readonly _settings: Settings;

  /**
   * For jobs of so long at most.
   *
   * @param duration an hour if left out: SageMaker wants less than the interval of an hourly schedule
   */
  constructor(duration: Duration = Duration.hours(1)) {
    super();
    const seconds = wholeSeconds(duration, 'a maximum runtime');
    this._settings = onProcessing((resource, { stopping }) => {
      resource.change(`${stopping}.MaxRuntimeInSeconds`, (present) => (typeof present === 'object' || (Number(present) > 0 && Number(present) <= seconds) ? present : seconds));
    });
  }
}
