import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';

export default rule({
  name: 'CleanRoomsMlNoise',
  title: 'Metrics that leave a clean room carry noise',
  severity: 'error',
  control: Control.PRIVACY_LOSS_LIMIT,
  resources: ['AWS::CleanRoomsML::ConfiguredModelAlgorithmAssociation'],
  why: 'code that trains decides what its metrics say: without noise a metric can spell out a record',
  fix: 'set TrainedModels.ContainerMetrics.NoiseLevel to HIGH, MEDIUM or LOW, or leave ContainerMetrics out',
  properties: ['PrivacyConfiguration.Policies.TrainedModels.ContainerMetrics'],
  sources: ['https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-model-privacy.html'],
  good: { ConfiguredModelAlgorithmArn: 'x', MembershipIdentifier: 'x', Name: 'x', PrivacyConfiguration: { Policies: { TrainedModels: { ContainerMetrics: { NoiseLevel: 'HIGH' } } } } },
  bad: { ConfiguredModelAlgorithmArn: 'x', MembershipIdentifier: 'x', Name: 'x', PrivacyConfiguration: { Policies: { TrainedModels: { ContainerMetrics: { NoiseLevel: 'NONE' } } } } },
  check: (association) => {
    const metrics = association.at('PrivacyConfiguration.Policies.TrainedModels.ContainerMetrics');
    if (metrics.isAbsent) return NOT_APPLICABLE;
    return metrics.at('NoiseLevel').judge((level) => (typeof level === 'string' && level !== 'NONE' ? COMPLIANT : nonCompliant(`NoiseLevel is ${String(level ?? 'not set')}`)));
  },
});
