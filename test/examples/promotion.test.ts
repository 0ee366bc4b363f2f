import { ADMINISTRATOR, deployed, simulate, SimulatedRequest } from '../support/simulate';
import { example, templatesOf } from '../support/examples';

const DEV = '111111111111';
const PROD = '222222222222';
const STRANGER = '999999999999';
const REGION = 'eu-central-1';

const BUCKET = 'arn:aws:s3:::promotiondev-workspacemodels-example';
const ARTIFACT = `${BUCKET}/readmission-risk/Train/pipelines-1/output/model.tar.gz`;
const KEY = `arn:aws:kms:${REGION}:${DEV}:key/00000000-0000-4000-8000-000000000000`;
const GROUP = `arn:aws:sagemaker:${REGION}:${DEV}:model-package-group/readmission-risk`;
const PACKAGE = `arn:aws:sagemaker:${REGION}:${DEV}:model-package/readmission-risk/3`;
const PACKAGES = `arn:aws:sagemaker:${REGION}:${DEV}:model-package/readmission-risk/*`;
const BUS = `arn:aws:events:${REGION}:${PROD}:event-bus/default`;

type Properties = Record<string, never> & Record<string, unknown>;
interface Template { readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }> }

const templates = templatesOf(example('promotion').app) as unknown as Record<string, Template>;
const dev = templates['PromotionDev.template.json'];
const prod = templates['PromotionProd.template.json'];

const IN_DEV = { 'AWS::AccountId': DEV, 'WorkspaceModelsKey*': KEY, 'WorkspaceModels*': BUCKET, 'WorkspaceNetworkVpcS3*': 'vpce-dev', '*': 'arn:aws:s3:::elsewhere' };
const IN_PROD = { 'AWS::AccountId': PROD, 'WorkspaceNetworkVpcS3*': 'vpce-prod', '*': 'arn:aws:s3:::elsewhere' };

function only(template: Template, type: string, beginning: string): Properties {
  const found = Object.entries(template.Resources).filter(([id, resource]) => resource.Type === type && id.startsWith(beginning));
  if (found.length !== 1) throw new Error(`${found.length} resources of ${type} begin with ${beginning}`);
  return found[0][1].Properties as Properties;
}

/** All that a role is allowed, as one document. */
function identityOf(template: Template, role: string, values: Record<string, string>): object {
  const policies = Object.values(template.Resources).filter((resource) => resource.Type === 'AWS::IAM::ManagedPolicy'
    && (resource.Properties?.Roles as { Ref: string }[]).some(({ Ref }) => new RegExp(`^${role}[0-9A-F]{8}$`).test(Ref)));
  if (policies.length === 0) throw new Error(`no policy of role ${role}`);
  return {
    Version: '2012-10-17',
    Statement: policies.flatMap((policy) => (deployed(policy.Properties!.PolicyDocument, values) as { Statement: object[] }).Statement),
  };
}

/** Resources that a document allows an action on. */
function allows(policy: object, action: string): string[] {
  return (policy as { Statement: { Effect: string; Action: string | string[]; Resource: string | string[] }[] }).Statement
    .filter((statement) => statement.Effect === 'Allow' && [statement.Action].flat().includes(action)).flatMap((statement) => statement.Resource);
}

const devBucket = (name: string) => deployed(only(dev, 'AWS::S3::BucketPolicy', name).PolicyDocument as object, IN_DEV);
const modelsKey = deployed(only(dev, 'AWS::KMS::Key', 'WorkspaceModelsKey').KeyPolicy as object, IN_DEV);
const registry = deployed(only(dev, 'AWS::SageMaker::ModelPackageGroup', 'Models').ModelPackageGroupPolicy as object, IN_DEV);
const prodEndpoint = (service: string) => deployed(only(prod, 'AWS::EC2::VPCEndpoint', `WorkspaceNetworkVpc${service}`).PolicyDocument as object, IN_PROD);
const endpointRole = identityOf(prod, 'EndpointRole', IN_PROD);
const rolloutRole = identityOf(prod, 'EndpointRolloutRole', IN_PROD);
const followerRole = identityOf(prod, 'EndpointRolloutFollowerRole', IN_PROD);

const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const roleOf = (account: string) => `arn:aws:iam::${account}:role/Serving`;

/** What S3 and the endpoint of S3 know of a request from a job in an account's network. */
function fromNetwork(account: string): Record<string, string> {
  return {
    ...from(account), ...TLS, 'aws:SourceVpce': `vpce-${account}`, 'aws:VpceAccount': account,
  };
}

function from(account: string): Record<string, string> {
  return { 'aws:PrincipalArn': roleOf(account), 'aws:PrincipalAccount': account, 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false', 'aws:ResourceAccount': DEV };
}

const read: SimulatedRequest = {
  principal: roleOf(PROD), action: 's3:GetObject', resource: ARTIFACT, account: DEV, context: fromNetwork(PROD),
  identityPolicy: endpointRole, resourcePolicy: devBucket('WorkspaceModelsPolicy'), endpointPolicy: prodEndpoint('S3'),
};

describe('an artifact of dev', () => {
  test('is read by the role of the endpoint in prod, through prod\'s endpoint of S3', async () => {
    expect(await simulate(read)).toBe('Allowed');
  });

  test('is not read without dev\'s policy, without the role\'s, or without the trust of prod\'s network', async () => {
    expect(await simulate({ ...read, resourcePolicy: undefined })).toBe('ImplicitlyDenied');
    expect(await simulate({ ...read, identityPolicy: { Version: '2012-10-17', Statement: [] } })).toBe('ImplicitlyDenied');
    expect(await simulate({ ...read, context: { ...read.context, 'aws:ResourceAccount': STRANGER } })).toBe('ImplicitlyDenied');
  });

  test('is not read by prod from outside its networks', async () => {
    const context = { ...from(PROD), ...TLS };
    expect(await simulate({ ...read, context, endpointPolicy: undefined })).toBe('ExplicitlyDenied');
  });

  test('is read from SageMaker\'s own network by the role of prod that dev names, and by no other', async () => {
    const outside = (name: string, more: Record<string, string> = {}) => {
      const principal = `arn:aws:iam::${PROD}:role/${name}`;
      return { ...read, principal, context: { ...from(PROD), ...TLS, 'aws:PrincipalArn': principal, ...more }, identityPolicy: ADMINISTRATOR, endpointPolicy: undefined };
    };
    expect(await simulate(outside('regulated-ml/service-side/PromotionProd-EndpointRole1-2'))).toBe('Allowed');
    expect(await simulate(outside('regulated-ml/service-side/Other'))).toBe('ExplicitlyDenied');
    expect(await simulate(outside('Other', { 'aws:PrincipalTag/regulated-ml:service-side': 'true' }))).toBe('ExplicitlyDenied');
    // Athena and its like, on behalf of somebody who is not in prod's network
    expect(await simulate(outside('Other', { 'aws:ViaAWSService': 'true' }))).toBe('ExplicitlyDenied');
  });

  test('is not read by an administrator of another account, from its network or through prod\'s', async () => {
    const stranger = { ...read, principal: roleOf(STRANGER), identityPolicy: ADMINISTRATOR, endpointPolicy: undefined };
    expect(await simulate({ ...stranger, context: fromNetwork(STRANGER) })).toBe('ExplicitlyDenied');
    expect(await simulate({ ...stranger, context: { ...fromNetwork(PROD), ...from(STRANGER) } })).toBe('ImplicitlyDenied');
  });

  test('is not overwritten or deleted by an administrator of prod', async () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion']) {
      expect([action, await simulate({ ...read, action, identityPolicy: ADMINISTRATOR })]).toEqual([action, 'ImplicitlyDenied']);
    }
  });

  test('is all that is shared: neither other models nor the data are read by an administrator of prod', async () => {
    const curious = { ...read, identityPolicy: ADMINISTRATOR };
    expect(await simulate({ ...curious, resource: `${BUCKET}/another-model/model.tar.gz` })).toBe('ImplicitlyDenied');
    const features = { ...curious, resource: 'arn:aws:s3:::elsewhere/train/1.csv', resourcePolicy: devBucket('WorkspaceFeaturesPolicy') };
    expect(await simulate(features)).toBe('ExplicitlyDenied');
  });
});

describe('the key of dev\'s models', () => {
  const decrypt: SimulatedRequest = {
    principal: roleOf(PROD), action: 'kms:Decrypt', resource: KEY, account: DEV, identityPolicy: endpointRole, resourcePolicy: modelsKey,
    context: { 'kms:ViaService': `s3.${REGION}.amazonaws.com`, 'kms:CallerAccount': PROD, 'aws:PrincipalArn': roleOf(PROD) },
  };

  test('decrypts for the role of the endpoint in prod, by way of S3', async () => {
    expect(await simulate(decrypt)).toBe('Allowed');
  });

  test('decrypts neither by hand, nor without the policy of the role, nor for another account', async () => {
    const byHand = { 'kms:CallerAccount': PROD, 'aws:PrincipalArn': roleOf(PROD) };
    expect(await simulate({ ...decrypt, context: byHand })).toBe('ImplicitlyDenied');
    expect(await simulate({ ...decrypt, context: byHand, identityPolicy: ADMINISTRATOR })).toBe('ImplicitlyDenied');
    expect(await simulate({ ...decrypt, identityPolicy: undefined })).toBe('ImplicitlyDenied');
    expect(await simulate({
      ...decrypt, principal: roleOf(STRANGER), identityPolicy: ADMINISTRATOR, context: { ...decrypt.context, 'kms:CallerAccount': STRANGER, 'aws:PrincipalArn': roleOf(STRANGER) },
    })).toBe('ImplicitlyDenied');
  });

  test('does not encrypt for prod, nor give grants', async () => {
    for (const action of ['kms:GenerateDataKey', 'kms:CreateGrant']) {
      expect([action, await simulate({ ...decrypt, action, identityPolicy: ADMINISTRATOR })]).toEqual([action, 'ImplicitlyDenied']);
    }
  });
});

describe('the registry of dev', () => {
  const describePackage: SimulatedRequest = {
    principal: roleOf(PROD), action: 'sagemaker:DescribeModelPackage', resource: PACKAGE, account: DEV, identityPolicy: rolloutRole, resourcePolicy: registry,
  };

  test('shows a version to the state machine of prod, and lets it make a model of it', async () => {
    expect(await simulate(describePackage)).toBe('Allowed');
    // IAM's own reference knows CreateModel for models only, so the simulator does not answer for packages
    expect(allows(registry, 'sagemaker:CreateModel')).toContain(PACKAGES);
    expect(allows(rolloutRole, 'sagemaker:CreateModel')).toContain(PACKAGES);
  });

  test('shows its versions to the function that begins with what is approved already, through prod\'s network', async () => {
    const through = { identityPolicy: followerRole, context: from(PROD), endpointPolicy: prodEndpoint('SagemakerApi') };
    expect(await simulate({ ...describePackage, ...through })).toBe('Allowed');
    expect(await simulate({ ...describePackage, ...through, action: 'sagemaker:ListModelPackages' })).toBe('Allowed');
  });

  test('shows nothing to another account', async () => {
    for (const action of ['sagemaker:DescribeModelPackage', 'sagemaker:ListModelPackages']) {
      expect([action, await simulate({ ...describePackage, action, principal: roleOf(STRANGER), identityPolicy: ADMINISTRATOR })]).toEqual([action, 'ImplicitlyDenied']);
    }
    expect(await simulate({ ...describePackage, action: 'sagemaker:DescribeModelPackageGroup', resource: GROUP, principal: roleOf(STRANGER), identityPolicy: ADMINISTRATOR })).toBe('ImplicitlyDenied');
  });

  test('takes no approval, no change and no deletion from an administrator of prod', async () => {
    for (const action of ['sagemaker:UpdateModelPackage', 'sagemaker:DeleteModelPackage']) {
      expect([action, await simulate({ ...describePackage, action, identityPolicy: ADMINISTRATOR })]).toEqual([action, 'ImplicitlyDenied']);
    }
  });
});

describe('the approval', () => {
  const accept = only(prod, 'AWS::Events::EventBusPolicy', 'EndpointRollout').Statement as object;
  const send: SimulatedRequest = {
    principal: roleOf(DEV), action: 'events:PutEvents', resource: BUS, account: PROD, identityPolicy: identityOf(dev, 'ToProdRole', IN_DEV),
    resourcePolicy: { Version: '2012-10-17', Statement: [deployed(accept, IN_PROD)] },
    context: { 'events:source': ['aws.sagemaker'], 'events:detail-type': ['SageMaker Model Package State Change'] },
  };

  test('may be sent by dev\'s rule to prod\'s bus, and by nobody else', async () => {
    expect(await simulate(send)).toBe('Allowed');
    expect(await simulate({ ...send, principal: roleOf(STRANGER), identityPolicy: ADMINISTRATOR })).toBe('ImplicitlyDenied');
  });

  test('is all that dev may send', async () => {
    expect(await simulate({ ...send, context: { ...send.context, 'events:source': ['aws.s3'] } })).toBe('ImplicitlyDenied');
    expect(await simulate({ ...send, context: { ...send.context, 'events:detail-type': ['SageMaker Endpoint State Change'] } })).toBe('ImplicitlyDenied');
  });

  test('is sent to the bus that it may be sent to, and starts the rollout there when it comes from dev', () => {
    const rule = only(dev, 'AWS::Events::Rule', 'ToProd');
    expect(deployed(rule.Targets as { Arn: string }[], IN_DEV).map((target) => target.Arn)).toEqual([BUS]);
    const forwarded = rule.EventPattern as Record<string, unknown>;
    expect(only(prod, 'AWS::Events::Rule', 'EndpointRolloutApproved').EventPattern).toEqual({ ...forwarded, account: [DEV] });
    expect(forwarded.detail).toEqual({ ModelPackageGroupName: ['readmission-risk'], ModelApprovalStatus: ['Approved'] });
  });
});
