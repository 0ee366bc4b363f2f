/** Where resources say to which region they are copied: paths of regions, ARNs or vaults, `*` for each item of a list. */
export const COPIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::Backup::BackupPlan': ['BackupPlan.BackupPlanRule.*.CopyActions.*.DestinationBackupVaultArn'],
  'AWS::CloudFormation::StackSet': ['StackInstancesGroup.*.Regions.*'],
  'AWS::DLM::LifecyclePolicy': [
    'PolicyDetails.Schedules.*.CrossRegionCopyRules.*.TargetRegion', 'PolicyDetails.Schedules.*.CrossRegionCopyRules.*.Target',
    'PolicyDetails.Actions.*.CrossRegionCopy.*.Target', 'PolicyDetails.CrossRegionCopyTargets.*.TargetRegion', 'CrossRegionCopyTargets.*.TargetRegion',
  ],
  'AWS::DynamoDB::GlobalTable': ['Replicas.*.Region'],
  'AWS::ECR::ReplicationConfiguration': ['ReplicationConfiguration.Rules.*.Destinations.*.Region'],
  'AWS::EFS::FileSystem': ['ReplicationConfiguration.Destinations.*.Region'],
  'AWS::ImageBuilder::DistributionConfiguration': ['Distributions.*.Region'],
  'AWS::RDS::DBInstance': ['AutomaticBackupReplicationRegion', 'SourceRegion'],
  'AWS::RDS::DBCluster': ['SourceRegion'],
  'AWS::Redshift::Cluster': ['DestinationRegion'],
  'AWS::S3Tables::TableBucket': ['ReplicationConfiguration.Rules.*.Destinations.*.DestinationTableBucketARN'],
  'AWS::SecretsManager::Secret': ['ReplicaRegions.*.Region'],
  'AWS::SSMIncidents::ReplicationSet': ['Regions.*.RegionName'],
};
