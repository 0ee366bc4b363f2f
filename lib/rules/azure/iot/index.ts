import type { Rule } from '../../rule';
import fileUpload from './file-upload';
import localAuth from './local-auth';
import publicAccess from './public-access';
import tls from './tls';

export const iotRules: readonly Rule[] = [
  fileUpload, localAuth, publicAccess, tls,
];
