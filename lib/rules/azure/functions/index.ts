import type { Rule } from '../../rule';
import https from './https';
import plainSecrets from './plain-secrets';
import publicAccess from './public-access';
import publishing from './publishing';
import signIn from './sign-in';
import storageIdentity from './storage-identity';
import subnet from './subnet';
import tls from './tls';

export const functionsRules: readonly Rule[] = [
  https, plainSecrets, publicAccess, publishing, signIn, storageIdentity, subnet, tls,
];
