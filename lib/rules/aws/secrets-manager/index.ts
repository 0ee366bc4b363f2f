import type { Rule } from '../../rule';
import plainSecrets from './plain-secrets';
import secretKey from './secret-key';
import secretRotation from './secret-rotation';

export const secretsManagerRules: readonly Rule[] = [plainSecrets, secretKey, secretRotation];
