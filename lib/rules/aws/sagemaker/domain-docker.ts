import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { all } from '../../verdict';
import { option, unlessOff } from './option';

export default rule({
  name: 'SageMakerDomainDocker',
  title: 'Studio domains with Docker say whose images may run',
  severity: 'error',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['AWS::SageMaker::Domain'],
  why: 'with Docker anybody in the domain starts any image next to the data; the list of trusted accounts is the only limit, and only a domain without a way to the internet keeps to it',
  fix: 'set EnableDockerAccess to DISABLED; or set AppNetworkAccessType to VpcOnly and DockerSettings.VpcOnlyTrustedAccounts to the accounts whose registries you trust',
  properties: ['DomainSettings.DockerSettings.EnableDockerAccess', 'DomainSettings.DockerSettings.VpcOnlyTrustedAccounts', 'AppNetworkAccessType'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DockerSettings.html', 'https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-local.html'],
  good: { AppNetworkAccessType: 'VpcOnly', DomainSettings: { DockerSettings: { EnableDockerAccess: 'ENABLED', VpcOnlyTrustedAccounts: ['123456789012'] } } },
  bad: { DomainSettings: { DockerSettings: { EnableDockerAccess: 'ENABLED' } } },
  check: (domain) => {
    const docker = domain.at('DomainSettings.DockerSettings');
    const network = option(domain.at('AppNetworkAccessType'), ['VpcOnly'], 'PublicInternetOnly');
    const limited = network.answer === Answer.NON_COMPLIANT ? { ...network, detail: `${network.detail}: Docker takes images from anywhere, whichever accounts are trusted` } : network;
    return unlessOff(option(docker.at('EnableDockerAccess'), ['DISABLED'], 'DISABLED'), all(limited, docker.at('VpcOnlyTrustedAccounts').present()));
  },
});
