import { checkFormat, keyVersionOf } from './checks';
import { Alphabet } from './alphabet';

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
    return new TokenField('random', keyVersionOf(options));
  }

  /**
   * Tokens that are the same for the same value (AES-SIV, RFC 5297), so that tables can be joined by them. Whoever sees many learns which are
   * equal, how often, and how long they are. They are computed: nothing is stored, and a subject cannot be erased by its key.
   *
   * @see https://www.rfc-editor.org/rfc/rfc5297
   */
  public static deterministic(options: TokenFieldOptions = {}): TokenField {
    return new TokenField('deterministic', keyVersionOf(options));
  }

  /**
   * Tokens of the same length and alphabet as the value (FF1), for systems that take nothing else. The weakest kind: as `deterministic`, and what
   * was changed opens as well, to another value.
   *
   * @see https://csrc.nist.gov/pubs/sp/800/38/g/final
   * @throws an error when fewer than a million texts are possible, or for another mode
   */
  public static formatPreserving(props: FormatPreservingProps): TokenField {
    const format = checkFormat(props);
    return new TokenField('format-preserving', keyVersionOf(props), { ...format });
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
