import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import type { Verdict } from '../../verdict';
import { option } from './option';
import { variantsOf } from './variants';

export default rule({
  name: 'SageMakerRemoteAccess',
  title: 'Nobody opens a shell in a training, an endpoint or a space from outside',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: [STEP, 'AWS::SageMaker::EndpointConfig', 'AWS::SageMaker::Space'],
  why: 'a shell in a container reads what the container reads, decrypted, and no log says what was looked at',
  fix: 'leave out RemoteDebugConfig, EnableSSMAccess and RemoteAccess, or switch them off',
  properties: [
    'RemoteDebugConfig.EnableRemoteDebug', 'ProductionVariants.EnableSSMAccess',
    'ShadowProductionVariants.EnableSSMAccess', 'SpaceSettings.RemoteAccess',
  ],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/train-remote-debugging.html', 'https://docs.aws.amazon.com/sagemaker/latest/dg/ssm-access.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access.html',
  ],
  good: { RemoteDebugConfig: { EnableRemoteDebug: false } },
  bad: { RemoteDebugConfig: { EnableRemoteDebug: true } },
  check: verdictsOf,
});

function verdictsOf(resource: Resource): Verdict[] {
  if (resource.type === 'AWS::SageMaker::Space') return [option(resource.at('SpaceSettings.RemoteAccess'), ['DISABLED'], 'DISABLED')];
  if (resource.type === 'AWS::SageMaker::EndpointConfig') return variantsOf(resource).map((variant) => variant.at('EnableSSMAccess').boolean(false));
  return resource.within?.kind === 'Training' ? [resource.at('RemoteDebugConfig.EnableRemoteDebug').boolean(false)] : [];
}
