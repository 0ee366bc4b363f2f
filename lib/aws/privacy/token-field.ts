import { isRecord, shown } from '../../policy/given';
import { Alphabet } from './alphabet';

/** SP 800-38G Rev. 1 asks for at least a million texts: fewer can be tried out. */
const MINIMUM_DOMAIN = 1_000_000;

/** The longest text that keeps its format: the work grows with the square of the length. */
const MAXIMUM_LENGTH = 256;

/** Modes of format-preserving encryption. */
export enum FormatPreservingMode {
  /** NIST SP 800-38G. */
  FF1 = 'FF1',
  /** Broken in 2017; refused. */
  FF3 = 'FF3',
  /** Left out of the second draft of SP 800-38G Rev. 1 in February 2025; refused. */
  FF3_1 = 'FF3-1',
}

/** What every kind of field may say. */
export interface TokenFieldOptions {
  /**
   * Which key of the field makes new tokens. A higher number than before makes a new key at the next request; tokens of older keys open as before.
   *
   * @default 1
   */
  readonly keyVersion?: number;
}

/** Texts that keep their format. */
export interface FormatPreservingProps extends TokenFieldOptions {
  /** The symbols that values and tokens are written with. */
  readonly alphabet: Alphabet;
  /** The least number of symbols; there must be at least a million texts of it. */
  readonly minLength: number;
  /** The greatest number of symbols, at most 256. */
  readonly maxLength: number;
  /**
   * The mode; the others are named so that the message can say why they are refused.
   *
   * @default FormatPreservingMode.FF1
   */
  readonly mode?: FormatPreservingMode;
}

/**
 * How the values of a field become tokens. The kind, the alphabet and the lengths of a field are for good: what they become is part of each token.
 * For another kind, add a field of another name.
 */
export class TokenField {
  /** Tokens that say nothing of the value: drawn at random, kept in the vault, and erased with the subject. The choice for whatever is not joined by. */
  public static random(options: TokenFieldOptions = {}): TokenField {
    return new TokenField('random', versionOf(options));
  }

  /**
   * Tokens that are the same for the same value (AES-SIV, RFC 5297), so that tables can be joined by them. Whoever sees many learns which are
   * equal, how often, and how long they are. They are computed: nothing is stored, and a subject cannot be erased by its key.
   *
   * @see https://www.rfc-editor.org/rfc/rfc5297
   */
  public static deterministic(options: TokenFieldOptions = {}): TokenField {
    return new TokenField('deterministic', versionOf(options));
  }

  /**
   * Tokens of the same length and alphabet as the value (FF1), for systems that take nothing else. The weakest kind: as `deterministic`, and what
   * was changed opens as well, to another value.
   *
   * @see https://csrc.nist.gov/pubs/sp/800/38/g/final
   * @throws an error when fewer than a million texts are possible, or for another mode
   */
  public static formatPreserving(props: FormatPreservingProps): TokenField {
    if (!isRecord(props)) throw new Error(`a format is made of an alphabet and lengths, not of ${shown(props)}`);
    const { alphabet, minLength, maxLength, mode = FormatPreservingMode.FF1 } = props;
    if (mode !== FormatPreservingMode.FF1) {
      throw new Error(`mode ${shown(mode)} is refused: FF3 is broken, and the draft of NIST SP 800-38G Rev. 1 of February 2025 leaves out FF3-1 too; take FormatPreservingMode.FF1`);
    }
    if (!isRecord(alphabet) || typeof alphabet.symbols !== 'string') throw new Error(`the alphabet is ${shown(alphabet)}: give one, such as Alphabet.DIGITS`);
    checkLengths(alphabet, minLength, maxLength);
    return new TokenField('format-preserving', versionOf(props), { alphabet: alphabet.symbols, minLength, maxLength });
  }

  private constructor(
    /** `random`, `deterministic` or `format-preserving`. */
    public readonly kind: string,
    /** Which key of the field makes new tokens. */
    public readonly keyVersion: number,
    private readonly format: { alphabet?: string; minLength?: number; maxLength?: number } = {},
  ) {}

  /** @internal As the functions of the vault read it. */
  public _setting(): Record<string, string | number> {
    return { kind: this.kind, version: this.keyVersion, ...this.format };
  }
}

function versionOf(options: TokenFieldOptions): number {
  const version = options?.keyVersion ?? 1;
  if (!Number.isInteger(version) || version < 1 || version > 999_999) throw new Error(`the version of a key is ${shown(version)}: give a whole number from 1 to 999999, one more than before to renew the key`);
  return version;
}

function checkLengths(alphabet: Alphabet, minLength: number, maxLength: number): void {
  if (!Number.isInteger(minLength) || !Number.isInteger(maxLength) || minLength < 1 || maxLength < minLength || maxLength > MAXIMUM_LENGTH) {
    throw new Error(`lengths from ${shown(minLength)} to ${shown(maxLength)} are not usable: give whole numbers, the least first, at most ${MAXIMUM_LENGTH}`);
  }
  const least = Math.ceil(Math.log(MINIMUM_DOMAIN) / Math.log(alphabet.radix) - 1e-9);
  if (minLength < least) {
    throw new Error(`there are fewer than a million texts of ${minLength} symbols of an alphabet of ${alphabet.radix}, so that all can be tried out: give a minLength of at least ${least}, or take TokenField.random()`);
  }
}
