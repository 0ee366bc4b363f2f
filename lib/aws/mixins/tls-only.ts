import { CfnResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { Control } from '../../policy/control';
import { names, resourcesOf } from './bucket';
import { ControlMixin, Settings } from './control-mixin';
import { isRecord, propertiesOf, Settable } from './settable';

/**
 * Has buckets refuse plain HTTP. The statement goes into the policy that the app has for a bucket; where it has none, one is made, and it
 * replaces a policy that somebody put on the bucket beside the app.
 */
export class TlsOnly extends ControlMixin {
  public readonly control = Control.ENCRYPTION_IN_TRANSIT;
  /** @internal */
  protected readonly _settings: Settings = { 'AWS::S3::Bucket': ({ resource }) => refusePlainHttp(resource) };
}

function refusePlainHttp(bucket: CfnResource): void {
  const policy = resourcesOf(bucket, 'AWS::S3::BucketPolicy').find((candidate) => (
    names(bucket, candidate, propertiesOf(candidate).Bucket, (candidate as Partial<s3.CfnBucketPolicy>).bucket)));
  if (policy && statementsOf(policy).some(refusesPlainHttp)) return;
  const arn = bucket.getAtt('Arn').toString();
  const statement = new iam.PolicyStatement({
    sid: 'TlsOnly', effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['s3:*'], resources: [arn, `${arn}/*`],
    conditions: { Bool: { 'aws:SecureTransport': 'false' } },
  });
  const owner = bucket.node.scope;
  if (policy && 'policyDocument' in policy) {
    policy.with(new s3.mixins.BucketPolicyStatements([statement]));
  } else if (policy) {
    new Settable(policy).set(`PolicyDocument.Statement.${statementsOf(policy).length}`, statement.toStatementJson());
  } else if (isBucket(owner) && owner.node.defaultChild === bucket) {
    // a policy beside the one that the construct may make later would be a second one for the same bucket
    owner.addToResourcePolicy(statement);
  } else {
    const made = new s3.CfnBucketPolicy(owner as CfnResource, `${bucket.node.id}TlsOnly`, { bucket: bucket.ref, policyDocument: new iam.PolicyDocument({ statements: [statement] }) });
    // a bucket that outlives its stack needs its policy as much as before
    made.cfnOptions.deletionPolicy = bucket.cfnOptions.deletionPolicy;
  }
}

function isBucket(construct: IConstruct | undefined): construct is s3.Bucket {
  return construct !== undefined && 'addToResourcePolicy' in construct && 'bucketArn' in construct;
}

function statementsOf(policy: CfnResource): Record<string, unknown>[] {
  const { PolicyDocument: document } = propertiesOf(policy);
  return isRecord(document) ? [document.Statement].flat().filter(isRecord) : [];
}

function refusesPlainHttp(statement: Record<string, unknown>): boolean {
  const everyone = [statement.Principal, isRecord(statement.Principal) ? statement.Principal.AWS : undefined].flat().includes('*');
  const everything = [statement.Action].flat().some((action) => action === 's3:*' || action === '*');
  const resources = [statement.Resource].flat();
  return statement.Effect === 'Deny' && everyone && everything && (resources.includes('*') || resources.length > 1)
    && JSON.stringify(statement.Condition) === '{"Bool":{"aws:SecureTransport":"false"}}';
}
