import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';
import { onProcessing } from './processing';
import { variantsOf } from './variants';

/**
 * Runs containers without network access: models, endpoints of inference components, processing jobs, data-quality and model-quality monitors.
 *
 * Monitors of bias and explanation run Clarify, as a processing job can; it asks a shadow endpoint and cannot be isolated inside a VPC: `PrivateNetwork` keeps them in.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
 */
export class NetworkIsolation extends ControlMixin {
  public readonly control = Control.NETWORK_ISOLATION;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::SageMaker::Model': (model) => model.ensureFlag('EnableNetworkIsolation'),
    'AWS::SageMaker::EndpointConfig': (config) => {
      if (variantsOf(config).some(({ forComponents }) => forComponents)) config.ensureFlag('EnableNetworkIsolation');
    },
    ...onProcessing((resource, { network, clarify }) => {
      if (!clarify) resource.ensureFlag(`${network}.EnableNetworkIsolation`);
    }),
  };
}
