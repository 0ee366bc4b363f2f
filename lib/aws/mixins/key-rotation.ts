import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';

/** Has KMS make new key material every year, for keys that can: symmetric, and of KMS's own material. What was encrypted stays readable. */
export class KeyRotation extends ControlMixin {
  public readonly control = Control.KEY_MANAGEMENT;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::KMS::Key': (key) => {
      const symmetric = (key.at('KeySpec') ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT';
      const own = (key.at('Origin') ?? 'AWS_KMS') === 'AWS_KMS';
      if (symmetric && own) key.ensureFlag('EnableKeyRotation');
    },
  };
}
