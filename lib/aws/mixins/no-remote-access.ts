import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';
import { variantsOf } from './variants';

/** Lets nobody open a shell in the containers of an endpoint, in a space of Studio from outside, or in an application of EMR Serverless. */
export class NoRemoteAccess extends ControlMixin {
  public readonly control = Control.LEAST_PRIVILEGE;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::SageMaker::EndpointConfig': (config) => {
      for (const { path } of variantsOf(config)) {
        if (config.at(`${path}.EnableSSMAccess`) !== undefined) config.ensureFlag(`${path}.EnableSSMAccess`, false);
      }
    },
    'AWS::EMRServerless::Application': (application) => {
      for (const flag of ['LivyEndpointEnabled', 'SessionEnabled', 'StudioEnabled'].map((name) => `InteractiveConfiguration.${name}`)) {
        if (application.at(flag) !== undefined) application.ensureFlag(flag, false);
      }
    },
    'AWS::SageMaker::Space': (space) => {
      if (space.at('SpaceSettings.RemoteAccess') !== undefined) space.ensure('SpaceSettings.RemoteAccess', 'DISABLED');
    },
  };
}
