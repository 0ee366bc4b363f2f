import { Token } from 'aws-cdk-lib';
import { PRESETS } from './data/identifiers';
import { checkMacieRegex } from './regex';

/** Criteria by which Macie finds data of one's own. */
export interface DataIdentifierProps {
  /** Name of the identifier, as it stands in findings; 1 to 128 characters. No sensitive data in it: it is shown to many. */
  readonly name: string;
  /**
   * Pattern of the text, 1 to 512 characters of the part of PCRE that Macie takes: no capturing groups, no look-around, no back-references.
   *
   * @see https://docs.aws.amazon.com/macie/latest/user/cdis-options.html
   */
  readonly regex: string;
  /**
   * Words of which one must stand before the text, or in the name of its column or field; up to 50, each 3 to 90 characters.
   *
   * @default - none: the pattern alone decides
   */
  readonly keywords?: string[];
  /**
   * Texts that contain one of these are left out; up to 10, each 4 to 90 characters, case-sensitive.
   *
   * @default - none
   */
  readonly ignoreWords?: string[];
  /**
   * How many characters may lie between the end of a keyword and the end of the text, 1 to 300.
   *
   * @default - 50, Macie's own
   */
  readonly maximumMatchDistance?: number;
  /**
   * What it finds; up to 512 characters.
   *
   * @default - none
   */
  readonly description?: string;
  /**
   * The managed identifier of Macie that finds the same kind of data, for information.
   *
   * @default - none is known
   */
  readonly managedEquivalent?: string;
}

/**
 * What sensitive data looks like: a custom data identifier of Macie. The presets find by format and keyword; check digits
 * are beyond a pattern, so a finding is a suspicion to look at.
 *
 * @see https://docs.aws.amazon.com/macie/latest/user/custom-data-identifiers.html
 */
export class DataIdentifier {
  /** Medical record number: 6 to 10 digits after a word for it. Formats are each hospital's own: prefer `DataIdentifier.regex` with yours. */
  public static readonly MEDICAL_RECORD_NUMBER = DataIdentifier.preset('medical-record-number');
  /** International bank account number (ISO 13616). */
  public static readonly IBAN = DataIdentifier.preset('iban');
  /** NHS number of England, Wales and the Isle of Man. */
  public static readonly UK_NHS_NUMBER = DataIdentifier.preset('uk-nhs-number');
  /** National Insurance number of the United Kingdom. */
  public static readonly UK_NATIONAL_INSURANCE_NUMBER = DataIdentifier.preset('uk-national-insurance-number');
  /** Tax identification number of Germany (Steuer-ID). */
  public static readonly DE_TAX_ID = DataIdentifier.preset('de-tax-id');
  /** Health insurance number of Germany (unchangeable part of the Krankenversichertennummer). */
  public static readonly DE_HEALTH_INSURANCE_NUMBER = DataIdentifier.preset('de-health-insurance-number');
  /** Social insurance number of Austria. */
  public static readonly AT_SOCIAL_INSURANCE_NUMBER = DataIdentifier.preset('at-social-insurance-number');
  /** National register number of Belgium. */
  public static readonly BE_NATIONAL_NUMBER = DataIdentifier.preset('be-national-number');
  /** Personal identification number of Denmark (CPR). */
  public static readonly DK_CPR_NUMBER = DataIdentifier.preset('dk-cpr-number');
  /** Tax and identity number of Spain (DNI, NIE). */
  public static readonly ES_DNI_NIE = DataIdentifier.preset('es-dni-nie');
  /** Personal identity code of Finland. */
  public static readonly FI_PERSONAL_IDENTITY_CODE = DataIdentifier.preset('fi-personal-identity-code');
  /** Social security number of France (NIR). */
  public static readonly FR_NIR = DataIdentifier.preset('fr-nir');
  /** Personal public service number of Ireland. */
  public static readonly IE_PPS_NUMBER = DataIdentifier.preset('ie-pps-number');
  /** Tax code of Italy (codice fiscale). */
  public static readonly IT_CODICE_FISCALE = DataIdentifier.preset('it-codice-fiscale');
  /** Citizen service number of the Netherlands (BSN). */
  public static readonly NL_BSN = DataIdentifier.preset('nl-bsn');
  /** Personal number of Poland (PESEL). */
  public static readonly PL_PESEL = DataIdentifier.preset('pl-pesel');
  /** Tax number of Portugal (NIF). */
  public static readonly PT_NIF = DataIdentifier.preset('pt-nif');
  /** Personal numeric code of Romania (CNP). */
  public static readonly RO_CNP = DataIdentifier.preset('ro-cnp');
  /** Personal identity number of Sweden. */
  public static readonly SE_PERSONAL_NUMBER = DataIdentifier.preset('se-personal-number');

  /**
   * An identifier of one's own.
   *
   * @throws an error that names the value and the limit when Macie would not take it
   */
  public static regex(props: DataIdentifierProps): DataIdentifier {
    check(props);
    return new DataIdentifier(props);
  }

  /** All presets. */
  public static presets(): DataIdentifier[] {
    return PRESETS.map(({ name }) => DataIdentifier.preset(name));
  }

  private static preset(name: string): DataIdentifier {
    const found = PRESETS.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`there is no preset '${name}': use one of ${PRESETS.map((preset) => preset.name).join(', ')}`);
    return new DataIdentifier(found);
  }

  /** Name of the identifier, as it stands in findings. */
  public readonly name: string;
  /** Pattern of the text. */
  public readonly pattern: string;
  /** Words of which one must stand before the text. */
  public readonly keywords: string[];
  /** Texts that contain one of these are left out. */
  public readonly ignoreWords: string[];
  /** How many characters may lie between a keyword and the end of the text. */
  public readonly maximumMatchDistance?: number;
  /** What it finds. */
  public readonly description?: string;
  /** The managed identifier of Macie that finds the same kind of data. */
  public readonly managedEquivalent?: string;

  private constructor(props: DataIdentifierProps) {
    this.name = props.name;
    this.pattern = props.regex;
    this.keywords = props.keywords ?? [];
    this.ignoreWords = props.ignoreWords ?? [];
    this.maximumMatchDistance = props.maximumMatchDistance;
    this.description = props.description;
    this.managedEquivalent = props.managedEquivalent;
  }
}

/** The presets are checked by tests, and not whenever they are loaded. */
function check(props: DataIdentifierProps): void {
  const of = `data identifier '${props.name}'`;
  if (!Token.isUnresolved(props.name)) checkLength(props.name, 1, 128, `the name of ${of}`);
  if (!Token.isUnresolved(props.regex)) checkMacieRegex(props.regex, of);
  checkWords(props.keywords, 50, 3, `keyword`, of);
  checkWords(props.ignoreWords, 10, 4, `ignore word`, of);
  const distance = props.maximumMatchDistance;
  if (distance !== undefined && !Token.isUnresolved(distance) && (!Number.isInteger(distance) || distance < 1 || distance > 300)) {
    throw new Error(`the maximum match distance of ${of} is ${distance}: give a whole number from 1 to 300`);
  }
  if (props.description !== undefined && !Token.isUnresolved(props.description)) checkLength(props.description, 1, 512, `the description of ${of}`);
}

function checkWords(words: string[] | undefined, most: number, shortest: number, what: string, of: string): void {
  if (words === undefined || Token.isUnresolved(words)) return;
  if (words.length < 1 || words.length > most) {
    throw new Error(`${of} has ${words.length} ${what}s: give 1 to ${most}, or leave them out`);
  }
  for (const word of words.filter((candidate) => !Token.isUnresolved(candidate))) checkLength(word, shortest, 90, `${what} '${word}' of ${of}`);
}

function checkLength(text: string, least: number, most: number, what: string): void {
  // Macie counts UTF-8 characters, not UTF-16 units
  const length = [...text].length;
  if (length < least || length > most) throw new Error(`${what} has ${length} characters: Macie takes ${least} to ${most}`);
}
