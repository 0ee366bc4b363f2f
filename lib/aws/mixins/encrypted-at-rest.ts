import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Control } from '../../policy/control';
import { INSTANCE_TYPES } from '../pipeline/data/instance-types';
import { admitUsers, KEY_USERS } from '../workspace/key-users';
import { DEFAULT_ENCRYPTION, isKms, receivesAccessLogs } from './bucket';
import { ControlMixin, Settings } from './control-mixin';
import { onProcessing } from './processing';
import { isInReach } from './reach';
import { placesIn, Settable } from './settable';
import { variantsOf } from './variants';

const LOCAL_STORAGE = new Set(INSTANCE_TYPES.filter(({ localStorageGb }) => localStorageGb !== undefined).map(({ name }) => name));

/**
 * Encrypts what rests with a key of your own, where no such key stands: volumes, outputs and captures of SageMaker, feature groups, Studio,
 * buckets, log groups, topics, queues, tables, repositories, secrets, streams, file systems, trails and event data stores, the catalog of Glue.
 *
 * Services that encrypt on their own account are let use the key. Principals that read or write need it too:
 * `key.grantEncryptDecrypt(role)`. Buckets that take access logs keep S3's keys, since S3 delivers to no others; instances with local NVMe
 * storage take no key. A global table with replicas in other regions needs a key of each, and stays as it is. Steps inside the definition of a
 * pipeline are out of reach: their keys are set where they are made.
 */
export class EncryptedAtRest extends ControlMixin {
  public readonly control = Control.ENCRYPTION_AT_REST;
  /** @internal */
  protected readonly _settings: Settings;

  /** With this key. */
  constructor(private readonly key: kms.IKey) {
    super();
    this._settings = {
      'AWS::SageMaker::EndpointConfig': (config) => this.encryptEndpoint(config),
      ...onProcessing((resource, job) => {
        this.encryptVolume(resource, job.cluster);
        this.encryptPart(resource, job.output, 'KmsKeyId');
        // the result of a query is written before the job reads it
        for (const input of placesIn(resource, 'ProcessingInputs')) {
          for (const kind of ['Athena', 'Redshift']) this.encryptPart(resource, `${input}.DatasetDefinition.${kind}DatasetDefinition`, 'KmsKeyId');
        }
      }),
      'AWS::SageMaker::FeatureGroup': (group) => {
        if (group.cases('OnlineStoreConfig.EnableOnlineStore').some((on) => String(on) === 'true')) this.encryptPart(group, 'OnlineStoreConfig', 'SecurityConfig.KmsKeyId');
        this.encryptPart(group, 'OfflineStoreConfig', 'S3StorageConfig.KmsKeyId');
      },
      'AWS::SageMaker::InferenceExperiment': (experiment) => {
        const types = placesIn(experiment, 'ModelVariants').flatMap((variant) => experiment.cases(`${variant}.InfrastructureConfig.RealTimeInferenceConfig.InstanceType`));
        if (types.length === 0 || !types.every((type) => LOCAL_STORAGE.has(String(type)))) this.encrypt(experiment, 'KmsKey');
        this.encryptPart(experiment, 'DataStorageConfig', 'KmsKey');
      },
      'AWS::SageMaker::Domain': (domain) => {
        this.encrypt(domain, 'KmsKeyId');
        this.encryptShared(domain, 'DefaultUserSettings.SharingSettings');
      },
      'AWS::SageMaker::UserProfile': (user) => this.encryptShared(user, 'UserSettings.SharingSettings'),
      'AWS::SageMaker::NotebookInstance': (notebook) => this.encrypt(notebook, 'KmsKeyId'),
      'AWS::SageMaker::ModelCard': (card) => this.encrypt(card, 'SecurityConfig.KmsKeyId'),
      'AWS::SageMaker::ModelPackage': (version) => {
        this.encrypt(version, 'SecurityConfig.KmsKeyId');
        for (const job of placesIn(version, 'ValidationSpecification.ValidationProfiles').map((one) => `${one}.TransformJobDefinition`)) {
          this.encryptVolume(version, `${job}.TransformResources`, job);
          this.encryptPart(version, `${job}.TransformOutput`, 'KmsKeyId');
        }
      },
      'AWS::SageMaker::PartnerApp': (app) => this.encrypt(app, 'KmsKeyId'),
      'AWS::S3::Bucket': (bucket) => this.encryptBucket(bucket),
      'AWS::S3Express::DirectoryBucket': (bucket) => this.encryptBucket(bucket),
      'AWS::Logs::LogGroup': (group) => this.encrypt(group, 'KmsKeyId', 'CloudWatch Logs'),
      'AWS::SNS::Topic': (topic) => this.encrypt(topic, 'KmsMasterKeyId', 'CloudWatch alarms', 'EventBridge'),
      'AWS::SQS::Queue': (queue) => {
        this.encrypt(queue, 'KmsMasterKeyId', 'EventBridge', 'SNS');
        // SQS takes one of the two
        if (queue.at('SqsManagedSseEnabled') !== undefined) queue.ensureFlag('SqsManagedSseEnabled', false);
      },
      'AWS::DynamoDB::Table': (table) => {
        table.ensureFlag('SSESpecification.SSEEnabled');
        table.ensure('SSESpecification.SSEType', 'KMS');
        this.encrypt(table, 'SSESpecification.KMSMasterKeyId');
      },
      'AWS::DynamoDB::GlobalTable': (table) => this.encryptGlobalTable(table),
      'AWS::ECR::Repository': (repository) => {
        repository.change('EncryptionConfiguration.EncryptionType', (type) => (String(type).startsWith('KMS') ? type : 'KMS'));
        this.encrypt(repository, 'EncryptionConfiguration.KmsKey');
      },
      'AWS::SecretsManager::Secret': (secret) => this.encrypt(secret, 'KmsKeyId'),
      'AWS::Kinesis::Stream': (stream) => {
        // neither goes without the other
        if (isInReach(stream, this.key, 'key')) stream.setIfAbsent('StreamEncryption', { EncryptionType: 'KMS', KeyId: this.key.keyArn });
        this.encrypt(stream, 'StreamEncryption.KeyId');
      },
      'AWS::EFS::FileSystem': (system) => {
        system.ensureFlag('Encrypted');
        this.encrypt(system, 'KmsKeyId');
      },
      'AWS::Glue::DataCatalogEncryptionSettings': (settings) => {
        const [rest, passwords] = ['EncryptionAtRest', 'ConnectionPasswordEncryption'].map((part) => `DataCatalogEncryptionSettings.${part}`);
        // there is a second mode, for which a role has to be named
        settings.change(`${rest}.CatalogEncryptionMode`, (mode) => (String(mode).startsWith('SSE-KMS') ? mode : 'SSE-KMS'));
        this.encrypt(settings, `${rest}.SseAwsKmsKeyId`);
        settings.ensureFlag(`${passwords}.ReturnConnectionPasswordEncrypted`);
        this.encrypt(settings, `${passwords}.KmsKeyId`);
      },
      'AWS::CloudTrail::Trail': (trail) => this.encrypt(trail, 'KMSKeyId', 'CloudTrail'),
      'AWS::CloudTrail::EventDataStore': (store) => this.encrypt(store, 'KmsKeyId', 'CloudTrail Lake'),
    };
  }

  /** Puts the key where none of yours stands, and lets services use it that encrypt on their own account. */
  private encrypt(resource: Settable, path: string, ...services: string[]): void {
    if (isInReach(resource, this.key, 'key') && resource.ensureKey(path, this.key.keyArn) && services.length > 0) this.admit(resource, services);
  }

  /** What may be left out has a key where it is there. */
  private encryptPart(resource: Settable, part: string, path: string): void {
    if (isInReach(resource, this.key, 'key')) resource.ensureKey(`${part}.${path}`, this.key.keyArn, part);
  }

  private encryptVolume(resource: Settable, machines: string, present?: string): void {
    if (resource.cases(`${machines}.InstanceType`).some((type) => LOCAL_STORAGE.has(String(type)))) return;
    if (isInReach(resource, this.key, 'key')) resource.ensureKey(`${machines}.VolumeKmsKeyId`, this.key.keyArn, present);
  }

  // a replica takes a key of its own region: one that stands elsewhere is for the app to give
  private encryptGlobalTable(table: Settable): void {
    const replicas = placesIn(table, 'Replicas');
    const { region } = Stack.of(table.resource);
    if (Token.isUnresolved(region) || replicas.some((replica) => table.cases(`${replica}.Region`).some((one) => one !== undefined && one !== region))) return;
    table.ensureFlag('SSESpecification.SSEEnabled');
    table.ensure('SSESpecification.SSEType', 'KMS');
    for (const replica of replicas) if (isInReach(table, this.key, 'key')) table.ensureKey(`${replica}.SSESpecification.KMSMasterKeyId`, this.key.keyArn, replica);
  }

  private encryptShared(resource: Settable, sharing: string): void {
    if (resource.cases(`${sharing}.NotebookOutputOption`).includes('Allowed')) this.encryptPart(resource, sharing, 'S3KmsKeyId');
  }

  private encryptEndpoint(config: Settable): void {
    const variants = variantsOf(config);
    const types = variants.filter(({ onInstances }) => onInstances).flatMap(({ instanceTypes }) => instanceTypes);
    // SageMaker refuses a volume key as soon as one of the variants has local storage
    if (types.length > 0 && types.every((type) => type === undefined || !LOCAL_STORAGE.has(type))) this.encrypt(config, 'KmsKeyId');
    if (String(config.at('DataCaptureConfig.EnableCapture')) !== 'false') this.encryptPart(config, 'DataCaptureConfig', 'KmsKeyId');
    this.encryptPart(config, 'AsyncInferenceConfig', 'OutputConfig.KmsKeyId');
    for (const { path } of variants) this.encryptPart(config, `${path}.CoreDumpConfig`, 'KmsKeyId');
  }

  private encryptBucket(bucket: Settable): void {
    const algorithms = bucket.cases(`${DEFAULT_ENCRYPTION}.SSEAlgorithm`);
    if (!isInReach(bucket, this.key, 'key') || (receivesAccessLogs(bucket.resource) && !algorithms.every(isKms))) return;
    // there is none for two layers of encryption
    if (!algorithms.some(isKms)) bucket.setIfAbsent('BucketEncryption.ServerSideEncryptionConfiguration.0.BucketKeyEnabled', true);
    bucket.change(`${DEFAULT_ENCRYPTION}.SSEAlgorithm`, (algorithm) => (isKms(algorithm) ? algorithm : 'aws:kms'));
    this.encrypt(bucket, `${DEFAULT_ENCRYPTION}.KMSMasterKeyID`);
  }

  private admit({ resource }: Settable, services: readonly string[]): void {
    const { region, stackName } = Stack.of(resource);
    if (Token.isUnresolved(region)) {
      Annotations.of(resource).addInfo(`stack '${stackName}' names no region, so the policy of the key stays as it is: make sure it lets ${services.join(' and ')} use it`);
    } else {
      admitUsers(resource, this.key, KEY_USERS.filter(({ service }) => services.includes(service)), region, `key '${this.key.node.path}'`);
    }
  }
}
