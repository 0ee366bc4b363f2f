import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { any, COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'EcrRepositoryScan',
  title: 'ML images are scanned when they are pushed',
  severity: 'error',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['AWS::ECR::Repository'],
  why: 'images of frameworks are large and old; who runs code in one that is known to be broken into reads what it trains on',
  fix: 'set ImageScanningConfiguration.ScanOnPush, or a RegistryScanningConfiguration whose rules scan on push',
  properties: ['ImageScanningConfiguration'],
  sources: ['Security Hub ECR.1', 'AWS Config ecr-private-image-scanning-enabled', 'Checkov CKV_AWS_163', 'Prowler ecr_repositories_scan_images_on_push_enabled'],
  good: { ImageScanningConfiguration: { ScanOnPush: true } },
  bad: { ImageScanningConfiguration: { ScanOnPush: false } },
  check: (repository) => ofMlData(repository, () => any(
    repository.boolean('ImageScanningConfiguration.ScanOnPush'),
    ...repository.relations.ofType('AWS::ECR::RegistryScanningConfiguration').filter((registry) => registry.scope.account === repository.scope.account && registry.region === repository.region)
      .map((registry) => registry.at('Rules').some((scan) => scan.at('ScanFrequency').judge((frequency) => (
        frequency === 'SCAN_ON_PUSH' || frequency === 'CONTINUOUS_SCAN' ? COMPLIANT : nonCompliant('manual'))), nonCompliant('the registry scans nothing by itself'))),
  )),
});
