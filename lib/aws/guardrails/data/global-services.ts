/**
 * What a statement on regions must not deny: services with one endpoint for all regions, most of it in us-east-1, and what an account is
 * administered with. They hold names and settings, and no data of a pipeline.
 *
 * @see https://docs.aws.amazon.com/controltower/latest/controlreference/primary-region-deny-policy.html
 */
export const GLOBAL_ACTIONS: readonly string[] = [
  'account:*', 'acm:*', 'artifact:*', 'billing:*', 'budgets:*', 'ce:*', 'cloudfront:*', 'cloudtrail:LookupEvents', 'consolidatedbilling:*', 'controltower:*',
  'cur:*', 'ec2:DescribeRegions', 'freetier:*', 'globalaccelerator:*', 'health:*', 'iam:*', 'identitystore:*', 'invoicing:*',
  'networkmanager:*', 'organizations:*', 'payments:*', 'pricing:*', 'route53:*', 'route53domains:*', 's3:GetAccount*', 's3:ListAllMyBuckets',
  's3:PutAccountPublicAccessBlock', 'savingsplans:*', 'servicequotas:*', 'shield:*', 'signin:*', 'sso:*', 'sts:*', 'support:*', 'tag:*', 'tax:*',
  'trustedadvisor:*', 'waf:*', 'wafv2:*',
];
