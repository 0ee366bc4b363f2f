import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { nonCompliant } from '../../verdict';
import { placesOf } from './verdicts';

export default rule({
  name: 'ResidencyKey',
  title: 'Keys stay inside the residency',
  severity: 'fatal',
  control: Control.DATA_RESIDENCY,
  resources: ['*'],
  why: 'whoever holds the key in another region can read the data there; a multi-region key can be replicated anywhere at any time',
  fix: 'use single-region keys (leave MultiRegion off) of an allowed region',
  properties: ['KmsKeyId', 'MultiRegion', 'PrimaryKeyArn'],
  sources: ['Prowler kms_cmk_not_multi_region', 'https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html'],
  good: 'a KMS key without MultiRegion; KmsKeyId: arn:aws:kms:eu-central-1:123456789012:key/1',
  bad: 'a KMS key with MultiRegion true; a ReplicaKey; KmsKeyId: arn:aws:kms:us-east-1:123456789012:key/1',
  check: (resource, profile) => {
    const places = placesOf('key', resource, profile);
    if (resource.type === 'AWS::KMS::ReplicaKey') return [...places, nonCompliant('a replica shares the key material of a multi-region key')];
    if (resource.type !== 'AWS::KMS::Key') return places;
    const single = resource.at('MultiRegion').boolean(false);
    return [...places, single.answer === Answer.NON_COMPLIANT ? { ...single, detail: 'the key is multi-region: it can be replicated out of the residency' } : single];
  },
});
