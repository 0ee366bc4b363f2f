import { Duration } from 'aws-cdk-lib';

/** What guardrails of an account and of an organisation have in common. */
export interface GuardrailOptions {
  /**
   * Regions that the accounts work in, all of them in the residency. Elsewhere in the residency only Bedrock may go, through inference profiles.
   *
   * @default - all regions of the residency
   */
  readonly regions?: string[];
  /**
   * ARNs of principals that may change what protects: trails, keys, policies of buckets, the guardrails themselves; `*` matches any characters.
   * The roles that the CDK, stack sets and Control Tower deploy with are among them. They are held to all that concerns data.
   *
   * @default - none but the roles that deploy
   */
  readonly administrators?: string[];
  /**
   * ARNs of principals that nothing stops, for emergencies; `*` matches any characters.
   *
   * @default - none
   */
  readonly breakGlass?: string[];
  /**
   * ARNs of principals that may approve a model; `*` matches any characters.
   *
   * @default - anybody who has the permission, but no role of a workload
   */
  readonly approvers?: string[];
  /**
   * ARNs of roles that start jobs of SageMaker Clarify, such as those of pipelines with a bias check: inside a VPC such a job cannot run in network
   * isolation, and no condition key tells it from others; `*` matches any characters.
   *
   * @default - none
   */
  readonly clarifyRoles?: string[];
  /**
   * ARNs of roles that make models for serverless endpoints, which have neither network nor isolation; `*` matches any characters.
   *
   * @default - none
   */
  readonly serverlessRoles?: string[];
  /**
   * The longest that a job may run.
   *
   * @default - each job says how long it may run, and may say what it likes
   */
  readonly maximumRuntime?: Duration;
  /**
   * The id of the organisation, such as `o-a1b2c3d4e5`: resources then refuse principals of others.
   *
   * @default - not known: resources refuse callers without a name only
   */
  readonly organizationId?: string;
  /**
   * Accounts outside the organisation whose principals may reach resources, as far as the resources let them.
   *
   * @default - none
   */
  readonly trustedAccounts?: string[];
}
