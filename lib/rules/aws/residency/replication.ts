import { Control } from '../../../policy/control';
import type { ComplianceProfile } from '../../../policy/profile';
import { inResidency } from '../../residency';
import { isRegionOfStack } from '../../resolve';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, NOT_APPLICABLE, unknown, type Verdict } from '../../verdict';
import { COPIES } from './copies';
import { regionInName } from './whereabouts';

export default rule({
  name: 'ResidencyReplication',
  title: 'Copies stay inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['AWS::S3::Bucket', ...Object.keys(COPIES)],
  why: 'replication moves every object as it is written, without anybody asking again; so do copies of snapshots, backups and images',
  fix: 'copy or replicate to an allowed region; a second bucket in the same region satisfies rules that ask for replication',
  properties: ['ReplicationConfiguration', 'Replicas', 'ReplicaRegions', 'CopyActions', 'CrossRegionCopyRules', 'Distributions', 'SourceRegion', 'AutomaticBackupReplicationRegion', 'DestinationRegion', 'StackInstancesGroup', 'Regions'],
  sources: ['https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html', 'https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-region-backup.html'],
  good: 'a replication to a bucket of the app in the same region; ReplicaRegions: [{ Region: eu-west-1 }] under a residency within the EU',
  bad: { ReplicationConfiguration: { Role: 'arn:aws:iam::123456789012:role/replication', Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::backup-us-east-1' } }] } },
  check: (resource, profile) => {
    const paths = COPIES[resource.type];
    if (paths) return paths.flatMap((path) => valuesAt(resource.properties, path.split('.'))).map((region) => copied(resource, region, profile));
    return resource.at('ReplicationConfiguration.Rules').items.map((replication) => destination(resource, replication.at('Destination.Bucket'), profile));
  },
});

function valuesAt(value: Value, [key, ...rest]: readonly string[]): Value[] {
  if (key === undefined) return [value];
  return (key === '*' ? value.items : [value.at(key)]).flatMap((inner) => valuesAt(inner, rest));
}

// a region, or the ARN of what stands there
function copied(resource: Resource, place: Value, profile: ComplianceProfile): Verdict {
  return all(...place.alternatives.map((one) => {
    if (typeof one === 'string') {
      const region = /^arn:[^:]*:[^:]*:([^:]+):/.exec(one)?.[1] ?? one;
      return region === '' ? NOT_APPLICABLE : inResidency(region, 'the copy', profile, place.location);
    }
    if (!(one instanceof Unknown) || (isRegionOfStack(one) && resource.region === undefined)) return NOT_APPLICABLE;
    const region = /^arn:[^:]*:[^:]*:([^:?]+):/.exec(one.pattern)?.[1] ?? one.leaves.map((leaf) => resource.relations.target(leaf)).find((found) => found !== undefined)?.region;
    return region ? inResidency(region, 'the copy', profile, place.location) : unknown(`${place.name} is ${one.reason}`, place.location);
  }));
}

function destination(resource: Resource, bucket: Value, profile: ComplianceProfile): Verdict {
  const leaves = bucket.unknowns.flatMap((reference) => reference.leaves);
  const target = leaves.map((leaf) => resource.relations.target(leaf)).find((found) => found !== undefined);
  const own = target ?? bucket.texts.map((arn) => resource.relations.bucketNamed(arn.split(':').pop()!)).find((found) => found !== undefined);
  // of its own stack it is said once
  if (own && !own.region) return resource.region === undefined ? NOT_APPLICABLE : unknown('the copy is in a stack that names no region', bucket.location);
  if (own?.region) return inResidency(own.region, 'the copy', profile, bucket.location);
  const spoken = bucket.texts.map(regionInName).find((region) => region !== undefined);
  if (spoken && !profile.residency.allows(spoken)) return inResidency(spoken, 'the copy', profile, bucket.location);
  return unknown(`where ${bucket.texts[0] ? `'${bucket.texts[0]}'` : 'the copy'} is cannot be told`, bucket.location);
}
