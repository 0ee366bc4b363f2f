import { DynamoTokens } from '../token-vault-aws/dynamo-tokens';
import { type Handler, onLambda } from '../token-vault-aws/lambda';
import { detokenize, type DetokenizeAnswer } from '../token-vault/detokenize';
import type { VaultRequest } from '../token-vault/request';

export type { DetokenizeAnswer } from '../token-vault/detokenize';

/** Gives back values: `{ caller, items: [{ field, token, version? }] }`, to whom may invoke the alias of a purpose. */
export function detokenizer(): Handler<VaultRequest, DetokenizeAnswer> {
  return onLambda(detokenize, DynamoTokens);
}

export const handler = detokenizer();
