/** Constructs of PCRE that Macie does not take, each with a way out. */
const UNSUPPORTED: { readonly pattern: RegExp; readonly what: string; readonly instead: string }[] = [
  { pattern: /^\(\?<?[=!]/, what: 'look-around', instead: 'match the context itself, or use keywords and ignore words' },
  { pattern: /^\(\?\(/, what: 'a conditional pattern', instead: 'write the alternatives out with (?:a|b)' },
  { pattern: /^\(\?(?:R|\d|[+-]\d|&|P>|P=)/, what: 'a recursive pattern', instead: 'write the repetition out' },
  { pattern: /^\(\?\??\{/, what: 'embedded code', instead: 'leave it out' },
  { pattern: /^\((?:\?(?:P?<[A-Za-z_]|')|(?![?]))/, what: 'a capturing group', instead: 'use a non-capturing group (?:…)' },
];

const LENGTH_LIMIT = 512;
/** The documented example that fails is `\d{100,1000}`; where the limit lies is not documented. */
const REPEAT_LIMIT = 1000;
/** The documented example that fails is `a*b*a*`. */
const STARS_LIMIT = 3;

/**
 * Passes when Macie would take the pattern.
 *
 * @param of what the pattern belongs to, for the message
 * @see https://docs.aws.amazon.com/macie/latest/user/cdis-options.html
 */
export function checkMacieRegex(regex: string, of: string): void {
  if (regex.length === 0 || regex.length > LENGTH_LIMIT) {
    throw new Error(`the regex of ${of} has ${regex.length} characters: Macie takes 1 to ${LENGTH_LIMIT}`);
  }
  if (/^\/.*\/[a-z]*$/s.test(regex)) {
    throw new Error(`the regex of ${of} is written with slashes, '${regex}': leave them out, and write (?i) for the flag i`);
  }
  let stars = 0;
  for (const { text, at } of tokensOf(regex)) {
    if (/^\\(?:[1-9]|k[<{']|g)/.test(text)) {
      throw new Error(`the regex of ${of} has a back-reference, '${text}' at ${at}: Macie takes none, write the repetition out`);
    }
    if (text.startsWith('(')) {
      const found = UNSUPPORTED.find(({ pattern }) => pattern.test(regex.slice(at)));
      if (found) throw new Error(`the regex of ${of} has ${found.what}, '${regex.slice(at, at + 8)}' at ${at}: Macie takes none, ${found.instead}`);
    }
    const upper = /^\{(?:\d*,)?(\d+)\}$/.exec(text)?.[1];
    if (upper !== undefined && Number(upper) >= REPEAT_LIMIT) {
      throw new Error(`the regex of ${of} repeats up to ${upper} times, '${text}' at ${at}: Macie does not compile that, leave the upper bound open`);
    }
    if (text === '*' && ++stars >= STARS_LIMIT) {
      throw new Error(`the regex of ${of} has ${stars} unbounded repetitions with *: Macie does not compile that, bound them with {n,m}`);
    }
  }
  let compiled: RegExp;
  try {
    compiled = toRegExp(regex);
  } catch (error) {
    throw new Error(`the regex of ${of} is not valid: ${(error as Error).message}`, { cause: error });
  }
  if (compiled.test('')) {
    throw new Error(`the regex of ${of}, '${regex}', matches the empty string and so everything: make at least one character mandatory`);
  }
}

/** The same pattern for this engine, which knows `(?i)` only as a flag. */
export function toRegExp(regex: string): RegExp {
  const insensitive = /\(\?i[:)]/.test(regex);
  return new RegExp(regex.replace(/\(\?i\)/g, '').replace(/\(\?i:/g, '(?:'), insensitive ? 'i' : '');
}

/** Escapes, quantifiers and single characters; what stands inside a character class is left out. */
function* tokensOf(regex: string): Generator<{ text: string; at: number }> {
  const token = /\\[kg][<{']|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,?\d*\}|./gsu;
  for (const match of regex.matchAll(token)) {
    if (!match[0].startsWith('[')) yield { text: match[0], at: match.index };
  }
}
