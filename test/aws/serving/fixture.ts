import { Size } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Template } from 'aws-cdk-lib/assertions';
import { Baseline, ModelMonitor, Watch } from '../../../lib/aws/monitoring';
import { Instances } from '../../../lib/aws/pipeline/instances';
import { ModelPackageGroup } from '../../../lib/aws/pipeline/model-package-group';
import { ProblemType } from '../../../lib/aws/pipeline/quality-check';
import { EndpointCompute, InferenceEndpoint, InferenceEndpointProps, Scaling, ServedModel } from '../../../lib/aws/serving';
import { Classification, Retention } from '../../../lib/policy';
import { executePaths, PathDefinition, PathExecution } from '../../support/asl-jsonpath';
import { SageMakerStub } from '../../support/sagemaker-stub';
import { deployed } from '../../support/simulate';
import { workspaceStack } from '../../support/workspace';
import { image } from '../monitoring/fixture';

/** Versions of the group. */
export const PACKAGE = 'arn:aws:sagemaker:eu-central-1:123456789012:model-package/heart';
const VALUES = {
  'AWS::StackName': 'Stack',
  'AWS::Region': 'eu-central-1',
  'EndpointRole*': 'arn:aws:iam::123456789012:role/endpoint', 'Monitor*': 'arn:aws:iam::123456789012:role/monitor', 'WorkspaceAlarms*': 'arn:aws:sns:eu-central-1:123456789012:alarms',
  'WorkspaceDataKey*': 'arn:aws:kms:eu-central-1:123456789012:key/data', 'EndpointAnswers*': 'arn:aws:sns:eu-central-1:123456789012:answers',
  'EndpointFailures*': 'arn:aws:sns:eu-central-1:123456789012:failures', 'WorkspaceNetwork*': 'subnet-1', 'EndpointErrors*': 'e-errors',
  'EndpointModelLatency*': 'e-model', 'EndpointOverheadLatency*': 'e-overhead', 'Endpoint*': 'bucket', 'Workspace*': 'bucket',
};

/** An endpoint that follows a registry, as it will be deployed. */
export interface Following {
  readonly definition: PathDefinition;
  /** What a role may do whose logical id matches. */
  policyOf(role: RegExp): { Version: string; Statement: unknown[] };
}

/** The part of the stack's id that ends the endpoint's name. */
function isStackSuffix(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'Fn::Select' in value && JSON.stringify(value).includes('AWS::StackId') && JSON.stringify(value).startsWith('{"Fn::Select":[0');
}

/** Builds one. */
export function following(props: Partial<InferenceEndpointProps> = {}, more?: (stack: Stack, endpoint: InferenceEndpoint) => void): Following {
  const { stack, workspace } = workspaceStack();
  const group = new ModelPackageGroup(stack, 'Group', { groupName: 'heart' });
  const endpoint = new InferenceEndpoint(stack, 'Endpoint', { workspace, model: ServedModel.followingRegistry(group, { images: [image] }), ...props });
  more?.(stack, endpoint);
  const template = Template.fromStack(stack);
  const plain = <T>(value: unknown): T => deployed(JSON.parse(JSON.stringify(value), (_, inner: unknown) => (isStackSuffix(inner) ? '8c2f1a77' : inner)) as T, VALUES);
  const machines = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  if (machines.length !== 1) throw new Error(`${machines.length} state machines`);
  return {
    definition: JSON.parse(plain<{ DefinitionString: string }>(machines[0].Properties).DefinitionString) as PathDefinition,
    policyOf: (role) => ({
      Version: '2012-10-17',
      Statement: Object.values(template.findResources('AWS::IAM::ManagedPolicy'))
        .filter((policy) => role.test((policy.Properties.Roles as { Ref: string }[])[0].Ref))
        .flatMap((policy) => plain<unknown[]>(policy.Properties.PolicyDocument.Statement)),
    }),
  };
}

/** Only its state machine. */
export function machine(props: Partial<InferenceEndpointProps> = {}): PathDefinition {
  return following(props).definition;
}

/** Registers a version. */
export function version(stub: SageMakerStub, number: number, status = 'Approved', more: Record<string, unknown> = {}): void {
  stub.packages.set(`${PACKAGE}/${number}`, {
    ModelPackageArn: `${PACKAGE}/${number}`, ModelPackageGroupName: 'heart', ModelPackageVersion: number, ModelApprovalStatus: status,
    LastModifiedBy: { IamIdentity: { Arn: 'arn:aws:sts::123456789012:assumed-role/Reviewer/ada' } }, LastModifiedTime: '2026-11-01T10:00:00Z',
    CreationTime: '2026-10-31T09:00:00Z', ApprovalDescription: 'passed the review', ...more,
  });
}

/** Runs the state machine for the approval of a version. */
export function approve(definition: PathDefinition, stub: SageMakerStub, number: number, startedAt = '2026-11-01T10:00:05Z'): PathExecution {
  const execution = { Id: 'arn:aws:states:eu-central-1:123456789012:execution:r:e', Name: `e${number}`, StartTime: startedAt };
  return executePaths(definition, { detail: { ModelPackageArn: `${PACKAGE}/${number}` } },
    { Execution: execution, StateMachine: { Id: 'arn:aws:states:eu-central-1:123456789012:stateMachine:r' }, State: { EnteredTime: '2026-11-01T10:20:00Z' } }, stub.call);
}

/** A capture for a month. */
export const capture = { retention: Retention.days(30), classification: Classification.PHI };
/** An endpoint of each kind. */
export const KINDS: [string, () => Following][] = [
  ['real-time', () => following()],
  ['one that captures and is monitored', () => following({ capture }, (stack, endpoint) => {
    const { workspace } = endpoint;
    const labels = workspace.outputs.input('labels/');
    const configuration = workspace.outputs.input('analysis_config.json');
    const files = Baseline.fromFiles({ constraints: workspace.outputs.input('constraints.json'), statistics: workspace.outputs.input('statistics.json') });
    new ModelMonitor(stack, 'Monitor1', { endpoint, watch: Watch.dataQuality({ baseline: Baseline.ofPackage() }) });
    new ModelMonitor(stack, 'Monitor2', { endpoint, watch: Watch.modelQuality({ baseline: Baseline.ofPackage(), groundTruth: labels, problem: ProblemType.REGRESSION, inferenceAttribute: '0' }) });
    new ModelMonitor(stack, 'Monitor3', { endpoint, watch: Watch.bias({ baseline: files, groundTruth: labels, configuration, probabilityAttribute: '0', probabilityThreshold: 0.4 }) });
    new ModelMonitor(stack, 'Monitor4', { endpoint, watch: Watch.explainability({ baseline: files, configuration, featuresAttribute: 'features' }) });
  })],
  ['serverless', () => following({ compute: EndpointCompute.serverless({ memory: Size.gibibytes(2), maxConcurrency: 5, provisionedConcurrency: 2, givesUpPrivateNetwork: 'the model answers from public data only' }) })],
  ['scheduled', () => following({ scaling: Scaling.byInvocations({ min: 2, max: 6, target: 300 }).withSchedule({ name: 'night', schedule: Schedule.cron({ hour: '22' }), min: 1, max: 2 }) })],
  ['down to zero by inference components', () => following({
    compute: EndpointCompute.inferenceComponents({ instances: Instances.of('ml.g5.xlarge'), memoryPerCopy: Size.gibibytes(2), acceleratorsPerCopy: 1, givesUpAvailability: 'a batch of a night may wait for minutes' }),
    scaling: Scaling.byConcurrency({ min: 0, max: 3 }),
  })],
];

const baselines = { ModelDataQuality: ['Constraints', 'Statistics'], ModelQuality: ['Constraints'] };

/** Baselines that checks leave with a version. */
export const DRIFT = {
  DriftCheckBaselines: Object.fromEntries(Object.entries(baselines)
    .map(([kind, files]) => [kind, Object.fromEntries(files.map((file) => [file, { S3Uri: `s3://b/${kind}/${file}` }]))])),
};
