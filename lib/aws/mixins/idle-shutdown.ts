import { Duration } from 'aws-cdk-lib';
import { Control } from '../../policy/control';
import { wholeMinutes } from '../private/whole';
import { ControlMixin, Settings } from './control-mixin';
import { isAbsent, Settable } from './settable';

const APPS = ['JupyterLabAppSettings', 'CodeEditorAppSettings'];

/** Has Studio stop notebooks and editors that nobody uses. A profile that says nothing of it takes what its domain says. */
export class IdleShutdown extends ControlMixin {
  public readonly control = Control.RESOURCE_LIMIT;
  /** @internal */
  protected readonly _settings: Settings;

  /**
   * After so long.
   *
   * @param timeout an hour if left out, which is the least that SageMaker takes
   */
  constructor(timeout: Duration = Duration.hours(1)) {
    super();
    const minutes = wholeMinutes(timeout, 'an idle timeout');
    const stop = (resource: Settable, app: string) => {
      resource.ensure(`${app}.AppLifecycleManagement.IdleSettings.LifecycleManagement`, 'ENABLED');
      resource.setIfAbsent(`${app}.AppLifecycleManagement.IdleSettings.IdleTimeoutInMinutes`, minutes);
    };
    this._settings = {
      'AWS::SageMaker::Domain': (domain) => {
        for (const app of APPS) stop(domain, `DefaultUserSettings.${app}`);
      },
      'AWS::SageMaker::UserProfile': (user) => {
        for (const app of APPS.map((name) => `UserSettings.${name}`)) {
          if (user.cases(`${app}.AppLifecycleManagement.IdleSettings.LifecycleManagement`).some((one) => !isAbsent(one))) stop(user, app);
        }
      },
    };
  }
}
