import { shown } from '../../policy/given';

/** How the objects of a store say whose data they hold. */
export class RecordLayout {
  /**
   * Each person's objects lie below a prefix of their own, in which `{subject}` stands for the person, such as `patients/{subject}/`.
   *
   * @throws an error when there is no such place in it, or nothing ends the name of the person
   */
  public static onePerson(keyPrefix: string): RecordLayout {
    const parts = typeof keyPrefix === 'string' ? keyPrefix.split('{subject}') : [];
    if (parts.length !== 2 || parts[1] === '' || keyPrefix.startsWith('/')) {
      throw new Error(`${shown(keyPrefix)} says of no object whose it is: give the beginning of keys with one {subject} and something that ends it, such as 'patients/{subject}/', or '1' would be erased with '10'`);
    }
    return new RecordLayout(parts[0]!, `objects below '${keyPrefix}'`, { kind: 'prefix', template: keyPrefix }, false);
  }

  /**
   * Rows of many people in CSV files with a header (RFC 4180, UTF-8), packed by gzip or not. Files of another form are left as they are, and leave each
   * request open.
   *
   * @param column name of the column that holds the person, as the header has it
   * @param keyPrefix where the files lie; all that lies there has to be in this form
   */
  public static csv(column: string, keyPrefix: string = ''): RecordLayout {
    requireText('the column', column);
    return new RecordLayout(checkedPrefix(keyPrefix), `rows of CSV files below '${keyPrefix}' by ${column}`, { kind: 'csv', prefix: keyPrefix, column }, true);
  }

  /**
   * Documents of many people in files with one JSON document a line (UTF-8), packed by gzip or not. Files of another form are left as they are, and
   * leave each request open.
   *
   * @param field the field that holds the person, as a path such as `patient.id`
   * @param keyPrefix where the files lie; all that lies there has to be in this form
   */
  public static jsonLines(field: string, keyPrefix: string = ''): RecordLayout {
    requireText('the field', field);
    if (/^[$/[]/.test(field)) throw new Error(`the field of a layout is ${shown(field)}, and a path is names with dots between: give it without what stands for the document, such as 'patient.id'`);
    return new RecordLayout(checkedPrefix(keyPrefix), `lines of JSON files below '${keyPrefix}' by ${field}`, { kind: 'json-lines', prefix: keyPrefix, field }, true);
  }

  /**
   * Rows of many people in Parquet files, by a column of texts or whole numbers that is nested in nothing. What could not be written again as it was is
   * left as it is, and leaves each request open: files of tables (Delta Lake, Iceberg, Hudi), encrypted ones, those of more than 256 MB.
   *
   * @param column name of the column that holds the person, as the schema has it
   * @param keyPrefix where the files lie; all that lies there has to be in this form
   */
  public static parquet(column: string, keyPrefix: string = ''): RecordLayout {
    requireText('the column', column);
    return new RecordLayout(checkedPrefix(keyPrefix), `rows of Parquet files below '${keyPrefix}' by ${column}`, { kind: 'parquet', prefix: keyPrefix, column }, true);
  }

  /** @internal What SageMaker captures, by the inference id that callers gave: the person, or what begins with it and a `#`. */
  public static _captures(keyPrefix: string): RecordLayout {
    const setting = { kind: 'json-lines', prefix: keyPrefix, field: 'eventMetadata.inferenceId', separator: '#' };
    return new RecordLayout(checkedPrefix(keyPrefix), `captures below '${keyPrefix}' by inference id`, setting, true, 'captures');
  }

  private constructor(
    /** @internal What all keys begin with. */
    public readonly _keyPrefix: string,
    /** @internal In words. */
    public readonly _words: string,
    /** @internal For the function. */
    public readonly _setting: Record<string, string>,
    /** @internal Whether objects are written anew. */
    public readonly _rewrites: boolean,
    /** @internal What people are found in. */
    public readonly _finds: 'known-form' | 'captures' = 'known-form',
  ) {}
}

function checkedPrefix(keyPrefix: string): string {
  if (typeof keyPrefix !== 'string' || keyPrefix.startsWith('/') || keyPrefix.includes('://')) {
    throw new Error(`${shown(keyPrefix)} is no prefix of keys: give their beginning, without bucket and leading '/', such as 'admissions/'`);
  }
  if (keyPrefix !== '' && !keyPrefix.endsWith('/')) throw new Error(`${shown(keyPrefix)} is the beginning of other folders too: end it with '/', such as '${keyPrefix}/', or people would be erased from '${keyPrefix}-old/' as well`);
  return keyPrefix;
}

function requireText(what: string, value: string): void {
  if (typeof value !== 'string' || value.trim() === '') throw new Error(`${what} of a layout is ${shown(value)}: give its name, such as 'patient_id'`);
}
