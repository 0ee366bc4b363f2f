import type { Facets } from '../../coverage';
import { Facet } from '../../facet';

const { STORE, OUTPUT, FIELDS, SETTINGS, PLATFORM, SUBNET, TRAFFIC, GRANT, OPENABLE, KEY, TRAIL, DISCOVERY, NOTIFIES, SIGN_IN, TAGS } = Facet;

/** Where data lies, its keys, what looks into it, what records who did, and what tells of it. */
export const STORAGE_FACETS: Facets = {
  'AWS::CloudTrail::Channel': [TAGS],
  'AWS::CloudTrail::Dashboard': [TAGS],
  'AWS::CloudTrail::EventDataStore': [TRAIL, TAGS],
  'AWS::CloudTrail::ResourcePolicy': [GRANT, OPENABLE],
  'AWS::CloudTrail::Trail': [TRAIL, NOTIFIES, TAGS],
  'AWS::CloudWatch::Alarm': [NOTIFIES, TAGS],
  'AWS::CloudWatch::CompositeAlarm': [NOTIFIES, TAGS],
  'AWS::EFS::FileSystem': [STORE, GRANT, OPENABLE, TAGS],
  // it names a key, which is judged
  'AWS::KMS::Alias': [],
  'AWS::KMS::Key': [GRANT, OPENABLE, KEY, TAGS],
  'AWS::KMS::ReplicaKey': [GRANT, OPENABLE, KEY, TAGS],
  'AWS::Logs::LogGroup': [GRANT, OPENABLE, TRAIL, TAGS],
  'AWS::Logs::ResourcePolicy': [GRANT, OPENABLE],
  'AWS::Macie::AllowList': [DISCOVERY, TAGS],
  'AWS::Macie::CustomDataIdentifier': [DISCOVERY, TAGS],
  'AWS::Macie::FindingsFilter': [DISCOVERY, TAGS],
  'AWS::Macie::Member': [DISCOVERY, TAGS],
  'AWS::Macie::Session': [DISCOVERY, NOTIFIES],
  'AWS::RDS::DBCluster': [STORE, SETTINGS, PLATFORM, SUBNET, TRAFFIC, OPENABLE, SIGN_IN, TAGS],
  'AWS::RDS::DBInstance': [STORE, SETTINGS, PLATFORM, SUBNET, TRAFFIC, OPENABLE, SIGN_IN, TAGS],
  'AWS::Redshift::Cluster': [STORE, SETTINGS, PLATFORM, SUBNET, TRAFFIC, GRANT, OPENABLE, SIGN_IN, TAGS],
  'AWS::S3::AccessGrant': [GRANT, TAGS],
  'AWS::S3::AccessGrantsInstance': [SIGN_IN, TAGS],
  'AWS::S3::AccessGrantsLocation': [TAGS],
  'AWS::S3::AccessPoint': [SUBNET, GRANT, OPENABLE, TAGS],
  'AWS::S3::Bucket': [STORE, TRAFFIC, GRANT, OPENABLE, NOTIFIES, TAGS],
  'AWS::S3::BucketPolicy': [GRANT, OPENABLE],
  'AWS::S3::MultiRegionAccessPoint': [OPENABLE],
  'AWS::S3::MultiRegionAccessPointPolicy': [GRANT, OPENABLE],
  'AWS::S3::StorageLens': [OUTPUT, TAGS],
  'AWS::S3::StorageLensGroup': [TAGS],
  'AWS::S3Express::AccessPoint': [SUBNET, GRANT, OPENABLE, TAGS],
  'AWS::S3Express::BucketPolicy': [GRANT, OPENABLE],
  'AWS::S3Express::DirectoryBucket': [STORE, TAGS],
  'AWS::S3Tables::Namespace': [],
  'AWS::S3Tables::Table': [FIELDS, TAGS],
  'AWS::S3Tables::TableBucket': [STORE, TAGS],
  'AWS::S3Tables::TableBucketPolicy': [GRANT, OPENABLE],
  'AWS::S3Tables::TablePolicy': [GRANT, OPENABLE],
  'AWS::S3Vectors::Index': [STORE, TAGS],
  'AWS::S3Vectors::VectorBucket': [STORE, TAGS],
  'AWS::S3Vectors::VectorBucketPolicy': [GRANT, OPENABLE],
  // what this library makes where CloudFormation has no type
  'Custom::MacieSettings': [OUTPUT, DISCOVERY],
};
