import { shown } from './given';

/**
 * What data may be used for. Consent is given, and a legal basis holds, for a purpose (GDPR Art. 5(1)(b)).
 */
export class Purpose {
  /**
   * A purpose by its name, as the consent register or the record of processing spells it.
   *
   * @param name 1 to 64 letters, digits, `-`, `_` or `.`, so that it fits a tag and a path
   * @throws an error that names the value when it does not fit
   */
  public static of(name: string): Purpose {
    if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
      throw new Error(`purpose ${shown(name)} is not usable: give 1 to 64 letters, digits, '-', '_' or '.', beginning with a letter or digit, such as 'readmission-risk'`);
    }
    return new Purpose(name);
  }

  private constructor(
    /** As it stands in tags and records. */
    public readonly name: string,
  ) {}

  /** Whether both name the same purpose. */
  public isSame(other: Purpose): boolean {
    return this.name === other.name;
  }

  /** The name. */
  public toString(): string {
    return this.name;
  }
}
