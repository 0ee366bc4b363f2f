import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { ShredAnswer } from '../shred/index';
import type { StoreAnswer, StoreRequest } from '../rights/contract';
import { guarded, RightsError, settings } from '../rights/fault';
import { signedIdentity } from './signed-identity';

/** What the construct says of a vault. */
export interface Vault {
  readonly shredFunctionArn: string;
}

const lambda = new LambdaClient({ maxAttempts: 3 });

/** Has a token vault erase the keys of a person. What it holds cannot be copied: it opens for a role with a purpose only. */
export const handler = guarded(async ({ action, subject }: StoreRequest): Promise<StoreAnswer> => {
  if (action === 'collect') return { state: 'open', conflicts: ['sealed'] };
  const { shredFunctionArn } = settings<Vault>();
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({
    FunctionName: shredFunctionArn, Payload: JSON.stringify({ caller: await signedIdentity(shredFunctionArn), action: 'shred', items: [subject] }),
  }));
  const answer = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null') as ShredAnswer | null;
  if (FunctionError || !Array.isArray(answer?.subjects)) throw new RightsError('Unavailable', 'the vault did not erase the subject: see its own log');
  const sum = (what: 'keys' | 'tokens') => answer.subjects.reduce((total, one) => total + one[what], 0);
  return {
    state: 'done', counts: { keys: sum('keys'), tokens: sum('tokens') },
    // for as long as a table can be restored, and for fields whose tokens are computed, the record says so
    conflicts: ['recoverable', ...(answer.notShredded.length > 0 ? ['computed-tokens' as const] : [])],
  };
});
