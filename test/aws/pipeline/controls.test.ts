import { Template } from 'aws-cdk-lib/assertions';
import { Instances, Output } from '../../../lib/aws/pipeline';
import { canCarry, CONTROLS, takesPrivateRegistryMode, takesVolumeKey } from '../../../lib/aws/pipeline/controls';
import { SERVICE_SIDE_PATH } from '../../../lib/aws/private/service-role';
import { Control } from '../../../lib/policy';
import { code, completePipeline, ground } from './fixture';

type Json = Record<string, never>;
const { pipeline } = completePipeline();
const steps = pipeline._renderDefinition().Steps as Json[];
const step = (name: string) => steps.find((one) => one.Name as string === name)!;

/** The part of a request that says what it runs on and in. */
function job(name: string): Json {
  const args = step(name).Arguments;
  return (args['TrainingJobDefinition'] ?? { ...args as Json, ...(args['NetworkConfig'] as Json | undefined) }) as Json;
}

test('every row has a source, and no control is both there and not', () => {
  for (const [carrier, row] of Object.entries(CONTROLS)) {
    expect(row.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    expect(row.can.filter((capability) => capability in row.cannot).map((capability) => `${carrier} ${capability}`)).toEqual([]);
  }
});

test.each(['Pseudonymise', 'Train', 'Evaluate', 'Single', 'Toolkit', 'Quality', 'ModelQuality'])('%s is isolated, in the VPC, with encrypted traffic', (name) => {
  expect(job(name)).toMatchObject({ EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true, VpcConfig: { Subnets: [expect.any(String), expect.any(String)] } });
});

test.each(['Bias', 'DataBias', 'Explain', 'Notebook'])('%s has a network, in the VPC, and that is recorded with a substitute', (name) => {
  expect(job(name)).toMatchObject({ EnableNetworkIsolation: false, EnableInterContainerTrafficEncryption: true, VpcConfig: { Subnets: [expect.any(String), expect.any(String)] } });
  expect(pipeline.weakenings).toContainEqual(expect.objectContaining({ path: `Stack/Pipeline/${name}`, control: Control.NETWORK_ISOLATION, substitute: expect.stringContaining('private subnets') }));
});

test.each(steps.filter((one) => ['Processing', 'Training', 'Tuning', 'ClarifyCheck', 'QualityCheck'].includes(one.Type)).map((one) => [one.Name as string]))('%s ends at some time', (name) => {
  expect(job(name).StoppingCondition['MaxRuntimeInSeconds']).toBeGreaterThan(0);
});

test('volumes take a key, those of local disks take none and say so', () => {
  const base = ground();
  const local = base.pipeline.addProcessing('Local', { image: base.image, code, instances: Instances.of('ml.g5.xlarge') });
  base.pipeline.addProcessing('Ebs', { image: base.image, code });
  const rendered = base.pipeline._renderDefinition().Steps as Json[];
  expect(rendered.map((one) => 'VolumeKmsKeyId' in (one.Arguments['ProcessingResources'] as Json).ClusterConfig)).toEqual([false, true]);
  expect(local.weakenings).toEqual([expect.objectContaining({ control: Control.KEY_MANAGEMENT })]);
});

test('opening a container takes a reason, which is recorded', () => {
  const { pipeline: open, image } = ground();
  const opened = open.addProcessing('Fetch', { image, code, withoutNetworkIsolation: 'calls the consent register through its endpoint' });
  expect((open._renderDefinition().Steps as Json[])[0].Arguments['NetworkConfig']).toMatchObject({ EnableNetworkIsolation: false });
  expect(open.weakenings).toEqual([{
    path: 'Stack/Pipeline/Fetch', control: Control.NETWORK_ISOLATION, reason: 'calls the consent register through its endpoint', substitute: expect.stringContaining('endpoint policies'),
  }]);
  expect(opened.node.metadata.map((entry) => entry.type)).toContain('regulated-ml:weakening');
});

test('outputs of runs do not overwrite each other, except where the user named the place', () => {
  const { pipeline: own, image, raw } = ground();
  own.addProcessing('A', { image, code, outputs: [Output.of('x'), Output.of('y').inStore(raw, 'fixed/')] });
  const outputs = ((own._renderDefinition().Steps as Json[])[0].Arguments['ProcessingOutputConfig'] as Json).Outputs as Json[];
  expect(JSON.stringify(outputs[0])).toContain('PipelineExecutionId');
  expect(JSON.stringify(outputs[1])).not.toContain('PipelineExecutionId');
});

test('the table answers what serving and monitoring ask', () => {
  expect(canCarry('serverless-endpoint', 'vpc')).toBe(false);
  expect(canCarry('serverless-endpoint', 'dataCapture')).toBe(false);
  expect(canCarry('bias-monitor', 'networkIsolation')).toBe(false);
  expect(canCarry('data-quality-monitor', 'networkIsolation')).toBe(true);
  expect(takesVolumeKey('realtime-endpoint', { hasLocalStorage: undefined })).toBe(true);
  expect(takesPrivateRegistryMode('123456789012.dkr.ecr.eu-central-1.amazonaws.com/x')).toBe(false);
  expect(takesPrivateRegistryMode('registry.example.org/x')).toBe(true);
});

test('a check that asks a model records that its endpoint is under no key of ours', () => {
  const { bias, dataBias } = completePipeline();
  expect(bias.weakenings).toContainEqual(expect.objectContaining({ control: Control.KEY_MANAGEMENT, reason: expect.stringContaining('takes no key') }));
  expect(dataBias.weakenings.filter(({ control }) => control === Control.KEY_MANAGEMENT)).toEqual([]);
});

test('the role of AutoML is one that SageMaker uses from its own network', () => {
  const { stack } = completePipeline();
  const roles = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Role')).filter(([id]) => id.startsWith('PipelineAutoMLRole'));
  expect(roles.map(([, { Properties }]) => Properties.Path)).toEqual([SERVICE_SIDE_PATH]);
});
