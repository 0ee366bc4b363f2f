import { onHttp, serve } from '../token-vault-azure/http-function';
import { tokenize } from '../token-vault/tokenize';

/** Gives tokens for values: `{ items: [{ field, value, subject? }] }`. */
export const handler = onHttp(tokenize);

serve('tokenize', 'tokenize', handler);
