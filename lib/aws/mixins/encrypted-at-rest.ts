import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Control } from '../../policy/control';
import { INSTANCE_TYPES } from '../pipeline/data/instance-types';
import { admitUsers, KEY_USERS } from '../workspace/key-users';
import { receivesAccessLogs } from './bucket';
import { ControlMixin, Settings } from './control-mixin';
import { onProcessing } from './processing';
import { isAbsent, isRecord, placesIn, Settable } from './settable';
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
        if (String(group.at('OnlineStoreConfig.EnableOnlineStore')) === 'true') this.encrypt(group, 'OnlineStoreConfig.SecurityConfig.KmsKeyId');
        this.encryptPart(group, 'OfflineStoreConfig', 'S3StorageConfig.KmsKeyId');
      },
      'AWS::SageMaker::InferenceExperiment': (experiment) => {
        const types = placesIn(experiment, 'ModelVariants').map((variant) => experiment.at(`${variant}.InfrastructureConfig.RealTimeInferenceConfig.InstanceType`));
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
          this.encryptVolume(version, `${job}.TransformResources`);
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
        if (!String(repository.at('EncryptionConfiguration.EncryptionType')).startsWith('KMS')) repository.set('EncryptionConfiguration.EncryptionType', 'KMS');
        this.encrypt(repository, 'EncryptionConfiguration.KmsKey');
      },
      'AWS::SecretsManager::Secret': (secret) => this.encrypt(secret, 'KmsKeyId'),
      'AWS::Kinesis::Stream': (stream) => {
        // neither goes without the other
        stream.setIfAbsent('StreamEncryption', { EncryptionType: 'KMS', KeyId: this.key.keyArn });
        this.encrypt(stream, 'StreamEncryption.KeyId');
      },
      'AWS::EFS::FileSystem': (system) => {
        system.ensureFlag('Encrypted');
        this.encrypt(system, 'KmsKeyId');
      },
      'AWS::Glue::DataCatalogEncryptionSettings': (settings) => {
        const [rest, passwords] = ['EncryptionAtRest', 'ConnectionPasswordEncryption'].map((part) => `DataCatalogEncryptionSettings.${part}`);
        // there is a second mode, for which a role has to be named
        if (!String(settings.at(`${rest}.CatalogEncryptionMode`)).startsWith('SSE-KMS')) settings.set(`${rest}.CatalogEncryptionMode`, 'SSE-KMS');
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
    if (resource.ensureKey(path, this.key.keyArn) && services.length > 0) this.admit(resource, services);
  }

  /** What may be left out has a key where it is there. */
  private encryptPart(resource: Settable, part: string, path: string): void {
    if (!isAbsent(resource.at(part))) this.encrypt(resource, `${part}.${path}`);
  }

  private encryptVolume(resource: Settable, machines: string): void {
    if (!LOCAL_STORAGE.has(String(resource.at(`${machines}.InstanceType`)))) this.encrypt(resource, `${machines}.VolumeKmsKeyId`);
  }

  // a replica takes a key of its own region: one that stands elsewhere is for the app to give
  private encryptGlobalTable(table: Settable): void {
    const replicas = placesIn(table, 'Replicas');
    const { region } = Stack.of(table.resource);
    if (Token.isUnresolved(region) || replicas.some((replica) => table.at(`${replica}.Region`) !== region)) return;
    table.ensureFlag('SSESpecification.SSEEnabled');
    table.ensure('SSESpecification.SSEType', 'KMS');
    for (const replica of replicas) this.encrypt(table, `${replica}.SSESpecification.KMSMasterKeyId`);
  }

  private encryptShared(resource: Settable, sharing: string): void {
    if (resource.at(`${sharing}.NotebookOutputOption`) === 'Allowed') this.encrypt(resource, `${sharing}.S3KmsKeyId`);
  }

  private encryptEndpoint(config: Settable): void {
    const variants = variantsOf(config);
    const types = variants.filter(({ onInstances }) => onInstances).map(({ instanceType }) => instanceType);
    // SageMaker refuses a volume key as soon as one of the variants has local storage
    if (types.length > 0 && types.every((type) => type === undefined || !LOCAL_STORAGE.has(type))) this.encrypt(config, 'KmsKeyId');
    if (String(config.at('DataCaptureConfig.EnableCapture')) !== 'false') this.encryptPart(config, 'DataCaptureConfig', 'KmsKeyId');
    this.encryptPart(config, 'AsyncInferenceConfig', 'OutputConfig.KmsKeyId');
    for (const { path } of variants) this.encryptPart(config, `${path}.CoreDumpConfig`, 'KmsKeyId');
  }

  private encryptBucket(bucket: Settable): void {
    const rules = bucket.at('BucketEncryption.ServerSideEncryptionConfiguration');
    const first = Array.isArray(rules) && isRecord(rules[0]) && isRecord(rules[0].ServerSideEncryptionByDefault) ? rules[0].ServerSideEncryptionByDefault : {};
    if (typeof first.SSEAlgorithm === 'string' && first.SSEAlgorithm.startsWith('aws:kms')) {
      this.encrypt(bucket, 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID');
    } else if (!receivesAccessLogs(bucket.resource)) {
      bucket.set('BucketEncryption', {
        ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: this.key.keyArn } }],
      });
    }
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
