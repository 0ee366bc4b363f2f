import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';
import { onProcessing } from './processing';

/** Encrypts what the containers of a processing job, a monitor's too, send to each other. */
export class EncryptedBetweenContainers extends ControlMixin {
  public readonly control = Control.ENCRYPTION_IN_TRANSIT;
  /** @internal */
  protected readonly _settings: Settings = onProcessing((resource, { network }) => resource.ensureFlag(`${network}.EnableInterContainerTrafficEncryption`));
}
