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
        config.change(`${path}.EnableSSMAccess`, off);
      }
    },
    'AWS::EMRServerless::Application': (application) => {
      for (const flag of ['LivyEndpointEnabled', 'SessionEnabled', 'StudioEnabled'].map((name) => `InteractiveConfiguration.${name}`)) {
        application.change(flag, off);
      }
    },
    'AWS::SageMaker::Space': (space) => {
      space.change('SpaceSettings.RemoteAccess', (access) => (access === undefined ? access : 'DISABLED'));
    },
  };
}

// what says nothing is off
function off(flag: unknown): unknown {
  return flag === undefined || String(flag) === 'false' ? flag : false;
}
