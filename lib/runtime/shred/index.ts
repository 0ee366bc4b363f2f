import { DynamoErasure } from '../token-vault-aws/dynamo-erasure';
import { type Handler, onLambda } from '../token-vault-aws/lambda';
import { shred, type ShredAnswer, type ShredRequest, type TraceAnswer } from '../token-vault/shred';

export type { ShredAnswer, Shredded, ShredRequest, TraceAnswer } from '../token-vault/shred';

/**
 * Erases subjects, `{ caller, action: 'shred', items: [subject, …] }`, or tells how the audit log names tokens,
 * `{ caller, action: 'trace', items: [{ field, token }, …] }`. Each can be repeated.
 */
export function shredder(): Handler<ShredRequest, ShredAnswer | TraceAnswer> {
  return onLambda(shred, DynamoErasure);
}

export const handler = shredder();
