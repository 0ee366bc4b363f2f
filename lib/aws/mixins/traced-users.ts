import { Control } from '../../policy/control';
import { ControlMixin, Settings } from './control-mixin';

/**
 * Writes the profile of who works in Studio into the trail, as the source identity. The trust policy of the execution roles has to allow
 * `sts:SetSourceIdentity`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitor-user-access.html
 */
export class TracedUsers extends ControlMixin {
  public readonly control = Control.AUDIT_LOGGING;
  /** @internal */
  protected readonly _settings: Settings = {
    'AWS::SageMaker::Domain': (domain) => domain.ensure('DomainSettings.ExecutionRoleIdentityConfig', 'USER_PROFILE_NAME'),
  };
}
