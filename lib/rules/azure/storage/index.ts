import type { Rule } from '../../rule';
import containerPublic from './container-public';
import copyScope from './copy-scope';
import crossTenant from './cross-tenant';
import defender from './defender';
import https from './https';
import immutability from './immutability';
import infrastructureEncryption from './infrastructure-encryption';
import key from './key';
import lifecycle from './lifecycle';
import localUsers from './local-users';
import nestedPublic from './nested-public';
import networkRules from './network-rules';
import oauthDefault from './oauth-default';
import publicAccess from './public-access';
import queueTableKeys from './queue-table-keys';
import sharedKey from './shared-key';
import softDelete from './soft-delete';
import tls from './tls';
import versioning from './versioning';

export const storageRules: readonly Rule[] = [
  containerPublic, copyScope, crossTenant, defender, https, immutability, infrastructureEncryption, key, lifecycle, localUsers, nestedPublic,
  networkRules, oauthDefault, publicAccess, queueTableKeys, sharedKey, softDelete, tls, versioning,
];
