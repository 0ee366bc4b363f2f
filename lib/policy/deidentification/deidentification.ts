import { Classification } from '../classification';
import { dayNumber } from '../day';
import type { DeIdentificationPromise } from '../flow';
import { isRecord, nearest, shown } from '../given';
import { checkAmount } from '../privacy/checks';
import { DeidentificationOptions, DeidentificationProps, ExpertDeterminationProps, SafeHarborProps, SensitiveValues } from './deidentification-props';
import { IdentifierKind } from './identifier-kind';
import { identifierNamed } from './identifier-names';
import { TableFormat } from './table-format';
import { Technique } from './technique';

/** What other columns may become under Safe Harbor: nothing that is derived from an identifier (164.514(c)), no date but its year, no text that may name somebody. */
const BESIDE_SAFE_HARBOR = ['keep', 'suppress', 'band', 'age', 'leading', 'hierarchy'];

/**
 * What becomes of each column of a table, and what the result has to hold. The same plan runs on both clouds; the job is given it as JSON with its digest
 * and follows it to the letter.
 *
 * @example
 * import { Deidentification, IdentifierKind, Technique } from 'cdk-regulated-ml/policy';
 *
 * Deidentification.of({
 *   columns: {
 *     patient_id: Technique.pseudonym({ domain: 'patient' }).identifying(IdentifierKind.MEDICAL_RECORD_NUMBER),
 *     name: Technique.suppress().identifying(IdentifierKind.NAME),
 *     age: Technique.age(),
 *     zip: Technique.zip3(),
 *     readmitted: Technique.keep('it is what the model learns to foretell'),
 *   },
 *   subject: 'patient_id',
 *   quasiIdentifiers: ['age', 'zip'],
 *   thresholds: { k: 5 },
 * });
 */
export class Deidentification {
  /**
   * A plan of one's own.
   *
   * @throws an error for a column, a threshold or a classification that does not fit the others
   */
  public static of(props: DeidentificationProps): Deidentification {
    return new Deidentification(checkedColumns(props), props, { method: 'plain' });
  }

  /**
   * A plan after HIPAA's Safe Harbor, which removes 18 identifiers: names, numbers and what else identifies is suppressed, ZIP codes keep three digits, dates
   * their year, ages over 89 become one. Pseudonyms made from identifiers are not Safe Harbor (164.514(c)); nor is free text, in which patterns miss names.
   *
   * @see https://www.ecfr.gov/current/title-45/section-164.514 45 CFR 164.514(b)(2)
   */
  public static safeHarbor(props: SafeHarborProps): Deidentification {
    if (!isRecord(props)) throw new Error(`Safe Harbor is set up with ${shown(props)}: give an object with identifiers, others, asOf and attestedBy`);
    const { identifiers, others, attestedBy } = props;
    if (!isRecord(identifiers) || !isRecord(others)) throw new Error(`the columns of Safe Harbor are ${shown(identifiers)} and ${shown(others)}: give identifiers and others, each an object by column`);
    if (typeof attestedBy !== 'string' || attestedBy.trim() === '') throw new Error(`attestedBy of Safe Harbor is ${shown(attestedBy)}: name who states that there is no actual knowledge, such as 'privacy office, 2027-03-31'`);
    const columns: Record<string, Technique> = {};
    for (const [column, kind] of Object.entries(identifiers)) columns[column] = harboured(column, kind, props).identifying(kind);
    for (const [column, technique] of Object.entries(others)) {
      if (columns[column]) throw new Error(`column '${column}' stands among identifiers and others: decide for one`);
      if (isTechnique(technique) && !BESIDE_SAFE_HARBOR.includes(technique.name)) {
        throw new Error(`column '${column}' becomes ${technique.name} under Safe Harbor: use ${BESIDE_SAFE_HARBOR.join(', ')}, or have an expert determine the risk (Deidentification.expertDetermination)`);
      }
      columns[column] = technique;
    }
    return new Deidentification(checkedColumns({ columns }), props, { method: 'safe-harbor', attestedBy });
  }

  /**
   * A plan whose risk an expert has determined to be very small. The job measures what the expert required and passes nothing below it, nor after the last
   * day of the determination.
   *
   * @see https://www.ecfr.gov/current/title-45/section-164.514 45 CFR 164.514(b)(1)
   */
  public static expertDetermination(props: ExpertDeterminationProps): Deidentification {
    const columns = checkedColumns(props);
    const { determination, thresholds } = props;
    if (!isRecord(determination)) throw new Error(`the determination is ${shown(determination)}: give an object with reference, expert and validUntil`);
    const { reference, expert, validUntil } = determination;
    for (const [name, value] of Object.entries({ reference, expert })) {
      if (typeof value !== 'string' || value.trim() === '') throw new Error(`${name} of the determination is ${shown(value)}: give a text that an auditor can follow`);
    }
    // to the end of its last day, whatever the time zone of who deploys
    if (dayNumber('validUntil of the determination', validUntil) + 1 < Date.now() / 86_400_000) {
      throw new Error(`the determination of ${expert} was valid until ${validUntil}: have it made anew`);
    }
    if (thresholds?.k === undefined) throw new Error('a plan after a determination has no threshold of k: give what the expert required, as thresholds');
    return new Deidentification(columns, props, { method: 'expert-determination', reference, expert, validUntil });
  }

  /** The plan as the job is given it: JSON, the same for the same plan. */
  public readonly json: string;
  /** What the result is. */
  public readonly resultsIn: Classification;
  /** Whether it takes a key. */
  public readonly needsKey: boolean;
  /** The fields of a token vault that it takes tokens of, each once; none where it takes no vault. */
  public readonly tokenFields: string[];
  /** @internal What rules hold the step to. */
  public readonly _promise: Omit<DeIdentificationPromise, 'digest'>;
  /** @internal Whether it looks at free text, for which an image needs Presidio. */
  public readonly _searchesText: boolean;
  /** @internal Columns of the result. */
  public readonly _released: string[];
  /** @internal In a few words, for the evidence. */
  public readonly _summary: string;

  private constructor(columns: Readonly<Record<string, Technique>>, options: DeidentificationOptions, basis: Record<string, string>) {
    const { subject, quasiIdentifiers = [], sensitive = {}, thresholds = {}, input = TableFormat.CSV, output = input, resultsIn = Classification.PSEUDONYMISED } = options;
    checkMeasured(columns, options);
    checkThresholds(columns, options);
    checkTable(options, input, output);
    checkResult(columns, resultsIn, options);
    const entries = Object.entries(columns);
    const { delimiter, hasLineBreaks, bytesPerFile = 134_217_728, maxValueBytes = 65_536, maxQuarantinedShare = 0.01 } = options;
    this.resultsIn = resultsIn;
    this.needsKey = subject !== undefined || entries.some(([, technique]) => technique._isKeyed);
    this.tokenFields = [...new Set(entries.map(([, { _tokenField: field }]) => field).filter((field) => field !== undefined))];
    this._released = entries.filter(([, { name }]) => name !== 'suppress').map(([column]) => column);
    this._searchesText = entries.some(([, { name }]) => name === 'freeText');
    this.json = JSON.stringify(sorted({
      version: 1,
      input: { format: input, ...(input === TableFormat.CSV ? { delimiter, multiLine: hasLineBreaks } : {}) },
      output: { format: output, bytesPerFile },
      columns: entries.map(([name, technique]) => technique._render(name)),
      subject: subject ?? null,
      quasiIdentifiers,
      sensitive: Object.entries(sensitive).map(([column, values]) => ({ column, ordered: values === SensitiveValues.ORDERED })),
      thresholds,
      limits: { maxValueBytes, maxQuarantinedShare },
      basis,
    }));
    this._promise = {
      columns: Object.fromEntries(entries.map(([column, { name }]) => [column, name])),
      passing: entries.filter(([column, { name, identifies }]) => name === 'keep' && (identifies !== undefined || column === subject))
        .map(([column, { identifies }]) => ({ column, kind: identifies ?? SUBJECT })),
      namedLike: entries.flatMap(([column, technique]) => {
        const like = technique.name === 'keep' && technique.identifies === undefined && column !== subject && !DENIES.test(technique._reason) ? identifierNamed(column) : undefined;
        // what is held to groups may stay, but not under Safe Harbor, which counts no groups
        const isHeld = !like?.isNaming && basis.method !== 'safe-harbor' && (thresholds.k ?? 1) > 1 && quasiIdentifiers.includes(column);
        return like && !isHeld ? [{ column, kind: like.kind }] : [];
      }),
      missingNames: entries.filter(([, technique]) => technique._missesNames).map(([column]) => column),
      holdsGroups: thresholds.k !== undefined && thresholds.k > 1,
      leavesGroupsOut: (thresholds.maxSuppressedShare ?? 0) > 0,
      reads: input === TableFormat.CSV && delimiter !== undefined && delimiter !== ',' ? `${input} with '${delimiter}'` : input, writes: output,
    };
    this._summary = [basis.method === 'plain' ? `${entries.length} columns` : `${basis.method}, ${entries.length} columns`, ...Object.entries(thresholds).map(([name, value]) => `${name} = ${value}`)].join(', ');
  }
}

function harboured(column: string, kind: IdentifierKind, { asOf, dateFormat: format, restrictedZipCodes }: SafeHarborProps): Technique {
  switch (kind) {
    case IdentifierKind.ZIP_CODE: return Technique.zip3(restrictedZipCodes);
    case IdentifierKind.BIRTH_DATE: return Technique.birthYear({ asOf, format });
    case IdentifierKind.DATE: return Technique.year({ format });
    case IdentifierKind.AGE: return Technique.age();
    default:
      if (!Object.values(IdentifierKind).includes(kind)) throw new Error(`column '${column}' is the identifier ${shown(kind)}: use one of ${Object.keys(IdentifierKind).map((name) => `IdentifierKind.${name}`).join(', ')}`);
      return Technique.suppress();
  }
}

/** What a subject that is kept is, where nothing else is said of it. */
const SUBJECT = 'subject of the plan';
/** A reason that says that something is of nobody. */
const DENIES = /\b(?:no|not|never|neither|nor)\b.*\b(?:person|people|patient|individual|somebody|anybody|anyone)s?\b|\bnobody\b/i;

function isTechnique(value: unknown): value is Technique {
  return isRecord(value) && typeof (value as Technique)._render === 'function';
}

function checkedColumns(props: { readonly columns: Readonly<Record<string, Technique>> }): Readonly<Record<string, Technique>> {
  if (!isRecord(props) || !isRecord(props.columns)) throw new Error(`a de-identification is made from ${shown(props)}: give an object with columns, from the name of each to a Technique`);
  const { columns } = props;
  const names = Object.keys(columns);
  for (const name of names) {
    if (name === '' || name.startsWith('__') || name.includes('`')) throw new Error(`column ${shown(name)} is not usable: rename it in the source, without a backquote and not beginning with '__'`);
    if (!isTechnique(columns[name])) throw new Error(`column '${name}' becomes ${shown(columns[name])}: give a Technique, such as Technique.suppress()`);
    const stray = columns[name]._mentions.find((other) => !names.includes(other));
    if (columns[name]._soughtColumns.includes(name)) throw new Error(`column '${name}' mentions itself, so that all of its text would be replaced: name other columns, such as that of the patient's name`);
    if (stray !== undefined) throw new Error(`column '${name}' mentions column '${stray}', which the plan does not have: ${known(stray, names)}`);
  }
  const folded = names.map((name) => name.toLowerCase());
  const twice = names.find((_, index) => folded.indexOf(folded[index]) !== index);
  if (twice !== undefined) throw new Error(`two columns are called '${twice}' apart from case, which Spark takes for one: rename one in the source`);
  if (names.every((name) => columns[name].name === 'suppress')) throw new Error('a de-identification leaves no column: give at least one another technique than suppress');
  return columns;
}

function checkMeasured(columns: Readonly<Record<string, Technique>>, { subject, quasiIdentifiers = [], sensitive = {} }: DeidentificationOptions): void {
  const names = Object.keys(columns);
  if (!Array.isArray(quasiIdentifiers)) throw new Error(`quasiIdentifiers are ${shown(quasiIdentifiers)}: give a list of columns`);
  if (!isRecord(sensitive)) throw new Error(`sensitive is ${shown(sensitive)}: give an object from columns to SensitiveValues`);
  if (subject !== undefined && !names.includes(subject)) throw new Error(`the subject is ${shown(subject)}, which is no column of the plan: ${known(subject, names)}`);
  if (subject === undefined && names.some((name) => columns[name].name === 'shiftDate')) throw new Error('dates are shifted by person, and the plan names no subject: give the column that says who a row is about');
  for (const [what, listed] of Object.entries({ 'a quasi-identifier': quasiIdentifiers, 'a sensitive column': Object.keys(sensitive) })) {
    for (const name of Array.from(listed)) {
      if (!names.includes(name)) throw new Error(`${what} is ${shown(name)}, which is no column of the plan: ${known(name, names)}`);
      if (columns[name].name === 'suppress') throw new Error(`${what} is '${name}', which is suppressed: nothing of it is left to measure`);
    }
  }
  if (new Set(quasiIdentifiers).size !== quasiIdentifiers.length) throw new Error('a quasi-identifier is named twice: name each once');
  for (const [name, values] of Object.entries(sensitive)) {
    if (quasiIdentifiers.includes(name)) throw new Error(`column '${name}' is a quasi-identifier and sensitive: decide for one`);
    if (!Object.values(SensitiveValues).includes(values)) throw new Error(`sensitive column '${name}' is ${shown(values)}: use SensitiveValues.CATEGORICAL or SensitiveValues.ORDERED`);
  }
}

function checkThresholds(columns: Readonly<Record<string, Technique>>, { thresholds = {}, quasiIdentifiers: quasi = [], sensitive = {}, subject }: DeidentificationOptions): void {
  if (!isRecord(thresholds)) throw new Error(`thresholds are ${shown(thresholds)}: give an object, such as { k: 5 }`);
  const names = ['k', 'distinctL', 'entropyL', 't', 'maxSuppressedShare'];
  const stray = Object.keys(thresholds).find((name) => !names.includes(name));
  if (stray !== undefined) throw new Error(`there is no threshold ${shown(stray)}: use ${names.join(', ')}`);
  const { k, distinctL, entropyL, t, maxSuppressedShare } = thresholds;
  if (k !== undefined) checkAmount('the threshold of k', k, { whole: true, atLeast: 1 }, 'give how many people a group has at least, such as 5');
  if (distinctL !== undefined) checkAmount('the threshold of distinct l', distinctL, { whole: true, atLeast: 1 }, 'give a whole number from 1');
  if (entropyL !== undefined) checkAmount('the threshold of entropy l', entropyL, { atLeast: 1 }, 'give a number from 1');
  if (t !== undefined) checkAmount('the threshold of t', t, { atLeast: 0, atMost: 1 }, 'give a distance from 0 to 1');
  if (maxSuppressedShare !== undefined) checkAmount('maxSuppressedShare', maxSuppressedShare, { atLeast: 0, below: 1 }, 'give a share from 0 to below 1, such as 0.02');
  if (Object.keys(thresholds).length > 0 && quasi.length === 0) throw new Error('there are thresholds and no quasiIdentifiers to hold them over: name the columns by which somebody could be found again');
  if (k !== undefined && k > 1 && subject !== undefined && quasi.includes(subject) && ['keep', 'pseudonym', 'token'].includes(columns[subject].name)) {
    throw new Error(`the subject '${subject}' is a quasi-identifier, so that each person is a group alone and k of ${k} is never held: leave it out of quasiIdentifiers`);
  }
  if (k !== undefined && distinctL !== undefined && distinctL > k && subject === undefined) {
    throw new Error(`distinct l of ${distinctL} is more than k of ${k}, where each row is a person of its own: a group with ${distinctL} values has ${distinctL} people, so k holds nothing; give k of ${distinctL} or more`);
  }
  if ((distinctL ?? entropyL ?? t) !== undefined && Object.keys(sensitive).length === 0) throw new Error('l or t is held and nothing is sensitive: name the columns that nobody should learn of a person');
}

function checkTable(options: DeidentificationOptions, input: TableFormat, output: TableFormat): void {
  for (const [what, format] of Object.entries({ input, output })) {
    if (!Object.values(TableFormat).includes(format)) throw new Error(`the format of the ${what} is ${shown(format)}: use TableFormat.CSV, TableFormat.JSON_LINES or TableFormat.PARQUET`);
  }
  const { delimiter, hasLineBreaks, bytesPerFile, maxValueBytes, maxQuarantinedShare } = options;
  if (delimiter !== undefined && (typeof delimiter !== 'string' || delimiter.length !== 1)) throw new Error(`the delimiter is ${shown(delimiter)}: give one character`);
  if ((delimiter ?? hasLineBreaks) !== undefined && input !== TableFormat.CSV) throw new Error(`delimiter and hasLineBreaks are of CSV, and the input is ${input}: leave them out`);
  if (bytesPerFile !== undefined) checkAmount('bytesPerFile', bytesPerFile, { whole: true, atLeast: 1 }, 'give a whole number of bytes');
  if (maxValueBytes !== undefined) checkAmount('maxValueBytes', maxValueBytes, { whole: true, atLeast: 1 }, 'give a whole number of bytes');
  if (maxQuarantinedShare !== undefined) checkAmount('maxQuarantinedShare', maxQuarantinedShare, { atLeast: 0, atMost: 1 }, 'give a share from 0 to 1, such as 0.01');
}

function checkResult(columns: Readonly<Record<string, Technique>>, resultsIn: Classification, { thresholds = {}, subject }: DeidentificationOptions): void {
  if (!isRecord(resultsIn) || typeof resultsIn.isPersonal !== 'boolean') throw new Error(`resultsIn is ${shown(resultsIn)}: give a Classification, such as Classification.PSEUDONYMISED`);
  if (resultsIn.isPersonal) return;
  if (subject !== undefined && columns[subject].name === 'keep') throw new Error(`the result is said to be ${resultsIn}, and the subject '${subject}' is kept, which says whose each row is: give it another technique, or say Classification.PSEUDONYMISED`);
  const linking = Object.keys(columns).find((name) => columns[name]._isKeyed || ['freeText', 'token'].includes(columns[name].name));
  if (linking !== undefined) throw new Error(`the result is said to be ${resultsIn}, and column '${linking}' becomes ${columns[linking].name}, by which people can be found again: it is Classification.PSEUDONYMISED at least`);
  if (thresholds.k === undefined || thresholds.k < 2) throw new Error(`the result is said to be ${resultsIn}, so of no person, and no threshold of k holds it: give quasiIdentifiers and thresholds`);
}

function known(name: unknown, names: string[]): string {
  const near = typeof name === 'string' ? nearest(name, names) : [];
  return near.length > 0 ? `did you mean '${near[0]}'?` : `use one of ${names.join(', ')}`;
}

/** The same with members in order, and without those that are not given. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value as object).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]));
}
