// The example with a fault of each control beside it. A test has the real command line synthesize it.
import { CfnResource, Fn, Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { app } from '../../examples/heart-attack-mortality/app';
import { Classification, Purpose } from '../../lib/policy';
import { DataFlow } from '../../lib/policy/flow';
import { AWS_RULES } from '../../lib/rules/aws/rules';

const stack = new Stack(app, 'Planted', { env: { account: '123456789012', region: 'eu-central-1' } });

// every rule whose bad example is one resource that a template can hold, whatever stands around it
for (const { name, resources: [type], bad } of AWS_RULES) {
  if (typeof bad !== 'object' || !type!.startsWith('AWS::')) continue;
  const planted = new CfnResource(stack, name, { type: type!, properties: structuredClone(bad) });
  // a bucket counts once machine learning reads it
  if (type === 'AWS::S3::Bucket') new CfnResource(stack, `ReadsOf${name}`, { type: 'AWS::SageMaker::ProcessingJob', properties: { ProcessingInputs: [{ InputName: 'in', S3Input: { S3Uri: Fn.join('', ['s3://', planted.ref, '/in']) } }] } });
}

const pipeline = new CfnResource(stack, 'Pipeline', {
  type: 'AWS::SageMaker::Pipeline',
  properties: {
    PipelineDefinition: {
      PipelineDefinitionBody: {
        Version: '2020-12-01', Steps: [
          { Name: 'Fair', Type: 'ClarifyCheck', CheckType: 'MODEL_BIAS', Arguments: {} }, { Name: 'Explained', Type: 'ClarifyCheck', CheckType: 'MODEL_EXPLAINABILITY', Arguments: {} },
          { Name: 'Register', Type: 'RegisterModel', Arguments: { ModelPackageGroupName: 'risk' } },
        ],
      },
    },
  },
});

// health data that comes in for no purpose, is copied to an open store, and goes through a step that is not deployed
const flow = DataFlow.of(app);
const within = (scope: Construct, id: string) => new CfnResource(new Construct(scope, id), 'Resource', { type: 'AWS::CloudFormation::WaitConditionHandle' }).node.scope!.node.path;
const [raw, open, asked, register] = ['Raw', 'Open', 'Asked', 'Register'].map((id) => within(stack, id)) as [string, string, string, string];
const [copy, train] = ['Copy', 'Train'].map((id) => within(pipeline, id)) as [string, string];
flow.add({ id: raw, kind: 'store', name: 'Raw', detail: 'raw', classification: Classification.PHI });
flow.add({ id: open, kind: 'store', name: 'Open', classification: Classification.PUBLIC });
flow.add({ id: copy, kind: 'step', name: 'Copy', detail: 'Processing' });
flow.connect(raw, copy);
flow.connect(copy, open);
// and some that people consented to the use of, which a training reads without asking who still does
const purpose = Purpose.of('research');
flow.add({ id: asked, kind: 'store', name: 'Asked', detail: 'raw', classification: Classification.PHI, purpose });
flow.add({ id: register, kind: 'external', name: 'Register', consentPurposes: [purpose] });
flow.add({ id: train, kind: 'step', name: 'Train', detail: 'Training', purpose });
flow.connect(asked, train);

// an acknowledgement that is misspelt, and one that gives no reason
Validations.of(pipeline).acknowledge({ id: 'RegulatedML::RegulatedML-SageMakerJobVPC', reason: 'later' }, { id: 'RegulatedML-SageMakerJobVpc', reason: '' });
