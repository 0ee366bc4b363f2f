import { checkSymbols } from './checks';

/** The symbols that texts of a format are written with. */
export class Alphabet {
  /** 0 to 9. */
  public static readonly DIGITS = Alphabet.of('0123456789');
  /** 0 to 9, A to F. */
  public static readonly HEXADECIMAL = Alphabet.of('0123456789ABCDEF');
  /** A to Z. */
  public static readonly UPPERCASE = Alphabet.of('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  /** 0 to 9, A to Z. */
  public static readonly UPPERCASE_AND_DIGITS = Alphabet.of('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');

  /**
   * An alphabet of your own.
   *
   * @param symbols 2 to 256 characters, each once; their order is part of the field, since another one gives other tokens
   * @throws an error that names what is wrong
   */
  public static of(symbols: string): Alphabet {
    return new Alphabet(checkSymbols(symbols));
  }

  private constructor(
    /** In their order. */
    public readonly symbols: string,
  ) {}

  /** How many symbols there are. */
  public get radix(): number {
    return [...this.symbols].length;
  }
}
