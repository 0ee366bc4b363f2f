import { Control } from '../../../policy/control';
import type { ComplianceProfile } from '../../../policy/profile';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, unknown, type Verdict } from '../../verdict';
import { regionInName } from './mentions';
import { inResidency } from './verdicts';

export default rule({
  name: 'ResidencyReplication',
  title: 'Copies stay inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['AWS::S3::Bucket', 'AWS::ECR::ReplicationConfiguration', 'AWS::SecretsManager::Secret', 'AWS::DynamoDB::GlobalTable'],
  why: 'replication moves every object as it is written, without anybody asking again',
  fix: 'replicate to an allowed region; a second bucket in the same region satisfies rules that ask for replication',
  check: (resource, profile) => {
    const regions = REGIONS[resource.type]?.(resource);
    if (regions) {
      return regions.map((region) => region.judge((name) => (
        typeof name === 'string' ? inResidency(name, 'the copy', profile, region.location) : COMPLIANT)));
    }
    return resource.at('ReplicationConfiguration.Rules').items.map((replication) => destination(resource, replication.at('Destination.Bucket'), profile));
  },
});

const REGIONS: Record<string, (resource: Resource) => Value[]> = {
  'AWS::ECR::ReplicationConfiguration': (resource) => resource.at('ReplicationConfiguration.Rules').items
    .flatMap((replication) => replication.at('Destinations').items.map((target) => target.at('Region'))),
  'AWS::SecretsManager::Secret': (resource) => resource.at('ReplicaRegions').items.map((replica) => replica.at('Region')),
  'AWS::DynamoDB::GlobalTable': (resource) => resource.at('Replicas').items.map((replica) => replica.at('Region')),
};

function destination(resource: Resource, bucket: Value, profile: ComplianceProfile): Verdict {
  const leaves = bucket.unknowns.flatMap((reference) => reference.leaves);
  const target = leaves.map((leaf) => resource.relations.target(leaf)).find((found) => found !== undefined);
  const own = target ?? bucket.texts.map((arn) => resource.relations.bucketNamed(arn.split(':').pop()!)).find((found) => found !== undefined);
  if (own && !own.region) return unknown('the copy is in a stack that names no region', bucket.location);
  if (own?.region) return inResidency(own.region, 'the copy', profile, bucket.location);
  const spoken = bucket.texts.map(regionInName).find((region) => region !== undefined);
  if (spoken && !profile.residency.allows(spoken)) return inResidency(spoken, 'the copy', profile, bucket.location);
  return unknown(`where ${bucket.texts[0] ? `'${bucket.texts[0]}'` : 'the copy'} is cannot be told`, bucket.location);
}
