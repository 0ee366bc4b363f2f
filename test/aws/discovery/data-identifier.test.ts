import * as fc from 'fast-check';
import { DataIdentifier } from '../../../lib/aws/discovery/data-identifier';
import { PRESETS } from '../../../lib/aws/discovery/data/identifiers';
import { toRegExp } from '../../../lib/aws/discovery/regex';
import { SAMPLES } from './samples';

test('every preset has samples', () => {
  expect(Object.keys(SAMPLES).sort()).toEqual(PRESETS.map((preset) => preset.name).sort());
  expect(DataIdentifier.presets()).toHaveLength(PRESETS.length);
});

describe.each(PRESETS)('the preset $name', (preset) => {
  const { name, regex, source } = preset;
  const whole = new RegExp(`^(?:${toRegExp(regex).source})$`, toRegExp(regex).flags);

  test('is one that Macie takes', () => expect(DataIdentifier.regex(preset).pattern).toBe(regex));
  test('says where its format is written down', () => expect(source.length).toBeGreaterThan(10));
  test.each(SAMPLES[name].valid)('finds %s, a number with a true check digit', (sample) => {
    expect(SAMPLES[name].check?.(sample) ?? true).toBe(true);
    expect(sample).toMatch(whole);
    expect(`x;${sample};y`).toMatch(toRegExp(regex));
  });
  test.each(SAMPLES[name].invalid)('does not take %s for one', (sample) => expect(sample).not.toMatch(whole));
});

describe('an identifier of one’s own', () => {
  const of = (props: Partial<Parameters<typeof DataIdentifier.regex>[0]>) => () => DataIdentifier.regex({ name: 'study-id', regex: 'ST-\\d{6}', ...props });

  test('keeps what it was given', () => {
    const identifier = of({ keywords: ['study'], ignoreWords: ['ST-000000'], maximumMatchDistance: 300 })();
    expect(identifier).toMatchObject({ name: 'study-id', pattern: 'ST-\\d{6}', keywords: ['study'], ignoreWords: ['ST-000000'], maximumMatchDistance: 300 });
  });

  test.each([
    [{ name: '' }, "the name of data identifier '' has 0 characters: Macie takes 1 to 128"],
    [{ name: 'x'.repeat(129) }, 'has 129 characters: Macie takes 1 to 128'],
    [{ regex: '' }, "the regex of data identifier 'study-id' has 0 characters: Macie takes 1 to 512"],
    [{ regex: 'x'.repeat(513) }, 'has 513 characters: Macie takes 1 to 512'],
    [{ regex: '(ST)-\\d' }, "has a capturing group, '(ST)-\\d' at 0: Macie takes none, use a non-capturing group (?:…)"],
    [{ regex: '(?<id>ST)' }, 'has a capturing group'],
    [{ regex: '(?P<id>ST)' }, 'has a capturing group'],
    [{ regex: 'ST(?=-)' }, 'has look-around'],
    [{ regex: 'ST(?!-)' }, 'has look-around'],
    [{ regex: '(?<=a)ST' }, 'has look-around'],
    [{ regex: '(?<!a)ST' }, 'has look-around'],
    [{ regex: '(?:ST)\\1' }, "has a back-reference, '\\1' at 6"],
    [{ regex: '(?:a)\\k<x>' }, 'has a back-reference'],
    [{ regex: 'a(?R)?b' }, 'has a recursive pattern'],
    [{ regex: '(?(1)a|b)' }, 'has a conditional pattern'],
    [{ regex: 'a(?{code})' }, 'has embedded code'],
    [{ regex: '/ST-\\d/i' }, 'is written with slashes'],
    [{ regex: '\\d{100,1000}' }, 'repeats up to 1000 times'],
    [{ regex: 'xa*b*a*' }, 'has 3 unbounded repetitions'],
    [{ regex: 'ST[' }, 'is not valid'],
    [{ regex: '\\d*' }, 'matches the empty string'],
    [{ keywords: [] }, "data identifier 'study-id' has 0 keywords: give 1 to 50"],
    [{ keywords: Array(51).fill('abc') }, 'has 51 keywords'],
    [{ keywords: ['ab'] }, "keyword 'ab' of data identifier 'study-id' has 2 characters: Macie takes 3 to 90"],
    [{ keywords: ['x'.repeat(91)] }, 'has 91 characters'],
    [{ ignoreWords: [] }, 'has 0 ignore words: give 1 to 10'],
    [{ ignoreWords: Array(11).fill('abcd') }, 'has 11 ignore words'],
    [{ ignoreWords: ['abc'] }, 'has 3 characters: Macie takes 4 to 90'],
    [{ maximumMatchDistance: 0 }, "the maximum match distance of data identifier 'study-id' is 0: give a whole number from 1 to 300"],
    [{ maximumMatchDistance: 301 }, 'is 301'],
    [{ maximumMatchDistance: 1.5 }, 'is 1.5'],
    [{ description: 'x'.repeat(513) }, 'has 513 characters'],
  ])('fails with %j', (props, message) => expect(of(props)).toThrow(message));

  test.each(['\\(ST\\)', '[(]ST[)]', '(?:ST|AB)-\\d{2,40}', '(?i)st-\\d+', 'a\\\\1', '[^()]{2}x', 'a+b*c*'])('takes %s', (regex) => {
    expect(of({ regex })().pattern).toBe(regex);
  });

  test('any text is taken or refused with a message of ours', () => {
    fc.assert(fc.property(fc.string({ maxLength: 40 }), (regex) => {
      try {
        of({ regex })();
      } catch (error) {
        expect((error as Error).message).toMatch(/^the regex of data identifier 'study-id'/);
      }
    }), { numRuns: 1000 });
  });
});
