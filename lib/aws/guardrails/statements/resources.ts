import { Control } from '../../../policy/control';
import type { Guard, Place } from '../guard';

const RESOURCES: readonly Place[] = ['rcp'];

/** Services whose resources a policy of the organisation reaches, and which hold data of a pipeline or what opens it. */
const DATA = ['dynamodb:*', 'ecr:*', 'kms:*', 's3:*', 'secretsmanager:*', 'sqs:*'];

/** Roles are reached by it as well. Who signs in elsewhere, with SAML or a web identity, is in no organisation, and comes by another action. */
const DATA_AND_ROLES = [...DATA, 'sts:AssumeRole'];

/**
 * On resources: what they refuse, whoever asks and whatever their own policies say. AWS's services are let through where they act on their own;
 * service-linked roles are never reached by such policies.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export const RESOURCE_GUARDS: readonly Guard[] = [
  {
    control: Control.ENCRYPTION_IN_TRANSIT, name: 'Tls', rules: ['S3BucketTls', 'SqsQueueTls'], places: RESOURCES,
    denied: () => ({ actions: ['dynamodb:*', 's3:*', 'secretsmanager:*', 'sqs:*'], when: { Bool: { 'aws:SecureTransport': 'false' } } }),
  },
  {
    control: Control.ENCRYPTION_IN_TRANSIT, name: 'TlsVersion', rules: ['S3BucketTls'], places: RESOURCES,
    denied: () => ({ actions: ['s3:*'], when: { NumericLessThan: { 's3:TlsVersion': '1.2' }, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } } }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Anonymous', rules: ['ResourcePolicyPublic'], places: RESOURCES,
    denied: () => ({ actions: ['s3:*', 'sqs:*'], when: { StringEquals: { 'aws:PrincipalAccount': 'anonymous' } } }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Organization', rules: ['IamTrustPublic', 'KmsKeyPolicy', 'ResourcePolicyPublic'], places: RESOURCES,
    denied: ({ organizationId, trustedAccounts }) => (organizationId === undefined ? undefined : {
      actions: DATA_AND_ROLES,
      when: {
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': organizationId, ...(trustedAccounts.length > 0 ? { 'aws:PrincipalAccount': trustedAccounts } : {}) },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'ConfusedDeputy', rules: ['IamConfusedDeputy', 'KmsKeyPolicy', 'ResourcePolicyPublic'], places: RESOURCES,
    // a service that says on whose account it acts must say one of ours
    denied: ({ organizationId, trustedAccounts }) => (organizationId === undefined ? undefined : {
      actions: DATA_AND_ROLES,
      when: {
        StringNotEqualsIfExists: { 'aws:SourceOrgID': organizationId, ...(trustedAccounts.length > 0 ? { 'aws:SourceAccount': trustedAccounts } : {}) },
        Null: { 'aws:SourceAccount': 'false' },
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
      },
    }),
  },
];
