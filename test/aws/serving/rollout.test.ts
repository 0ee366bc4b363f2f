import { Size, Stack } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Template } from 'aws-cdk-lib/assertions';
import aslValidator from 'asl-validator';
import { Baseline, ModelMonitor, Watch } from '../../../lib/aws/monitoring';
import { Instances } from '../../../lib/aws/pipeline/instances';
import { ModelPackageGroup } from '../../../lib/aws/pipeline/model-package-group';
import { ProblemType } from '../../../lib/aws/pipeline/quality-check';
import { EndpointCompute, InferenceEndpoint, InferenceEndpointProps, Scaling, ServedModel } from '../../../lib/aws/serving';
import { Classification, Retention } from '../../../lib/policy';
import { executePaths, PathDefinition, PathExecution } from '../../support/asl-jsonpath';
import { HAS_BOTOCORE, requestProblems } from '../../support/botocore';
import { SageMakerStub } from '../../support/sagemaker-stub';
import { deployed } from '../../support/simulate';
import { workspaceStack } from '../../support/workspace';
import { image } from '../monitoring/fixture';

const PACKAGE = 'arn:aws:sagemaker:eu-central-1:123456789012:model-package/heart';
const VALUES = {
  'AWS::Region': 'eu-central-1',
  'EndpointRole*': 'arn:aws:iam::123456789012:role/endpoint', 'Monitor*': 'arn:aws:iam::123456789012:role/monitor', 'WorkspaceAlarms*': 'arn:aws:sns:eu-central-1:123456789012:alarms',
  'WorkspaceDataKey*': 'arn:aws:kms:eu-central-1:123456789012:key/data', 'EndpointAnswers*': 'arn:aws:sns:eu-central-1:123456789012:answers',
  'EndpointFailures*': 'arn:aws:sns:eu-central-1:123456789012:failures', 'WorkspaceNetwork*': 'subnet-1', 'EndpointErrors*': 'e-errors',
  'EndpointModelLatency*': 'e-model', 'EndpointOverheadLatency*': 'e-overhead', 'Endpoint*': 'bucket', 'Workspace*': 'bucket',
};

/** The definition of the one state machine of a stack, as it will be deployed. */
function definitionOf(stack: Stack): PathDefinition {
  const machines = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  expect(machines).toHaveLength(1);
  const properties = JSON.parse(JSON.stringify(machines[0].Properties), (_, value: unknown) => (isStackSuffix(value) ? '8c2f1a77' : value)) as Record<string, unknown>;
  return JSON.parse(deployed(properties, VALUES).DefinitionString as string) as PathDefinition;
}

/** The part of the stack's id that ends the endpoint's name. */
function isStackSuffix(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'Fn::Select' in value && JSON.stringify(value).includes('AWS::StackId') && JSON.stringify(value).startsWith('{"Fn::Select":[0');
}

function machine(props: Partial<InferenceEndpointProps> = {}, more?: (stack: Stack, endpoint: InferenceEndpoint) => void): PathDefinition {
  const { stack, workspace } = workspaceStack();
  const group = new ModelPackageGroup(stack, 'Group', { groupName: 'heart' });
  const endpoint = new InferenceEndpoint(stack, 'Endpoint', { workspace, model: ServedModel.followingRegistry(group, { images: [image] }), ...props });
  more?.(stack, endpoint);
  return definitionOf(stack);
}

function version(stub: SageMakerStub, number: number, status = 'Approved', more: Record<string, unknown> = {}): void {
  stub.packages.set(`${PACKAGE}/${number}`, {
    ModelPackageArn: `${PACKAGE}/${number}`, ModelPackageGroupName: 'heart', ModelPackageVersion: number, ModelApprovalStatus: status,
    LastModifiedBy: { IamIdentity: { Arn: 'arn:aws:sts::123456789012:assumed-role/Reviewer/ada' } }, LastModifiedTime: '2026-11-01T10:00:00Z', ...more,
  });
}

function approve(definition: PathDefinition, stub: SageMakerStub, number: number, startedAt = '2026-11-01T10:00:05Z'): PathExecution {
  const execution = { Id: 'arn:aws:states:eu-central-1:123456789012:execution:r:e', Name: `e${number}`, StartTime: startedAt };
  return executePaths(definition, { detail: { ModelPackageArn: `${PACKAGE}/${number}` } },
    { Execution: execution, StateMachine: { Id: 'arn:aws:states:eu-central-1:123456789012:stateMachine:r' }, State: { EnteredTime: '2026-11-01T10:20:00Z' } }, stub.call);
}

const capture = { retention: Retention.days(30), classification: Classification.PHI };
const KINDS: [string, () => PathDefinition][] = [
  ['real-time', () => machine()],
  ['one that captures and is monitored', () => machine({ capture }, (stack, endpoint) => {
    const { workspace } = endpoint;
    const labels = workspace.outputs.input('labels/');
    const configuration = workspace.outputs.input('analysis_config.json');
    const files = Baseline.fromFiles({ constraints: workspace.outputs.input('constraints.json'), statistics: workspace.outputs.input('statistics.json') });
    new ModelMonitor(stack, 'Monitor1', { endpoint, watch: Watch.dataQuality({ baseline: Baseline.ofPackage() }) });
    new ModelMonitor(stack, 'Monitor2', { endpoint, watch: Watch.modelQuality({ baseline: Baseline.ofPackage(), groundTruth: labels, problem: ProblemType.REGRESSION, inferenceAttribute: '0' }) });
    new ModelMonitor(stack, 'Monitor3', { endpoint, watch: Watch.bias({ baseline: files, groundTruth: labels, configuration, probabilityAttribute: '0', probabilityThreshold: 0.4 }) });
    new ModelMonitor(stack, 'Monitor4', { endpoint, watch: Watch.explainability({ baseline: files, configuration, featuresAttribute: 'features' }) });
  })],
  ['serverless', () => machine({ compute: EndpointCompute.serverless({ memory: Size.gibibytes(2), maxConcurrency: 5, provisionedConcurrency: 2, givesUpPrivateNetwork: 'the model answers from public data only' }) })],
  ['scheduled', () => machine({ scaling: Scaling.byInvocations({ min: 2, max: 6, target: 300 }).withSchedule({ name: 'night', schedule: Schedule.cron({ hour: '22' }), min: 1, max: 2 }) })],
  ['down to zero by inference components', () => machine({
    compute: EndpointCompute.inferenceComponents({ instances: Instances.of('ml.g5.xlarge'), memoryPerCopy: Size.gibibytes(2), acceleratorsPerCopy: 1, givesUpAvailability: 'a batch of a night may wait for minutes' }),
    scaling: Scaling.byConcurrency({ min: 0, max: 3 }),
  })],
];

const baselines = { ModelDataQuality: ['Constraints', 'Statistics'], ModelQuality: ['Constraints'] };
const DRIFT = { DriftCheckBaselines: Object.fromEntries(Object.entries(baselines).map(([kind, files]) => [kind, Object.fromEntries(files.map((file) => [file, { S3Uri: `s3://b/${kind}/${file}` }]))])) };

describe.each(KINDS)('an endpoint that follows a registry, %s', (_kind, build) => {
  const definition = build();

  test('has a valid state machine', () => {
    const answer = aslValidator(definition);
    expect(answer.isValid ? '' : answer.errorsText()).toBe('');
  });

  test('comes with the first approval, is updated by the next, and each is recorded with who approved it', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', DRIFT);
    version(stub, 2, 'Approved', DRIFT);
    expect(approve(definition, stub, 1)).toMatchObject({ status: 'SUCCEEDED' });
    expect(stub.actions).toContain('createEndpoint');
    expect(approve(definition, stub, 2)).toMatchObject({ status: 'SUCCEEDED' });
    expect([...stub.models]).toEqual([expect.stringMatching(/-v1$/), expect.stringMatching(/-v2$/)]);
    expect(stub.component ? stub.component.model : stub.endpoint?.config).toMatch(/-v2$/);
    expect(stub.records).toEqual([1, 2].map((number) => expect.objectContaining({
      outcome: 'deployed', version: number, approvedBy: [{ IamIdentity: { Arn: expect.stringContaining('ada') } }], approvedAt: ['2026-11-01T10:00:00Z'],
    })));
  });

  test('is left as it is when the same approval comes twice', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', DRIFT);
    approve(definition, stub, 1);
    const before = stub.calls.length;
    expect(approve(definition, stub, 1)).toMatchObject({ status: 'SUCCEEDED' });
    const again = stub.actions.slice(before).filter((action) => /^(create|update|delete)/.test(action) && action !== 'updateMonitoringSchedule');
    expect(again).toEqual([]);
  });

  test('stays with the old version when alarms call the new one back, which is recorded and fails the execution', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', DRIFT);
    version(stub, 2, 'Approved', DRIFT);
    approve(definition, stub, 1);
    stub.rollsBack = true;
    expect(approve(definition, stub, 2)).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(stub.component ? stub.component.model : stub.endpoint?.config).toMatch(/-v1$/);
    expect(stub.records.map(({ outcome }) => outcome)).toEqual(['deployed', 'rolled-back']);
  });

  (HAS_BOTOCORE ? test : test.skip)('asks only what the APIs take', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', DRIFT);
    version(stub, 2, 'Approved', DRIFT);
    approve(definition, stub, 1);
    approve(definition, stub, 2);
    const names: Record<string, string> = { sfn: 'stepfunctions', applicationautoscaling: 'application-autoscaling' };
    const requests = stub.calls.map(([service, action, parameters]): [string, string, unknown] => [
      names[service] ?? service, action.charAt(0).toUpperCase() + action.slice(1), service === 'sfn' ? lowerFirst(parameters) : { ...parameters, ...(action === 'putObject' ? { Body: '{}' } : {}) },
    ]);
    expect(requestProblems(requests).flat()).toEqual([]);
    expect(requestProblems([['sagemaker', 'CreateModel', { Model: 1 }]]).flat()).not.toEqual([]);
  });
});

/** Step Functions names the parameters of its own API with a capital. */
function lowerFirst(parameters: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]));
}

describe('a rollout', () => {
  const definition = machine();

  test('serves no version whose approval was taken back, or that nobody approved', () => {
    for (const status of ['Rejected', 'PendingManualApproval']) {
      const stub = new SageMakerStub();
      version(stub, 1, status);
      expect(approve(definition, stub, 1).path.at(-1)).toBe('Not approved');
      expect(stub.models.size).toBe(0);
    }
  });

  test('serves no version of another group', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', { ModelPackageGroupName: 'other' });
    expect(approve(definition, stub, 1).path.at(-1)).toBe('Not approved');
  });

  test('gives way to one that began later', () => {
    const stub = new SageMakerStub();
    version(stub, 1);
    stub.latest = '2026-11-01T10:00:09Z';
    expect(approve(definition, stub, 1, '2026-11-01T10:00:05Z').path.at(-1)).toBe('Superseded');
    expect(approve(definition, stub, 1, '2026-11-01T10:00:09Z').path.at(-1)).toBe('Deployed');
  });

  test('waits for one under way', () => {
    const stub = new SageMakerStub();
    version(stub, 1);
    stub.endpoint = { config: 'old', wanted: 'old', status: 'Updating', looks: 0 };
    const { path } = approve(definition, stub, 1);
    expect(path).toContain('Let it settle');
    expect(path.at(-1)).toBe('Deployed');
  });

  test('clears away an endpoint that never came up, and tries again', () => {
    const stub = new SageMakerStub();
    version(stub, 1);
    stub.rollsBack = true;
    expect(approve(definition, stub, 1)).toMatchObject({ status: 'FAILED' });
    stub.rollsBack = false;
    expect(approve(definition, stub, 1).path).toEqual(expect.arrayContaining(['Delete what failed', 'Deployed']));
  });

  test('records a version that was approved when it was registered, and so by nobody else', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', { LastModifiedBy: undefined, LastModifiedTime: undefined });
    stub.packages.set(`${PACKAGE}/1`, JSON.parse(JSON.stringify(stub.packages.get(`${PACKAGE}/1`))) as Record<string, unknown>);
    expect(approve(definition, stub, 1)).toMatchObject({ status: 'SUCCEEDED' });
    expect(stub.records[0]).toMatchObject({ approvedBy: [], approvedAt: [] });
  });

  test('names models and configurations anew when the stack asks for something else', () => {
    const stub = new SageMakerStub();
    version(stub, 1);
    approve(definition, stub, 1);
    approve(machine({ compute: EndpointCompute.realTime(Instances.of('ml.c5.xlarge')) }), stub, 1);
    expect(stub.configs.size).toBe(2);
    expect(stub.models.size).toBe(1);
    expect(stub.actions).toContain('updateEndpoint');
  });

  test('keeps the counts that scaling has set, and lets a change of the capture through', () => {
    expect(definition.States['Update endpoint'].Parameters).toMatchObject({
      RetainAllVariantProperties: true, ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DataCaptureConfig' }],
    });
  });
});
