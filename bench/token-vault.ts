// Measures the token vault on this machine and prints ratios.  npx tsx --tsconfig tsconfig.dev.json bench/token-vault.ts [rounds]
import { createHash, randomBytes } from 'node:crypto';
import { detokenizer, type DetokenizeAnswer } from '../lib/runtime/detokenize';
import { ff1Decrypt, ff1Encrypt, fingerprint, framed, gcmOpen, gcmSeal, Numerals, sivOpen, sivSeal } from '../lib/runtime/token-vault/ciphers';
import { AUDIENCE } from '../lib/runtime/token-vault/caller';
import { tokenizer, type TokenizeAnswer } from '../lib/runtime/tokenize';
import { VaultInMemory } from '../test/support/vault-in-memory';

const ROUNDS = Number(process.argv[2] ?? 5);
if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error(`'${process.argv[2]}' is no number of rounds: give a whole number from 1`);

const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:vault';
const BATCH = 500;
const BATCHES = 8;
const FIELDS = { random: 'patientId', siv: 'nationalId', ff1: 'cardNumber' } as const;
type Kind = keyof typeof FIELDS;
const KINDS = Object.keys(FIELDS) as Kind[];

new VaultInMemory(1e9);
void main();

async function main(): Promise<void> {
  console.log(`one process, median of ${ROUNDS} rounds, values of 16 digits; the kinds take turns in each round`);
  const ciphers = ofCiphers();
  report('ciphers alone, a second', ciphers.there, 'tokens');
  report('ciphers alone, back, a second', ciphers.back, 'values');
  const handlers = await ofHandlers();
  report(`handlers with a store in memory, batches of ${BATCH}, a second`, handlers.there, 'tokens');
  report('the same, of values that have a token already', handlers.again, 'tokens');
  report('the same, back', handlers.back, 'values');
}

function ofCiphers(): { there: Record<Kind, number[]>; back: Record<Kind, number[]> } {
  const [siv, ff1, wrap, index] = [64, 32, 32, 32].map((size) => new Uint8Array(randomBytes(size))) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const digits = new Numerals('0123456789');
  const context = framed('siv', 'cardiology', 'nationalId', '1');
  const tokenOf: Record<Kind, (value: string) => Uint8Array | string> = {
    // what a new value of a new subject takes: two hashes, a key that is wrapped, a value that is sealed
    random: (value) => {
      const subject = fingerprint(index, 'subject', 'cardiology', value);
      fingerprint(index, 'value', 'cardiology', 'patientId', value, value);
      const key = randomBytes(32);
      return Buffer.concat([gcmSeal(wrap, framed('subject-key', subject), key), gcmSeal(key, framed('value', subject), Buffer.from(value))]);
    },
    siv: (value) => sivSeal(siv, context, Buffer.from(value)),
    ff1: (value) => digits.write(ff1Encrypt(ff1, context, 10, digits.read(value)!)),
  };
  const valueOf: Record<Kind, (token: never) => unknown> = {
    random: (token: Uint8Array) => {
      const subject = fingerprint(index, 'subject', 'cardiology', '0');
      return gcmOpen(gcmOpen(wrap, framed('subject-key', subject), token.subarray(0, 60)), framed('value', subject), token.subarray(60));
    },
    siv: (token: Uint8Array) => sivOpen(siv, context, token),
    ff1: (token: string) => digits.write(ff1Decrypt(ff1, context, 10, digits.read(token)!)),
  };
  const COUNTS: Record<Kind, number> = { random: 20_000, siv: 5_000, ff1: 1_000 };
  const [there, back] = [series(), series()];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const kind of KINDS) {
      const values = Array.from({ length: COUNTS[kind] }, (_, i) => String(10 ** 15 + i));
      const tokens = values.map(() => tokenOf[kind]('0'.repeat(16)));
      // of the subject that the token is of
      const openable = kind === 'random' ? values.map(() => sealedForZero(wrap, index)) : tokens;
      const forward = perSecond(values.length, () => values.forEach((value) => tokenOf[kind](value)));
      const backward = perSecond(values.length, () => openable.forEach((token) => valueOf[kind](token as never)));
      // the first round is for the compiler
      if (round > 0) {
        there[kind].push(forward);
        back[kind].push(backward);
      }
    }
  }
  return { there, back };
}

function sealedForZero(wrap: Uint8Array, index: Uint8Array): Uint8Array {
  const subject = fingerprint(index, 'subject', 'cardiology', '0');
  const key = randomBytes(32);
  return Buffer.concat([gcmSeal(wrap, framed('subject-key', subject), key), gcmSeal(key, framed('value', subject), Buffer.from('0'.repeat(16)))]);
}

async function ofHandlers(): Promise<{ there: Record<Kind, number[]>; again: Record<Kind, number[]>; back: Record<Kind, number[]> }> {
  const [tokenize, detokenize] = [tokenizer(), detokenizer()];
  const [there, again, back] = [series(), series(), series()];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const kind of KINDS) {
      const batches = Array.from({ length: BATCHES }, (_, batch) => Array.from({ length: BATCH }, (_item, i) => ({ field: FIELDS[kind], value: String(10 ** 15 + (round * BATCHES + batch) * BATCH + i) })));
      const ask = (request: object, arn: string) => ({ caller: proof(arn), ...request });
      let answers: TokenizeAnswer[] = [];
      const write = async () => {
        answers = [];
        for (const items of batches) answers.push(await tokenize(ask({ items }, FUNCTION), { awsRequestId: 'bench', invokedFunctionArn: FUNCTION }));
      };
      const first = await perSecondOf(BATCHES * BATCH, write);
      const second = await perSecondOf(BATCHES * BATCH, write);
      const tokens = answers.map(({ items }) => items.map((one) => ({ field: FIELDS[kind], token: (one as { token: string }).token })));
      const values: DetokenizeAnswer[] = [];
      const reading = await perSecondOf(BATCHES * BATCH, async () => {
        for (const items of tokens) values.push(await detokenize(ask({ items }, `${FUNCTION}:care`), { awsRequestId: 'bench', invokedFunctionArn: `${FUNCTION}:care` }));
      });
      const returned = values.flatMap(({ items }) => items);
      const wrong = returned.findIndex((one, i) => (one as { value?: string }).value !== batches.flat()[i]!.value);
      if (wrong >= 0) throw new Error(`item ${wrong} of ${kind} did not come back: ${JSON.stringify(returned[wrong])}`);
      if (round > 0) {
        there[kind].push(first);
        again[kind].push(second);
        back[kind].push(reading);
      }
    }
  }
  return { there, again, back };
}

function proof(audience: string): Record<string, string> {
  return {
    'authorization': `AWS4-HMAC-SHA256 Credential=A/1/eu-central-1/sts/aws4_request, SignedHeaders=host;x-amz-date;${AUDIENCE}, Signature=${createHash('sha256').update(audience).digest('hex')}`,
    'x-amz-date': '20261127T000000Z', [AUDIENCE]: audience,
  };
}

function series(): Record<Kind, number[]> {
  return { random: [], siv: [], ff1: [] };
}

function perSecond(count: number, work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return count / (Number(process.hrtime.bigint() - start) / 1e9);
}

async function perSecondOf(count: number, work: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return count / (Number(process.hrtime.bigint() - start) / 1e9);
}

function report(what: string, results: Record<Kind, number[]>, unit: string): void {
  const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
  // in each round, so that what slows the machine slows both
  const ratio = (kind: Kind) => median(results[kind].map((one, round) => one / results.siv[round]!));
  console.log(what);
  for (const kind of KINDS) console.log(`  ${kind.padEnd(8)} ${Math.round(median(results[kind])).toLocaleString('en').padStart(10)} ${unit}   ${ratio(kind).toFixed(2)} of siv`);
}
