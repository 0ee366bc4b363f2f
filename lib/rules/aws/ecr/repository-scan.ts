import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, any, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { ofMlData } from '../ml-data';
import { admits } from '../policy/statements';

export default rule({
  name: 'EcrRepositoryScan',
  title: 'ML images are scanned when they are pushed',
  severity: 'error',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['AWS::ECR::Repository'],
  why: 'images of frameworks are large and old; who runs code in one that is known to be broken into reads what it trains on',
  fix: 'set ImageScanningConfiguration.ScanOnPush, or a RegistryScanningConfiguration with a rule that scans on push and whose filters mean the repository',
  properties: ['ImageScanningConfiguration', 'RepositoryName'],
  sources: ['Security Hub ECR.1', 'AWS Config ecr-private-image-scanning-enabled', 'Checkov CKV_AWS_163', 'Prowler ecr_repositories_scan_images_on_push_enabled'],
  good: { ImageScanningConfiguration: { ScanOnPush: true } },
  bad: { ImageScanningConfiguration: { ScanOnPush: false } },
  check: (repository) => ofMlData(repository, () => any(
    repository.boolean('ImageScanningConfiguration.ScanOnPush'),
    ...repository.relations.ofType('AWS::ECR::RegistryScanningConfiguration').filter((registry) => registry.scope.account === repository.scope.account && registry.region === repository.region)
      .map((registry) => registry.at('Rules').some((scan) => all(byItself(scan.at('ScanFrequency')), meant(scan.at('RepositoryFilters'), repository.at('RepositoryName'))), NOT_SCANNED)),
  )),
});

const NOT_SCANNED = nonCompliant('no rule of the registry scans it by itself');

function byItself(frequency: Value): Verdict {
  return frequency.judge((one) => (one === 'SCAN_ON_PUSH' || one === 'CONTINUOUS_SCAN' ? COMPLIANT : nonCompliant('manual')));
}

/**
 * Whether filters of a registry mean a repository: one with a wildcard the whole name, one without any part of it.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
 */
function meant(filters: Value, name: Value): Verdict {
  return filters.some((filter) => filter.at('Filter').judge((pattern) => {
    const written = String(pattern);
    if (/^\*+$/.test(written)) return COMPLIANT;
    if (name.isAbsent) return unknown('CloudFormation makes up the name of the repository: whether a rule of the registry scans it cannot be told');
    return name.judge((text) => (written.includes('*') ? admits(written, String(text)) : String(text).includes(written)) ? COMPLIANT : NOT_SCANNED);
  }), NOT_SCANNED);
}
