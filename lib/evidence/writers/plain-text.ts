// controls, formats such as a change of direction, halves of pairs, separators of lines, and what no character may ever be
const INVISIBLE = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

const PLAIN = /^[\t\n\r\x20-\x7E]*$/;

/** Text in which what cannot be seen, or turns the direction of what can, stands as its code point, such as `\u202E`. */
export function visible(text: string): string {
  // most texts are plain, and there are many
  if (PLAIN.test(text)) return text;
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0)!.toString(16).toUpperCase();
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** A value for JSON in which every text is visible. */
export function visibly(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(visibly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [visible(key), visibly(item)]));
}

/** Visible text on one line. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').trim();
}

/** At most so many characters, the last of them `…` where some were left out. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

/** Such as `1 finding` or `3 findings`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
