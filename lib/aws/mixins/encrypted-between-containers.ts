import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';
import { onMonitors } from './monitor';

/** Encrypts what the containers of a monitor's job send to each other. */
export class EncryptedBetweenContainers extends ControlMixin {
  public readonly control = Control.ENCRYPTION_IN_TRANSIT;
  /** @internal */
  protected readonly _settings: Settings = onMonitors((resource, { network }) => resource.ensureFlag(`${network}.EnableInterContainerTrafficEncryption`));
}
