import { DATA_PATTERNS } from '../data-patterns';
import { dayNumber } from '../day';
import { isRecord, nearest, shown } from '../given';
import { checkAmount } from '../privacy/checks';
import type { IdentifierKind } from './identifier-kind';

/** What a column that is kept holds; a value that is none of it puts its row into quarantine. */
export enum ColumnType {
  /** Text as it is. */
  TEXT = 'string',
  /** Whole numbers. */
  INTEGER = 'integer',
  /** Numbers. */
  NUMBER = 'number',
  /** `true` or `false`. */
  BOOLEAN = 'boolean',
}

/** How a pseudonym is made. */
export interface PseudonymOptions {
  /**
   * Columns of one domain give the same pseudonym to the same value, in this table and in others with the same key.
   *
   * @default - the name of the column
   */
  readonly domain?: string;
  /**
   * Hexadecimal digits, 16 to 64.
   *
   * @default 32
   */
  readonly digits?: number;
}

/** Whose value it is that becomes a token. */
export interface TokenOptions {
  /**
   * The column that says whose value it is: a random token goes with its subject when that one is erased from the vault.
   *
   * @default - the subject of the plan; without one the value itself
   */
  readonly subject?: string;
}

/** What of a text is left to see. */
export interface MaskOptions {
  /**
   * Characters at the end that stay.
   *
   * @default 0
   */
  readonly keepLast?: number;
  /**
   * What stands in the place of each other character.
   *
   * @default '*'
   */
  readonly symbol?: string;
}

/** How dates are written. */
export interface DateOptions {
  /**
   * Year, month, day, and the time if there is one, as Spark writes them: `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`.
   *
   * @default 'yyyy-MM-dd'
   */
  readonly format?: string;
}

/** How a year of birth is told. */
export interface BirthYearOptions extends DateOptions {
  /** The day that ages are counted at, such as `2027-03-31`. It is part of the plan, so that a rerun gives the same. */
  readonly asOf: string;
}

/** How far dates are shifted. */
export interface ShiftOptions extends DateOptions {
  /**
   * The most days, before or after.
   *
   * @default 180
   */
  readonly maxDays?: number;
}

/** What is looked for in free text. */
export interface FreeTextOptions {
  /**
   * Its language, as spaCy calls it.
   *
   * @default 'en'
   */
  readonly language?: string;
  /**
   * Entities by Presidio's names that have a form: `CREDIT_CARD`, `DATE_TIME`, `EMAIL_ADDRESS`, `IBAN_CODE`, `IP_ADDRESS`, `MEDICAL_LICENSE`, `PHONE_NUMBER`,
   * `UK_NHS`, `URL`, `US_DRIVER_LICENSE`, `US_PASSPORT`, `US_SSN`; with a model `PERSON`, `LOCATION`, `NRP` too.
   *
   * @default - addresses of mail, web and network, telephone numbers, dates, account numbers
   */
  readonly entities?: string[];
  /**
   * Formats of this library by name, such as `de-tax-id`: those that Macie and Purview look for.
   *
   * @default - none
   */
  readonly patterns?: string[];
  /**
   * Words to be replaced wherever they stand, such as names of wards.
   *
   * @default - none
   */
  readonly denyList?: string[];
  /**
   * Other columns of the row whose values are replaced in the text: the name of the patient in the note on the patient.
   *
   * @default - none
   */
  readonly mentions?: string[];
  /**
   * A spaCy model of the image, which finds names of people and places. Nothing is downloaded; without one, names of others stay in the text.
   *
   * @default - forms, lists and mentions only
   */
  readonly model?: string;
}

/**
 * Three-digit ZIP codes of areas with 20,000 people or fewer, which become 000.
 *
 * @see https://www.hhs.gov/hipaa/for-professionals/special-topics/de-identification/index.html by the census of 2000
 */
const SPARSE_ZIP_CODES = ['036', '059', '063', '102', '203', '556', '692', '790', '821', '823', '830', '831', '878', '879', '884', '890', '893'];
const SHORTEST_REASON = 10;
const FORMAT = /^(?:yyyy|MM|dd|HH|mm|ss|'T'|[-./: ])+$/;
/** What the job searches for by form, and what it needs a model for: lib/runtime/deidentification/free_text.py has the same. */
const BY_FORM = [
  'CREDIT_CARD', 'DATE_TIME', 'EMAIL_ADDRESS', 'IBAN_CODE', 'IP_ADDRESS', 'MEDICAL_LICENSE', 'PHONE_NUMBER', 'UK_NHS', 'URL', 'US_DRIVER_LICENSE', 'US_PASSPORT', 'US_SSN',
];
const BY_MODEL = ['PERSON', 'LOCATION', 'NRP'];
const ENTITIES = ['DATE_TIME', 'EMAIL_ADDRESS', 'IBAN_CODE', 'IP_ADDRESS', 'PHONE_NUMBER', 'URL'];

/** What becomes of a column. There is no hash without a key: whoever can list the values undoes one. */
export class Technique {
  /**
   * The column passes as it is. One that is called like what identifies people, such as `name` or `zip`, is a finding unless the reason says that it is not of
   * a person.
   *
   * @param reason why it may, for reviewers: a sentence of at least 10 characters
   * @param type what it holds; text unless given
   */
  public static keep(reason: string, type: ColumnType = ColumnType.TEXT): Technique {
    if (typeof reason !== 'string' || reason.trim().length < SHORTEST_REASON) {
      throw new Error(`a column is kept for ${shown(reason)}${typeof reason === 'string' ? `, in ${reason.trim().length} characters` : ''}: say in a sentence of at least ${SHORTEST_REASON} why it may pass, such as Technique.keep('it is what the model learns')`);
    }
    if (!Object.values(ColumnType).includes(type)) throw new Error(`a column is kept as ${shown(type)}: use one of ${Object.keys(ColumnType).map((name) => `ColumnType.${name}`).join(', ')}`);
    return new Technique('keep', { reason, type });
  }

  /** The column is left out. */
  public static suppress(): Technique {
    return new Technique('suppress', {});
  }

  /** HMAC-SHA-256 of the value. Whoever holds the key links it back, so the result stays personal data (GDPR Art. 4(5)). */
  public static pseudonym(options: PseudonymOptions = {}): Technique {
    const { domain, digits = 32 } = checked('a pseudonym', options);
    if (domain !== undefined && (typeof domain !== 'string' || domain === '')) throw new Error(`the domain of a pseudonym is ${shown(domain)}: give a name, such as 'patient'`);
    checkAmount('the number of digits of a pseudonym', digits, { whole: true, atLeast: 16, atMost: 64 }, 'give 16 to 64: with fewer, two people soon have the same');
    return new Technique('pseudonym', { domain, digits });
  }

  /**
   * A token of a vault takes the place of the value (`TokenVault`). Roles that have a purpose turn it back, so the result stays personal data; what becomes
   * of equal values, and of a subject that is erased, the field of the vault says. A value that the field does not take puts its row into quarantine.
   *
   * @param field of the vault, such as `patientId`
   */
  public static token(field: string, options: TokenOptions = {}): Technique {
    if (typeof field !== 'string' || !/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(field)) throw new Error(`the field of a token is ${shown(field)}: give the name of a field of the vault, such as 'patientId'`);
    const { subject } = checked('a token', options);
    if (subject !== undefined && (typeof subject !== 'string' || subject === '')) throw new Error(`the subject of a token is ${shown(subject)}: give the column that says whose value it is`);
    return new Technique('token', { field, subject });
  }

  /** All but the end of a text is covered. It hides from a glance, and not from who knows the rest. */
  public static mask(options: MaskOptions = {}): Technique {
    const { keepLast = 0, symbol = '*' } = checked('a mask', options);
    checkAmount('keepLast of a mask', keepLast, { whole: true, atLeast: 0, atMost: 1000 }, 'give how many characters stay at the end');
    if (typeof symbol !== 'string' || [...symbol].length !== 1) throw new Error(`the symbol of a mask is ${shown(symbol)}: give one character`);
    return new Technique('mask', { keepLast, symbol });
  }

  /**
   * A number becomes the lower end of its band.
   *
   * @param width of a band, above 0
   * @param top where the last band begins, which has no end; none unless given
   */
  public static band(width: number, top?: number): Technique {
    checkAmount('the width of a band', width, { above: 0 }, 'give a number above 0, such as 5');
    if (top !== undefined) checkAmount('the top of bands', top, {}, 'give a number, or none');
    return new Technique('band', { width, top });
  }

  /** An age in years; 90 and older is `90+` (45 CFR 164.514(b)(2)(i)(C)). */
  public static age(): Technique {
    return new Technique('age', {});
  }

  /** A date becomes its year. */
  public static year(options: DateOptions = {}): Technique {
    return new Technique('datePart', { part: 'year', format: formatOf(options) });
  }

  /** A date becomes its quarter, such as `2027-Q1`. */
  public static quarter(options: DateOptions = {}): Technique {
    return new Technique('datePart', { part: 'quarter', format: formatOf(options) });
  }

  /** A date becomes its month, such as `2027-03`. */
  public static month(options: DateOptions = {}): Technique {
    return new Technique('datePart', { part: 'month', format: formatOf(options) });
  }

  /** A date of birth becomes its year; all years that tell an age over 89 become one. */
  public static birthYear(options: BirthYearOptions): Technique {
    const { asOf } = checked('a year of birth', options);
    dayNumber('asOf of a year of birth', asOf);
    return new Technique('birthYear', { asOf, format: formatOf(options) });
  }

  /**
   * A text becomes its first characters, as a postal code its region.
   *
   * @param characters how many, at least 1
   */
  public static leading(characters: number): Technique {
    checkAmount('the number of leading characters', characters, { whole: true, atLeast: 1, atMost: 1000 }, 'give a whole number from 1');
    return new Technique('leading', { characters });
  }

  /**
   * A ZIP code of the United States becomes its first three digits, or `000` where fewer live.
   *
   * @param restricted three-digit codes of areas with 20,000 people or fewer; those of the census of 2000 unless given
   */
  public static zip3(restricted: string[] = SPARSE_ZIP_CODES): Technique {
    const stray = listed('restricted ZIP codes', restricted).find((code) => !/^\d{3}$/.test(code));
    if (stray !== undefined) throw new Error(`restricted ZIP code ${shown(stray)} is none: give three digits`);
    return new Technique('zip3', { restricted });
  }

  /**
   * A value becomes what a table says.
   *
   * @param table from value to what it becomes, at most 2000
   * @param otherwise what others become; without it their rows go into quarantine
   */
  public static hierarchy(table: { [value: string]: string }, otherwise?: string): Technique {
    const entries = isRecord(table) ? Object.values(table) : [];
    if (entries.length === 0 || entries.length > 2000 || !entries.every((value) => typeof value === 'string')) {
      throw new Error(`a hierarchy is made from ${shown(table)} with ${entries.length} entries: give an object from 1 to 2000 values to what each becomes`);
    }
    if (otherwise !== undefined && typeof otherwise !== 'string') throw new Error(`what other values of a hierarchy become is ${shown(otherwise)}: give a text, or none`);
    return new Technique('hierarchy', { table, otherwise });
  }

  /** All dates of a person move by the same number of days, which the key draws for each and which is never 0: the days between them stay. */
  public static shiftDate(options: ShiftOptions = {}): Technique {
    const { maxDays = 180 } = checked('a shift of dates', options);
    checkAmount('maxDays of a shift', maxDays, { whole: true, atLeast: 1, atMost: 3650 }, 'give a whole number of days from 1 to 3650');
    return new Technique('shiftDate', { maxDays, format: formatOf(options) });
  }

  /** What identifies people in a text is found by Presidio and replaced with what it is, such as `<PHONE_NUMBER>`. */
  public static freeText(options: FreeTextOptions = {}): Technique {
    const { language = 'en', entities = ENTITIES, patterns = [], denyList = [], mentions = [], model } = checked('free text', options);
    if (!/^[a-z]{2,3}$/.test(String(language))) throw new Error(`the language of free text is ${shown(language)}: give two or three letters, such as 'en'`);
    if (model !== undefined && !/^[a-z][a-z0-9_]*$/.test(String(model))) throw new Error(`the model of free text is ${shown(model)}: give the name of a spaCy package, such as 'en_core_web_lg'`);
    for (const entity of listed('entities of free text', entities)) {
      if (BY_MODEL.includes(entity) && model === undefined) throw new Error(`free text is searched for ${entity}, which only a model finds: give one that the image has, such as model: 'en_core_web_lg', or leave it out`);
      if (BY_FORM.includes(entity) || BY_MODEL.includes(entity)) continue;
      const known = [...BY_FORM, ...BY_MODEL];
      throw new Error(`free text is searched for the entity ${shown(entity)}: ${nearest(entity, known).slice(0, 1).map((near) => `did you mean '${near}'? `).join('')}use one of ${known.join(', ')}, or a pattern of this library`);
    }
    const named = listed('patterns of free text', patterns).map((name) => {
      const found = DATA_PATTERNS.find((pattern) => pattern.name === name);
      if (!found) {
        const names = DATA_PATTERNS.map((pattern) => pattern.name);
        throw new Error(`free text is searched for the pattern ${shown(name)}: ${nearest(name, names).map((near) => `did you mean '${near}'? `).join('')}use one of ${names.join(', ')}`);
      }
      return { name, regex: found.regex };
    });
    return new Technique('freeText', {
      language, model, patterns: named, entities, denyList: listed('denyList of free text', denyList), mentions: listed('mentions of free text', mentions),
    });
  }

  private constructor(
    /** Its name, as the job knows it. */
    public readonly name: string,
    private readonly options: Readonly<Record<string, unknown>>,
    /**
     * What the column says of a person.
     *
     * @default - it names nobody by itself
     */
    public readonly identifies?: IdentifierKind,
  ) {}

  /** The same for a column that identifies people: where it passes, that is a finding. */
  public identifying(kind: IdentifierKind): Technique {
    return new Technique(this.name, this.options, kind);
  }

  /** @internal As the plan has it. */
  public _render(column: string): Record<string, unknown> {
    const domain = this.name === 'pseudonym' ? { domain: this.options.domain ?? column } : {};
    return { name: column, technique: this.name, ...this.options, ...domain, ...(this.identifies === undefined ? {} : { identifier: this.identifies }) };
  }

  /** @internal Why its column is kept. */
  public get _reason(): string {
    return this.name === 'keep' ? this.options.reason as string : '';
  }

  /** @internal Other columns whose values it looks for in this one. */
  public get _soughtColumns(): readonly string[] {
    return this.options.mentions as string[] | undefined ?? [];
  }

  /** @internal Other columns that it reads. */
  public get _mentions(): readonly string[] {
    return [...(this.options.mentions as string[] | undefined) ?? [], ...(this.name === 'token' && this.options.subject !== undefined ? [this.options.subject as string] : [])];
  }

  /** @internal Whether it takes the key. */
  public get _isKeyed(): boolean {
    return this.name === 'pseudonym' || this.name === 'shiftDate';
  }

  /** @internal The field of a vault that it takes tokens of. */
  public get _tokenField(): string | undefined {
    return this.name === 'token' ? this.options.field as string : undefined;
  }

  /** @internal Whether it looks at text without a model that knows names. */
  public get _missesNames(): boolean {
    return this.name === 'freeText' && this.options.model === undefined;
  }
}

function checked<T>(what: string, options: T): T {
  if (!isRecord(options)) throw new Error(`${what} is set up with ${shown(options)}: give an object`);
  return options;
}

function listed(what: string, value: unknown): string[] {
  if (!Array.isArray(value) || !Array.from(value).every((item) => typeof item === 'string' && item !== '')) throw new Error(`${what} are ${shown(value)}: give a list of texts that are not empty`);
  return value as string[];
}

function formatOf(options: DateOptions): string {
  const { format = 'yyyy-MM-dd' } = checked('a date', options);
  if (typeof format !== 'string' || !FORMAT.test(format) || !['yyyy', 'MM', 'dd'].every((part) => format.includes(part))) {
    throw new Error(`the format of a date is ${shown(format)}: give year, month and day in yyyy, MM and dd, a time in HH, mm and ss, with - . / : 'T' or blanks between`);
  }
  return format;
}
