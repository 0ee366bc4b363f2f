import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'SecretKey',
  title: 'Secrets that open ML data encrypt with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SecretsManager::Secret'],
  why: 'whoever reads the password of a database reads the database; the key of the cloud\'s own lets every principal of the account that may read the secret decrypt it',
  fix: 'set KmsKeyId to a key of your own, of a replica ReplicaRegions.KmsKeyId',
  properties: ['KmsKeyId'],
  sources: ['cdk-nag SecretsManagerUsingKMSKey', 'AWS Config secretsmanager-using-cmk', 'Checkov CKV_AWS_149'],
  good: 'a secret that the role of a training job may read, with a KmsKeyId of the app',
  bad: 'a secret that the role of a training job may read, without a KmsKeyId',
  check: (secret) => ofMlData(secret, () => secret.key('KmsKeyId')),
});
