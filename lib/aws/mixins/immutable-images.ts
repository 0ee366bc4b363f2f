import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';
import { Settable } from './settable';

/** Keeps a tag of a container image on the image that it was given to, and has each new image scanned; in repositories that ECR makes from a template, the first of the two. */
export class ImmutableImages extends ControlMixin {
  public readonly control = Control.ARTIFACT_INTEGRITY;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::ECR::Repository': (repository) => {
      keepTags(repository);
      repository.ensureFlag('ImageScanningConfiguration.ScanOnPush');
    },
    'AWS::ECR::RepositoryCreationTemplate': keepTags,
  };
}

// what is immutable but for some tags was thought about
function keepTags(repository: Settable): void {
  repository.change('ImageTagMutability', (present) => (present === undefined || present === 'MUTABLE' ? 'IMMUTABLE' : present));
}
