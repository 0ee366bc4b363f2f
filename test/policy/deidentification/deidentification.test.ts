import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  Classification, ColumnType, Deidentification, DeidentificationProps, ExpertDeterminationProps, IdentifierKind, SafeHarborProps, SensitiveValues, TableFormat, Technique,
} from '../../../lib/policy';

const GOLDEN = join(__dirname, '../../jobs/deidentification/plan.json');

/** Each technique once. */
const every = Deidentification.of({
  columns: {
    patient_id: Technique.pseudonym({ domain: 'patient' }).identifying(IdentifierKind.MEDICAL_RECORD_NUMBER),
    name: Technique.suppress().identifying(IdentifierKind.NAME),
    phone: Technique.mask({ keepLast: 3 }),
    insurance: Technique.token('insuranceNumber', { subject: 'patient_id' }),
    age: Technique.age(),
    weight: Technique.band(2.5, 120),
    born: Technique.birthYear({ asOf: '2026-11-27' }),
    seen: Technique.month({ format: 'dd.MM.yyyy' }),
    admitted: Technique.shiftDate({ maxDays: 30 }),
    postcode: Technique.leading(2),
    zip: Technique.zip3(),
    code: Technique.hierarchy({ I21: 'heart', C34: 'lung' }, 'other'),
    note: Technique.freeText({ patterns: ['de-tax-id'], mentions: ['name', 'patient_id'], denyList: ['Ward 7'] }),
    died: Technique.keep('it is what the model learns', ColumnType.BOOLEAN),
  },
  subject: 'patient_id',
  quasiIdentifiers: ['age', 'zip'],
  sensitive: { code: SensitiveValues.CATEGORICAL, weight: SensitiveValues.ORDERED },
  thresholds: { k: 5, distinctL: 2, entropyL: 1.5, t: 0.4, maxSuppressedShare: 0.02 },
});

// the job's own tests read it: what is made here is what is followed there
test('a plan is the same JSON each time', () => {
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, every.json);
  expect(every.json).toBe(readFileSync(GOLDEN, 'utf8'));
});

test('the order in which thresholds and options are written changes nothing, the order of columns does', () => {
  const columns = { a: Technique.keep('it says nothing of anybody'), b: Technique.suppress() };
  const one = Deidentification.of({ columns, quasiIdentifiers: ['a'], thresholds: { k: 2, maxSuppressedShare: 0 } });
  expect(Deidentification.of({ thresholds: { maxSuppressedShare: 0, k: 2 }, quasiIdentifiers: ['a'], columns }).json).toBe(one.json);
  expect(Deidentification.of({ columns: { b: columns.b, a: columns.a }, quasiIdentifiers: ['a'], thresholds: { k: 2, maxSuppressedShare: 0 } }).json).not.toBe(one.json);
});

test('what it says of itself: a key, a result, what passes, what is not found', () => {
  expect([every.needsKey, every.resultsIn]).toEqual([true, Classification.PSEUDONYMISED]);
  expect(every.tokenFields).toEqual(['insuranceNumber']);
  const { columns: techniques, ...promised } = every._promise;
  expect(techniques).toMatchObject({ patient_id: 'pseudonym', name: 'suppress', died: 'keep' });
  expect(promised).toEqual({ passing: [], namedLike: [], missingNames: ['note'], holdsGroups: true, leavesGroupsOut: true, reads: 'csv', writes: 'csv' });
  const leaky = Deidentification.of({ columns: { mail: Technique.keep('the study office writes to them').identifying(IdentifierKind.EMAIL) } });
  expect([leaky.needsKey, leaky._promise.passing, leaky._promise.holdsGroups]).toEqual([false, [{ column: 'mail', kind: 'email' }], false]);
});

const columns = { id: Technique.pseudonym(), age: Technique.age(), ill: Technique.keep('it is what the model learns') };

describe('a plan that cannot hold is refused', () => {
  test.each<[string, Partial<DeidentificationProps>, RegExp]>([
    ['no columns', { columns: undefined as never }, /give an object with columns/],
    ['a column that becomes nothing known', { columns: { id: 'hash' as never } }, /column 'id' becomes 'hash': give a Technique/],
    ['only what is left out', { columns: { id: Technique.suppress() } }, /leaves no column/],
    ['names that differ in case alone', { columns: { ID: Technique.age(), id: Technique.age() } }, /apart from case/],
    ['a name of the job', { columns: { __x: Technique.age() } }, /not beginning with '__'/],
    ['a subject that is none of the columns', { subject: 'ids' }, /did you mean 'id'\?/],
    ['dates that are shifted for nobody', { columns: { at: Technique.shiftDate() } }, /names no subject/],
    ['a quasi-identifier that is not there', { quasiIdentifiers: ['aeg'] }, /did you mean 'age'\?/],
    ['one that is left out', { columns: { ...columns, x: Technique.suppress() }, quasiIdentifiers: ['x'] }, /is suppressed: nothing of it is left/],
    ['one that is sensitive too', { quasiIdentifiers: ['age'], sensitive: { age: SensitiveValues.ORDERED } }, /decide for one/],
    ['thresholds over nothing', { thresholds: { k: 5 } }, /no quasiIdentifiers to hold them over/],
    ['a k of nobody', { quasiIdentifiers: ['age'], thresholds: { k: 0.5 } }, /the threshold of k is 0\.5/],
    ['l of nothing sensitive', { quasiIdentifiers: ['age'], thresholds: { distinctL: 2 } }, /nothing is sensitive/],
    ['a threshold that is none', { quasiIdentifiers: ['age'], thresholds: { m: 1 } as never }, /there is no threshold 'm'/],
    ['a delimiter of Parquet', { input: TableFormat.PARQUET, delimiter: ';' }, /are of CSV, and the input is parquet/],
    ['a mention of no column', { columns: { note: Technique.freeText({ mentions: ['nmae'] }), name: Technique.suppress() } }, /did you mean 'name'\?/],
    ['text that mentions itself', { columns: { note: Technique.freeText({ mentions: ['note'] }) } }, /column 'note' mentions itself/],
    ['groups of one person, by definition', { subject: 'id', quasiIdentifiers: ['id', 'age'], thresholds: { k: 5 } }, /the subject 'id' is a quasi-identifier, so that each person is a group alone and k of 5 is never held/],
    ['more values than people', { quasiIdentifiers: ['age'], sensitive: { ill: SensitiveValues.CATEGORICAL }, thresholds: { k: 2, distinctL: 3 } }, /distinct l of 3 is more than k of 2/],
    ['a result of nobody whose subject is kept', { columns: { id: Technique.keep('a number of the study'), age: Technique.age() }, subject: 'id', quasiIdentifiers: ['age'], thresholds: { k: 5 }, resultsIn: Classification.INTERNAL }, /the subject 'id' is kept/],
    ['a token of a subject that is no column', { columns: { phone: Technique.token('phone', { subject: 'pation' }), patient: Technique.suppress() } }, /column 'phone' mentions column 'pation', which the plan does not have/],
    ['a public result with tokens', { columns: { phone: Technique.token('phone') }, resultsIn: Classification.PUBLIC }, /column 'phone' becomes token, by which people can be found again/],
    ['a public result with pseudonyms', { resultsIn: Classification.PUBLIC }, /column 'id' becomes pseudonym, by which people can be found again/],
    ['a public result that nothing holds', { columns: { age: Technique.age() }, resultsIn: Classification.INTERNAL }, /no threshold of k holds it/],
  ])('fails on %s', (_, props, message) => expect(() => Deidentification.of({ columns, ...props })).toThrow(message));

  test.each<[string, () => unknown, RegExp]>([
    ['a reason that is none', () => Technique.keep('the label'), /kept for 'the label', in 9 characters: say in a sentence of at least 10 why it may pass/],
    ['digits that two people soon share', () => Technique.pseudonym({ digits: 8 }), /give 16 to 64/],
    ['a token of no field', () => Technique.token('patient id'), /the field of a token is 'patient id': give the name of a field of the vault/],
    ['a token of nobody', () => Technique.token('patientId', { subject: '' }), /the subject of a token is ''/],
    ['a band of no width', () => Technique.band(0), /the width of a band is 0/],
    ['a format without a day', () => Technique.year({ format: 'yyyy-MM' }), /give year, month and day/],
    ['a day that is none', () => Technique.birthYear({ asOf: '2027-02-30' }), /asOf of a year of birth is '2027-02-30'/],
    ['ZIP codes of five digits', () => Technique.zip3(['03601']), /restricted ZIP code '03601' is none/],
    ['an empty hierarchy', () => Technique.hierarchy({}), /with 0 entries/],
    ['a shift of no days', () => Technique.shiftDate({ maxDays: 0 }), /1 to 3650/],
    ['a pattern that is none of ours', () => Technique.freeText({ patterns: ['de-taxid'] }), /did you mean 'de-tax-id'/],
    ['an entity that the job does not know', () => Technique.freeText({ entities: ['PHONE'] }), /the entity 'PHONE': use one of CREDIT_CARD, /],
    ['an entity with a slip of the pen', () => Technique.freeText({ entities: ['EMAIL_ADRESS'] }), /did you mean 'EMAIL_ADDRESS'\?/],
    ['names of people without a model', () => Technique.freeText({ entities: ['PERSON'] }), /searched for PERSON, which only a model finds: give one that the image has/],
    ['a symbol of two characters', () => Technique.mask({ symbol: '**' }), /give one character/],
  ])('fails on %s', (_, make, message) => expect(make).toThrow(message));

  test('anything else gives a plan or an error that helps', () => {
    fc.assert(fc.property(fc.anything(), fc.anything(), (value, option) => {
      for (const make of [() => Deidentification.of(value as never), () => Deidentification.of({ columns, thresholds: option, sensitive: value } as never), () => Technique.freeText(value as never), () => Technique.hierarchy(value as never)]) {
        try {
          make();
        } catch (error) {
          expect((error as Error).name).toBe('Error');
          expect((error as Error).message).toMatch(/^[^A-Z]/);
        }
      }
    }), { numRuns: 200 });
  });
});

test('text is searched for the entities that the job knows, and for no others', () => {
  const job = readFileSync(join(__dirname, '../../../lib/runtime/deidentification/free_text.py'), 'utf8');
  const byForm = [.../_BY_FORM = \{([^}]*)\}/.exec(job)![1]!.matchAll(/"([A-Z_]+)":/g)].map(([, name]) => name!);
  const byModel = [.../_BY_MODEL = \(([^)]*)\)/.exec(job)![1]!.matchAll(/"([A-Z]+)"/g)].map(([, name]) => name!);
  expect(byForm.length).toBeGreaterThan(5);
  expect(() => Technique.freeText({ entities: ['?'] })).toThrow(`use one of ${[...byForm, ...byModel].join(', ')}, or`);
  expect(() => Technique.freeText({ entities: byForm })).not.toThrow();
  expect(() => Technique.freeText({ entities: byModel, model: 'en_core_web_lg' })).not.toThrow();
  for (const entity of byModel) expect(() => Technique.freeText({ entities: [entity] })).toThrow('which only a model finds');
});

describe('what passes without a word of what it is', () => {
  const like = (columns: Record<string, Technique>, more: Partial<DeidentificationProps> = {}) => Deidentification.of({ columns, ...more })._promise.namedLike.map(({ column, kind }) => `${column} ${kind}`);
  const kept = (...names: string[]) => Object.fromEntries(names.map((name) => [name, Technique.keep('the study needs this column')]));

  test('is told by its name, however it is spelt', () => {
    expect(like(kept('name', 'First_Name', 'patientName', 'ssn', 'E-Mail', 'phoneNumber', 'home address', 'birth_date', 'ZIP', 'city', 'user_email', 'nhsNumber'))).toEqual([
      'name name', 'First_Name name', 'patientName name', 'ssn social-security-number', 'E-Mail email', 'phoneNumber telephone', 'home address geography', 'birth_date birth-date', 'ZIP zip-code', 'city geography',
      'user_email email', 'nhsNumber health-plan-number',
    ]);
  });
  test('is no alarm for names that only look like one', () => {
    expect(like(kept('hospital_name', 'drug_name', 'mailing_consent', 'ward', 'state', 'address_count', 'phone_calls', 'capacity', 'constructor', 'patient', 'diagnosis', 'email_opt_in', 'phone_model', 'hashedSsn', 'mac_address'))).toEqual([]);
  });
  test('is no alarm where somebody said what it is, where it does not pass, or where groups hold it', () => {
    expect(like({ name: Technique.keep('the name of the ward, not of a person'), mail: Technique.keep('the study office writes to them').identifying(IdentifierKind.EMAIL), phone: Technique.mask() })).toEqual([]);
    expect(like({ name: Technique.keep('there is no other column to join by') })).toEqual(['name name']);
    const held = { quasiIdentifiers: ['zip', 'name'], thresholds: { k: 5 } };
    expect(like(kept('zip', 'name'), held)).toEqual(['name name']);
    expect(like(kept('zip', 'name'), { quasiIdentifiers: ['zip', 'name'] })).toEqual(['zip zip-code', 'name name']);
  });
  test('is the subject, where it is kept', () => {
    expect(Deidentification.of({ columns: kept('person', 'ill'), subject: 'person' })._promise.passing).toEqual([{ column: 'person', kind: 'subject of the plan' }]);
  });
  test('counts under Safe Harbor whatever is held', () => {
    const harbour = Deidentification.safeHarbor({ identifiers: {}, others: kept('zip', 'ill'), asOf: '2026-11-27', attestedBy: 'privacy office', quasiIdentifiers: ['zip'], thresholds: { k: 5 } });
    expect(harbour._promise.namedLike).toEqual([{ column: 'zip', kind: 'zip-code' }]);
  });
});

describe('Safe Harbor', () => {
  const made = (change: Partial<SafeHarborProps> = {}) => Deidentification.safeHarbor({
    identifiers: Object.fromEntries(Object.values(IdentifierKind).map((kind) => [kind, kind])), others: { ill: Technique.keep('it is what the model learns') },
    asOf: '2026-11-27', attestedBy: 'privacy office', ...change,
  });

  // 45 CFR 164.514(b)(2)(i): what each of the 18 becomes
  test('each of the 18 identifiers becomes what the law says', () => {
    const techniques = Object.fromEntries((JSON.parse(made().json) as { columns: { name: string; technique: string }[] }).columns.map(({ name, technique }) => [name, technique]));
    const { 'zip-code': zip, 'birth-date': born, 'date': day, 'age': age, ill, ...others } = techniques;
    expect([zip, born, day, age, ill]).toEqual(['zip3', 'birthYear', 'datePart', 'age', 'keep']);
    expect(new Set(Object.values(others))).toEqual(new Set(['suppress']));
    expect(Object.keys(techniques)).toHaveLength(22);
  });

  test('areas where few live are the 17 of HHS, or those of a newer census', () => {
    const restricted = (plan: Deidentification) => (JSON.parse(plan.json) as { columns: { name: string; restricted?: string[] }[] }).columns.find(({ name }) => name === 'zip-code')!.restricted;
    expect(restricted(made())).toHaveLength(17);
    expect(restricted(made({ restrictedZipCodes: ['036'] }))).toEqual(['036']);
  });

  test.each<[string, Partial<SafeHarborProps>, RegExp]>([
    ['a pseudonym', { others: { id: Technique.pseudonym() } }, /column 'id' becomes pseudonym under Safe Harbor: .*expertDetermination/],
    ['a shifted date', { others: { at: Technique.shiftDate() } }, /becomes shiftDate under Safe Harbor/],
    ['a month', { others: { at: Technique.month() } }, /becomes datePart under Safe Harbor/],
    ['free text', { others: { note: Technique.freeText() } }, /becomes freeText under Safe Harbor/],
    ['an identifier that is none', { identifiers: { x: 'shoe-size' as never } }, /column 'x' is the identifier 'shoe-size'/],
    ['a column of both sorts', { identifiers: { ill: IdentifierKind.NAME } }, /stands among identifiers and others/],
    ['nobody who attests', { attestedBy: ' ' }, /name who states that there is no actual knowledge/],
  ])('fails on %s', (_, change, message) => expect(() => made(change)).toThrow(message));
});

describe('an expert determination', () => {
  const made = (change: Partial<ExpertDeterminationProps> = {}) => Deidentification.expertDetermination({
    columns, quasiIdentifiers: ['age'], thresholds: { k: 11 }, determination: { reference: 'DOC-4711', expert: 'Dr. Example', validUntil: '2999-12-31' }, ...change,
  });

  test('its reference, its expert and its last day stand in the plan', () => {
    expect((JSON.parse(made().json) as { basis: unknown }).basis).toEqual({ method: 'expert-determination', reference: 'DOC-4711', expert: 'Dr. Example', validUntil: '2999-12-31' });
  });
  test.each<[string, Partial<ExpertDeterminationProps>, RegExp]>([
    ['one that has run out', { determination: { reference: 'x', expert: 'y', validUntil: '2020-01-01' } }, /was valid until 2020-01-01: have it made anew/],
    ['one that nobody made', { determination: { reference: 'x', expert: '', validUntil: '2999-01-01' } }, /expert of the determination is ''/],
    ['one without a threshold', { thresholds: {} }, /has no threshold of k/],
  ])('fails on %s', (_, change, message) => expect(() => made(change)).toThrow(message));
});
