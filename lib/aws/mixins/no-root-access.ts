import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';

/** Takes root from the users of notebooks. Lifecycle scripts run as root all the same. */
export class NoRootAccess extends ControlMixin {
  public readonly control = Control.LEAST_PRIVILEGE;
  /** @internal */
  protected readonly _settings: Settings = { 'AWS::SageMaker::NotebookInstance': (notebook) => notebook.ensure('RootAccess', 'Disabled') };
}
