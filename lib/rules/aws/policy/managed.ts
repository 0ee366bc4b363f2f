import { Unknown } from '../../resolved';
import { scalarText, type Value } from '../../value';
import { each } from './statements';

/** A managed policy that is named: its name, and where. */
export interface ManagedPolicy {
  readonly name: string;
  readonly at: Value;
}

/** Names of the managed policies of AWS's own that a role, a user or a group has; none of them names a resource. */
export function managedPoliciesOf(arns: Value): ManagedPolicy[] {
  return each(arns).flatMap((at) => at.alternatives.flatMap((one): ManagedPolicy[] => {
    const [, name] = OWN.exec(one instanceof Unknown ? one.pattern : scalarText(one)) ?? [];
    return name ? [{ name, at }] : [];
  }));
}

const OWN = /:policy\/(?:.*\/)?([^/]+)$/;

/** Read or change everything of a service, or of all services. */
export function opensEverything(name: string): boolean {
  return /FullAccess|^AdministratorAccess|^PowerUserAccess$/.test(name) || READING.test(name);
}

/** Read every bucket of the account. */
export function readsEveryBucket(name: string): boolean {
  return /^(?:AdministratorAccess|PowerUserAccess|ReadOnlyAccess|DataScientist|AmazonS3(?:FullAccess|ReadOnlyAccess)|AmazonElasticMapReduceforEC2Role)$/.test(name);
}

/** Read data of machine learning, open it, or use its services. */
export function reachesMlData(name: string): boolean {
  return readsEveryBucket(name) || name === 'IAMFullAccess' || usesMl(name) || /S3|KMS|KeyManagement|DynamoDB|Kinesis|SecretsManager/.test(name);
}

/** Use the services of machine learning. */
export function usesMl(name: string): boolean {
  return /SageMaker|Bedrock|CleanRooms|DataBrew|EMRServerless|Glue|LakeFormation/.test(name);
}

// what they call reading takes in the data, of every bucket, table, stream or secret
const READING = /^(?:ReadOnlyAccess|DataScientist|Amazon(?:DynamoDB|Kinesis|S3|S3Tables)ReadOnlyAccess|SecretsManagerReadWrite|AmazonElasticMapReduceforEC2Role)$/;
