import { ruleTable } from '../../table';
import { PARAM, subnets, VPC } from './samples';

ruleTable('SageMakerModelNetworkIsolation', {
  type: 'AWS::SageMaker::Model',
  compliant: [{ EnableNetworkIsolation: true }],
  nonCompliant: [{}, { EnableNetworkIsolation: false }, { EnableNetworkIsolation: { Ref: 'AWS::NoValue' } }],
  unknown: [{ EnableNetworkIsolation: PARAM }],
  override: { path: 'EnableNetworkIsolation', to: false },
});
ruleTable('SageMakerModelNetworkIsolation', {
  step: 'Model',
  compliant: [{ EnableNetworkIsolation: true }],
  nonCompliant: [{}],
  unknown: [{ EnableNetworkIsolation: PARAM }],
  override: { path: 'EnableNetworkIsolation', to: false },
});
ruleTable('SageMakerModelVpc', {
  type: 'AWS::SageMaker::Model',
  compliant: [{ VpcConfig: VPC }],
  nonCompliant: [{}, { VpcConfig: {} }],
  unknown: [{ VpcConfig: PARAM }],
  override: { path: 'VpcConfig.SecurityGroupIds', to: [] },
});
ruleTable('SageMakerModelVpc', {
  type: 'AWS::SageMaker::Model',
  around: subnets,
  compliant: [{ VpcConfig: { Subnets: [{ Ref: 'Inside' }], SecurityGroupIds: ['sg-0a1b2c3d'] } }],
  nonCompliant: [{ VpcConfig: { Subnets: [{ Ref: 'Inside' }, { Ref: 'Routed' }], SecurityGroupIds: ['sg-0a1b2c3d'] } }],
  unknown: [],
});
const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/risk';
const ELSEWHERE = 'registry.hospital.internal/risk:1.4';
const from = (Image: unknown, RepositoryAccessMode?: unknown) => ({ Image, ...(RepositoryAccessMode === undefined ? {} : { ImageConfig: { RepositoryAccessMode } }) });
ruleTable('SageMakerPrivateRegistry', {
  type: 'AWS::SageMaker::Model',
  compliant: [
    { PrimaryContainer: from(ELSEWHERE, 'Vpc') }, { Containers: [from(`${ECR}:1`), from(ELSEWHERE, 'Vpc')] },
    { PrimaryContainer: from({ 'Fn::Sub': '${Param}/risk:1' }, 'Vpc') },
  ],
  nonCompliant: [
    { PrimaryContainer: from(ELSEWHERE) }, { PrimaryContainer: from(ELSEWHERE, 'Platform') },
    // each container of several: none of them is primary
    { Containers: [from(ELSEWHERE, 'Vpc'), from(ELSEWHERE)] }, { Containers: [from({ 'Fn::Sub': 'registry.hospital.internal/risk:${Param}' }, 'Platform')] },
  ],
  unknown: [{ PrimaryContainer: from(PARAM) }, { PrimaryContainer: from(ELSEWHERE, PARAM) }, { Containers: PARAM }],
  // the API keeps the mode for registries other than ECR
  notApplicable: [
    {}, { PrimaryContainer: from(`${ECR}@sha256:abc`) }, { PrimaryContainer: from(`${ECR}:1`, 'Platform') },
    { PrimaryContainer: { ModelPackageName: 'arn:aws:sagemaker:eu-central-1:123456789012:model-package/risk/1' } },
    { Containers: [from(`${ECR}:1`), from('public.ecr.aws/sagemaker/x:1')] },
    { PrimaryContainer: from({ 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/risk:1' }) },
  ],
  override: { path: 'PrimaryContainer.ImageConfig.RepositoryAccessMode', to: 'Platform' },
});
ruleTable('SageMakerPrivateRegistry', {
  step: 'Training',
  compliant: [{ AlgorithmSpecification: { TrainingImage: ELSEWHERE, TrainingImageConfig: { TrainingRepositoryAccessMode: 'Vpc' } } }],
  nonCompliant: [{ AlgorithmSpecification: { TrainingImage: ELSEWHERE } }],
  unknown: [{ AlgorithmSpecification: PARAM }],
  notApplicable: [{}, { AlgorithmSpecification: { TrainingImage: `${ECR}:1` } }, { AlgorithmSpecification: { AlgorithmName: 'risk' } }],
  override: { path: 'AlgorithmSpecification.TrainingImageConfig.TrainingRepositoryAccessMode', to: 'Platform' },
});
ruleTable('SageMakerPrivateRegistry', {
  step: 'Model', compliant: [{ PrimaryContainer: from(ELSEWHERE, 'Vpc') }], nonCompliant: [{ PrimaryContainer: from(ELSEWHERE) }], unknown: [],
});

ruleTable('SageMakerModelImagePinned', {
  type: 'AWS::SageMaker::Model',
  compliant: [{ PrimaryContainer: { Image: `${ECR}@sha256:abc` } }, { Containers: [{ Image: `${ECR}:1.4` }, { Image: { 'Fn::Sub': '${Param}/risk:2' } }] }],
  nonCompliant: [{ PrimaryContainer: { Image: ECR } }, { Containers: [{ Image: `${ECR}:1.4` }, { Image: `${ECR}:latest` }] }],
  unknown: [{ PrimaryContainer: { Image: PARAM } }],
  notApplicable: [{}, { PrimaryContainer: { ModelPackageName: 'risk/1' } }],
  override: { path: 'PrimaryContainer.Image', to: `${ECR}:stable` },
});
const packaged = (container: object) => ({ InferenceSpecification: { Containers: [container] } });
for (const type of ['AWS::SageMaker::ModelPackage', 'AWS::SageMaker::Algorithm']) {
  ruleTable('SageMakerModelImagePinned', {
    type, compliant: [packaged({ Image: `${ECR}:1.4` }), packaged({ Image: ECR, ImageDigest: 'sha256:abc' })], nonCompliant: [packaged({ Image: ECR })],
    unknown: [packaged({ Image: PARAM })],
    notApplicable: [{}], override: { path: 'InferenceSpecification.Containers.0.Image', to: `${ECR}:latest` },
  });
}
ruleTable('SageMakerModelImagePinned', {
  type: 'AWS::SageMaker::ModelPackage', compliant: [{ AdditionalInferenceSpecifications: [packaged({ Image: `${ECR}:1` }).InferenceSpecification] }],
  nonCompliant: [{ AdditionalInferenceSpecifications: [packaged({ Image: ECR }).InferenceSpecification] }], unknown: [],
});
ruleTable('SageMakerModelImagePinned', {
  type: 'AWS::SageMaker::Algorithm',
  compliant: [{ TrainingSpecification: { TrainingImage: ECR, TrainingImageDigest: 'sha256:abc' } }, { TrainingSpecification: { TrainingImage: `${ECR}:1` } }],
  nonCompliant: [{ TrainingSpecification: { TrainingImage: ECR } }], unknown: [{ TrainingSpecification: PARAM }],
  override: { path: 'TrainingSpecification.TrainingImageDigest', to: '' },
});
ruleTable('SageMakerModelImagePinned', {
  type: 'AWS::SageMaker::InferenceComponent', compliant: [{ Specification: { Container: { Image: `${ECR}:1` } } }],
  nonCompliant: [{ Specification: { Container: { Image: ECR } } }, { Specifications: [{ InstanceType: 'ml.g5.xlarge', Container: { Image: ECR } }] }],
  unknown: [{ Specification: PARAM }],
  notApplicable: [{ Specification: { ModelName: 'risk' } }], override: { path: 'Specification.Container.Image', to: ECR },
});
ruleTable('SageMakerModelImagePinned', {
  type: 'AWS::SageMaker::ImageVersion', compliant: [{ ImageName: 'notebook', BaseImage: `${ECR}:1` }], nonCompliant: [{ BaseImage: ECR }],
  unknown: [{ BaseImage: PARAM }], override: { path: 'BaseImage', to: ECR },
});
ruleTable('SageMakerModelImagePinned', { step: 'RegisterModel', compliant: [packaged({ Image: `${ECR}:1` })], nonCompliant: [packaged({ Image: ECR })], unknown: [] });
