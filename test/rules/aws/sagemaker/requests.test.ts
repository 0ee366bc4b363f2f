import { targetOf } from '../../../../lib/rules/requests';
import { STEP } from '../../../../lib/rules/rule';
import { sagemakerRules } from '../../../../lib/rules/aws/sagemaker';
import { exists, TYPES } from './cloudformation';
import { HAS_BOTOCORE, hasMembers } from '../../../support/botocore';

const JOBS = [
  'CreateTrainingJob', 'CreateProcessingJob', 'CreateTransformJob', 'CreateHyperParameterTuningJob', 'CreateAutoMLJob', 'CreateAutoMLJobV2', 'CreateLabelingJob',
  'CreateCompilationJob', 'CreateOptimizationJob', 'CreateFlowDefinition', 'CreateInferenceRecommendationsJob',
];
// steps on EMR hold requests of another service
const ELSEWHERE: readonly (readonly [prefix: string, service: string, operation: string])[] = [
  ['ClusterConfig.', 'emr', 'RunJobFlow'], ['JobConfig.', 'emr-serverless', 'StartJobRun'],
  ...['network', 'image', 'worker'].map((member) => [`ApplicationConfig.${member}`, 'emr-serverless', 'CreateApplication'] as const),
];

test.each([
  ['createTrainingJob', STEP, 'Training'], ['createAutoMLJobV2', STEP, 'AutoML'], ['createFlowDefinition', STEP, 'FlowDefinition'],
  ['createModel', 'AWS::SageMaker::Model', undefined], ['createPipeline', 'AWS::SageMaker::Pipeline', undefined], ['updatePipeline', 'AWS::SageMaker::Pipeline', undefined],
  ['createDomain', 'AWS::SageMaker::Domain', undefined], ['updateEndpoint', 'AWS::SageMaker::Endpoint', undefined], ['createModelCard', 'AWS::SageMaker::ModelCard', undefined], ['createAlgorithm', 'AWS::SageMaker::Algorithm', undefined],
  ['createStateMachine', 'AWS::StepFunctions::StateMachine', undefined], ['updateStateMachine', 'AWS::StepFunctions::StateMachine', undefined],
  ['updateModelPackageGroup', 'RegulatedML::Task', undefined], ['deleteModel', 'RegulatedML::Task', undefined], ['constructor', 'RegulatedML::Task', undefined],
  [undefined, 'RegulatedML::Task', undefined],
])('a request of %s is judged as %s', (action, type, kind) => {
  expect(targetOf(action)).toEqual({ type, ...(kind ? { kind } : {}) });
});

test.each([
  ['updateModelPackage', { type: 'AWS::SageMaker::ModelPackage' }], ['updateModelCard', { type: 'AWS::SageMaker::ModelCard' }], ['updateDomain', { type: 'AWS::SageMaker::Domain' }],
  ['updateNotebookInstance', { type: 'AWS::SageMaker::NotebookInstance' }], ['updateTrainingJob', { type: STEP, kind: 'Training' }],
])('a request of %s is judged as a change', (action, target) => {
  expect(targetOf(action)).toEqual({ ...target, isChange: true });
});

test.each(['createJob', 'createEdgePackagingJob', 'createAIBenchmarkJob', 'createLaterJobV3'])('a request of %s starts a job that no rule knows', (action) => {
  expect(targetOf(action)).toEqual({ type: 'RegulatedML::Task', unreadable: `no rule knows the jobs that ${action} starts` });
});

(HAS_BOTOCORE ? describe : describe.skip)('against the API', () => {
  test('every property of a step, and of no resource, is a member of a request', () => {
    const ofSteps = sagemakerRules.filter(({ resources }) => resources.includes(STEP)).flatMap(({ properties = [] }) => properties);
    const paths = [...new Set(ofSteps)].filter((path) => !TYPES.some((type) => exists(type, path)));
    expect(paths.length).toBeGreaterThan(20);
    const asked = paths.map((path) => {
      const [prefix, service, operation] = ELSEWHERE.find(([start]) => path.startsWith(start)) ?? [];
      return prefix ? [[service!, operation!, path.slice(path.indexOf('.') + 1)]] : JOBS.map((job) => ['sagemaker', job, path]);
    }) as [string, string, string][][];
    const has = hasMembers(asked.flat());
    expect(paths.filter((_path, index) => !asked[index]!.some((one) => has[asked.flat().indexOf(one)]))).toEqual([]);
  });

  test('a resource and the request that makes it have the same members', () => {
    const pairs = sagemakerRules.flatMap(({ resources, properties = [] }) => resources
      .filter((type) => type.startsWith('AWS::SageMaker::') && targetOf(`create${type.split('::')[2]}`).type === type)
      .map((type): [string, string[]] => [`Create${type.split('::')[2]}`, [...properties]]));
    const asked = pairs.flatMap(([operation, paths]) => paths.map((path): [string, string, string] => ['sagemaker', operation, path]));
    const has = hasMembers(asked);
    const known = new Set(asked.filter((_, index) => has[index]).map(([, operation, path]) => `${operation} ${path}`));
    const strange = pairs.filter(([operation, paths]) => !paths.some((path) => known.has(`${operation} ${path}`))).map(([operation, paths]) => `${operation} ${paths[0]}`);
    // these say how a new version takes over, and are members of the request that updates, or stand in a text or under another name
    expect(strange.sort()).toEqual([
      'CreateEndpoint RetainAllVariantProperties', 'CreateImage ImageDescription', 'CreateInferenceComponent DeploymentConfig.AutoRollbackConfiguration.Alarms',
      'CreateModelCard Content.IntendedUses.PurposeOfModel', 'CreateModelCard Environment',
    ]);
  });

  test('each request that makes or changes what a rule judges is judged', () => {
    const pairs = sagemakerRules.flatMap(({ resources, properties = [] }) => resources.filter((type) => type.startsWith('AWS::SageMaker::')).flatMap((type) => ['Create', 'Update'].flatMap((verb) => (
      properties.map((path): [string, string, string] => [type, `${verb}${type.split('::')[2]}`, path])))));
    const has = hasMembers(pairs.map(([, operation, path]) => ['sagemaker', operation, path]));
    const unjudged = new Set(pairs.filter(([type, operation], index) => has[index] && !isJudged(type, operation)).map(([, operation]) => operation));
    expect([...unjudged].sort()).toEqual([]);
  });
});

function isJudged(type: string, operation: string): boolean {
  const target = targetOf(operation[0]!.toLowerCase() + operation.slice(1));
  return target.type === type || target.type === STEP;
}
