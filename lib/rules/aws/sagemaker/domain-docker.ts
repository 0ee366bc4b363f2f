import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { option, unlessOff } from './option';

export default rule({
  name: 'SageMakerDomainDocker',
  title: 'Studio domains with Docker say whose images may run',
  severity: 'error',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['AWS::SageMaker::Domain'],
  why: 'with Docker anybody in the domain starts any image next to the data; the list of trusted accounts is the only limit',
  fix: 'set DockerSettings.VpcOnlyTrustedAccounts to the accounts whose registries you trust, or EnableDockerAccess to DISABLED',
  properties: ['DomainSettings.DockerSettings.EnableDockerAccess', 'DomainSettings.DockerSettings.VpcOnlyTrustedAccounts'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DockerSettings.html', 'https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-local.html'],
  good: { DomainSettings: { DockerSettings: { EnableDockerAccess: 'ENABLED', VpcOnlyTrustedAccounts: ['123456789012'] } } },
  bad: { DomainSettings: { DockerSettings: { EnableDockerAccess: 'ENABLED' } } },
  check: (domain) => {
    const docker = domain.at('DomainSettings.DockerSettings');
    return unlessOff(option(docker.at('EnableDockerAccess'), ['DISABLED'], 'DISABLED'), docker.at('VpcOnlyTrustedAccounts').present());
  },
});
