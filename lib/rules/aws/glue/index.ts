import type { Rule } from '../../rule';
import catalogKey from './catalog-key';
import connectionTls from './connection-tls';
import connectionVpc from './connection-vpc';
import integrationKey from './integration-key';
import interactive from './interactive';
import jobSecurityConfiguration from './job-security-configuration';
import jobTimeout from './job-timeout';
import jobVersion from './job-version';
import jobVpc from './job-vpc';
import mlTransformKey from './ml-transform-key';
import securityConfiguration from './security-configuration';

export const glueRules: readonly Rule[] = [
  catalogKey, connectionTls, connectionVpc, integrationKey, interactive, jobSecurityConfiguration, jobTimeout, jobVersion, jobVpc, mlTransformKey, securityConfiguration,
];
