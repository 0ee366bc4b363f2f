import { Control } from '../../../policy/control';
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
/** What roles of workloads do not do, or what their one boundary has no room for. */
const NOT_IN_BOUNDARIES: readonly Place[] = ['denial', 'scp'];

/** What people do, and what service control policies, of which there are four, have no room for. */
const PEOPLE: readonly Place[] = ['denial'];

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

/** What people do besides: roles of workloads do not, and their one boundary has no room for it. */
function byPeople(place: Place, ...actions: string[]): string[] {
  return place === 'boundary' ? [] : actions;
}

/** What jobs are denied, and schedules only where they hold their definition. */
function jobs(guard: Omit<Guard, 'denied' | 'places'>, actions: readonly string[], when: Conditions, people: readonly string[] = []): Guard[] {
  return [
    { ...guard, places: EVERYWHERE, denied: (_limits, place) => ({ actions: sagemaker(...actions, ...byPeople(place, ...people)), when }) },
    { ...guard, name: `${guard.name}Schedules`, rules: guard.rules.filter((name) => name.startsWith('SageMakerJob')), places: EVERYWHERE, denied: always({ actions: sagemaker(...SCHEDULES), when: { ...when, Null: { ...when.Null, ...INLINE } } }) },
  ];
}

/** A setting of a notebook: must be safe when it is made, and must not be made unsafe later. */
function notebookSetting(name: string, rule: string, key: string, safe: string, unsafe: string): Guard[] {
  return [
    {
      control: Control.LEAST_PRIVILEGE, name, rules: [rule], places: NOT_IN_BOUNDARIES,
      denied: always({ actions: sagemaker('CreateNotebookInstance'), when: { StringNotEquals: { [key]: safe } } }),
    },
    {
      control: Control.LEAST_PRIVILEGE, name: `${name}Later`, rules: [rule], places: NOT_IN_BOUNDARIES,
      denied: always({ actions: sagemaker('UpdateNotebookInstance'), when: { StringEquals: { [key]: unsafe } } }),
    },
  ];
}

/** Anything but one of several known keys, where there are known ones; a key that is missing is denied by another statement. */
function otherKeys(actions: readonly string[], key: string): Guard['denied'] {
  return ({ keys }) => (keys.length === 0 ? undefined : { actions: sagemaker(...actions), when: { ArnNotEquals: { [key]: keys }, Null: { [key]: 'false' } } });
}

/** Any but one of several known values; none of an empty list is another. */
function others(values: (limits: Limits) => readonly string[], key: string): Guard['denied'] {
  return (limits, place) => (values(limits).length === 0 ? undefined : {
    actions: sagemaker(...ON_INSTANCES, ...AUTO_ML, 'CreateModel', ...byPeople(place, 'CreateCluster', 'CreateEndpointConfig', 'CreateJob', 'UpdateCluster')),
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
    control: Control.ENCRYPTION_AT_REST, name: 'OtherVolumes', rules: ['SageMakerJobVolumeKey', 'SageMakerNotebookKey'], places: EVERYWHERE,
    denied: (_limits, place) => ({ actions: sagemaker(...AUTO_ML, ...byPeople(place, 'CreateDomain', 'CreateNotebookInstance')), when: { Null: { 'sagemaker:VolumeKmsKeyArn': 'true' } } }),
  },
  ...jobs({ control: Control.ENCRYPTION_AT_REST, name: 'Outputs', rules: ['SageMakerJobOutputKey'] }, [...JOBS, ...AUTO_ML, 'CreateJob', 'CreateLabelingJob', 'CreateTransformJob'], { Null: { 'sagemaker:OutputKmsKeyArn': 'true' } }),
  {
    control: Control.ENCRYPTION_AT_REST, name: 'OnlineFeatures', rules: ['SageMakerFeatureGroupKey'], places: NOT_IN_BOUNDARIES,
    denied: always({
      actions: sagemaker('CreateFeatureGroup'),
      when: { Null: { 'sagemaker:FeatureGroupOnlineStoreKmsKeyArn': 'true' }, Bool: { 'sagemaker:FeatureGroupEnableOnlineStore': 'true' } },
    }),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'OfflineFeatures', rules: ['SageMakerFeatureGroupKey'], places: NOT_IN_BOUNDARIES,
    denied: always({
      actions: sagemaker('CreateFeatureGroup'),
      when: { Null: { 'sagemaker:FeatureGroupOfflineStoreKmsKeyArn': 'true', 'sagemaker:FeatureGroupOfflineStoreConfig': 'false' } },
    }),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'VolumeKeys', rules: ['SageMakerJobVolumeKey', 'SageMakerEndpointConfigKey'], places: NOT_IN_BOUNDARIES,
    denied: otherKeys([...ON_INSTANCES, ...AUTO_ML, 'CreateEndpointConfig', 'CreateTransformJob'], 'sagemaker:VolumeKmsKeyArn'),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'OutputKeys', rules: ['SageMakerJobOutputKey'], places: NOT_IN_BOUNDARIES,
    denied: otherKeys([...ON_INSTANCES, ...AUTO_ML, 'CreateTransformJob'], 'sagemaker:OutputKmsKeyArn'),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'SharingKeys', rules: ['SageMakerStudioSharingKey'], places: PEOPLE,
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
    control: Control.NETWORK_ISOLATION, name: 'Components', rules: ['SageMakerEndpointConfigNetworkIsolation'], places: PEOPLE,
    denied: always({ actions: sagemaker('CreateEndpointConfig'), when: { BoolIfExists: { 'sagemaker:NetworkIsolation': 'false' }, Null: FOR_COMPONENTS } }),
  },
  {
    control: Control.NETWORK_ISOLATION, name: 'Notebooks', rules: ['SageMakerNotebookInternet'], places: NOT_IN_BOUNDARIES,
    denied: always({ actions: sagemaker('CreateNotebookInstance'), when: { StringNotEquals: { 'sagemaker:DirectInternetAccess': 'Disabled' } } }),
  },
  {
    control: Control.NETWORK_ISOLATION, name: 'Studio', rules: ['SageMakerNotebookInternet'], places: NOT_IN_BOUNDARIES,
    denied: always({ actions: sagemaker('CreateDomain'), when: { StringNotEquals: { 'sagemaker:AppNetworkAccessType': 'VpcOnly' } } }),
  },
  {
    control: Control.NETWORK_ISOLATION, name: 'StudioLater', rules: ['SageMakerNotebookInternet'], places: NOT_IN_BOUNDARIES,
    denied: always({ actions: sagemaker('UpdateDomain'), when: { StringEquals: { 'sagemaker:AppNetworkAccessType': 'PublicInternetOnly' } } }),
  },
  ...jobs({ control: Control.PRIVATE_NETWORK, name: 'Jobs', rules: ['SageMakerClusterVpc', 'SageMakerJobVpc', 'SageMakerNotebookVpc'] }, [...JOBS, ...AUTO_ML, 'CreateJob'], { Null: { 'sagemaker:VpcSubnets': 'true' } }, ['CreateCluster', 'CreateNotebookInstance']),
  {
    control: Control.PRIVATE_NETWORK, name: 'Models', rules: ['SageMakerModelVpc'], places: EVERYWHERE,
    denied: ({ serverlessRoles }) => ({ actions: sagemaker('CreateModel'), when: { Null: { 'sagemaker:VpcSubnets': 'true' } }, except: serverlessRoles }),
  },
  {
    control: Control.PRIVATE_NETWORK, name: 'Components', rules: ['SageMakerEndpointConfigVpc'], places: PEOPLE,
    denied: always({ actions: sagemaker('CreateEndpointConfig'), when: { Null: { 'sagemaker:VpcSubnets': 'true', ...FOR_COMPONENTS } } }),
  },
  {
    control: Control.PRIVATE_NETWORK, name: 'Subnets', rules: ['SageMakerJobVpc', 'SageMakerModelVpc'], places: EVERYWHERE,
    denied: others(({ subnets }) => subnets, 'sagemaker:VpcSubnets'),
  },
  {
    control: Control.PRIVATE_NETWORK, name: 'SecurityGroups', rules: ['SageMakerJobVpc', 'SageMakerModelVpc'], places: NOT_IN_BOUNDARIES,
    denied: others(({ securityGroups }) => securityGroups, 'sagemaker:VpcSecurityGroupIds'),
  },
  ...jobs({ control: Control.RESOURCE_LIMIT, name: 'Runtime', rules: ['SageMakerJobMaxRuntime'] }, JOBS, { Null: { 'sagemaker:MaxRuntimeInSeconds': 'true' } }),
  {
    control: Control.RESOURCE_LIMIT, name: 'LongestRuntime', rules: ['SageMakerJobMaxRuntime'], places: NOT_IN_BOUNDARIES,
    denied: ({ maximumRuntime }) => (maximumRuntime === undefined ? undefined : {
      actions: sagemaker(...ON_INSTANCES), when: { NumericGreaterThan: { 'sagemaker:MaxRuntimeInSeconds': String(maximumRuntime) } },
    }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'RemoteDebug', rules: ['SageMakerRemoteAccess'], places: NOT_IN_BOUNDARIES,
    denied: always({ actions: sagemaker('CreateTrainingJob', 'UpdateTrainingJob'), when: { Bool: { 'sagemaker:EnableRemoteDebug': 'true' } } }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'SharedSpaces', rules: ['SageMakerSpaceSharing'], places: PEOPLE,
    denied: always({ actions: sagemaker('CreateSpace'), when: { StringNotEquals: { 'sagemaker:SpaceSharingType': 'Private' } } }),
  },
  {
    control: Control.AUTHENTICATION, name: 'Studio', rules: ['SageMakerDomainSingleSignOn'], places: PEOPLE,
    denied: always({ actions: sagemaker('CreateDomain'), when: { StringNotEquals: { 'sagemaker:AuthMode': 'SSO' } } }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Labels', rules: ['SageMakerPublicWorkforce'], places: PEOPLE,
    denied: always({ actions: sagemaker('CreateFlowDefinition', 'CreateLabelingJob'), when: { StringEquals: { 'sagemaker:WorkteamType': 'public-crowd' } } }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'RemoteSpaces', rules: ['SageMakerRemoteAccess'], places: NOT_IN_BOUNDARIES,
    denied: always({ actions: sagemaker('CreateSpace', 'UpdateSpace'), when: { StringEquals: { 'sagemaker:RemoteAccess': 'ENABLED' } } }),
  },
  ...notebookSetting('NotebookRoot', 'SageMakerNotebookRootAccess', 'sagemaker:RootAccess', 'Disabled', 'Enabled'),
  ...notebookSetting('NotebookMetadata', 'SageMakerNotebookMetadata', 'sagemaker:MinimumInstanceMetadataServiceVersion', '2', '1'),
  {
    control: Control.HUMAN_APPROVAL, name: '', rules: ['SageMakerModelApproval'], places: EVERYWHERE,
    // roles of workloads never approve; where nobody is named, people may
    denied: ({ approvers }, place) => (place !== 'boundary' && approvers.length === 0 ? undefined : {
      actions: sagemaker('CreateModelPackage', 'UpdateModelPackage'), when: { StringEquals: { 'sagemaker:ModelApprovalStatus': 'Approved' } },
      ...(place === 'boundary' ? {} : { except: approvers }),
    }),
  },
  {
    control: Control.MODEL_MONITORING, name: '', rules: [], places: ['denial'],
    denied: ({ deployers }) => ({ actions: sagemaker('DeleteMonitoringSchedule', 'StopMonitoringSchedule'), except: deployers }),
  },
];
