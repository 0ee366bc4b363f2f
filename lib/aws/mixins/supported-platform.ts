import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';

/** Runs notebooks on Amazon Linux 2023, where they name no platform or an older one, and has partner AI apps take minor versions by themselves. */
export class SupportedPlatform extends ControlMixin {
  public readonly control = Control.SUPPORTED_SOFTWARE;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::SageMaker::PartnerApp': (app) => app.ensureFlag('EnableAutoMinorVersionUpgrade'),
    'AWS::SageMaker::NotebookInstance': (notebook) => {
      notebook.change('PlatformIdentifier', (platform) => (platform === undefined || /^notebook-al(1|2)-/.test(String(platform)) ? 'notebook-al2023-v1' : platform));
    },
  };
}
