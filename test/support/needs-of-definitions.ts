import type { Deployed } from './deployed';
import { Need, Note, permissionsOf } from './needs';
import { attaching, DeployedApp, pulling, putting, reading, reporting, volumes } from './needs-of-services';
import { sagemakerContext } from './sagemaker-context';

type Json = Record<string, unknown>;

interface Step {
  readonly Name: string;
  readonly Type: string;
  readonly Arguments?: Json;
  readonly FunctionArn?: string;
  readonly SqsQueueUrl?: string;
  readonly PropertyFiles?: readonly { OutputName: string; FilePath: string }[];
}

/** What a step creates, the kind of it in an ARN, where its containers write their log, and what the pipeline follows it with. */
const STEPS: Record<string, { readonly create: string; readonly kind: string; readonly group?: string; readonly follow: readonly string[] }> = {
  Training: { create: 'CreateTrainingJob', kind: 'training-job', group: 'TrainingJobs', follow: ['DescribeTrainingJob', 'StopTrainingJob'] },
  Tuning: {
    create: 'CreateHyperParameterTuningJob', kind: 'hyper-parameter-tuning-job', group: 'TrainingJobs',
    follow: ['DescribeHyperParameterTuningJob', 'ListTrainingJobsForHyperParameterTuningJob', 'StopHyperParameterTuningJob'],
  },
  ...Object.fromEntries(['Processing', 'ClarifyCheck', 'QualityCheck'].map((type) => [type, { create: 'CreateProcessingJob', kind: 'processing-job', group: 'ProcessingJobs', follow: ['DescribeProcessingJob', 'StopProcessingJob'] }])),
  Transform: { create: 'CreateTransformJob', kind: 'transform-job', group: 'TransformJobs', follow: ['DescribeTransformJob', 'StopTransformJob'] },
  AutoML: { create: 'CreateAutoMLJob', kind: 'automl-job', group: 'TrainingJobs', follow: ['DescribeAutoMLJob', 'StopAutoMLJob'] },
  Model: { create: 'CreateModel', kind: 'model', follow: ['DescribeModel'] },
};

/** All steps of a pipeline with what they say of each other put in. */
function stepsOf(pipeline: Deployed): Step[] {
  const definition = JSON.parse((pipeline.properties.PipelineDefinition as { PipelineDefinitionBody: string }).PipelineDefinitionBody) as { Steps: Step[]; Parameters?: Parameter[] };
  const steps = definition.Steps.flatMap(function all(step: Step): Step[] {
    return [step, ...['IfSteps', 'ElseSteps'].flatMap((branch) => ((step.Arguments?.[branch] ?? []) as Step[]).flatMap(all))];
  });
  return steps.map((step) => ({ ...step, Arguments: evaluate(step.Arguments ?? {}, steps, definition.Parameters ?? []) as Json }));
}

/** What a pipeline and its steps need: to create what they declare, to follow it, and to read and write what it names. */
export async function needsOfPipeline(pipeline: Deployed, app: DeployedApp, note: Note): Promise<void> {
  const { region, account, properties: { RoleArn: role } } = pipeline;
  const sagemaker = (resource: string) => `arn:aws:sagemaker:${region}:${account}:${resource}`;
  for (const step of stepsOf(pipeline)) {
    const request = step.Arguments!;
    const job = STEPS[step.Type];
    if (job) {
      const resource = sagemaker(`${job.kind}/pipelines-abcdefghijkl-${step.Name.toLowerCase()}-x`);
      note(role, { action: `sagemaker:${job.create}`, resource, context: await sagemakerContext(job.create, request) });
      note(role, ...[...job.follow, 'AddTags'].map((action) => ({ action: `sagemaker:${action}`, resource })), ...strings(request, 'VolumeKmsKeyId').flatMap(volumes));
      for (const passed of strings(request, 'RoleArn', 'ExecutionRoleArn')) {
        note(role, passing(passed));
        note(passed, ...needsOfJob(request, pipeline, app), ...(job.group ? reporting(`/aws/sagemaker/${job.group}`, pipeline) : []));
      }
      // the pipeline reads the baselines of a check, and writes what it registers of it
      if (/Check$/.test(step.Type)) note(role, ...checking(request, app, region));
    }
    if (step.Type === 'RegisterModel') {
      const group = String(request.ModelPackageGroupName).split('/').at(-1)!;
      const version = sagemaker(`model-package/${group}/1`);
      note(role, { action: 'sagemaker:CreateModelPackage', resource: version, context: await sagemakerContext('CreateModelPackage', request) });
      note(role, { action: 'sagemaker:DescribeModelPackage', resource: version }, { action: 'sagemaker:DescribeModelPackageGroup', resource: sagemaker(`model-package-group/${group}`) });
      // the registry looks for image and artifact with the rights of who registers
      note(role, ...serving(request, app, region));
    }
    if (step.Type === 'Lambda') note(role, { action: 'lambda:InvokeFunction', resource: step.FunctionArn });
    if (step.Type === 'Callback') note(role, { action: 'sqs:SendMessage', resource: `arn:aws:sqs:${region}:${account}:${step.SqsQueueUrl!.split('/').at(-1)}` });
    for (const file of step.PropertyFiles ?? []) {
      const { S3Output: output } = (request.ProcessingOutputConfig as { Outputs: { OutputName: string; S3Output: { S3Uri: string } }[] }).Outputs.find(({ OutputName }) => OutputName === file.OutputName)!;
      note(role, ...reading(`${output.S3Uri}/${file.FilePath}`, app, region));
    }
  }
}

/** What a state machine needs for its tasks, and what the roles need that its requests name. */
export async function needsOfStateMachine(machine: Deployed, app: DeployedApp, note: Note): Promise<void> {
  const { properties, region, account } = machine;
  const role = properties.RoleArn;
  const tasks = [JSON.parse(String(properties.DefinitionString ?? JSON.stringify(properties.Definition))) as Json].flatMap(function all(node: unknown): Json[] {
    if (typeof node !== 'object' || node === null) return [];
    return [...((node as Json).Type === 'Task' ? [node as Json] : []), ...Object.values(node).flatMap(all)];
  });
  const [endpoint] = strings(tasks.map((task) => task.Parameters), 'EndpointName');
  const [hosting] = strings(tasks.map((task) => task.Parameters), 'ExecutionRoleArn');
  for (const task of tasks) {
    const [, service, call] = /:states:::(?:aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)/.exec(String(task.Resource)) ?? [];
    const request = (task.Parameters ?? {}) as Json;
    for (const action of permissionsOf(service!, call!)) {
      note(role, { action, context: service === 'sagemaker' ? await sagemakerContext(action.split(':')[1]!, request) : service === 'applicationautoscaling' ? { 'application-autoscaling:service-namespace': 'sagemaker' } : {} });
    }
    for (const passed of strings(request, 'RoleArn')) {
      note(role, passing(passed));
      note(passed, ...needsOfJob(request, machine, app), ...reporting('/aws/sagemaker/ProcessingJobs', machine), ...strings(request, 'VolumeKmsKeyId').flatMap(volumes), ...monitoring(request, tasks, endpoint!, machine, app));
    }
    if (call === 'createModel') {
      note(role, passing(hosting!));
      note(hosting, ...needsOfJob(request, machine, app), ...reporting(`/aws/sagemaker/Endpoints/${endpoint}`, machine), ...registered(app, region));
    }
    if (call === 'createEndpointConfig') {
      note(role, ...strings({ KmsKeyId: request.KmsKeyId }, 'KmsKeyId').flatMap(volumes));
      for (const capture of valuesAt(request, 'DataCaptureConfig') as Json[]) note(hosting, ...putting(`${String(capture.DestinationS3Uri)}/any`, app, region, capture.KmsKeyId));
    }
    if (/^(create|update)Endpoint$/.test(call!)) for (const alarm of strings(request, 'AlarmName')) note(role, { action: 'cloudwatch:DescribeAlarms', resource: `arn:aws:cloudwatch:${region}:${account}:alarm:${alarm}` });
    // Application Auto Scaling makes the alarms of a policy, and its own role, with the rights of who asks for them
    if (call === 'registerScalableTarget') note(role, { action: 'iam:CreateServiceLinkedRole', context: { 'iam:AWSServiceName': 'sagemaker.application-autoscaling.amazonaws.com' } });
    if (call === 'putScalingPolicy') note(role, ...['DeleteAlarms', 'DescribeAlarms', 'PutMetricAlarm'].map((action) => ({ action: `cloudwatch:${action}` })));
  }
  if (valuesAt(properties.LoggingConfiguration, 'LogGroupArn').length > 0) note(role, ...DELIVERING_LOGS);
  if ((properties.TracingConfiguration as { Enabled?: boolean } | undefined)?.Enabled) note(role, ...TRACING);
  const stored = strings(tasks.filter(({ Resource }) => String(Resource).endsWith(':s3:putObject')).map((task) => task.Parameters), 'Bucket');
  for (const bucket of stored) note(role, ...putting(`s3://${bucket}/approvals/${endpoint}/v1/x`, app, region));
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const DELIVERING_LOGS: readonly Need[] = [
  'CreateLogDelivery', 'DeleteLogDelivery', 'DescribeLogGroups', 'DescribeResourcePolicies', 'GetLogDelivery', 'ListLogDeliveries', 'PutResourcePolicy', 'UpdateLogDelivery',
].map((action) => ({ action: `logs:${action}`, resource: '*' }));
/** @see https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html */
const TRACING: readonly Need[] = ['GetSamplingRules', 'GetSamplingTargets', 'PutTelemetryRecords', 'PutTraceSegments'].map((action) => ({ action: `xray:${action}`, resource: '*' }));

const passing = (role: string): Need => ({ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });

/** What the containers of a job, and SageMaker in their name, do with its role. */
function needsOfJob(request: Json, owner: Deployed, app: DeployedApp): Need[] {
  const { region } = owner;
  const inputs = [request.ProcessingInputs, request.InputDataConfig, ...valuesAt(request.TrainingJobDefinition, 'InputDataConfig'), request.TransformInput, ...valuesAt(request, 'ConstraintsResource'), ...valuesAt(request, 'StatisticsResource')];
  const outputs = [...valuesAt(request, 'ProcessingOutputConfig'), ...valuesAt(request, 'OutputDataConfig'), ...valuesAt(request, 'TransformOutput')] as Json[];
  return [
    ...[...strings(inputs, 'S3Uri'), ...strings(request, 'ModelDataUrl')].flatMap((uri) => reading(uri, app, region)),
    ...outputs.flatMap((config) => strings(config, 'S3Uri', 'S3OutputPath').flatMap((uri) => putting(uri, app, region, config.KmsKeyId))),
    ...strings(request, 'ImageUri', 'TrainingImage', 'Image').flatMap(pulling),
    ...strings(request, 'VolumeKmsKeyId').flatMap(volumes),
    ...attaching(strings(request, 'Subnets'), strings(request, 'SecurityGroupIds'), owner),
  ];
}

/** What the job of a monitor reads, besides: what was captured, and the endpoint itself. */
function monitoring(request: Json, tasks: readonly Json[], endpoint: string, { region, account }: Deployed, app: DeployedApp): Need[] {
  const captures = strings(tasks.flatMap((task) => valuesAt(task.Parameters, 'DataCaptureConfig')), 'DestinationS3Uri');
  const sagemaker = (resource: string) => `arn:aws:sagemaker:${region}:${account}:${resource}`;
  return [
    ...captures.flatMap((uri) => reading(`${uri}/${endpoint}/x`, app, region)),
    ...strings(valuesAt(request, 'MonitoringOutputs'), 'S3Uri').flatMap((uri) => putting(uri, app, region)),
    { action: 'sagemaker:DescribeEndpoint', resource: sagemaker(`endpoint/${endpoint}`) }, { action: 'sagemaker:DescribeEndpointConfig', resource: sagemaker(`endpoint-config/${endpoint}-v1`) },
  ];
}

/** Image and artifact of whatever the pipelines of the app register. */
function registered(app: DeployedApp, region: string): Need[] {
  return app.resources.filter(({ type }) => type === 'AWS::SageMaker::Pipeline').flatMap(stepsOf).filter(({ Type }) => Type === 'RegisterModel').flatMap((step) => serving(step.Arguments!, app, region));
}

function serving(request: Json, app: DeployedApp, region: string): Need[] {
  return [...strings(request, 'Image').flatMap(pulling), ...strings(request, 'ModelDataUrl').flatMap((uri) => reading(uri, app, region))];
}

function checking(request: Json, app: DeployedApp, region: string): Need[] {
  const uris = strings(request.ProcessingOutputConfig, 'S3Uri');
  return uris.flatMap((uri) => [...reading(`${uri}/statistics.json`, app, region), ...putting(uri, app, region)]);
}

interface Parameter { readonly Name: string; readonly DefaultValue?: unknown }

/** A value of a definition while it runs. */
function evaluate(value: unknown, steps: readonly Step[], parameters: readonly Parameter[]): unknown {
  const inner = (child: unknown) => evaluate(child, steps, parameters);
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'object' || value === null) return value;
  const join = (value as { 'Std:Join'?: { On: string; Values: unknown[] } })['Std:Join'];
  if (join) return join.Values.map(inner).join(join.On);
  const get = (value as { Get?: unknown }).Get;
  if (typeof get !== 'string') return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, inner(child)]));
  if (get.startsWith('Parameters.')) return parameters.find(({ Name }) => Name === get.slice('Parameters.'.length))?.DefaultValue ?? RUN;
  const [, name, path] = /^Steps\.([^.]+)\.(.*)$/.exec(get) ?? [];
  const step = steps.find((candidate) => candidate.Name === name);
  if (!step) return RUN;
  if (/S3ModelArtifacts$/.test(path!)) return `${String(inner((step.Arguments!.OutputDataConfig as Json).S3OutputPath)).replace(/\/$/, '')}/job/output/model.tar.gz`;
  const found = path!.split(/\.|\['|'\]\.?/).filter(Boolean).reduce<unknown>((node, key) => (
    Array.isArray(node) ? node.find((item: Json) => Object.values(item).includes(key)) : (node as Json | undefined)?.[key]), step.Arguments);
  return found === undefined ? RUN : inner(found);
}

/** What a run is called. */
const RUN = 'abcdefghijkl';

function valuesAt(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => [...(name === key ? [child] : []), ...valuesAt(child, key)]);
}

/** All texts under these names, wherever they stand, each once. */
function strings(value: unknown, ...keys: string[]): string[] {
  return [...new Set(keys.flatMap((key) => valuesAt(value, key)).flat().filter((item): item is string => typeof item === 'string'))];
}
