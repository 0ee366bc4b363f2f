import type { Rule } from '../../rule';
import environmentKey from './environment-key';
import logGroup from './log-group';
import permissionPublic from './permission-public';
import permissionSource from './permission-source';
import runtime from './runtime';
import urlAuth from './url-auth';
import vpc from './vpc';

export const lambdaRules: readonly Rule[] = [environmentKey, logGroup, permissionPublic, permissionSource, runtime, urlAuth, vpc];
