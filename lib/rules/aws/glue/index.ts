import type { Rule } from '../../rule';
import catalogKey from './catalog-key';
import connectionTls from './connection-tls';
import connectionVpc from './connection-vpc';
import integrationKey from './integration-key';
import jobSecurityConfiguration from './job-security-configuration';
import jobVersion from './job-version';
import jobVpc from './job-vpc';
import mlTransformKey from './ml-transform-key';
import securityConfiguration from './security-configuration';

export const glueRules: readonly Rule[] = [
  catalogKey, connectionTls, connectionVpc, integrationKey, jobSecurityConfiguration, jobVersion, jobVpc, mlTransformKey, securityConfiguration,
];
