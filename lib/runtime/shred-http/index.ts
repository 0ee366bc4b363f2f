import { onHttp, serve } from '../token-vault-azure/http-function';
import { shred } from '../token-vault/shred';

/** Erases subjects, `{ action: 'shred', items: [subject, …] }`, or tells how the audit log names tokens, `{ action: 'trace', items: [{ field, token }, …] }`. */
export const handler = onHttp(shred);

serve('shred', 'shred', handler);
