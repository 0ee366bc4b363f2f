import { shown } from '../../policy/given';
import { DATA_PATTERNS, type DataPattern } from '../../policy/data-patterns';

/** Criteria by which Purview finds data of one's own. */
export interface DataIdentifierProps {
  /** Name of the rule: 3 to 63 letters, digits and single `-` between them. No sensitive data in it: it is shown to many. */
  readonly name: string;
  /** Pattern of the whole value of a cell, without `^` and `$`. */
  readonly regex: string;
  /**
   * Words of which one must stand in the name of the column.
   *
   * @default - none: the pattern alone decides
   */
  readonly keywords?: readonly string[];
  /**
   * The classification that Purview gives what it finds; it has to exist in the Data Map.
   *
   * @default - `REGULATED_ML.` and the name, such as `REGULATED_ML.UK_NHS_NUMBER`
   */
  readonly classification?: string;
  /**
   * Percentage of the distinct values of a column that must match, 1 to 100.
   *
   * @default 60
   */
  readonly minimumMatch?: number;
  /**
   * What it finds.
   *
   * @default - none
   */
  readonly description?: string;
}

/** As Purview wants names: https://github.com/Azure/azure-rest-api-specs, Azure.Analytics.Purview.Scanning 2023-09-01 */
const NAME = /^(?=.{3,63}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/;

/**
 * What sensitive data looks like: a classification rule of Purview. The presets are those that Macie looks for on AWS; they find by format and by the
 * name of the column. Check digits are beyond a pattern, so a finding is a suspicion to look at.
 *
 * @see https://learn.microsoft.com/purview/data-map-classification-custom
 */
export class DataIdentifier {
  /** Medical record number: formats are each hospital's own, so prefer `DataIdentifier.regex` with yours. */
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
   * @throws an error that names the value and the form when Purview would not take it
   */
  public static regex(props: DataIdentifierProps): DataIdentifier {
    return new DataIdentifier(props);
  }

  /** All presets. */
  public static presets(): DataIdentifier[] {
    return DATA_PATTERNS.map(({ name }) => DataIdentifier.preset(name));
  }

  private static preset(name: string): DataIdentifier {
    const found = DATA_PATTERNS.find((candidate) => candidate.name === name) as DataPattern;
    return new DataIdentifier({ name: found.name, regex: found.regex.replace(/\\b/g, ''), keywords: found.keywords, description: found.description });
  }

  /** Name of the rule. */
  public readonly name: string;
  /** Pattern of the whole value. */
  public readonly pattern: string;
  /** Words of which one must stand in the name of the column. */
  public readonly keywords: readonly string[];
  /** The classification that Purview gives what it finds. */
  public readonly classification: string;
  /** Percentage of the distinct values of a column that must match. */
  public readonly minimumMatch: number;
  /**
   * What it finds.
   *
   * @default - not said
   */
  public readonly description?: string;

  private constructor(props: DataIdentifierProps) {
    const of = `data identifier ${shown(props?.name)}`;
    if (!NAME.test(props?.name)) throw new Error(`${of} is named in another form than Purview takes: give 3 to 63 letters, digits and single '-' between them, such as 'study-id'`);
    checkPattern(props.regex, `the regex of ${of}`);
    const minimum = props.minimumMatch ?? 60;
    if (!(minimum >= 1 && minimum <= 100)) throw new Error(`the minimum match of ${of} is ${minimum}: give a percentage from 1 to 100`);
    const short = props.keywords?.find((word) => word.length < 3);
    if (short !== undefined) throw new Error(`keyword ${shown(short)} of ${of} is too short to tell columns apart: give words of at least 3 characters`);
    this.name = props.name;
    this.pattern = props.regex;
    this.keywords = props.keywords ?? [];
    this.classification = props.classification ?? `REGULATED_ML.${props.name.toUpperCase().replace(/-/g, '_')}`;
    this.minimumMatch = minimum;
    this.description = props.description;
  }

  /** The pattern as Purview has it: from the beginning of a value to its end. */
  public get valuePattern(): string {
    const insensitive = this.pattern.startsWith('(?i)');
    return `^${insensitive ? '(?i)' : ''}(?:${insensitive ? this.pattern.slice('(?i)'.length) : this.pattern})$`;
  }

  /** Pattern of the name of a column, such as `(?i)(nhs.?number|nhs.?no)`; none without keywords. */
  public get columnPattern(): string | undefined {
    if (this.keywords.length === 0) return undefined;
    // what is written with a blank in prose is a column with anything or nothing between
    const words = this.keywords.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/[\s_-]+/g, '.?'));
    return `(?i)(${[...new Set(words)].join('|')})`;
  }
}

function checkPattern(regex: string, what: string): void {
  if (typeof regex !== 'string' || regex === '') throw new Error(`${what} is ${shown(regex)}: give a pattern`);
  let compiled: RegExp;
  try {
    // `(?i)` is known to this engine as a flag only
    compiled = new RegExp(`^(?:${regex.replace(/\(\?i\)/g, '')})$`);
  } catch (error) {
    throw new Error(`${what} is not valid: ${(error as Error).message}`, { cause: error });
  }
  if (compiled.test('')) throw new Error(`${what}, ${shown(regex)}, matches the empty string and so every column: make at least one character mandatory`);
}
