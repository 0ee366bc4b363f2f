import { ruleTable } from '../table';
import { PARAM } from './around';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:pseudonyms-a1b2c3';
const recipe = (...steps: unknown[]) => ({ Name: 'admissions', Steps: steps });
const step = (Parameters: unknown, Operation: unknown = 'CRYPTOGRAPHIC_HASH') => ({ Action: { Operation, Parameters } });
const hash = (change: Record<string, unknown> = {}) => recipe(step({ sourceColumns: '["mrn"]', secretId: SECRET, ...change }));
const upper = step({ sourceColumn: 'name' }, 'UPPER_CASE');

ruleTable('DataBrewKeyedHash', {
  type: 'AWS::DataBrew::Recipe',
  around: { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} } },
  compliant: [
    hash({ algorithm: 'HMAC_SHA256' }), hash(), hash({ algorithm: 'HMAC_SHA512', secretId: { Ref: 'Secret' } }), recipe(upper, step({ sourceColumns: '["mrn"]', secretId: SECRET })),
    hash({ algorithm: { 'Fn::If': ['Cond', 'HMAC_SHA512', { Ref: 'AWS::NoValue' }] } }),
  ],
  nonCompliant: [
    hash({ algorithm: 'SHA256' }), hash({ algorithm: 'MD5', secretId: undefined }), hash({ secretId: undefined }), hash({ secretId: '' }), hash({ secretId: 'databrew!default', createSecretIfMissing: 'true' }),
    hash({ algorithm: { 'Fn::If': ['Cond', 'HMAC_SHA512', 'SHA512'] } }), recipe(step(undefined)), recipe(upper, step({ sourceColumns: '["mrn"]', secretId: SECRET, algorithm: 'SHA1' })),
  ],
  unknown: [hash({ algorithm: PARAM }), hash({ secretId: PARAM }), recipe(step(PARAM)), recipe(step({ secretId: SECRET }, PARAM)), { Name: 'admissions', Steps: PARAM }],
  notApplicable: [recipe(upper), recipe(step({ sourceColumns: '["mrn"]', secretId: SECRET }, 'DETERMINISTIC_ENCRYPT')), { Name: 'admissions', Steps: [] }],
  override: { path: 'Steps.0.Action.Parameters.algorithm', to: 'SHA256' },
});
