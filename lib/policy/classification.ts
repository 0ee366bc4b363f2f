import { nearest, shown } from './given';

/**
 * How sensitive data is. It is a typed property of a store and travels along the inputs and outputs of a
 * pipeline; tags are its projection.
 *
 * @see https://eur-lex.europa.eu/eli/reg/2016/679/oj Art. 4(1), Art. 9(1)
 * @see https://www.ecfr.gov/current/title-45/section-160.103
 */
export class Classification {
  /** Meant for everyone. */
  public static readonly PUBLIC = new Classification('public', 0);
  /** For the organisation; about no person. */
  public static readonly INTERNAL = new Classification('internal', 1);
  /** Personal data whose direct identifiers were replaced; still personal data (GDPR Art. 4(5)). */
  public static readonly PSEUDONYMISED = new Classification('pseudonymised', 2);
  /** Personal data (GDPR Art. 4(1); CCPA § 1798.140(v)). */
  public static readonly PERSONAL = new Classification('personal', 3);
  /** Special categories: health, genetics, biometrics, belief, origin (GDPR Art. 9(1)). */
  public static readonly SPECIAL_CATEGORY = new Classification('special-category', 4);
  /** Protected health information (45 CFR 160.103); a special category as well. */
  public static readonly PHI = new Classification('phi', 5);

  /** All classifications, least sensitive first. */
  public static all(): Classification[] {
    return [
      Classification.PUBLIC, Classification.INTERNAL, Classification.PSEUDONYMISED,
      Classification.PERSONAL, Classification.SPECIAL_CATEGORY, Classification.PHI,
    ];
  }

  /**
   * The classification with this name.
   *
   * @param name `public`, `internal`, `pseudonymised`, `personal`, `special-category` or `phi`
   * @throws an error that lists the names when there is none
   */
  public static named(name: string): Classification {
    const found = Classification.all().find((candidate) => candidate.name === name);
    if (!found) {
      const names = Classification.all().map((candidate) => candidate.name);
      const meant = typeof name === 'string' ? nearest(name, names, 1) : [];
      throw new Error(`unknown classification ${shown(name)}: ${meant.length > 0 ? `did you mean '${meant[0]}'? ` : ''}use one of ${names.join(', ')}`);
    }
    return found;
  }

  /** The most sensitive of several; `PUBLIC` for none. */
  public static highest(...classifications: Classification[]): Classification {
    return classifications.reduce((a, b) => (b.level > a.level ? b : a), Classification.PUBLIC);
  }

  private constructor(
    /** As it stands in tags and records. */
    public readonly name: string,
    /** Order of sensitivity, 0 is public. */
    public readonly level: number,
  ) {}

  /** Whether the data is about a person, pseudonymised data included (GDPR Recital 26). */
  public get isPersonal(): boolean {
    return this.level >= Classification.PSEUDONYMISED.level;
  }

  /** Whether the data names or directly reveals a person: personal and not pseudonymised. */
  public get isIdentifying(): boolean {
    return this.level >= Classification.PERSONAL.level;
  }

  /** Whether this is at least as sensitive as the other. */
  public isAtLeast(other: Classification): boolean {
    return this.level >= other.level;
  }

  /** The name. */
  public toString(): string {
    return this.name;
  }
}
