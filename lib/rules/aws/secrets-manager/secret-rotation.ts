import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import { rule } from '../../rule';
import type { Resource } from '../../resource';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'SecretRotation',
  title: 'Credentials that open ML data are made anew by themselves, and stand in no template',
  severity: 'warning',
  control: Control.AUTHENTICATION,
  resources: ['AWS::SecretsManager::Secret'],
  why: 'a password that never changes opens the data to everybody who ever saw it; one in a template is seen by everybody who reads the template',
  fix: 'leave SecretString out, and add a rotation schedule; acknowledge it for a key that must not change, such as one of pseudonyms',
  properties: ['SecretString', 'RotationSchedule'],
  sources: ['Security Hub SecretsManager.1', 'AWS Config secretsmanager-rotation-enabled-check', 'cdk-nag SecretsManagerRotationEnabled', 'Checkov CKV2_AWS_57', 'Prowler secretsmanager_automatic_rotation_enabled'],
  good: 'a secret with GenerateSecretString, and a RotationSchedule whose SecretId is the secret',
  bad: 'a secret whose SecretString is written out, or that no RotationSchedule names',
  check: (secret) => ofMlData(secret, () => [
    secret.relations.once(rotated).has(secret) ? COMPLIANT : nonCompliant('no rotation schedule of this app names the secret'),
    written(secret),
  ]),
});

function written(secret: Resource): Verdict {
  const text = secret.at('SecretString');
  return text.texts.length > 0 ? nonCompliant('SecretString is written out in the template', text.location) : NOT_APPLICABLE;
}

function rotated(relations: Relations): ReadonlySet<Resource> {
  const named = relations.ofType('AWS::SecretsManager::RotationSchedule').flatMap((schedule) => [
    ...relations.targets(schedule.at('SecretId')), ...relations.named(schedule.at('SecretId'), 'AWS::SecretsManager::Secret', 'Name'),
  ]);
  // an attachment adds the address of a database to a secret, and has its ARN
  return new Set(named.flatMap((one) => (one.type === 'AWS::SecretsManager::SecretTargetAttachment' ? relations.targets(one.at('SecretId')) : [one])));
}
