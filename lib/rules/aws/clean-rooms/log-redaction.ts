import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { any, COMPLIANT, nonCompliant } from '../../verdict';
import { each } from '../policy/statements';

export default rule({
  name: 'CleanRoomsMlLogRedaction',
  title: 'Logs that leave a clean room are redacted',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: ['AWS::CleanRoomsML::ConfiguredModelAlgorithmAssociation'],
  why: 'containers print rows when they fail, and the log goes to the other party',
  fix: 'redact ALL_PERSONALLY_IDENTIFIABLE_INFORMATION in LogRedactionConfiguration, or share error summaries only (LogType ERROR_SUMMARY)',
  properties: ['PrivacyConfiguration.Policies.TrainedModels.ContainerLogs', 'PrivacyConfiguration.Policies.TrainedModelInferenceJobs.ContainerLogs'],
  sources: ['https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-model-privacy.html'],
  good: {
    ConfiguredModelAlgorithmArn: 'x', MembershipIdentifier: 'x', Name: 'x',
    PrivacyConfiguration: { Policies: { TrainedModels: { ContainerLogs: [{ AllowedAccountIds: ['210987654321'], LogRedactionConfiguration: { EntitiesToRedact: ['ALL_PERSONALLY_IDENTIFIABLE_INFORMATION'] } }] } } },
  },
  bad: { ConfiguredModelAlgorithmArn: 'x', MembershipIdentifier: 'x', Name: 'x', PrivacyConfiguration: { Policies: { TrainedModels: { ContainerLogs: [{ AllowedAccountIds: ['210987654321'] }] } } } },
  check: (association) => ['TrainedModels', 'TrainedModelInferenceJobs'].flatMap((part) => (
    association.at(`PrivacyConfiguration.Policies.${part}.ContainerLogs`).items.map((log) => any(
      log.at('LogType').judge((type) => (type === 'ERROR_SUMMARY' ? COMPLIANT : nonCompliant('logs go out as they are'))),
      any(nonCompliant('logs go out as they are', log.location), ...each(log.at('LogRedactionConfiguration.EntitiesToRedact')).map((entity) => entity.judge((what) => (
        what === 'ALL_PERSONALLY_IDENTIFIABLE_INFORMATION' ? COMPLIANT : nonCompliant('logs go out as they are'))))),
    )))),
});
