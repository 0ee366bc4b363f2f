import { Duration, Size, TimeZone } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Instances } from '../../../lib/aws/pipeline/instances';
import { ContainerImage, PrebuiltImage } from '../../../lib/aws/pipeline/images';
import { ModelPackageGroup } from '../../../lib/aws/pipeline/model-package-group';
import { ApprovalForwarding, EndpointCompute, InferenceEndpoint, InferenceEndpointProps, Scaling, ServedModel } from '../../../lib/aws/serving';
import { Classification, Retention } from '../../../lib/policy';
import { unwaived } from '../../support/packs';
import { workspaceStack } from '../../support/workspace';

const image = ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2');
const KINDS: [string, (fixture: ReturnType<typeof workspaceStack>) => Partial<InferenceEndpointProps>][] = [
  ['a real-time endpoint that captures', () => ({ capture: { retention: Retention.days(30), classification: Classification.PHI } })],
  ['a serverless endpoint', () => ({ compute: EndpointCompute.serverless({ memory: Size.gibibytes(2), maxConcurrency: 5, givesUpPrivateNetwork: 'the model answers from public data only' }) })],
  ['an asynchronous endpoint', ({ workspace }) => ({ compute: EndpointCompute.asynchronous({ instances: Instances.of('ml.m5.xlarge'), output: workspace.outputs, givesUpAvailability: 'reports may wait for some minutes' }), scaling: Scaling.byBacklog({ min: 0, max: 3 }) })],
  ['an endpoint that scales to zero', () => ({
    compute: EndpointCompute.inferenceComponents({ instances: Instances.of('ml.m5.xlarge'), memoryPerCopy: Size.gibibytes(2), givesUpAvailability: 'a batch of a night may wait for minutes' }),
    scaling: Scaling.byConcurrency({ min: 0, max: 3 }),
  })],
  ['an endpoint on NVMe instances', () => ({ compute: EndpointCompute.realTime(Instances.of('ml.g5.xlarge')) })],
  ['an endpoint with fewer instances at night', () => ({
    scaling: Scaling.byInvocations({ min: 4, max: 10, target: 600 }).withSchedule({ name: 'night', schedule: Schedule.cron({ hour: '20', minute: '0' }), timeZone: TimeZone.EUROPE_BERLIN, min: 2, max: 4 }),
    terminationWait: Duration.minutes(5),
  })],
];

test.each(KINDS)('%s has no unwaived finding in any stock pack, whichever way its model comes', (_name, propsOf) => {
  const fixture = workspaceStack();
  const { app, stack, workspace } = fixture;
  const props = propsOf(fixture);
  new InferenceEndpoint(stack, 'Given', { workspace, model: ServedModel.fromArtifact({ image, artifact: workspace.models.input('heart/model.tar.gz') }), ...props });
  new InferenceEndpoint(stack, 'Package', { workspace, model: ServedModel.fromPackage('arn:aws:sagemaker:eu-central-1:123456789012:model-package/heart/3', { images: [image] }), ...props });
  const group = new ModelPackageGroup(stack, 'Group');
  new InferenceEndpoint(stack, 'Following', { workspace, model: ServedModel.followingRegistry(group, { images: [image] }), ...props });
  new ApprovalForwarding(stack, 'Forwarding', { workspace, group, toAccounts: ['210987654321'] });
  expect(unwaived(app)).toEqual([]);
});
