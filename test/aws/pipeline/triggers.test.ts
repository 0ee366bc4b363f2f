import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { unwaived } from '../../support/packs';
import { ground, usualPipeline } from './fixture';

function triggered() {
  const base = usualPipeline();
  base.pipeline.addString('Month', { defaultValue: '2026-01' });
  base.pipeline.runOnSchedule('Weekly', events.Schedule.rate(Duration.days(7)), { parameters: { Month: '2026-02' } });
  base.pipeline.runOnNewData('NewAdmissions', base.raw, 'admissions/');
  return base;
}

test('a schedule starts the pipeline with its parameters', () => {
  Template.fromStack(triggered().stack).hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(7 days)',
    Targets: [Match.objectLike({ SageMakerPipelineParameters: { PipelineParameterList: [{ Name: 'Month', Value: '2026-02' }] } })],
  });
});

test('new data starts the pipeline, under the prefix that counts', () => {
  const { stack, raw } = triggered();
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      'source': ['aws.s3'], 'detail-type': ['Object Created'],
      'detail': { bucket: { name: [stack.resolve(raw.bucket.bucketName)] }, object: { key: [{ prefix: 'admissions/' }] } },
    },
    Targets: [Match.objectLike({ SageMakerPipelineParameters: { PipelineParameterList: [] } })],
  });
  template.hasResourceProperties('AWS::S3::Bucket', { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } });
});

test('what starts the pipeline may do nothing else', () => {
  const { stack, pipeline } = triggered();
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy')).filter(([id]) => /^Pipeline(Weekly|NewAdmissions)/.test(id));
  expect(policies.map(([, { Properties }]) => Properties.PolicyDocument.Statement)).toEqual(Array(2).fill([
    { Effect: 'Allow', Action: 'sagemaker:StartPipelineExecution', Resource: stack.resolve(pipeline.pipelineArn) },
  ]));
});

test('a failed run raises an event and an alarm', () => {
  const { stack, pipeline, workspace } = triggered();
  const template = Template.fromStack(stack);
  const topic = stack.resolve(workspace.alarms.topicArn);
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      'detail-type': ['SageMaker Model Building Pipeline Execution Status Change'],
      'detail': { pipelineArn: [{ 'equals-ignore-case': stack.resolve(pipeline.pipelineArn) }], currentPipelineExecutionStatus: ['Failed'] },
    },
    Targets: [Match.objectLike({ Arn: topic })],
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/Sagemaker/ModelBuildingPipeline', MetricName: 'ExecutionFailed', Dimensions: [{ Name: 'PipelineName', Value: 'readmission' }], AlarmActions: [topic],
  });
});

test('no service is let to the topic of alarms, or to its key, without a condition', () => {
  const { stack } = triggered();
  const template = Template.fromStack(stack);
  const documents = [
    ...Object.values(template.findResources('AWS::SNS::TopicPolicy')).map(({ Properties }) => Properties.PolicyDocument),
    ...Object.values(template.findResources('AWS::KMS::Key')).map(({ Properties }) => Properties.KeyPolicy),
  ] as { Statement: { Effect: string; Principal: { Service?: unknown }; Condition?: unknown }[] }[];
  const services = documents.flatMap(({ Statement }) => Statement).filter(({ Effect, Principal }) => Effect === 'Allow' && Principal.Service !== undefined);
  expect(services.filter(({ Condition }) => Condition === undefined)).toEqual([]);
  expect(JSON.stringify(services)).toContain('events.amazonaws.com');
});

test('the alarm can be left out', () => {
  const { pipeline, stack } = ground({ alarmOnFailure: false });
  pipeline.addFail('F', { message: 'x' });
  Template.fromStack(stack).resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { MetricName: 'ExecutionFailed' }, 0);
});

test('whoever is granted it starts runs by hand, and nothing else', () => {
  const { pipeline, stack } = usualPipeline();
  pipeline.grantStartExecution(new iam.User(stack, 'Person'));
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: { Statement: [Match.objectLike({ Action: ['sagemaker:StartPipelineExecution', 'sagemaker:DescribePipelineExecution', 'sagemaker:ListPipelineExecutionSteps'] })] },
  });
});

test('experiments, parallelism and a description reach the pipeline', () => {
  const { pipeline, stack } = ground({ experiment: 'readmission', maxParallelSteps: 3, description: 'predicts readmission' });
  pipeline.addFail('F', { message: 'x' });
  Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::Pipeline', { ParallelismConfiguration: { MaxParallelExecutionSteps: 3 }, PipelineDescription: 'predicts readmission' });
  expect(pipeline._renderDefinition().PipelineExperimentConfig).toEqual({ ExperimentName: 'readmission', TrialName: { Get: 'Execution.PipelineExecutionId' } });
});

test('a triggered pipeline has no finding in any pack that is not accepted with a reason', () => {
  expect(unwaived(triggered().app)).toEqual([]);
});
