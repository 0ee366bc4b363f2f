import type { Value } from '../../value';
import { aboutOf, actionsOf, admits } from '../policy/statements';

/**
 * Actions that read data of people where it is stored, queried or answered from, or hand it to somebody else: those for which IAM knows a resource. What it knows
 * none for, such as `secretsmanager:BatchGetSecretValue`, can only be allowed on `*`, and reads what an action of this list lets it read.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const READING: readonly string[] = [
  ...of('s3', 'GetObject GetObjectVersion GetObjectTorrent GetObjectVersionTorrent GetObjectVersionForReplication ListBucket ListBucketVersions GetDataAccess'),
  ...of('s3', 'GetObjectAnnotation GetObjectVersionAnnotation GetObjectVersionAnnotationForReplication'),
  ...of('s3', 'PutBucketPolicy DeleteBucketPolicy PutBucketAcl PutBucketOwnershipControls PutBucketPublicAccessBlock PutBucketWebsite PutObjectAcl PutObjectVersionAcl'),
  ...of('s3', 'PutAccessPointPolicy DeleteAccessPointPolicy CreateAccessGrant CreateAccessGrantsLocation UpdateAccessGrantsLocation PutReplicationConfiguration'),
  ...of('dynamodb', 'GetItem BatchGetItem ConditionCheckItem Query Scan PartiQLSelect SearchVectors GetRecords ReadDataForReplication'),
  ...of('dynamodb', 'ExportTableToPointInTime EnableKinesisStreamingDestination PutResourcePolicy'),
  ...of('kinesis', 'GetRecords SubscribeToShard PutResourcePolicy'),
  ...of('secretsmanager', 'GetSecretValue PutResourcePolicy ReplicateSecretToRegions'),
  ...of('ssm', 'GetParameter GetParameters GetParametersByPath GetParameterHistory PutResourcePolicy'),
  ...of('sagemaker', 'GetRecord BatchGetRecord InvokeEndpoint InvokeEndpointAsync InvokeEndpointWithResponseStream'),
  ...of('bedrock', 'InvokeModel InvokeModelWithResponseStream InvokeAgent InvokeFlow Retrieve GetKnowledgeBaseDocuments GetAgentMemory'),
  ...of('athena', 'StartQueryExecution GetQueryResults GetQueryResultsStream StartCalculationExecution GetSessionEndpoint'),
  ...of('rds-data', 'ExecuteStatement BatchExecuteStatement ExecuteSql'),
  ...of('redshift-data', 'ExecuteStatement BatchExecuteStatement'),
  ...of('logs', 'GetLogEvents FilterLogEvents StartLiveTail StartQuery Unmask CreateExportTask PutSubscriptionFilter'),
  ...of('sqs', 'ReceiveMessage AddPermission SetQueueAttributes'),
  ...of('sns', 'Subscribe AddPermission SetTopicAttributes'),
  ...of('lambda', 'InvokeFunction InvokeFunctionUrl InvokeAsync'),
];

/** Actions that write data of people, or delete it. */
const WRITING: readonly string[] = [
  ...of('s3', 'PutObject PutObjectAnnotation PutObjectVersionAnnotation DeleteObject DeleteObjectVersion DeleteObjectAnnotation DeleteObjectVersionAnnotation'),
  ...of('s3', 'ReplicateObject ReplicateObjectAnnotation ReplicateDelete BypassGovernanceRetention'),
  ...of('dynamodb', 'PutItem UpdateItem DeleteItem BatchWriteItem PartiQLInsert PartiQLUpdate PartiQLDelete WriteDataForReplication'),
  ...of('kinesis', 'PutRecord PutRecords'),
  ...of('secretsmanager', 'PutSecretValue UpdateSecret'),
  ...of('ssm', 'PutParameter'),
  ...of('sagemaker', 'PutRecord BatchWriteRecord DeleteRecord'),
  ...of('bedrock', 'IngestKnowledgeBaseDocuments DeleteKnowledgeBaseDocuments DeleteAgentMemory'),
  ...of('sqs', 'SendMessage DeleteMessage PurgeQueue'),
  ...of('sns', 'Publish'),
];

/**
 * Actions that give whoever may take them the permissions of others, and so all data: they change what a role, a user or a group may do or who may be one, or
 * change the code that runs as one. `iam:PassRole` has a rule of its own.
 */
export const ESCALATING: readonly string[] = [
  ...of('sts', 'AssumeRole AssumeRoot'),
  ...of('iam', 'AttachRolePolicy AttachUserPolicy AttachGroupPolicy PutRolePolicy PutUserPolicy PutGroupPolicy CreatePolicyVersion SetDefaultPolicyVersion UpdateAssumeRolePolicy'),
  ...of('iam', 'DetachRolePolicy DetachUserPolicy DetachGroupPolicy DeleteRolePolicy DeleteUserPolicy DeleteGroupPolicy'),
  ...of('iam', 'PutRolePermissionsBoundary PutUserPermissionsBoundary DeleteRolePermissionsBoundary DeleteUserPermissionsBoundary'),
  ...of('iam', 'AddUserToGroup CreateAccessKey CreateLoginProfile UpdateLoginProfile CreateServiceSpecificCredential ResetServiceSpecificCredential UploadSigningCertificate UploadSSHPublicKey'),
  ...of('iam', 'CreateOpenIDConnectProvider AddClientIDToOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint CreateSAMLProvider UpdateSAMLProvider'),
  ...of('lambda', 'UpdateFunctionCode AddPermission PutResourcePolicy'),
  ...of('sagemaker', 'CreatePresignedDomainUrl CreatePresignedNotebookInstanceUrl StartSession'),
];

/** Actions that decrypt, derive what decrypts, or give that to somebody. */
export const DECRYPTING: readonly string[] = of('kms', 'Decrypt ReEncryptFrom DeriveSharedSecret CreateGrant PutKeyPolicy');

/** Actions that a role is allowed on what its policy names, and never on everything. */
export const NAMED: readonly string[] = [...READING, ...WRITING, ...ESCALATING];

/** A list of actions, and which of them what a policy writes admits: policies of an app write the same again and again. */
export class ActionList {
  private readonly known = new Map<string, readonly string[]>();

  constructor(private readonly actions: readonly string[]) {}

  /** Those that a statement names, by wildcards too. */
  public namedBy(statement: Value): string[] {
    return [...new Set(actionsOf(statement).flatMap((written) => this.admittedBy(written)))];
  }

  /** Those that a statement is about. */
  public aboutOf(statement: Value): string[] {
    return statement.at('NotAction').isAbsent ? this.namedBy(statement) : this.actions.filter(aboutOf(statement));
  }

  private admittedBy(written: string): readonly string[] {
    let found = this.known.get(written);
    if (!found) {
      found = this.actions.filter((action) => admits(written, action));
      if (this.known.size < MOST_KNOWN) this.known.set(written, found);
    }
    return found;
  }
}

// more than policies of one app write
const MOST_KNOWN = 5000;

/**
 * Whether a condition's key says which data, role or policy a request is about. Left out are keys that say who asks, when, how or from where, and those that
 * name no more than an account or an organisation: all data of an account is what no role needs.
 */
export function saysWhich(key: string): boolean {
  return WHICH.test(key);
}

const WHICH = new RegExp(`^(?:${[
  '(?:aws|[a-z0-9-]+):ResourceTag/.+', 's3:(?:ExistingObjectTag|BucketTag|AccessPointTag)/.+', 's3:(?:DataAccessPointArn|AccessGrantsInstanceArn)', 'dynamodb:LeadingKeys',
  'secretsmanager:(?:SecretId|Name|resource/AllowRotationLambdaArn)', 'iam:(?:PolicyARN|PermissionsBoundary)', 'bedrock:InferenceProfileArn', 'lambda:FunctionArn',
].join('|')})$`, 'i');

function of(service: string, names: string): string[] {
  return names.split(' ').map((name) => `${service}:${name}`);
}
