import { Token } from 'aws-cdk-lib';

/**
 * Which of the identifiers that Macie itself maintains a job uses.
 *
 * @see https://docs.aws.amazon.com/macie/latest/user/mdis-reference-quick.html
 */
export class ManagedIdentifiers {
  /** Those that Macie recommends for jobs; the set changes as Macie does. */
  public static readonly RECOMMENDED = new ManagedIdentifiers('RECOMMENDED', []);
  /** All there are, also those that come later. */
  public static readonly ALL = new ManagedIdentifiers('ALL', []);
  /** None: data identifiers of one's own only. */
  public static readonly NONE = new ManagedIdentifiers('NONE', []);

  /**
   * These and no others.
   *
   * @param ids such as `USA_SOCIAL_SECURITY_NUMBER`, `UK_NHS_NUMBER`, `GERMANY_TAX_IDENTIFICATION_NUMBER`
   */
  public static only(...ids: string[]): ManagedIdentifiers {
    return new ManagedIdentifiers('INCLUDE', checkIds(ids));
  }

  /**
   * All but these.
   *
   * @param ids such as `NAME`, `ADDRESS`
   */
  public static allExcept(...ids: string[]): ManagedIdentifiers {
    return new ManagedIdentifiers('EXCLUDE', checkIds(ids));
  }

  private constructor(
    /** How Macie's API calls the selection. */
    public readonly selector: string,
    /** The identifiers that it names. */
    public readonly ids: string[],
  ) {}
}

function checkIds(ids: string[]): string[] {
  if (ids.length === 0) throw new Error('no managed identifier is named: give at least one, such as USA_SOCIAL_SECURITY_NUMBER');
  const stray = ids.find((id) => !Token.isUnresolved(id) && !/^[A-Z][A-Z0-9_]{2,}$/.test(id));
  if (stray !== undefined) throw new Error(`'${stray}' is no managed identifier of Macie: give one such as USA_SOCIAL_SECURITY_NUMBER or UK_NHS_NUMBER`);
  return ids;
}
