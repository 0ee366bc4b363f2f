import { onHttp, serve } from '../token-vault-azure/http-function';
import { detokenize } from '../token-vault/detokenize';

/** Gives back values for the purpose at the end of the address: `{ items: [{ field, token, version? }] }`. */
export const handler = onHttp(detokenize);

serve('detokenize', 'detokenize/{purpose}', handler);
