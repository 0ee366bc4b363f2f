import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly } from '../../../lib/cli/run/definition';
import { FileLedger } from '../../../lib/cli/run/file-ledger';
import { copyInto, digestOf } from '../../../lib/cli/run/files';
import { newRunId, takeLock } from '../../../lib/cli/run/journal';
import { Root } from '../../../lib/cli/run/root';
import { mappingsOf, ObjectStore } from '../../../lib/cli/run/store';
import { epsilonOfCharges } from '../../../lib/policy/privacy/privacy-charge';
import { reserve } from '../../../lib/runtime/ledger-rules/reserve';
import { settle } from '../../../lib/runtime/ledger-rules/settle';
import { folder } from '../support';

const BUCKETS = new Map([['A.Raw', 'A/Raw'], ['B.Raw', 'B/Raw'], ['A.Keys', 'A/Keys']]);
const assembly = (asset: Assembly['asset'] = () => undefined): Assembly => ({ pipelines: [], budgets: [], buckets: BUCKETS, registries: new Map(), asset });

describe('objects of a run', () => {
  test('are found among what the run wrote, then in the folder that stands for the longest prefix', () => {
    const cwd = folder({ 'raw/x/a.csv': 'raw', 'other/a.csv': 'other', 'own.zip': 'asset' });
    const store = new ObjectStore(join(cwd, 'stores'), assembly((key) => (key === 'hash/code.tar.gz' ? join(cwd, 'own.zip') : undefined)), mappingsOf(['A/Raw=raw', 'A/Raw/x=other'], assembly(), cwd));
    expect(store.find('s3://A.Raw/x/a.csv')).toBe(join(cwd, 'other/a.csv'));
    expect(store.find('s3://A.Raw/x')).toBe(join(cwd, 'other'));
    expect(store.find('s3://A.Raw/')).toBe(join(cwd, 'raw'));
    expect(store.find('s3://any-bucket/hash/code.tar.gz')).toBe(join(cwd, 'own.zip'));
    expect(store.find('s3://B.Raw/x')).toBeUndefined();
    store.put(join(cwd, 'raw/x/a.csv'), 's3://A.Raw/x/a.csv');
    expect(readFileSync(store.find('s3://A.Raw/x/a.csv')!, 'utf8')).toBe('raw');
  });

  test.each<[string, RegExp]>([
    ['Raw=raw', /--data 'Raw' may be 'A\/Raw' or 'B\/Raw': write more of its path/],
    ['C/Raw=raw', /--data 'C\/Raw' names no store/],
    ['Keys', /--data 'Keys' is no pair/],
    ['Keys=', /which is no folder/],
    ['s3://a/../b=raw', /leads out of its bucket/],
    ['s3://=raw', /is no address of S3/],
  ])('fails for --data %s', (text, message) => {
    expect(() => mappingsOf([text], assembly(), folder({ 'raw/a': '' }))).toThrow(message);
  });

  test.each(['s3://A.Raw/../../etc/passwd', 's3://../x', 's3://A.Raw/a/./b', 's3://A.Raw/a\\..\\b'])('fails for %s, to read and to write', (uri) => {
    const cwd = folder({ 'a.csv': '' });
    const store = new ObjectStore(join(cwd, 'stores'), assembly(), []);
    expect(() => store.find(uri)).toThrow(/leads out of its bucket/);
    expect(() => store.put(join(cwd, 'a.csv'), uri)).toThrow(/leads out of its bucket/);
  });

  test('have a digest of names and contents', () => {
    const cwd = folder({ 'a/x': '1', 'b/x': '1', 'c/y': '1', 'd/x': '2' });
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => digestOf(join(cwd, name)));
    expect(a).toBe(b);
    expect(new Set([a, c, d]).size).toBe(3);
    expect(digestOf(join(cwd, 'e'))).toBeUndefined();
  });

  test('of a step are files and folders: a link is refused, one that somebody named for a store is followed', () => {
    const cwd = folder({ 'secret': 'x', 'out/a.csv': '' });
    symlinkSync(join(cwd, 'secret'), join(cwd, 'out/b.csv'));
    expect(() => copyInto(join(cwd, 'out'), join(cwd, 'copy'), false)).toThrow('\'b.csv\' is a link: only files and folders are handed on');
    copyInto(join(cwd, 'out'), join(cwd, 'copy'), true);
    expect(readFileSync(join(cwd, 'copy/b.csv'), 'utf8')).toBe('x');
  });
});

describe('a root', () => {
  const root = () => new Root('/usr/bin/python3');

  test('stands for /opt/ml, in texts too, and is its owner\'s alone', () => {
    const one = root();
    expect(one.at('/opt/ml/processing/input')).toBe(join(one.folder, 'processing/input'));
    expect(one.rewrite('--in=/opt/ml/a:/opt/ml /opt/mlx /opt/ml-2')).toBe(`--in=${one.folder}/a:${one.folder} /opt/mlx /opt/ml-2`);
    expect(statSync(one.temporary).mode & 0o077).toBe(0);
    one.remove();
    expect(existsSync(one.temporary)).toBe(false);
  });

  test.each(['/etc/passwd', '/opt/ml/../../etc/passwd', '/opt/mlx', 'opt/ml/x', ''])('fails for %s', (path) => {
    const one = root();
    expect(() => one.at(path)).toThrow(/does not lie below \/opt\/ml/);
    one.remove();
  });

  test('hands on nothing of the environment that may be a secret', () => {
    const one = root();
    const env = one.environment({ PATH: '/usr/bin', AWS_SECRET_ACCESS_KEY: 'x', GITHUB_TOKEN: 'y', HOME: '/root', LANG: 'C' }, { KEY_FILE: '/opt/ml/key', ML_ROOT: '/elsewhere' });
    expect(Object.values(env).filter((value) => ['x', 'y', '/root'].includes(value))).toEqual([]);
    expect(env).toMatchObject({ LANG: 'C', KEY_FILE: join(one.folder, 'key'), ML_ROOT: one.folder, AWS_EC2_METADATA_DISABLED: 'true' });
    one.remove();
  });
});

describe('the ledger of a folder', () => {
  const STATED = { DataSet: 'A.Raw', Name: 'A/Raw', Epsilon: '4', Delta: '0.000001', Unit: 'record', Records: '30000', PeriodInDays: '365', CalendarYear: 'true' };
  const event = (run: string) => ({
    action: 'reserve' as const, execution: `arn:local:sagemaker:local:000000000000:pipeline/p/execution/${run}`, step: 'Train', started: new Date().toISOString(), dataSets: 'A.Raw', unit: 'record', delta: '0.000001',
    drawing: 'poisson', sampleRate: '0.01', noiseMultiplier: '1.1', steps: '1000', passes: '1000', trainings: '1',
  });

  test('lets 30 reservers at a time have what there is, and not a step more', async () => {
    const file = join(folder(), 'ledger.json');
    await new FileLedger(file).state([STATED]);
    const fit = Array.from({ length: 30 }, (_, runs) => runs).filter((runs) => epsilonOfCharges([{ sampleRate: 0.01, noiseMultiplier: 1.1, steps: 1000 * runs, times: 1 }], 1e-6) <= 4).length - 1;
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, (_, index) => reserve(new FileLedger(file), event(`run${index}`), Date.now())));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(fit);
    const entries = await new FileLedger(file).entries('A.Raw', 0, Date.now() + 1e9);
    expect(entries.flatMap(({ charges }) => charges).reduce((all, { steps }) => all + steps, 0)).toBe(1000 * fit);
    expect(readdirSync(join(file, '..'))).toEqual(['ledger.json']);
  });

  test('answers a replay with what it answered, keeps what was spent when a budget is stated anew, and settles once', async () => {
    const ledger = new FileLedger(join(folder(), 'ledger.json'));
    await ledger.state([STATED]);
    const run = await reserve(ledger, event('a'), Date.now());
    expect(await reserve(ledger, event('a'), Date.now())).toEqual(run);
    await ledger.state([{ ...STATED, Epsilon: '5' }]);
    const charges = [{ sampleRate: 0.01, noiseMultiplier: 1.1, steps: 10, times: 1 }];
    await settle(ledger, run.reservation, 'run', { charges, text: 'verified: 10' });
    await settle(ledger, run.reservation, 'run', { charges: [], text: 'verified: 0' });
    expect(await ledger.entries('A.Raw', 0, Date.now() + 1e9)).toMatchObject([{ state: 'spent', charges }]);
    expect((await ledger.account('A.Raw'))!.budget.epsilon).toBe(5);
  });

  test('fails for a data set without a budget, and for a file that is none', async () => {
    const file = join(folder(), 'ledger.json');
    await expect(reserve(new FileLedger(file), event('a'), Date.now())).rejects.toThrow('the ledger has no budget for \'A.Raw\'');
    writeFileSync(file, '{"schema":"other"}');
    await expect(new FileLedger(file).account('A.Raw')).rejects.toThrow(/is no ledger of this version: move it away, and what was spent with it/);
  });
});

describe('a lock', () => {
  test('is of one process, is taken from one that is no more, and is left to one that lives', () => {
    const file = join(folder(), 'lock');
    expect(takeLock(file)).toBeUndefined();
    expect(takeLock(file)).toBe(process.pid);
    for (const gone of ['999999999', '0', '-1', 'x', '']) {
      rmSync(file);
      writeFileSync(file, gone);
      expect(takeLock(file)).toBeUndefined();
    }
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
  });

  test('runs are named so that later ones sort behind', () => {
    const ids = [1e12, 1.7e12, 1.9e12, 2.8e12].map(newRunId);
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]{12}$/);
  });
});
