import { RegionInfo } from 'aws-cdk-lib/region-info';

/**
 * Macie's service principal: in a region that an account must opt in to, its name holds the region.
 *
 * @see https://docs.aws.amazon.com/macie/latest/user/discovery-results-repository-s3.html
 */
export function macieServiceOf(region: string): string {
  return RegionInfo.get(region).isOptInRegion ? `macie.${region}.amazonaws.com` : 'macie.amazonaws.com';
}

/** What acts when Macie writes discovery results, for the condition `aws:SourceArn`. */
export function macieSourceArns(partition: string, region: string, account: string): string[] {
  return ['export-configuration:*', 'classification-job/*'].map((resource) => `arn:${partition}:macie2:${region}:${account}:${resource}`);
}
