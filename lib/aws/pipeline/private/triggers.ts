import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ServiceRole } from '../../private/service-role';
import type { IDataStore } from '../../storage/data-store';
import type { MLPipeline } from '../pipeline';
import { checkedId } from './step-props';

const GIVEN = new WeakMap<MLPipeline, Map<string, Set<string>>>();

/** What starts a pipeline by itself. */
interface Triggers {
  readonly schedules: { readonly id: string; readonly expression: string }[];
  /** Ids of triggers on new data. */
  readonly newData: string[];
}

const TRIGGERS = new WeakMap<MLPipeline, Triggers>();

/** What starts a pipeline by itself. */
export function triggersOf(pipeline: MLPipeline): Triggers {
  const triggers = TRIGGERS.get(pipeline) ?? { schedules: [], newData: [] };
  TRIGGERS.set(pipeline, triggers);
  return triggers;
}

/** Starts the pipeline on a schedule. */
export function onSchedule(pipeline: MLPipeline, id: string, schedule: events.Schedule, parameters: Record<string, string>): void {
  const rule = new events.Rule(new Construct(pipeline, checkedId(pipeline, id, 'trigger')), 'Rule', { schedule, description: `Runs pipeline ${pipeline.pipelineName} on a schedule` });
  triggersOf(pipeline).schedules.push({ id, expression: schedule.expressionString });
  start(pipeline, id, rule, parameters);
}

/** Starts the pipeline when an object is created below a prefix of a store. */
export function onNewData(pipeline: MLPipeline, id: string, store: IDataStore, prefix: string, parameters: Record<string, string>): void {
  const rule = new events.Rule(new Construct(pipeline, checkedId(pipeline, id, 'trigger')), 'Rule', {
    description: `Runs pipeline ${pipeline.pipelineName} on new data`,
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: {
        bucket: { name: [store.bucket.bucketName] },
        ...(prefix === '' ? {} : { object: { key: [{ prefix }] } }),
      },
    },
  });
  triggersOf(pipeline).newData.push(id);
  start(pipeline, id, rule, parameters);
}

/** Tells people when a run fails: an event with the run's ARN at once, and a CloudWatch alarm that stays. */
export function alarmOnFailure(pipeline: MLPipeline): void {
  const { alarms } = pipeline.workspace;
  const scope = new Construct(pipeline, 'Failure');
  new events.Rule(scope, 'Rule', {
    description: `A run of pipeline ${pipeline.pipelineName} failed`,
    eventPattern: {
      source: ['aws.sagemaker'],
      detailType: ['SageMaker Model Building Pipeline Execution Status Change'],
      // Nothing says in which case events write the names of pipelines.
      detail: { pipelineArn: [{ 'equals-ignore-case': pipeline.pipelineArn }], currentPipelineExecutionStatus: ['Failed'] },
    },
    // The target of the CDK would let EventBridge as such use topic and key, beside the conditions of the workspace.
    targets: [{ bind: () => ({ arn: alarms.topicArn }) }],
  });
  const alarm = new cloudwatch.Alarm(scope, 'Alarm', {
    alarmDescription: `A run of pipeline ${pipeline.pipelineName} failed`,
    metric: new cloudwatch.Metric({
      namespace: 'AWS/Sagemaker/ModelBuildingPipeline',
      metricName: 'ExecutionFailed',
      dimensionsMap: { PipelineName: pipeline.pipelineName },
      statistic: cloudwatch.Stats.SUM,
    }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new actions.SnsAction(alarms));
}

/** Messages about values that triggers give to parameters which there are not. */
export function checkParameters(pipeline: MLPipeline): string[] {
  const declared = pipeline._parameterNames;
  return [...GIVEN.get(pipeline) ?? []].flatMap(([id, names]) => [...names].filter((name) => !declared.includes(name))
    .map((name) => `${pipeline.node.path}/${id}: gives parameter '${name}', which the pipeline does not have: it has ${declared.join(', ') || 'none'}`));
}

function start(pipeline: MLPipeline, id: string, rule: events.Rule, parameters: Record<string, string>): void {
  GIVEN.set(pipeline, (GIVEN.get(pipeline) ?? new Map<string, Set<string>>()).set(id, new Set(Object.keys(parameters))));
  const role = new ServiceRole(rule.node.scope as Construct, 'Role', { service: 'events.amazonaws.com', description: `Starts pipeline ${pipeline.pipelineName}` });
  role.allow(new iam.PolicyStatement({ actions: ['sagemaker:StartPipelineExecution'], resources: pipeline._arns }));
  // Without a parameter EventBridge demands the block all the same: an empty list means the defaults.
  const list = Object.entries(parameters).map(([name, value]) => ({ name, value }));
  rule.addTarget({ bind: () => ({ arn: pipeline.pipelineArn, role: role.role }) });
  // The target of the L2 has no place for them.
  const resource = rule.node.defaultChild as events.CfnRule;
  resource.addPropertyOverride('Targets.0.SageMakerPipelineParameters', { PipelineParameterList: list.map(({ name, value }) => ({ Name: name, Value: value })) });
}
