import { judged, ruleNamed, template } from '../support';
import { ruleTable } from '../table';
import { KEY, PARAM } from './around';

const around = { Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { Image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/train@sha256:0' } } } };
const named = (more: Record<string, unknown> = {}) => ({ RepositoryName: 'train', ...more });
const REPOSITORY = { type: 'AWS::ECR::Repository', around };

ruleTable('EcrRepositoryKey', {
  ...REPOSITORY,
  compliant: [named({ EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: KEY } }), named({ EncryptionConfiguration: { EncryptionType: 'KMS_DSSE', KmsKey: KEY } })],
  nonCompliant: [named(), named({ EncryptionConfiguration: { EncryptionType: 'AES256' } }), named({ EncryptionConfiguration: { EncryptionType: 'KMS' } })],
  unknown: [named({ EncryptionConfiguration: PARAM }), named({ EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: PARAM } })],
  notApplicable: [{ RepositoryName: 'website' }],
  override: { path: 'EncryptionConfiguration.EncryptionType', to: 'AES256' },
});
ruleTable('EcrRepositoryScan', {
  ...REPOSITORY,
  compliant: [named({ ImageScanningConfiguration: { ScanOnPush: true } })],
  nonCompliant: [named(), named({ ImageScanningConfiguration: { ScanOnPush: false } })],
  unknown: [named({ ImageScanningConfiguration: PARAM })],
  notApplicable: [{ RepositoryName: 'website' }],
  override: { path: 'ImageScanningConfiguration.ScanOnPush', to: false },
});
const scanning = (frequency: unknown, ...filters: unknown[]) => ({
  ...around, Registry: {
    Type: 'AWS::ECR::RegistryScanningConfiguration', Properties: { ScanType: 'BASIC', Rules: [{ ScanFrequency: frequency, RepositoryFilters: filters.map((Filter) => ({ Filter, FilterType: 'WILDCARD' })) }] },
  },
});
ruleTable('EcrRepositoryScan', { ...REPOSITORY, around: scanning('SCAN_ON_PUSH', 'web-*', '*'), compliant: [named()], nonCompliant: [], unknown: [] });
ruleTable('EcrRepositoryScan', { ...REPOSITORY, around: scanning('MANUAL', '*'), compliant: [named({ ImageScanningConfiguration: { ScanOnPush: true } })], nonCompliant: [named()], unknown: [] });
ruleTable('EcrRepositoryScan', { ...REPOSITORY, around: scanning('SCAN_ON_PUSH', 'tra*'), compliant: [named()], nonCompliant: [], unknown: [] });
const referring = { Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { Image: { 'Fn::Sub': '${Subject.RepositoryUri}:1.2' } } } } };
ruleTable('EcrRepositoryScan', { ...REPOSITORY, around: { ...scanning('SCAN_ON_PUSH', 'tra*'), ...referring }, compliant: [], nonCompliant: [], unknown: [{}, { RepositoryName: PARAM }] });
ruleTable('EcrRepositoryScan', { ...REPOSITORY, around: scanning('SCAN_ON_PUSH', 'rain'), compliant: [named()], nonCompliant: [], unknown: [] });
ruleTable('EcrRepositoryScan', { ...REPOSITORY, around: scanning('SCAN_ON_PUSH', 'rain*', 'web'), compliant: [], nonCompliant: [named()], unknown: [] });
ruleTable('EcrRepositoryScan', { ...REPOSITORY, around: scanning('SCAN_ON_PUSH', PARAM), compliant: [], nonCompliant: [], unknown: [named()] });
const excluding = (...values: unknown[]) => named({
  ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
  ImageTagMutabilityExclusionFilters: values.map((value) => ({ ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: value })),
});
ruleTable('EcrRepositoryTags', {
  ...REPOSITORY,
  compliant: [named({ ImageTagMutability: 'IMMUTABLE' }), excluding('dev-*')],
  nonCompliant: [named(), named({ ImageTagMutability: 'MUTABLE' }), excluding('dev-*', '*'), excluding('**')],
  unknown: [named({ ImageTagMutability: PARAM }), excluding(PARAM)],
  notApplicable: [{ RepositoryName: 'website' }],
  override: { path: 'ImageTagMutability', to: 'MUTABLE' },
});

test('EcrPublicRepository: a public repository beside machine learning is a finding, elsewhere no matter', () => {
  const repository = { Subject: { Type: 'AWS::ECR::PublicRepository', Properties: { RepositoryName: 'x' } } };
  const answers = (resources: Record<string, unknown>) => judged([template(resources)], [ruleNamed('EcrPublicRepository')]).map(({ finding }) => finding.answer);
  expect(answers({ ...repository, ...around })).toEqual(['non-compliant']);
  expect(answers(repository)).toEqual([]);
});

test('an image that is a token leaves every repository in doubt, and one of another app none', () => {
  const answers = (image: unknown) => judged([template({
    Subject: { Type: 'AWS::ECR::Repository', Properties: { ImageTagMutability: 'MUTABLE' } }, Fine: { Type: 'AWS::ECR::Repository', Properties: { ImageTagMutability: 'IMMUTABLE' } },
    Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { Image: image } } },
  }, { Parameters: { Param: { Type: 'String' } } })], [ruleNamed('EcrRepositoryTags')]).map(({ finding }) => [finding.logicalId, finding.answer, finding.detail]);
  expect(answers(PARAM)).toEqual([
    ['Fine', 'compliant', undefined],
    ['Subject', 'unknown', "ImageTagMutability is MUTABLE; whether it has to do with machine learning cannot be told: an image of 'Model' is parameter Param, which has no default"],
  ]);
  expect(answers('999999999999.dkr.ecr.eu-central-1.amazonaws.com/theirs:1')).toEqual([]);
});
