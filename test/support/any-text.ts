import * as fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };
const character = fc.nat(0x10ffff - SURROGATES.count).map((index) => String.fromCodePoint(index < SURROGATES.first ? index : index + SURROGATES.count));
/** Names that every object has. */
const inherited = fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'prototype', 'toString', 'valueOf');

/** Text of any characters that there are; `fc.string({ unit: 'binary' })`, which makes a table of all million of them first, takes a second for it. */
export function anyText(length: { readonly minLength?: number; readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  const { maxLength = Infinity } = length;
  return fc.oneof(
    { weight: 19, arbitrary: fc.array(character, length).map((characters) => characters.join('')) },
    { weight: 1, arbitrary: inherited.map((name) => [...name].slice(0, maxLength).join('')) },
  );
}
