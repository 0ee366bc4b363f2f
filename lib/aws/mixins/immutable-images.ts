import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';

/** Keeps a tag of a container image on the image that it was given to, and has each new image scanned. */
export class ImmutableImages extends ControlMixin {
  public readonly control = Control.ARTIFACT_INTEGRITY;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::ECR::Repository': (repository) => {
      const present = repository.at('ImageTagMutability');
      // what is immutable but for some tags was thought about
      if (present === undefined || present === 'MUTABLE') repository.set('ImageTagMutability', 'IMMUTABLE');
      repository.ensureFlag('ImageScanningConfiguration.ScanOnPush');
    },
  };
}
