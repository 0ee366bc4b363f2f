import { Control } from '../../../policy/control';
import { actionsIn, isOfWorkloads } from '../guard';
import type { Conditions, Denied, Guard, Limits, Place } from '../guard';

/*
 * Keys and actions are those of the service authorization reference. Three of its facts shape what follows:
 * - a negated or `IfExists` operator holds for a key that is missing, which is how a request that leaves a setting out is denied;
 * - a schedule that names a job definition carries no instance type, one that holds its definition does: `Null` of InstanceTypes tells them apart;
 * - `VolumeKmsKey`, `OutputKmsKey` and their like are deprecated, `...Arn` takes their place.
 *
 * See https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemakerai.html
 */

const EVERYWHERE: readonly Place[] = ['boundary', 'denial', 'scp'];
/** What a boundary has no room for, as a whole or in part. */
const BESIDE: readonly Place[] = ['companion', 'denial', 'scp'];
/** What service control policies, of which there are four, have no room for either. */
const IN_ACCOUNTS: readonly Place[] = ['companion', 'denial'];

const sagemaker = (...actions: string[]) => actions.map((action) => `sagemaker:${action}`);

const TRAININGS = ['CreateHyperParameterTuningJob', 'CreateTrainingJob'];
const PROCESSING = ['CreateProcessingJob'];
const AUTO_ML = ['CreateAutoMLJob', 'CreateAutoMLJobV2'];
const QUALITY_MONITORS = ['CreateDataQualityJobDefinition', 'CreateModelQualityJobDefinition'];
const CLARIFY_MONITORS = ['CreateModelBiasJobDefinition', 'CreateModelExplainabilityJobDefinition'];
const MONITORS = [...QUALITY_MONITORS, ...CLARIFY_MONITORS];
const SCHEDULES = ['CreateMonitoringSchedule', 'UpdateMonitoringSchedule'];
const JOBS = [...TRAININGS, ...PROCESSING, ...MONITORS];
const ON_INSTANCES = [...JOBS, ...SCHEDULES];

/** Of a schedule that holds its definition. Of a training the same would let one pass that is serverless: it names no instance type either. */
const INLINE = { 'sagemaker:InstanceTypes': 'false' };

/** Types with local NVMe storage, which SageMaker rejects a volume key for. */
export const LOCAL_STORAGE_TYPES = ['ml.*d*.*', 'ml.g5.*', 'ml.g6*', 'ml.g7*', 'ml.p5*', 'ml.p6*', 'ml.trn*'];

const always = (denied: Denied) => () => denied;

/**
 * What jobs are denied, and schedules only where they hold their definition.
 *
 * @param others what a boundary has no room for
 */
function jobs(guard: Omit<Guard, 'denied' | 'places'>, actions: readonly string[], when: Conditions, others: readonly string[] = []): Guard[] {
  return [
    { ...guard, places: others.length > 0 ? [...EVERYWHERE, 'companion'] : EVERYWHERE, denied: (_limits, place) => ({ actions: actionsIn(place, sagemaker(...actions), sagemaker(...others)), when }) },
    { ...guard, name: `${guard.name}Schedules`, rules: guard.rules.filter((name) => name.startsWith('SageMakerJob')), places: EVERYWHERE, denied: always({ actions: sagemaker(...SCHEDULES), when: { ...when, Null: { ...when.Null, ...INLINE } } }) },
  ];
}

/** A setting of a notebook: must be safe when it is made, and must not be made unsafe later. */
function notebookSetting(name: string, rule: string, key: string, safe: string, unsafe: string): Guard[] {
  return [
    {
      control: Control.LEAST_PRIVILEGE, name, rules: [rule], places: BESIDE,
      denied: always({ actions: sagemaker('CreateNotebookInstance'), when: { StringNotEquals: { [key]: safe } } }),
    },
    {
      control: Control.LEAST_PRIVILEGE, name: `${name}Later`, rules: [rule], places: BESIDE,
      denied: always({ actions: sagemaker('UpdateNotebookInstance'), when: { StringEquals: { [key]: unsafe } } }),
    },
  ];
}

/** Anything but one of several known keys, where there are known ones; a key that is missing is denied by another statement. */
function otherKeys(actions: readonly string[], key: string): Guard['denied'] {
  return ({ keys }) => (keys.length === 0 ? undefined : { actions: sagemaker(...actions), when: { ArnNotEquals: { [key]: keys }, Null: { [key]: 'false' } } });
}

/** Any but one of several known values; none of an empty list is another. */
function others(values: (limits: Limits) => readonly string[], key: string, ...more: string[]): Guard['denied'] {
  return (limits, place) => (values(limits).length === 0 ? undefined : {
    actions: actionsIn(place, sagemaker(...ON_INSTANCES, ...AUTO_ML, 'CreateModel'),
      sagemaker('CreateCluster', 'CreateDomain', 'CreateEndpointConfig', 'CreateJob', 'CreateNotebookInstance', 'UpdateCluster', 'UpdateDomain', ...more)),
    when: { 'ForAnyValue:StringNotEquals': { [key]: values(limits) } },
  });
}

/** A configuration of an endpoint for components: it names instances and no model, whose own network would count. */
const FOR_COMPONENTS = { 'sagemaker:ModelArn': 'true', 'sagemaker:InstanceTypes': 'false' };

export const SAGEMAKER_GUARDS: readonly Guard[] = [
  {
    control: Control.ENCRYPTION_AT_REST, name: 'Volumes', rules: ['SageMakerJobVolumeKey', 'SageMakerEndpointConfigKey'], places: EVERYWHERE,
    denied: always({
      actions: sagemaker(...ON_INSTANCES, 'CreateEndpointConfig', 'CreateTransformJob'),
      // serverless endpoints name no type, and no one of an empty list is unlike the others
      when: { 'Null': { 'sagemaker:VolumeKmsKeyArn': 'true' }, 'ForAnyValue:StringNotLike': { 'sagemaker:InstanceTypes': LOCAL_STORAGE_TYPES } },
    }),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'OtherVolumes', rules: ['SageMakerJobVolumeKey', 'SageMakerNotebookKey'], places: [...EVERYWHERE, 'companion'],
    denied: (_limits, place) => ({ actions: actionsIn(place, sagemaker(...AUTO_ML), sagemaker('CreateDomain', 'CreateNotebookInstance')), when: { Null: { 'sagemaker:VolumeKmsKeyArn': 'true' } } }),
  },
  ...jobs({ control: Control.ENCRYPTION_AT_REST, name: 'Outputs', rules: ['SageMakerJobOutputKey'] }, [...JOBS, ...AUTO_ML, 'CreateJob', 'CreateLabelingJob', 'CreateTransformJob'], { Null: { 'sagemaker:OutputKmsKeyArn': 'true' } }),
  {
    control: Control.ENCRYPTION_AT_REST, name: 'OnlineFeatures', rules: ['SageMakerFeatureGroupKey'], places: BESIDE,
    denied: always({
      actions: sagemaker('CreateFeatureGroup'),
      when: { Null: { 'sagemaker:FeatureGroupOnlineStoreKmsKeyArn': 'true' }, Bool: { 'sagemaker:FeatureGroupEnableOnlineStore': 'true' } },
    }),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'OfflineFeatures', rules: ['SageMakerFeatureGroupKey'], places: BESIDE,
    denied: always({
      actions: sagemaker('CreateFeatureGroup'),
      when: { Null: { 'sagemaker:FeatureGroupOfflineStoreKmsKeyArn': 'true', 'sagemaker:FeatureGroupOfflineStoreConfig': 'false' } },
    }),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'VolumeKeys', rules: ['SageMakerJobVolumeKey', 'SageMakerEndpointConfigKey', 'SageMakerNotebookKey'], places: BESIDE,
    denied: otherKeys([...ON_INSTANCES, ...AUTO_ML, 'CreateDomain', 'CreateEndpointConfig', 'CreateLabelingJob', 'CreateNotebookInstance', 'CreateTransformJob'], 'sagemaker:VolumeKmsKeyArn'),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'OutputKeys', rules: ['SageMakerJobOutputKey'], places: BESIDE,
    denied: otherKeys([...ON_INSTANCES, ...AUTO_ML, 'CreateJob', 'CreateLabelingJob', 'CreateTransformJob'], 'sagemaker:OutputKmsKeyArn'),
  },
  ...['Online', 'Offline'].map((store): Guard => ({
    control: Control.ENCRYPTION_AT_REST, name: `${store}FeatureKeys`, rules: ['SageMakerFeatureGroupKey'], places: BESIDE,
    denied: otherKeys(['CreateFeatureGroup'], `sagemaker:FeatureGroup${store}StoreKmsKeyArn`),
  })),
  {
    control: Control.ENCRYPTION_AT_REST, name: 'SharingKeys', rules: ['SageMakerStudioSharingKey'], places: IN_ACCOUNTS,
    // whether anything is shared no key says, so that a domain without a key is let through
    denied: otherKeys(['CreateDomain', 'CreateUserProfile', 'UpdateDomain', 'UpdateUserProfile'], 'sagemaker:DomainSharingOutputKmsKeyArn'),
  },
  ...jobs({ control: Control.ENCRYPTION_IN_TRANSIT, name: 'Containers', rules: ['SageMakerJobInterContainerEncryption'] }, [...JOBS, ...AUTO_ML], { BoolIfExists: { 'sagemaker:InterContainerTrafficEncryption': 'false' } }),
  {
    control: Control.NETWORK_ISOLATION, name: 'Jobs', rules: ['SageMakerJobNetworkIsolation'], places: EVERYWHERE,
    denied: always({ actions: sagemaker(...TRAININGS, ...QUALITY_MONITORS), when: { BoolIfExists: { 'sagemaker:NetworkIsolation': 'false' } } }),
  },
  {
    control: Control.NETWORK_ISOLATION, name: 'Processing', rules: ['SageMakerJobNetworkIsolation'], places: EVERYWHERE,
    // no key tells a job of Clarify, which a VPC keeps in instead
    denied: ({ clarifyRoles }) => ({
      actions: sagemaker(...PROCESSING, ...SCHEDULES), when: { BoolIfExists: { 'sagemaker:NetworkIsolation': 'false' }, Null: INLINE }, except: clarifyRoles,
    }),
  },
  {
    control: Control.NETWORK_ISOLATION, name: 'Models', rules: ['SageMakerModelNetworkIsolation'], places: EVERYWHERE,
    denied: ({ serverlessRoles }) => ({ actions: sagemaker('CreateModel'), when: { BoolIfExists: { 'sagemaker:NetworkIsolation': 'false' } }, except: serverlessRoles }),
  },
  {
    control: Control.NETWORK_ISOLATION, name: 'Components', rules: ['SageMakerEndpointConfigNetworkIsolation'], places: IN_ACCOUNTS,
    denied: always({ actions: sagemaker('CreateEndpointConfig'), when: { BoolIfExists: { 'sagemaker:NetworkIsolation': 'false' }, Null: FOR_COMPONENTS } }),
  },
  {
    control: Control.NETWORK_ISOLATION, name: 'Notebooks', rules: ['SageMakerNotebookInternet'], places: BESIDE,
    denied: always({ actions: sagemaker('CreateNotebookInstance'), when: { StringNotEquals: { 'sagemaker:DirectInternetAccess': 'Disabled' } } }),
  },
  {
    control: Control.NETWORK_ISOLATION, name: 'Studio', rules: ['SageMakerNotebookInternet'], places: BESIDE,
    denied: always({ actions: sagemaker('CreateDomain'), when: { StringNotEquals: { 'sagemaker:AppNetworkAccessType': 'VpcOnly' } } }),
  },
  {
    control: Control.NETWORK_ISOLATION, name: 'StudioLater', rules: ['SageMakerNotebookInternet'], places: BESIDE,
    denied: always({ actions: sagemaker('UpdateDomain'), when: { StringEquals: { 'sagemaker:AppNetworkAccessType': 'PublicInternetOnly' } } }),
  },
  ...jobs({ control: Control.PRIVATE_NETWORK, name: 'Jobs', rules: ['SageMakerClusterVpc', 'SageMakerJobVpc', 'SageMakerNotebookVpc'] }, [...JOBS, ...AUTO_ML, 'CreateJob'], { Null: { 'sagemaker:VpcSubnets': 'true' } }, ['CreateCluster', 'CreateNotebookInstance']),
  {
    control: Control.PRIVATE_NETWORK, name: 'Models', rules: ['SageMakerModelVpc'], places: EVERYWHERE,
    denied: ({ serverlessRoles }) => ({ actions: sagemaker('CreateModel'), when: { Null: { 'sagemaker:VpcSubnets': 'true' } }, except: serverlessRoles }),
  },
  {
    control: Control.PRIVATE_NETWORK, name: 'Components', rules: ['SageMakerEndpointConfigVpc'], places: IN_ACCOUNTS,
    denied: always({ actions: sagemaker('CreateEndpointConfig'), when: { Null: { 'sagemaker:VpcSubnets': 'true', ...FOR_COMPONENTS } } }),
  },
  {
    control: Control.PRIVATE_NETWORK, name: 'Subnets', rules: ['SageMakerJobVpc', 'SageMakerModelVpc'], places: [...EVERYWHERE, 'companion'],
    denied: others(({ subnets }) => subnets, 'sagemaker:VpcSubnets'),
  },
  {
    control: Control.PRIVATE_NETWORK, name: 'SecurityGroups', rules: ['SageMakerJobVpc', 'SageMakerModelVpc'], places: BESIDE,
    denied: (limits) => others(({ securityGroups }) => securityGroups, 'sagemaker:VpcSecurityGroupIds', 'CreateUserProfile', 'UpdateUserProfile')(limits, 'denial'),
  },
  ...jobs({ control: Control.RESOURCE_LIMIT, name: 'Runtime', rules: ['SageMakerJobMaxRuntime'] }, JOBS, { Null: { 'sagemaker:MaxRuntimeInSeconds': 'true' } }),
  {
    control: Control.RESOURCE_LIMIT, name: 'LongestRuntime', rules: ['SageMakerJobMaxRuntime'], places: BESIDE,
    denied: ({ maximumRuntime }) => (maximumRuntime === undefined ? undefined : {
      actions: sagemaker(...ON_INSTANCES), when: { NumericGreaterThan: { 'sagemaker:MaxRuntimeInSeconds': String(maximumRuntime) } },
    }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'RemoteDebug', rules: ['SageMakerRemoteAccess'], places: BESIDE,
    denied: always({ actions: sagemaker('CreateTrainingJob', 'UpdateTrainingJob'), when: { Bool: { 'sagemaker:EnableRemoteDebug': 'true' } } }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'SharedSpaces', rules: ['SageMakerSpaceSharing'], places: IN_ACCOUNTS,
    denied: always({ actions: sagemaker('CreateSpace'), when: { StringNotEquals: { 'sagemaker:SpaceSharingType': 'Private' } } }),
  },
  {
    control: Control.AUTHENTICATION, name: 'Studio', rules: ['SageMakerDomainSingleSignOn'], places: IN_ACCOUNTS,
    denied: always({ actions: sagemaker('CreateDomain'), when: { StringNotEquals: { 'sagemaker:AuthMode': 'SSO' } } }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Labels', rules: ['SageMakerPublicWorkforce'], places: IN_ACCOUNTS,
    denied: always({ actions: sagemaker('CreateFlowDefinition', 'CreateLabelingJob'), when: { StringEquals: { 'sagemaker:WorkteamType': 'public-crowd' } } }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'RemoteSpaces', rules: ['SageMakerRemoteAccess'], places: BESIDE,
    denied: always({ actions: sagemaker('CreateSpace', 'UpdateSpace'), when: { StringEquals: { 'sagemaker:RemoteAccess': 'ENABLED' } } }),
  },
  ...notebookSetting('NotebookRoot', 'SageMakerNotebookRootAccess', 'sagemaker:RootAccess', 'Disabled', 'Enabled'),
  ...notebookSetting('NotebookMetadata', 'SageMakerNotebookMetadata', 'sagemaker:MinimumInstanceMetadataServiceVersion', '2', '1'),
  {
    control: Control.HUMAN_APPROVAL, name: '', rules: ['SageMakerModelApproval'], places: EVERYWHERE,
    // roles of workloads never approve; where nobody is named, people may
    denied: ({ approvers }, place) => (!isOfWorkloads(place) && approvers.length === 0 ? undefined : {
      actions: sagemaker('CreateModelPackage', 'UpdateModelPackage'), when: { StringEquals: { 'sagemaker:ModelApprovalStatus': 'Approved' } },
      ...(isOfWorkloads(place) ? {} : { except: approvers }),
    }),
  },
  {
    control: Control.MODEL_MONITORING, name: '', rules: [], places: ['denial'],
    // the rollout of an endpoint moves its monitor by a role of its own
    denied: ({ deployers }) => ({ actions: sagemaker('DeleteMonitoringSchedule', 'StopMonitoringSchedule'), except: deployers }),
  },
];
