import { DynamoValues } from '../token-vault-aws/dynamo-values';
import { type Handler, onLambda } from '../token-vault-aws/lambda';
import type { VaultRequest } from '../token-vault/request';
import { tokenize, type TokenizeAnswer } from '../token-vault/tokenize';

export type { TokenizeAnswer } from '../token-vault/tokenize';

/** Gives tokens for values: `{ caller, items: [{ field, value, subject? }] }`. */
export function tokenizer(): Handler<VaultRequest, TokenizeAnswer> {
  return onLambda(tokenize, DynamoValues);
}

export const handler = tokenizer();
