import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ApprovalStatus, ModelCard, ModelPackageGroup, RiskRating } from '../../../lib/aws/pipeline';
import { InferenceEndpoint } from '../../../lib/aws/serving';
import { DataFlow } from '../../../lib/policy/flow';
import { Control, Purpose } from '../../../lib/policy';
import { unwaived } from '../../support/packs';
import { completePipeline, ground, usualPipeline } from './fixture';

const step = (definition: Record<string, unknown>, name: string): Record<string, never> => {
  const all = (steps: Record<string, never>[]): Record<string, never>[] => steps.flatMap((one) => [one, ...all(one.Arguments?.['IfSteps'] ?? []), ...all(one.Arguments?.['ElseSteps'] ?? [])]);
  return all(definition.Steps as Record<string, never>[]).find((one) => one.Name as string === name)!;
};

test('a version waits for a person unless its registration says otherwise, and that is a weakening', () => {
  const { pipeline, train, register } = usualPipeline();
  expect(step(pipeline._renderDefinition(), 'Register').Arguments['ModelApprovalStatus']).toBe('PendingManualApproval');
  expect(register.weakenings).toEqual([]);
  const approved = pipeline.addRegistration('At-once', { training: train, approval: ApprovalStatus.APPROVED });
  expect(approved.weakenings).toEqual([expect.objectContaining({ control: Control.HUMAN_APPROVAL, path: 'Stack/Pipeline/At-once' })]);
});

test('reports of checks become metrics of the version, and their baselines what its monitors start from', () => {
  const { Arguments } = step(completePipeline().pipeline._renderDefinition(), 'RegisterChecked');
  const source = (path: string) => ({ ContentType: 'application/json', S3Uri: { Get: `Steps.${path}` } });
  expect(Arguments['ModelMetrics']).toEqual({
    Bias: { PostTrainingReport: source('Bias.CalculatedBaselineConstraints'), PreTrainingReport: source('DataBias.CalculatedBaselineConstraints') },
    Explainability: { Report: source('Explain.CalculatedBaselineConstraints') },
    ModelDataQuality: { Statistics: source('Quality.CalculatedBaselineStatistics'), Constraints: source('Quality.CalculatedBaselineConstraints') },
    ModelQuality: { Statistics: source('ModelQuality.CalculatedBaselineStatistics'), Constraints: source('ModelQuality.CalculatedBaselineConstraints') },
  });
  expect(Object.keys(Arguments['DriftCheckBaselines'])).toEqual(['Bias', 'Explainability', 'ModelDataQuality', 'ModelQuality']);
});

test('a group is shared with named accounts only', () => {
  const { stack, pipeline } = ground();
  pipeline.addFail('F', { message: 'x' });
  new ModelPackageGroup(stack, 'Group', { groupName: 'readmission', sharedWith: ['111122223333'] });
  Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::ModelPackageGroup', {
    ModelPackageGroupName: 'readmission',
    ModelPackageGroupPolicy: { Statement: Match.arrayWith([Match.objectLike({ Effect: 'Allow', Principal: { AWS: Match.anyValue() } })]) },
  });
  const policy = JSON.stringify(Object.values(Template.fromStack(stack).findResources('AWS::SageMaker::ModelPackageGroup'))[0].Properties.ModelPackageGroupPolicy);
  expect(policy).toContain('111122223333');
  expect(policy).not.toMatch(/"AWS":"\*"|UpdateModelPackage|sagemaker:\*/);
});

test('a group outlives its stack, under a name that the next stack does not take', () => {
  const { stack, pipeline } = usualPipeline();
  const [group] = Object.values(Template.fromStack(stack).findResources('AWS::SageMaker::ModelPackageGroup'));
  expect(group).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  expect(JSON.stringify(group.Properties.ModelPackageGroupName)).toMatch(/^\{"Fn::Join":\["",\["stack-pipeline-models-[0-9a-f]{8}-.*AWS::StackId/);
  expect(step(pipeline._renderDefinition(), 'Register').Arguments['ModelPackageGroupName']).toMatch(/^stack-pipeline-models-[0-9a-f]{8}-\$\{.*AWS::StackId/);
});

test('a group is deleted with its stack when that is asked for', () => {
  const { stack, pipeline } = ground();
  pipeline.addFail('F', { message: 'x' });
  new ModelPackageGroup(stack, 'Group', { groupName: 'readmission', removalPolicy: RemovalPolicy.DESTROY });
  Template.fromStack(stack).hasResource('AWS::SageMaker::ModelPackageGroup', { DeletionPolicy: 'Delete', Properties: { ModelPackageGroupName: 'readmission' } });
});

test('a group with a made name is used from another stack', () => {
  const { app, stack, workspace, register } = usualPipeline();
  const serving = new Stack(app, 'Serving', { env: { account: '123456789012', region: 'eu-central-1' } });
  new InferenceEndpoint(serving, 'Endpoint', { workspace, model: register });
  app.synth();
  expect(JSON.stringify(Template.fromStack(stack).findOutputs('*'))).toContain('"Ref":"AWS::StackId"');
  expect(JSON.stringify(Object.values(Template.fromStack(serving).findResources('AWS::Events::Rule')).map((rule) => rule.Properties.EventPattern))).toContain('Stack:ExportsOutputRefAWSStackId');
});

test('a group of another account is known by its ARN', () => {
  const group = ModelPackageGroup.fromAttributes(ground().stack, 'Group', { modelPackageGroupArn: 'arn:aws:sagemaker:eu-central-1:111122223333:model-package-group/readmission' });
  expect(group.modelPackageGroupName).toBe('readmission');
});

test('data flows from stores through steps to the group, and de-identification is seen', () => {
  const { pipeline, clean, train, register, raw, workspace } = usualPipeline();
  const flow = DataFlow.of(pipeline);
  const edges = flow.edges.map(({ from, to, label }) => [from, to, label].join(' '));
  expect(edges).toEqual(expect.arrayContaining([
    `${raw.node.path} ${clean.node.path} admissions`, `${clean.node.path} ${train.node.path} train`, `${clean.node.path} ${workspace.outputs.node.path} train`,
    `${train.node.path} ${register.node.path} model`, `${register.node.path} ${register.group.node.path} version`,
  ]));
  expect(flow.classificationOf(clean.node.path)?.name).toBe('pseudonymised');
  expect(flow.classificationOf(train.node.path)?.name).toBe('pseudonymised');
  expect(flow.node(register.group.node.path)?.kind).toBe('model');
});

test('a model card is encrypted and says what the model is for', () => {
  const { stack, app, workspace, pipeline } = ground();
  pipeline.addFail('F', { message: 'x' });
  new ModelCard(stack, 'Card', {
    workspace, description: 'Risk of readmission within 30 days', purpose: Purpose.of('readmission-risk'), intendedUses: 'Discharge planning by clinicians, never alone',
    risk: RiskRating.HIGH, riskReason: 'a wrong answer may delay care',
  });
  Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::ModelCard', {
    ModelCardStatus: 'Draft', SecurityConfig: { KmsKeyId: stack.resolve(workspace.modelsKey.keyArn) },
    Content: { IntendedUses: { PurposeOfModel: 'readmission-risk', RiskRating: 'High' } },
  });
  expect(unwaived(app)).toEqual([]);
});

test('fails on a card that says nothing', () => {
  const { stack, workspace } = ground();
  expect(() => new ModelCard(stack, 'Card', { workspace, description: ' ', purpose: Purpose.of('x'), intendedUses: 'y', risk: RiskRating.LOW, riskReason: 'z' }))
    .toThrow(/Stack\/Card: description has 1 characters: say it in 1 to 1024/);
});
