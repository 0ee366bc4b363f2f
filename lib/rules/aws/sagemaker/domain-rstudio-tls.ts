import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import { rule } from '../../rule';
import { COMPLIANT, inParts, NOT_APPLICABLE, nonCompliant, unknown } from '../../verdict';
import { scalarText } from '../../value';

export default rule({
  name: 'SageMakerDomainRStudioTls',
  title: 'RStudio in a domain publishes and fetches packages over TLS',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['AWS::SageMaker::Domain'],
  why: 'reports that are published carry data, and packages that are fetched are run: over plain HTTP both can be read and changed on the way',
  fix: 'give RStudioConnectUrl and RStudioPackageManagerUrl as https addresses',
  properties: ['DomainSettings.RStudioServerProDomainSettings.RStudioConnectUrl', 'DomainSettings.RStudioServerProDomainSettings.RStudioPackageManagerUrl'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RStudioServerProDomainSettings.html'],
  good: { DomainSettings: { RStudioServerProDomainSettings: { RStudioPackageManagerUrl: 'https://packages.hospital.example' } } },
  bad: { DomainSettings: { RStudioServerProDomainSettings: { RStudioPackageManagerUrl: 'http://packages.hospital.example' } } },
  check: (domain) => {
    const settings = domain.at('DomainSettings.RStudioServerProDomainSettings');
    return inParts(settings, ['RStudioConnectUrl', 'RStudioPackageManagerUrl'].map((name) => settings.at(name)).flatMap((url) => url.alternatives.map((one) => {
      if (one === undefined || one === null) return NOT_APPLICABLE;
      const text = one instanceof Unknown ? one.pattern : scalarText(one);
      if (/^https:/i.test(text)) return COMPLIANT;
      return text.startsWith('?') ? unknown(`${url.name} is ${(one as Unknown).reason}`, url.location) : nonCompliant(`${url.name} is '${text}'`, url.location);
    })));
  },
});
