import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';
import { variantsOf } from './variants';

/** Starts endpoints on two instances at least, which SageMaker puts into two zones. They cost twice as much as one. */
export class RedundantInstances extends ControlMixin {
  public readonly control = Control.AVAILABILITY;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::SageMaker::EndpointConfig': (config) => {
      for (const { path } of variantsOf(config).filter(({ production, onInstances }) => production && onInstances)) {
        config.change(`${path}.InitialInstanceCount`, (count) => (count === undefined || Number(count) < 2 ? 2 : count), path);
      }
    },
  };
}
