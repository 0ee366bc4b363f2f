import { inspect } from 'node:util';
import { describeWithMoto } from '../../support/moto';
import { Vault } from './fixture';

/** What must not be found where people read. */
const CANARIES = ['canary-value-ÄÖ', 'canary-subject', 'canary-field', '4929123412341234', '٤٤٤٤٤٤٤٤٤٤٤٤'];

describeWithMoto('no personal value', () => {
  let vault: Vault;
  const printed: string[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    vault = await Vault.start();
    for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) jest.spyOn(console, method).mockImplementation((...words: unknown[]) => void printed.push(words.map((word) => inspect(word)).join(' ')));
    for (const stream of [process.stdout, process.stderr]) {
      const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
      jest.spyOn(stream, 'write').mockImplementation(((...given: unknown[]) => {
        printed.push(String(given[0]));
        return write(...given);
      }) as typeof stream.write);
    }
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await vault?.stop();
  });

  const [value, subject, field, card, foreign] = CANARIES as [string, string, string, string, string];
  const good = [{ field: 'patientId', value, subject }, { field: 'nationalId', value }, { field: 'cardNumber', value: card }];
  const bad = [
    { field, value }, { field: value, value: field }, { field: 'cardNumber', value }, { field: 'cardNumber', value: foreign }, { field: 'patientId', value: `${value}\ud800` },
    { field: 'patientId', value: value.repeat(500) }, { field: 'patientId', value: { [value]: subject } }, value, { field: 'patientId', value, subject: [subject] },
  ];
  const INTERFERENCES = ['GetItem', 'PutItem', 'BatchGetItem', 'TransactWriteItems', 'UpdateItem', 'Query', 'DeleteItem', 'PutLogEvents', 'GenerateDataKey', 'Decrypt'];

  test('is in an error, a record, a row or what is printed, whatever goes wrong', async () => {
    const attempt = async (work: () => Promise<unknown>) => {
      try {
        // answers of items that failed count as errors
        for (const one of ((await work()) as { items?: { error?: object }[] }).items ?? []) if (one.error) errors.push(inspect(one, { depth: 9 }));
      } catch (error) {
        errors.push(inspect(error, { depth: 9, showHidden: true }));
      }
    };
    await vault.instance().tokenize({ items: good });
    for (const failing of ['', ...INTERFERENCES]) {
      vault.interfere = ({ target, body }) => (failing !== '' && target.endsWith(`.${failing}`)
        ? { status: 400, body: { __type: 'com.amazonaws#ValidationException', message: `${value} ${subject} ${card} ${body}` } } : undefined);
      await attempt(() => vault.instance().tokenize({ items: [...good, ...bad] }));
      await attempt(() => vault.instance().tokenize({ items: [{ field: 'patientId', value: `${value} ${failing}`, subject }] }));
      await attempt(() => vault.instance().detokenize({ items: [...bad.map((item) => ({ token: value, ...(item as object) })), ...['patientId', 'nationalId', 'cardNumber'].map((name) => ({ field: name, token: card }))] }));
      await attempt(() => vault.instance().shred({ action: 'shred', items: [subject, value, card] }));
      await attempt(() => vault.instance().shred({ action: value, items: [subject] }));
      await attempt(() => vault.instance().shred({ action: 'trace', items: [{ field, token: value }] }));
      await attempt(() => vault.instance().tokenize({ items: value }));
      await attempt(() => vault.instance().tokenize({ caller: { authorization: value }, items: good }));
      await attempt(() => vault.instance().tokenize(value));
    }
    vault.interfere = () => undefined;
    const places = {
      errors: errors.join('\n'), printed: printed.join('\n'), records: (await vault.records()).join('\n'),
      rows: inspect(await Promise.all(['keys', 'subjects', 'tokens', 'budgets'].map((table) => vault.rows(table))), { depth: 9 }),
    };
    expect(errors.length).toBeGreaterThan(100);
    for (const [place, text] of Object.entries(places)) for (const canary of CANARIES) expect({ place, canary, found: text.includes(canary) }).toEqual({ place, canary, found: false });
  });

  test('would be missed: the canaries are found where they belong, in the requests', () => {
    const requests = JSON.stringify([good, bad]);
    expect(CANARIES.filter((canary) => !requests.includes(canary))).toEqual([]);
  });

  test('leaves the functions by a call of the console: there is none', async () => {
    const { readdirSync, readFileSync } = await import('node:fs');
    const { join } = await import('node:path');
    const sources = ['token-vault', 'token-vault-aws', 'token-vault-azure', 'tokenize', 'detokenize', 'shred'].flatMap((job) => {
      const folder = join(__dirname, '..', '..', '..', 'lib', 'runtime', job);
      return readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    });
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.filter((source) => /\bconsole\b|process\.(stdout|stderr)/.test(source))).toEqual([]);
  });
});
