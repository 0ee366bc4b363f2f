import { App, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IMAGES } from '../../../lib/aws/pipeline/data/images';
import { ContainerImage, PrebuiltImage } from '../../../lib/aws/pipeline/images';
import { Instances } from '../../../lib/aws/pipeline/instances';
import { Residency } from '../../../lib/policy';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

function stackIn(region: string): Stack {
  return new Stack(new App(), 'Stack', { env: { account: '123456789012', region } });
}

describe('images of SageMaker', () => {
  // What the SageMaker Python SDK itself answers: image_uris.retrieve of sagemaker-core 2.27.0
  test.each([
    [PrebuiltImage.SKLEARN, '1.4-2', 'eu-central-1', 'ml.m5.large', '492215442770.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3'],
    [PrebuiltImage.XGBOOST, '1.7-1', 'us-gov-west-1', 'ml.m5.large', '414596584902.dkr.ecr.us-gov-west-1.amazonaws.com/sagemaker-xgboost:1.7-1'],
    [PrebuiltImage.PYTORCH_TRAINING, '2.6.0', 'cn-north-1', 'ml.g5.xlarge', '727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/pytorch-training:2.6.0-gpu-py312'],
    [PrebuiltImage.PYTORCH_TRAINING, '2.10.0', 'eusc-de-east-1', 'ml.m5.large', '204133271717.dkr.ecr.eusc-de-east-1.amazonaws.eu/pytorch-training:2.10.0-cpu-py313'],
    [PrebuiltImage.PYTORCH_INFERENCE_ARM64, '2.6.0', 'eu-west-1', 'ml.c6g.large', '763104351884.dkr.ecr.eu-west-1.amazonaws.com/pytorch-inference-arm64:2.6.0-cpu-py312-ubuntu22.04-sagemaker'],
    [PrebuiltImage.TENSORFLOW_INFERENCE, '2.19.0', 'ap-southeast-2', 'ml.m5.large', '763104351884.dkr.ecr.ap-southeast-2.amazonaws.com/tensorflow-inference:2.19.0-cpu'],
    [PrebuiltImage.SPARK, '3.5', 'eu-central-1', 'ml.m5.large', '906073651304.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-spark-processing:3.5-cpu'],
    [PrebuiltImage.CLARIFY, undefined, 'eu-central-1', 'ml.m5.large', '017069133835.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-clarify-processing:1.0'],
    [PrebuiltImage.MODEL_MONITOR, undefined, 'eu-central-1', 'ml.m5.large', '048819808253.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-model-monitor-analyzer'],
  ])('%s %s in %s on %s', (image, version, region, type, uri) => {
    const bound = ContainerImage.sagemaker(image, version).bind(stackIn(region), { instances: Instances.of(type) });
    expect(bound.uri).toBe(uri);
    expect(bound.region).toBe(region);
    expect(bound.accountId).toBe(uri.slice(0, 12));
  });

  test('the repository is known, so that pulling can be granted from it and no other', () => {
    const stack = stackIn('eu-central-1');
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2').grantPull(stack, role);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Action: 'ecr:GetAuthorizationToken', Effect: 'Allow', Resource: '*' },
          {
            Action: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
            Effect: 'Allow',
            Resource: 'arn:aws:ecr:eu-central-1:492215442770:repository/sagemaker-scikit-learn',
          },
        ],
      },
    });
  });

  test('the flavour can be said where no instances tell it', () => {
    const stack = stackIn('eu-central-1');
    expect(ContainerImage.sagemaker(PrebuiltImage.PYTORCH_INFERENCE, '2.6.0', { gpu: true }).bind(stack).uri).toMatch(/:2\.6\.0-gpu-py312$/);
    expect(ContainerImage.sagemaker(PrebuiltImage.PYTORCH_INFERENCE, '2.6.0', { gpu: false }).bind(stack).uri).toMatch(/:2\.6\.0-cpu-py312$/);
  });

  test('any Deep Learning Container can be named', () => {
    const image = ContainerImage.deepLearningContainer('huggingface-pytorch-training', '2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04');
    expect(image.bind(stackIn('eu-central-1')).uri).toBe(
      '763104351884.dkr.ecr.eu-central-1.amazonaws.com/huggingface-pytorch-training:2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04');
  });

  test('every region of the table is one of AWS', () => {
    const regions = Object.values(IMAGES).flatMap((image) => Object.keys(image.accounts));
    expect([...new Set(regions)].filter((region) => !Residency.isRegion(region))).toEqual([]);
  });

  test('every named image is in the table', () => {
    expect(Object.values(PrebuiltImage).sort()).toEqual(Object.keys(IMAGES).sort());
  });

  test('fails for a version that the image does not have, and lists them', () => {
    expect(() => ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '0.99')).toThrow(/^image 'sklearn' has no version '0\.99': take one of 1\.0-1, .*1\.4-2/);
    expect(() => ContainerImage.sagemaker(PrebuiltImage.SKLEARN)).toThrow(/^image 'sklearn' comes in several versions: name one of 1\.0-1/);
    expect(() => ContainerImage.sagemaker(PrebuiltImage.MODEL_MONITOR, '1.0')).toThrow('image \'model-monitor\' has no versions, so not \'1.0\': leave the version out');
  });

  test('fails for a region without the image, and says where it is', () => {
    expect(() => ContainerImage.sagemaker(PrebuiltImage.CLARIFY).bind(stackIn('eusc-de-east-1'))).toThrow(
      /^image 'clarify' 1\.0 is not in region 'eusc-de-east-1': it is in af-south-1, .*eu-central-1.*; copy it to a repository of yours/);
    expect(() => ContainerImage.sagemaker(PrebuiltImage.PYTORCH_TRAINING, '2.6.0', { gpu: true }).bind(stackIn('eusc-de-east-1'))).toThrow(
      /; take one of the versions that are there \(2\.9\.0, 2\.10\.0\)$/);
    expect(() => ContainerImage.deepLearningContainer('autogluon-training', '1.4.0').bind(stackIn('sa-west-1'))).toThrow(/is not in region 'sa-west-1'/);
  });

  test('fails without a concrete region', () => {
    expect(() => ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2').bind(new Stack(new App(), 'Agnostic'))).toThrow(
      /^the address of image 'sklearn' 1\.4-2 depends on the region, and stack 'Agnostic' has none: give it env/);
  });

  test('fails when neither option nor instances tell CPU from GPU', () => {
    const instances = Instances.of(Lazy.string({ produce: () => 'ml.m5.large' }));
    expect(() => ContainerImage.sagemaker(PrebuiltImage.PYTORCH_TRAINING, '2.6.0').bind(stackIn('eu-central-1'), { instances })).toThrow(
      /comes for CPUs and for GPUs, and what it runs on is not known at synth/);
  });
});

describe('an image of a repository of yours', () => {
  test('is named by digest', () => {
    const stack = stackIn('eu-central-1');
    const repository = new ecr.Repository(stack, 'Repository');
    const bound = ContainerImage.fromEcrRepository(repository, DIGEST).bind(stack);
    expect(JSON.stringify(stack.resolve(bound.uri))).toContain(`@${DIGEST}`);
    expect(stack.resolve(bound.repositoryArn)).toEqual({ 'Fn::GetAtt': [stack.getLogicalId(repository.node.defaultChild as ecr.CfnRepository), 'Arn'] });
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('knows the region and account of an imported repository', () => {
    const stack = stackIn('eu-central-1');
    const repository = ecr.Repository.fromRepositoryArn(stack, 'Repository', 'arn:aws:ecr:eu-west-1:210987654321:repository/team/model');
    const bound = ContainerImage.fromEcrRepository(repository, '1.0.3').bind(stack);
    expect(bound.region).toBe('eu-west-1');
    expect(bound.accountId).toBe('210987654321');
    expect(stack.resolve(bound.uri)).toEqual({ 'Fn::Join': ['', ['210987654321.dkr.ecr.eu-west-1.', { Ref: 'AWS::URLSuffix' }, '/team/model:1.0.3']] });
  });

  test('warns of a tag that moves', () => {
    const stack = stackIn('eu-central-1');
    ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'model'), 'latest').bind(stack);
    Annotations.fromStack(stack).hasWarning('/Stack', Match.stringLikeRegexp('tag \'latest\' of image \'model\' can be moved to another image'));
  });

  test('fails for an illegal tag', () => {
    const repository = ecr.Repository.fromRepositoryName(stackIn('eu-central-1'), 'Repository', 'model');
    expect(() => ContainerImage.fromEcrRepository(repository, 'a tag')).toThrow(/^illegal tag or digest 'a tag'/);
    expect(() => ContainerImage.fromEcrRepository(repository, 'sha256:12')).toThrow(/^illegal tag or digest 'sha256:12'/);
  });
});

describe('an image by its address', () => {
  test.each([
    `123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/model@${DIGEST}`,
    '123456789012.dkr.ecr.eu-central-1.amazonaws.com/model:1.0.3',
    `123456789012.dkr.ecr.eu-central-1.amazonaws.com/model:1.0.3@${DIGEST}`,
    '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/model:1',
    '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/model:1',
  ])('%s is taken as it is', (uri) => {
    const stack = stackIn('eu-central-1');
    const bound = ContainerImage.fromRegistry(uri).bind(stack);
    expect(bound.uri).toBe(uri);
    expect(bound.accountId).toBe('123456789012');
    expect(bound.repositoryArn).toMatch(/^arn:aws[a-z-]*:ecr:[a-z0-9-]+:123456789012:repository\/(team\/)?model$/);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('without a tag warns as for latest', () => {
    const stack = stackIn('eu-central-1');
    ContainerImage.fromRegistry('123456789012.dkr.ecr.eu-central-1.amazonaws.com/model').bind(stack);
    Annotations.fromStack(stack).hasWarning('/Stack', Match.stringLikeRegexp('tag \'latest\''));
  });

  test('a token passes, and its grant is left to the user with a warning', () => {
    const stack = stackIn('eu-central-1');
    const image = ContainerImage.fromRegistry(Lazy.string({ produce: () => 'x' }));
    expect(image.bind(stack).repositoryArn).toBeUndefined();
    image.grantPull(stack, new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') }));
    Annotations.fromStack(stack).hasWarning('/Stack', Match.stringLikeRegexp('grant ecr:BatchGetImage'));
  });

  test.each([
    ['docker.io/library/python:3.11', /is not in a private ECR registry: jobs have no route to another/],
    ['public.ecr.aws/docker/library/python:3.11', /is not in a private ECR registry/],
    ['python', /is not in a private ECR registry/],
    ['123456789012.dkr.ecr.eu-middle-1.amazonaws.com/model:1', /names the unknown region 'eu-middle-1'/],
    ['123456789012.dkr.ecr.westeurope.amazonaws.com/model:1', /names the unknown region 'westeurope'/],
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com.cn/model:1', /registries of region 'eu-central-1' end in 'amazonaws\.com'/],
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com/Model:1', /illegal repository name 'Model'/],
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com/model:', /illegal tag or digest ''/],
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com/model@sha256:12', /illegal digest 'sha256:12'/],
  ])('fails for %s', (uri, message) => {
    expect(() => ContainerImage.fromRegistry(uri)).toThrow(message);
  });
});
