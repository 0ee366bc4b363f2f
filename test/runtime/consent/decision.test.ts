import * as fc from 'fast-check';
import { decide } from '../../../lib/runtime/consent/decision';
import { type Entry, RANK } from '../../../lib/runtime/consent/entry';

const time = (minute: number) => new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString();
const entry = (say: Entry['say'], at: number, until?: number): Entry => ({
  subject: 'p1', purpose: 'research', say, at: time(at), ...(until === undefined ? {} : { until: time(until) }), receipt: `${say}-${at}-${until}`, source: 'receipt',
});
const decided = (at: number, ...entries: Entry[]) => {
  const { decision, validUntil } = decide(entries, time(at));
  return validUntil === undefined ? decision : [decision, validUntil];
};

test.each<[string, unknown, number, Entry[]]>([
  ['a consent holds', 'given', 5, [entry('given', 1)]],
  ['it holds from its first moment', 'given', 1, [entry('given', 1)]],
  ['it holds until its end, and not at it', ['given', time(9)], 8, [entry('given', 1, 9)]],
  ['at its end it has expired', 'expired', 9, [entry('given', 1, 9)]],
  ['one that begins later does not hold yet', 'not-yet', 5, [entry('given', 6)]],
  ['a withdrawal holds from when it is said', 'withdrawn', 3, [entry('given', 1), entry('withdrawn', 3)]],
  ['a withdrawal that is known of already ends a consent', ['given', time(8)], 5, [entry('given', 1), entry('withdrawn', 8)]],
  ['the latest word holds, in whatever order it came', 'given', 9, [entry('withdrawn', 3), entry('given', 4), entry('given', 1)]],
  ['at the same time a withdrawal outdoes a consent', 'withdrawn', 3, [entry('given', 3), entry('withdrawn', 3)]],
  ['and so does a word that is neither', 'none', 3, [entry('none', 3), entry('given', 3)]],
  ['and a withdrawal outdoes that as well', 'withdrawn', 3, [entry('none', 3), entry('withdrawn', 3)]],
  ['of two consents of the same time the shorter holds', ['given', time(5)], 3, [entry('given', 1), entry('given', 1, 9), entry('given', 1, 5)]],
  ['a consent that is renewed before it ends goes on', ['given', time(20)], 5, [entry('given', 1, 10), entry('given', 8, 20)]],
  ['one that is renewed after its end has a gap', ['given', time(10)], 5, [entry('given', 1, 10), entry('given', 12, 20)]],
  ['a renewal without an end has none', 'given', 5, [entry('given', 1, 10), entry('given', 10 - 1)]],
  ['a withdrawal after its end changes nothing', ['given', time(10)], 5, [entry('given', 1, 10), entry('withdrawn', 12)]],
  ['a withdrawal ends what was renewed', ['given', time(9)], 5, [entry('given', 1, 10), entry('given', 8, 20), entry('withdrawn', 9)]],
  ['only a withdrawal that begins later is not yet one', 'not-yet', 5, [entry('withdrawn', 6)]],
])('%s', (_name, expected, at, entries) => {
  expect(decided(at, ...entries)).toEqual(expected);
});

/** Whether consent holds at a moment: as the law has it, in no more than one sentence, over all that was ever said. */
function consents(entries: readonly Entry[], moment: string): boolean {
  const begun = entries.filter(({ at }) => at <= moment);
  const last = begun.reduce((latest, { at }) => (at > latest ? at : latest), '');
  const words = begun.filter(({ at }) => at === last);
  return words.length > 0 && words.every(({ say, until }) => say === 'given' && (until === undefined || moment < until));
}

const word = fc.record({ say: fc.constantFrom(...Object.keys(RANK) as Entry['say'][]), at: fc.nat(12), length: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }) })
  .map(({ say, at, length }) => entry(say, at, say === 'given' && length !== undefined ? at + length : undefined));
const words = fc.array(word, { minLength: 1, maxLength: 8 });

test('what is decided is what a model says, at the time and at every later one until the row ends', () => {
  fc.assert(fc.property(words, fc.nat(14), (entries, at) => {
    const row = decide(entries, time(at));
    expect(row.decision === 'given').toBe(consents(entries, time(at)));
    for (let moment = at; moment <= 30; moment++) {
      if (row.decision === 'given' && (row.validUntil === undefined || time(moment) < row.validUntil)) expect(consents(entries, time(moment))).toBe(true);
    }
    // it ends no earlier than it has to
    if (row.decision === 'given' && row.validUntil !== undefined) expect(consents(entries, row.validUntil)).toBe(false);
  }), { numRuns: 3_000 });
});

test('the order in which entries are read changes nothing, and neither does one that comes twice', () => {
  fc.assert(fc.property(words, fc.nat(14), fc.infiniteStream(fc.nat()), (entries, at, random) => {
    const shuffled = [...entries, entries[0]!].map((one) => [random.next().value as number, one] as const).sort(([a], [b]) => a - b).map(([, one]) => one);
    expect(decide(shuffled, time(at))).toEqual(decide(entries, time(at)));
  }), { numRuns: 500 });
});

test('a withdrawal that comes last is never outdone by anything said before or with it', () => {
  fc.assert(fc.property(words, fc.nat(14), (entries, at) => {
    const before = entries.filter((one) => one.at <= time(at));
    expect(decide([...before, entry('withdrawn', at)], time(at)).decision).toBe('withdrawn');
  }));
});
