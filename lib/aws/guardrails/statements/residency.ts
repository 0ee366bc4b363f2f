import { Control } from '../../../policy/control';
import { INFERENCE_PROFILES } from '../../../policy/regions/inference-profiles';
import { GLOBAL_ACTIONS } from '../data/global-services';
import { isOfWorkloads } from '../guard';
import type { Guard, Limits, Place } from '../guard';

const EVERYWHERE: readonly Place[] = ['boundary', 'denial', 'scp'];
/** What a boundary has no room for. */
const BESIDE: readonly Place[] = ['companion', 'denial', 'scp'];

/**
 * Calls of inference, which Bedrock authorises once for each region that a profile may send them to. Global profiles are asked for with the
 * region `unspecified`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html
 */
const INFERENCE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];

export const RESIDENCY_GUARDS: readonly Guard[] = [
  {
    control: Control.DATA_RESIDENCY, name: 'Regions', rules: ['ResidencyImage', 'ResidencyStack', 'ResidencyLocation', 'ResidencyModel'], places: EVERYWHERE,
    denied: (limits) => ({
      notActions: [...GLOBAL_ACTIONS, ...(isNarrower(limits) ? INFERENCE : [])], when: { StringNotEquals: { 'aws:RequestedRegion': limits.regions } },
    }),
  },
  {
    control: Control.DATA_RESIDENCY, name: 'Inference', rules: ['ResidencyInferenceProfile', 'ResidencyModel'], places: EVERYWHERE,
    denied: (limits) => (isNarrower(limits) ? { actions: INFERENCE, when: { StringNotEquals: { 'aws:RequestedRegion': limits.residency } } } : undefined),
  },
  {
    control: Control.DATA_RESIDENCY, name: 'DirectInference', rules: ['ResidencyInferenceProfile', 'ResidencyModel'], places: EVERYWHERE,
    // elsewhere in the residency only Bedrock itself may go, through a profile
    denied: (limits) => (isNarrower(limits) ? {
      actions: INFERENCE, when: { StringNotEquals: { 'aws:RequestedRegion': limits.regions }, Null: { 'bedrock:InferenceProfileArn': 'true' } },
    } : undefined),
  },
  {
    control: Control.DATA_RESIDENCY, name: 'InferenceProfiles', rules: ['ResidencyInferenceProfile', 'ResidencyModel'], places: BESIDE,
    denied: (limits) => ({
      actions: INFERENCE, when: { Null: { 'bedrock:InferenceProfileArn': 'false' }, ArnNotLike: { 'bedrock:InferenceProfileArn': profilesInside(limits) } },
    }),
  },
  {
    control: Control.DATA_RESIDENCY, name: 'Buckets', rules: ['ResidencyLocation'], places: BESIDE,
    denied: ({ residency }) => ({ actions: ['s3:CreateBucket'], when: { StringNotEquals: { 's3:locationconstraint': residency }, Null: { 's3:locationconstraint': 'false' } } }),
  },
  {
    control: Control.DATA_RESIDENCY, name: 'MultiRegionKeys', rules: ['ResidencyKey'], places: BESIDE,
    denied: () => ({ actions: ['kms:CreateKey'], when: { Bool: { 'kms:MultiRegion': 'true' } } }),
  },
  {
    control: Control.DATA_RESIDENCY, name: 'KeyReplicas', rules: ['ResidencyKey'], places: BESIDE,
    denied: ({ residency }) => ({ actions: ['kms:ReplicateKey'], when: { StringNotEquals: { 'kms:ReplicaRegion': residency } } }),
  },
  {
    control: Control.DATA_RESIDENCY, name: 'Replication', rules: ['ResidencyReplication'], places: BESIDE,
    // none of these has a key for the destination; copies of snapshots and images are asked for where they go to, which the statement on regions answers
    denied: ({ deployers }, place) => ({
      actions: [
        'backup:StartCopyJob', 'dynamodb:CreateTableReplica', 'ecr:PutReplicationConfiguration', 'elasticfilesystem:CreateReplicationConfiguration', 'redshift:EnableSnapshotCopy',
        's3:PutReplicationConfiguration', 's3tables:PutTableBucketReplication',
      ],
      ...(isOfWorkloads(place) ? {} : { except: deployers }),
    }),
  },
  {
    control: Control.DATA_RESIDENCY, name: 'SecretReplicas', rules: ['ResidencyReplication'], places: BESIDE,
    denied: ({ regions }) => ({
      actions: ['secretsmanager:CreateSecret', 'secretsmanager:ReplicateSecretToRegions'], when: { 'ForAnyValue:StringNotEquals': { 'secretsmanager:AddReplicaRegions': regions } },
    }),
  },
  {
    control: Control.DATA_RESIDENCY, name: 'BackupCopies', rules: ['ResidencyReplication'], places: ['companion', 'denial'],
    denied: ({ residency }) => ({
      actions: ['backup:CopyFromBackupVault'], when: { 'ForAnyValue:ArnNotLike': { 'backup:CopyTargets': residency.map((region) => `arn:*:backup:${region}:*:backup-vault:*`) } },
    }),
  },
];

/** Whether accounts work in some of the residency only. */
function isNarrower({ regions, residency }: Limits): boolean {
  return residency.some((region) => !regions.includes(region));
}

/** Profiles of which every destination is in the residency, and those of applications: their destinations are asked for one by one. */
function profilesInside({ residency }: Limits): string[] {
  const inside = Object.entries(INFERENCE_PROFILES).filter(([, regions]) => regions.every((region) => residency.includes(region)));
  return ['application-inference-profile/*', ...inside.map(([prefix]) => `inference-profile/${prefix}.*`)].map((resource) => `arn:*:bedrock:*:*:${resource}`);
}
