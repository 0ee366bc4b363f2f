import { Size, Validations } from 'aws-cdk-lib';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Baseline, ModelMonitor, Watch } from '../../../lib/aws/monitoring';
import { Instances } from '../../../lib/aws/pipeline/instances';
import { EndpointCompute, InferenceEndpoint, InferenceEndpointProps, Scaling, ServedModel } from '../../../lib/aws/serving';
import { ComplianceProfile, Control, Framework, Jurisdiction, Residency, Retention } from '../../../lib/policy';
import { RegulatedMLChecks } from '../../../lib/rules';
import { unwaived } from '../../support/packs';
import { endpoints, image } from '../monitoring/fixture';

type Fixture = ReturnType<typeof endpoints>;

const profile = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.years(10) } });

/** Endpoints whose captures of health data somebody has accepted. */
function accepted(): Fixture {
  const fixture = endpoints({ profile });
  for (const { captures } of [fixture.given, fixture.following]) {
    Validations.of(captures!).acknowledge({ id: 'RegulatedML::RegulatedML-FlowDeIdentification', reason: 'drift shows in what patients look like; captures are gone after a month' });
  }
  return fixture;
}

const KINDS: [string, (fixture: Fixture) => Partial<InferenceEndpointProps>][] = [
  ['Serverless', () => ({ compute: EndpointCompute.serverless({ memory: Size.gibibytes(2), maxConcurrency: 5, givesUpPrivateNetwork: 'the model answers from public data only' }) })],
  ['Asynchronous', ({ workspace }) => ({
    compute: EndpointCompute.asynchronous({ instances: Instances.of('ml.m5.xlarge'), output: workspace.outputs, givesUpAvailability: 'reports may wait for minutes' }),
    scaling: Scaling.byBacklog({ min: 0, max: 3 }),
  })],
  ['Zero', () => ({
    compute: EndpointCompute.inferenceComponents({ instances: Instances.of('ml.m5.xlarge'), memoryPerCopy: Size.gibibytes(2), givesUpAvailability: 'reports may wait for minutes' }),
    scaling: Scaling.byConcurrency({ min: 0, max: 3 }),
  })],
  ['Gpu', () => ({ compute: EndpointCompute.realTime(Instances.of('ml.g5.xlarge')) })],
];

function both(fixture: Fixture, id: string, props: Partial<InferenceEndpointProps>): InferenceEndpoint[] {
  const { stack, workspace, group } = fixture;
  return [
    new InferenceEndpoint(stack, `Given${id}`, { workspace, model: ServedModel.fromArtifact({ image, artifact: workspace.models.input('heart/model.tar.gz') }), ...props }),
    new InferenceEndpoint(stack, `Following${id}`, { workspace, model: ServedModel.followingRegistry(group, { images: [image] }), ...props }),
  ];
}

test('endpoints and monitors of all kinds have no unwaived finding of our own rules, whichever way the model comes', () => {
  const fixture = accepted();
  const { app, stack, given, following, files, labels, configuration } = fixture;
  for (const [name, propsOf] of KINDS) both(fixture, name, propsOf(fixture));
  for (const [index, endpoint] of [given, following].entries()) {
    new ModelMonitor(stack, `Bias${index}`, { endpoint, watch: Watch.bias({ baseline: files, groundTruth: labels, configuration }) });
    new ModelMonitor(stack, `Data${index}`, { endpoint, watch: Watch.dataQuality({ baseline: index === 0 ? files : Baseline.ofPackage() }) });
  }
  expect(unwaived(app, [new RegulatedMLChecks(app, { profile })])).toEqual([]);
});

test('captures of health data that nobody de-identified are a finding on their store', () => {
  const { app } = endpoints({ profile });
  expect(unwaived(app, [new RegulatedMLChecks(app, { profile })])).toEqual([
    'RegulatedML::RegulatedML-FlowDeIdentification Stack/Given/Captures', 'RegulatedML::RegulatedML-FlowDeIdentification Stack/Following/Captures',
  ]);
});

test('one instance takes a reason, which becomes the waiver in the stack and inside the state machine', () => {
  const fixture = accepted();
  const scaling = Scaling.byConcurrency({ min: 1, max: 2 });
  expect(() => both(fixture, 'None', { scaling })).toThrow(/scales down to one instance.*min of at least 2.*givesUpAvailability/);
  const compute = EndpointCompute.realTime(Instances.of('ml.m5.large'), { givesUpAvailability: 'a trial that nobody depends on' });
  const [given] = both(fixture, 'One', { compute, scaling });
  expect(given.weakenings).toContainEqual(expect.objectContaining({ control: Control.AVAILABILITY, reason: expect.stringContaining('a trial that nobody depends on') }));
  expect(unwaived(fixture.app, [new RegulatedMLChecks(fixture.app, { profile })])).toEqual([]);
});

test('a request of the state machine that is weakened afterwards is found', () => {
  const { app, following } = accepted();
  const machine = following.node.findChild('Rollout').node.findChild('Resource') as sfn.CfnStateMachine;
  machine.addPropertyOverride('DefinitionString', JSON.stringify({
    StartAt: 'Create model', States: { 'Create model': { Type: 'Task', End: true, Resource: 'arn:aws:states:::aws-sdk:sagemaker:createModel', Parameters: { 'ModelName.$': '$.name', 'EnableNetworkIsolation': false } } },
  }));
  expect(unwaived(app, [new RegulatedMLChecks(app, { profile })])).toEqual(expect.arrayContaining([
    'RegulatedML::RegulatedML-SageMakerModelNetworkIsolation Stack/Following/Rollout/Resource', 'RegulatedML::RegulatedML-SageMakerModelVpc Stack/Following/Rollout/Resource',
  ]));
});
