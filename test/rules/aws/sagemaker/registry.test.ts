import { judged, ruleNamed, template } from '../../support';
import { ruleTable } from '../../table';
import { around, CLOUD_KEY, KEY, OWN, PARAM } from './samples';

const version = 'AWS::SageMaker::ModelPackage';
const card = 'AWS::SageMaker::ModelCard';

ruleTable('SageMakerModelApproval', {
  type: version,
  compliant: [{}, { ModelApprovalStatus: 'PendingManualApproval' }, { ModelApprovalStatus: 'Rejected', ModelCard: { ModelCardStatus: 'Draft' } }],
  nonCompliant: [
    { ModelApprovalStatus: 'Approved' }, { ModelCard: { ModelCardStatus: 'Approved' } },
    { ModelApprovalStatus: { 'Fn::If': ['Cond', 'Approved', 'PendingManualApproval'] } },
  ],
  unknown: [{ ModelApprovalStatus: PARAM }],
  override: { path: 'ModelApprovalStatus', to: 'Approved' },
});
ruleTable('SageMakerModelApproval', {
  step: 'RegisterModel', compliant: [{ ModelApprovalStatus: 'PendingManualApproval' }], nonCompliant: [{ ModelApprovalStatus: 'Approved' }],
  unknown: [{ ModelApprovalStatus: { Get: 'Parameters.Open' } }],
  override: { path: 'ModelApprovalStatus', to: 'Approved' },
});
// what a request changes is judged, and what it leaves as it is was judged before
ruleTable('SageMakerModelApproval', {
  action: 'sagemaker:updateModelPackage', compliant: [{ ModelApprovalStatus: 'Rejected' }, { ModelApprovalStatus: 'PendingManualApproval' }],
  nonCompliant: [{ ModelApprovalStatus: 'Approved' }, { ModelCard: { ModelCardStatus: 'Approved' } }], unknown: [{ ModelApprovalStatus: PARAM }, { 'ModelApprovalStatus.$': '$.status' }],
  notApplicable: [{ ModelPackageArn: 'x', ApprovalDescription: 'seen' }],
});
for (const action of ['createModelCard', 'updateModelCard']) {
  ruleTable('SageMakerModelApproval', { action: `sagemaker:${action}`, compliant: [{ ModelCardStatus: 'Draft' }], nonCompliant: [{ ModelCardStatus: 'Approved' }], unknown: [{ ModelCardStatus: PARAM }] });
}
const purpose = (uses: Record<string, unknown>) => ({ Content: JSON.stringify({ intended_uses: uses }) });
ruleTable('SageMakerModelCardPurpose', {
  action: 'sagemaker:createModelCard', compliant: [purpose({ purpose_of_model: 'risk', intended_uses: 'plan calls', risk_rating: 'High' })], nonCompliant: [purpose({ purpose_of_model: 'risk' }), {}],
  unknown: [{ Content: PARAM }, { 'Content.$': 'States.JsonToString($.card)' }, { Content: 'no JSON' }],
});
ruleTable('SageMakerModelCardPurpose', {
  action: 'sagemaker:updateModelCard', compliant: [], nonCompliant: [purpose({ intended_uses: 'plan calls' })], unknown: [], notApplicable: [{ ModelCardStatus: 'Draft' }],
});
ruleTable('SageMakerModelImagePinned', {
  action: 'sagemaker:updateModelPackage', compliant: [], nonCompliant: [{ AdditionalInferenceSpecificationsToAdd: [{ Containers: [{ Image: 'risk:latest' }] }] }], unknown: [], notApplicable: [{ ModelApprovalStatus: 'Rejected' }],
});
ruleTable('SageMakerModelImagePinned', { action: 'sagemaker:createAlgorithm', compliant: [], nonCompliant: [{ TrainingSpecification: { TrainingImage: 'train:latest' } }], unknown: [] });
ruleTable('SageMakerNotebookRootAccess', {
  action: 'sagemaker:updateNotebookInstance', compliant: [{ RootAccess: 'Disabled' }], nonCompliant: [{ RootAccess: 'Enabled' }], unknown: [{ RootAccess: PARAM }], notApplicable: [{ InstanceType: 'ml.t3.medium' }],
});
ruleTable('SageMakerNotebookInternet', {
  action: 'sagemaker:updateDomain', compliant: [{ AppNetworkAccessType: 'VpcOnly' }], nonCompliant: [{ AppNetworkAccessType: 'PublicInternetOnly' }], unknown: [{ AppNetworkAccessType: PARAM }], notApplicable: [{ TagPropagation: 'ENABLED' }],
});
ruleTable('SageMakerDomainDocker', {
  action: 'sagemaker:updateDomain', compliant: [], nonCompliant: [{ DomainSettingsForUpdate: { DockerSettings: { EnableDockerAccess: 'ENABLED' } } }],
  unknown: [{ DomainSettingsForUpdate: PARAM }], notApplicable: [{ AppNetworkAccessType: 'VpcOnly' }, { DomainSettingsForUpdate: { DockerSettings: { EnableDockerAccess: 'DISABLED' } } }],
});
ruleTable('SageMakerDomainRStudioTls', {
  action: 'sagemaker:updateDomain', compliant: [], nonCompliant: [{ DomainSettingsForUpdate: { RStudioServerProDomainSettingsForUpdate: { RStudioConnectUrl: 'http://connect' } } }], unknown: [],
});
ruleTable('SageMakerFeatureGroupNames', {
  action: 'sagemaker:updateFeatureGroup', compliant: [{ FeatureAdditions: [{ FeatureName: 'age_band' }] }], nonCompliant: [{ FeatureAdditions: [{ FeatureName: 'ssn' }] }], unknown: [], notApplicable: [{ OnlineStoreConfig: { TtlDuration: { Unit: 'Days', Value: 30 } } }],
});
test('a model that a custom resource approves is found', () => {
  const found = judged([template({ Subject: { Type: 'Custom::AWS', Properties: { Create: JSON.stringify({ service: 'SageMaker', action: 'updateModelPackage', parameters: { ModelPackageArn: 'x', ModelApprovalStatus: 'Approved' } }) } } })], [ruleNamed('SageMakerModelApproval')]);
  expect(found.map(({ finding }) => finding.answer)).toEqual(['non-compliant']);
});
ruleTable('SageMakerModelApproval', {
  action: 'sagemaker:createModelPackage', compliant: [{}], nonCompliant: [{ ModelApprovalStatus: 'Approved' }], unknown: [{ ModelApprovalStatus: PARAM }],
});
ruleTable('SageMakerModelApproval', {
  type: card, compliant: [{ ModelCardStatus: 'Draft' }, { ModelCardStatus: 'PendingReview' }], nonCompliant: [{ ModelCardStatus: 'Approved' }],
  unknown: [{ ModelCardStatus: PARAM }],
  override: { path: 'ModelCardStatus', to: 'Approved' },
});
for (const type of [version, card]) {
  ruleTable('SageMakerModelRecordKey', {
    type, around, compliant: [{ SecurityConfig: { KmsKeyId: OWN } }, { SecurityConfig: { KmsKeyId: KEY } }], nonCompliant: [{}, { SecurityConfig: { KmsKeyId: CLOUD_KEY } }],
    unknown: [{ SecurityConfig: PARAM }], override: { path: 'SecurityConfig.KmsKeyId', to: '' },
  });
}
ruleTable('SageMakerModelPackageValidation', {
  type: version, compliant: [{}, { SkipModelValidation: 'None' }], nonCompliant: [{ SkipModelValidation: 'All' }], unknown: [{ SkipModelValidation: PARAM }],
  override: { path: 'SkipModelValidation', to: 'All' },
});
const validated = (TransformJobDefinition: unknown) => ({
  ValidationSpecification: { ValidationRole: 'arn:aws:iam::123456789012:role/r', ValidationProfiles: [{ ProfileName: 'smoke', TransformJobDefinition }] },
});
ruleTable('SageMakerJobVolumeKey', {
  type: version, compliant: [validated({ TransformResources: { InstanceType: 'ml.m5.large', VolumeKmsKeyId: KEY } })],
  nonCompliant: [validated({ TransformResources: { InstanceType: 'ml.m5.large' } })],
  unknown: [validated({ TransformResources: PARAM })], notApplicable: [{}],
  override: { path: 'ValidationSpecification.ValidationProfiles.0.TransformJobDefinition.TransformResources.VolumeKmsKeyId', to: '' },
});
ruleTable('SageMakerJobOutputKey', {
  type: version, compliant: [validated({ TransformOutput: { KmsKeyId: KEY } })], nonCompliant: [validated({ TransformOutput: { S3OutputPath: 's3://x/' } })],
  unknown: [validated({ TransformOutput: PARAM })],
  notApplicable: [{}], override: { path: 'ValidationSpecification.ValidationProfiles.0.TransformJobDefinition.TransformOutput.KmsKeyId', to: '' },
});

const allowing = (Principal: unknown, Condition?: unknown) => ({
  Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sagemaker:DescribeModelPackage', Resource: '*', ...(Condition ? { Condition } : {}) }],
});
const group = (ModelPackageGroupPolicy: unknown) => ({ ModelPackageGroupName: 'risk', ModelPackageGroupPolicy });
ruleTable('SageMakerModelPackageGroupPolicy', {
  type: 'AWS::SageMaker::ModelPackageGroup',
  compliant: [
    group(allowing({ AWS: 'arn:aws:iam::222222222222:root' })), group(allowing('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })),
    group(JSON.stringify(allowing({ AWS: ['222222222222'] }))),
    group({ 'Fn::Join': ['', ['{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::', { Ref: 'AWS::AccountId' }, ':root"},"Action":"*","Resource":"*"}]}']] }),
  ],
  nonCompliant: [
    group(allowing('*')), group(allowing({ AWS: '*' })), group(JSON.stringify(allowing('*'))), group(allowing('*', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } })),
    group({ 'Fn::If': ['Cond', allowing({ AWS: '222222222222' }), allowing('*')] }),
  ],
  unknown: [group(PARAM), group('no policy'), group(allowing({ AWS: PARAM }))],
  notApplicable: [{ ModelPackageGroupName: 'risk' }],
  override: { path: 'ModelPackageGroupPolicy', to: JSON.stringify(allowing('*')) },
});
const uses = (IntendedUses: unknown) => ({ Content: { IntendedUses } });
const stated = { PurposeOfModel: 'readmission-risk', IntendedUses: 'Plan calls after discharge', RiskRating: 'High' };
ruleTable('SageMakerModelCardPurpose', {
  type: card,
  compliant: [uses(stated), uses({ ...stated, IntendedUses: { 'Fn::Sub': 'Calls by ${Param}' } })],
  nonCompliant: [{}, { Content: {} }, ...Object.keys(stated).map((missing) => uses({ ...stated, [missing]: undefined })), uses({ ...stated, RiskRating: 'Unknown' })],
  unknown: [uses(PARAM), { Content: PARAM }, uses({ ...stated, RiskRating: PARAM })],
  override: { path: 'Content.IntendedUses.RiskRating', to: 'Unknown' },
});
ruleTable('SageMakerMlflowRegistration', {
  type: 'AWS::SageMaker::MlflowTrackingServer', compliant: [{ AutomaticModelRegistration: true }], nonCompliant: [{}, { AutomaticModelRegistration: false }],
  unknown: [{ AutomaticModelRegistration: PARAM }],
  override: { path: 'AutomaticModelRegistration', to: false },
});
ruleTable('SageMakerMlflowRegistration', {
  type: 'AWS::SageMaker::MlflowApp', compliant: [{ ModelRegistrationMode: 'AutoModelRegistrationEnabled' }],
  nonCompliant: [{}, { ModelRegistrationMode: 'AutoModelRegistrationDisabled' }],
  unknown: [{ ModelRegistrationMode: PARAM }], override: { path: 'ModelRegistrationMode', to: 'AutoModelRegistrationDisabled' },
});

describe.each([
  ['SageMakerModelPackageBias', 'Bias', ['MODEL_BIAS', 'DATA_BIAS'], 'MODEL_EXPLAINABILITY'], ['SageMakerModelPackageExplainability', 'Explainability', ['MODEL_EXPLAINABILITY'], 'MODEL_BIAS'],
] as const)('%s', (name, kind, types, other) => {
  const answers = (steps: object[], rest: Record<string, unknown> = {}) => judged([template({ P: { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: steps } } } }, ...rest })], [ruleNamed(name)])
    .map(({ finding }) => [finding.answer, finding.detail]);
  const check = (CheckType: unknown) => ({ Name: 'Fair', Type: 'ClarifyCheck', CheckType, Arguments: {} });
  const register = (Arguments: object) => ({ Name: 'Register', Type: 'RegisterModel', Arguments });
  const report = { ModelMetrics: { [kind]: { Report: { ContentType: 'application/json', S3Uri: { Get: 'Steps.Fair.CalculatedBaselineConstraints' } } } } };

  test.each(types)('a version beside a check of type %s carries its report', (type) => {
    expect(answers([check(type), register(report)])).toEqual([['compliant', undefined]]);
    expect(answers([check(type), register({ ModelMetrics: { ModelQuality: {} } })])).toEqual([['non-compliant', "RegisterModel 'Register': 'Fair' measured it, and the version that is registered carries no report"]]);
    expect(answers([check(type), register({})]).map(([answer]) => answer)).toEqual(['non-compliant']);
    expect(answers([check({ 'Fn::If': ['Cond', type, 'DATA_QUALITY'] }), register({})]).map(([answer]) => answer)).toEqual(['non-compliant']);
  });
  test('a report that is a token is unknown', () => {
    expect(answers([check(types[0]), register({ ModelMetrics: { Get: 'Parameters.Metrics' } })]).map(([answer]) => answer)).toEqual(['unknown']);
  });
  test('where nothing measures it nothing is asked: without a check, beside one of another kind, outside a pipeline', () => {
    expect(answers([register({})])).toEqual([]);
    expect(answers([check(other), register({})])).toEqual([]);
    expect(answers([check(types[0])], { Version: { Type: version, Properties: { ModelMetrics: {} } } })).toEqual([]);
  });
  test('a report that is there is recorded wherever it is', () => {
    expect(answers([], { Version: { Type: version, Properties: report } })).toEqual([['compliant', undefined]]);
  });
});
