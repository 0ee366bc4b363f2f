import type { Rule } from '../../rule';
import keyLockout from './key-lockout';
import keyPendingWindow from './key-pending-window';
import keyPolicy from './key-policy';
import keyRotation from './key-rotation';
import keyUsable from './key-usable';

export const kmsRules: readonly Rule[] = [
  keyLockout, keyPendingWindow, keyPolicy, keyRotation, keyUsable,
];
