import aslValidator from 'asl-validator';
import { handler as eraseObjects } from '../../../lib/runtime/erase-objects';
import { handler as noteModels } from '../../../lib/runtime/note-models';
import { handler as desk } from '../../../lib/runtime/subject-rights';
import type { StoreRequest } from '../../../lib/runtime/rights/contract';
import { type Definition, execute, type Integration } from '../../support/asl';
import { type Deployed, deployApp } from '../../support/deployed';
import { describeWithMoto } from '../../support/moto';
import { Ground, running } from '../../runtime/subject-rights/ground';
import { hospital } from './rights-fixture';

const resources = deployApp(hospital().app);
const machine = resources.find(({ type }) => type === 'AWS::StepFunctions::StateMachine')!;
const definition = JSON.parse(machine.properties.DefinitionString as string) as Definition;
const byArn = new Map(resources.filter(({ type }) => type === 'AWS::Lambda::Function').map((fn) => [fn.arn, fn]));
const bucketOf = (start: string) => resources.find(({ type, id }) => type === 'AWS::S3::Bucket' && id.startsWith(start))!.ref;
const states = (of: Pick<Definition, 'States'>): Definition['States'][string][] => Object.values(of.States).flatMap((state) => [state, ...(state.ItemProcessor ? states(state.ItemProcessor) : [])]);

describe('the state machine', () => {
  test('is valid Amazon States Language', () => {
    expect(aslValidator(definition)).toMatchObject({ isValid: true });
    expect(aslValidator({ ...definition, States: { ...definition.States, 'Take in': { ...definition.States['Take in'], Next: 'Nowhere' } } }).isValid).toBe(false);
  });
  test('retries and catches in each step that can fail', () => {
    const tasks = states(definition).filter(({ Type }) => Type === 'Task');
    expect(tasks.length).toBeGreaterThan(10);
    for (const task of tasks) expect(task).toMatchObject({ Retry: expect.anything(), Catch: expect.anything() });
  });
  test('keeps what executions are about out of its log, and encrypts it', () => {
    expect(machine.properties).toMatchObject({ LoggingConfiguration: { IncludeExecutionData: false, Level: 'ALL' }, EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY' } });
  });
});

describeWithMoto('a request', () => {
  let ground: Ground;
  let left: Record<string, unknown>[];
  let told: Record<string, unknown>[];
  let asked: StoreRequest[];
  /** What the functions answer that are not ours, or have no emulator. */
  let stand: Record<string, (request: StoreRequest) => unknown>;
  let failures: Map<string, number>;
  let number = 0;

  const jobs: Record<string, (request: never, fn: Deployed) => Promise<unknown>> = {
    RightsDesk: (request) => desk(request, {}),
    RightsOfRaw: (request) => eraseObjects(request, running(900_000)),
    RightsOfCurated: (request) => eraseObjects(request, running(900_000)),
    RightsOfCaptures: (request) => eraseObjects(request, running(900_000)),
    RightsCopies: (request) => eraseObjects(request, running(900_000)),
    RightsOfGroup: (request) => noteModels(request, {}),
  };

  const integrations: Record<string, Integration> = {
    'arn:aws:states:::lambda:invoke': async ({ FunctionName, Payload }) => {
      const fn = byArn.get(FunctionName as string);
      if (!fn) throw new Error(`there is no function ${String(FunctionName)}`);
      const payload = JSON.parse(JSON.stringify(Payload)) as StoreRequest;
      if ('subject' in payload) asked.push(payload);
      const name = Object.keys({ ...jobs, ...stand }).find((start) => fn.id.startsWith(start));
      if (!name) throw new Error(`nothing stands in for ${fn.id}`);
      const still = failures.get(name) ?? 0;
      if (still > 0) {
        failures.set(name, still - 1);
        throw Object.assign(new Error('a service did not answer'), { name: 'Unavailable' });
      }
      const { Variables: own = {} } = (fn.properties.Environment ?? {}) as { Variables?: Record<string, string> };
      const before = { ...process.env };
      Object.assign(process.env, Object.fromEntries(Object.entries(own).filter(([key]) => ['STORE', 'EXPORT_BUCKET', 'EXPORT_PREFIX', 'DEADLINES'].includes(key))));
      try {
        const answer = name in stand ? stand[name]!(payload) : await jobs[name]!(payload as never, fn);
        return { StatusCode: 200, Payload: answer === undefined ? null : JSON.parse(JSON.stringify(answer)) as unknown };
      } finally {
        process.env.STORE = before.STORE;
      }
    },
    'arn:aws:states:::sqs:sendMessage': async (args) => {
      expect(args.QueueUrl).toBe(resources.find(({ type, id }) => type === 'AWS::SQS::Queue' && id.startsWith('RightsUndone'))!.ref);
      left.push(args.MessageBody as Record<string, unknown>);
      return { MessageId: '1' };
    },
    'arn:aws:states:::sns:publish': async (args) => {
      told.push({ subject: args.Subject, ...args.Message as object });
      return { MessageId: '1' };
    },
  };
  const start = (input: unknown, name = `e-${++number}`) => execute(definition, input, integrations, { Execution: { Name: name, StartTime: '2026-11-20T10:00:00.000Z' } });
  const fill = async () => {
    await ground.put(bucketOf('WorkspaceRaw'), 'patients/patient-1/letter.txt', 'Anna Geheim');
    await ground.put(bucketOf('WorkspaceRaw'), 'patients/patient-2/letter.txt', 'Bert');
    await ground.put(bucketOf('WorkspaceCurated'), 'train/a.csv', 'pseudonym,age\np-1,70\np-2,40\n');
    await ground.put(bucketOf('WorkspaceCaptures'), 'captures/a.jsonl', '{"eventMetadata":{"inferenceId":"p-1#1"}}\n{"eventMetadata":{"inferenceId":"p-2#1"}}\n');
  };
  const record = async (requestId: string) => (await ground.records()).items.find((item) => item.request!.S === requestId && item.record!.S === 'request');
  const erasure = { kind: 'erasure', subject: 'patient-1', identifiers: { pseudonym: 'p-1' } };

  beforeAll(async () => {
    ground = await Ground.start();
    const buckets = resources.filter(({ type, id }) => type === 'AWS::S3::Bucket' && /^(WorkspaceRaw|WorkspaceCurated|WorkspaceCaptures|RightsExports)/.test(id));
    for (const { ref } of buckets) await ground.bucket(ref);
    const { SageMakerClient, CreateModelPackageGroupCommand, CreateModelPackageCommand } = await import('@aws-sdk/client-sagemaker');
    const sagemaker = new SageMakerClient({});
    await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'heart', ModelPackageGroupDescription: 'd' }));
    await sagemaker.send(new CreateModelPackageCommand({ ModelPackageGroupName: 'heart', ModelApprovalStatus: 'Approved' }));
    sagemaker.destroy();
  });
  afterAll(async () => ground?.stop());
  beforeEach(async () => {
    [left, told, asked] = [[], [], []];
    failures = new Map();
    stand = {
      RightsOfpatients: () => ({ state: 'done', counts: { records: 1, rows: 3 } }),
      RightsOfVault: () => ({ state: 'done', counts: { keys: 1 }, conflicts: ['recoverable'] }),
      Own: () => ({ state: 'done', counts: { letters: 2 } }),
    };
    await fill();
  });

  test('to erase reaches every store, the vault after the others, and people are told', async () => {
    expect(await start({ ...erasure, requestId: 'whole' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(asked.map(({ store, subject }) => [store, subject])).toEqual([
      ['Stack/Workspace/Raw', 'patient-1'], ['Stack/Workspace/Curated', 'p-1'], ['Stack/Workspace/Captures', 'p-1'], ['feature-group/patients', 'p-1'], ['Stack/Workspace/Letters', 'patient-1'],
      ['Stack/Group', 'patient-1'], ['Stack/Rights/Exports', asked[0]!.person], ['Stack/Vault', 'patient-1'],
    ]);
    expect(await ground.versions(bucketOf('WorkspaceRaw'))).toEqual(['patients/patient-2/letter.txt']);
    expect(await ground.text(bucketOf('WorkspaceCurated'), 'train/a.csv')).toBe('pseudonym,age\np-2,40\n');
    expect(await ground.text(bucketOf('WorkspaceCaptures'), 'captures/a.jsonl')).toBe('{"eventMetadata":{"inferenceId":"p-2#1"}}\n');
    expect(told).toEqual([{
      subject: 'A request of a person is answered, with conflicts', requestId: 'whole', kind: 'erasure', state: 'answered', due: '2026-12-20T10:00:00.000Z', law: 'GDPR Art. 12(3)', open: [],
      conflicts: expect.arrayContaining(['Stack/Group: decision', 'Stack/Vault: recoverable']), copies: null,
    }]);
    expect(left).toEqual([]);
    expect(await record('whole')).toMatchObject({ state: { S: 'answered' }, conflicts: { L: expect.arrayContaining([{ S: 'Stack/Vault: recoverable' }]) as unknown[] } });
  });

  test('a second time does no harm, and has the deadline that it had', async () => {
    await start({ ...erasure, requestId: 'twice' });
    const before = await record('twice');
    expect(await start({ ...erasure, requestId: 'twice' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await record('twice')).toMatchObject({ due: before!.due, state: { S: 'answered' } });
    expect(await ground.text(bucketOf('WorkspaceCurated'), 'train/a.csv')).toBe('pseudonym,age\np-2,40\n');
  });

  test('a store that fails is tried again, left for a person, and keeps none of the others from being erased; the vault waits for it', async () => {
    stand.Own = () => { throw Object.assign(new Error('row of Anna Geheim'), { name: 'TypeError' }); };
    const { status, error, path } = await start({ ...erasure, requestId: 'partly' });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'LeftOpen' });
    expect(asked.filter(({ store }) => store === 'Stack/Workspace/Letters')).toHaveLength(6);
    expect(path).not.toContain('What leads to the rest');
    expect(await ground.versions(bucketOf('WorkspaceRaw'))).toEqual(expect.not.arrayContaining(['patients/patient-1/letter.txt']));
    expect(left).toEqual([{ requestId: 'partly', action: 'erase', store: 'Stack/Workspace/Letters', due: '2026-12-20T10:00:00.000Z', execution: `e-${number}`, conflicts: [] }]);
    expect(told[0]).toMatchObject({ subject: 'A request of a person is left open', open: ['Stack/Workspace/Letters', 'Stack/Vault'], conflicts: expect.arrayContaining(['Stack/Vault: waits']) });
    expect(await record('partly')).toMatchObject({ state: { S: 'open' }, open: { S: 'open' } });

    stand.Own = () => ({ state: 'done' });
    expect(await start({ ...erasure, requestId: 'partly' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await record('partly')).toMatchObject({ state: { S: 'answered' } });
  });

  test('services that do not answer for a while are waited for', async () => {
    failures = new Map([['RightsDesk', 2], ['RightsOfRaw', 4], ['RightsOfVault', 5]]);
    expect(await start({ ...erasure, requestId: 'while' })).toMatchObject({ status: 'SUCCEEDED' });
    expect(left).toEqual([]);
  });

  test('a store that has more to do is asked until it has not, with what it gave and after the time that it asked for', async () => {
    const cursors: unknown[] = [];
    stand.Own = ({ cursor }) => {
      cursors.push(cursor);
      return cursors.length < 3 ? { state: 'more', cursor: { page: cursors.length }, wait: 30.7 } : { state: 'done' };
    };
    const { status, path } = await start({ ...erasure, requestId: 'more' });
    expect(status).toBe('SUCCEEDED');
    expect(cursors).toEqual([null, { page: 1 }, { page: 2 }]);
    expect(path.filter((state) => state === 'Pause')).toHaveLength(2);
  });

  test.each<[string, unknown]>([['nothing', undefined], ['null', null], ['a text', 'erased Anna Geheim'], ['a list', []], ['a state that is none', { state: 'ok', counts: 'Anna Geheim' }], ['more without an end in a wrong way', { state: 'MORE', wait: 'Anna' }]])(
    'a function that answers %s has proved nothing', async (_what, answer) => {
      stand.Own = () => answer;
      const { error } = await start({ ...erasure, requestId: `odd-${number}` });
      expect(error).toBe('LeftOpen');
      expect(left).toEqual([expect.objectContaining({ store: 'Stack/Workspace/Letters' })]);
    });

  test('a store that a lock keeps from being erased is left open, and does not keep the vault waiting: its keys may be all that can be erased', async () => {
    stand.Own = () => ({ state: 'open', conflicts: ['locked'] });
    const { error, path } = await start({ ...erasure, requestId: 'locked' });
    expect(error).toBe('LeftOpen');
    expect(path).toContain('What leads to the rest');
    expect(asked.map(({ store }) => store)).toContain('Stack/Vault');
    expect(told[0]).toMatchObject({ open: ['Stack/Workspace/Letters'] });
  });

  test('when the record cannot be written the store counts as not asked', async () => {
    const real = jobs.RightsDesk!;
    jobs.RightsDesk = (request: { action: string; store?: string }) => {
      if (request.action === 'prove' && request.store === 'Stack/Workspace/Raw') throw Object.assign(new Error('no'), { name: 'Unavailable' });
      return real(request as never, undefined as never);
    };
    try {
      const { error } = await start({ ...erasure, requestId: 'unproved' });
      expect(error).toBe('LeftOpen');
      expect(left).toEqual([expect.objectContaining({ store: 'Stack/Workspace/Raw' })]);
      expect(told[0]).toMatchObject({ open: ['Stack/Workspace/Raw', 'Stack/Vault'] });
    } finally {
      jobs.RightsDesk = real;
    }
  });

  test('for a copy is answered with where the copies are; what a vault has is left to who may open it', async () => {
    stand.RightsOfVault = () => ({ state: 'open', conflicts: ['sealed'] });
    const { error } = await start({ kind: 'access', subject: 'patient-1', identifiers: { pseudonym: 'p-1' }, requestId: 'copy' });
    expect(error).toBe('LeftOpen');
    const [{ copies, open }] = told as [{ copies: string; open: string[] }];
    expect(open).toEqual(['Stack/Vault']);
    const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(copies)!;
    expect((await ground.keys(bucket!)).map((key) => key.replace(prefix!, ''))).toEqual([
      'Stack/Workspace/Captures/captures/a.jsonl', 'Stack/Workspace/Curated/train/a.csv', 'Stack/Workspace/Raw/patients/patient-1/letter.txt',
    ]);
    expect(await ground.versions(bucketOf('WorkspaceRaw'))).toContain('patients/patient-1/letter.txt');
    // who was given a copy and asks for erasure then is erased from the copies too
    stand.RightsOfVault = () => ({ state: 'done' });
    await start({ ...erasure, requestId: 'after-copy' });
    expect(await ground.versions(bucket!)).toEqual([]);
    await start({ kind: 'access', subject: 'patient-1', identifiers: { pseudonym: 'p-1' }, requestId: 'nothing-left' });
    expect(told.at(-1)).toMatchObject({ subject: 'A request of a person is answered', conflicts: [] });
  });

  test('of a consent that was withdrawn erases what was held for it', async () => {
    const detail = { subject: 'patient-1', purposes: ['care'], at: '2026-11-19T00:00:00Z', receipt: 'r-1' };
    const { error } = await start({ 'source': 'regulated-ml.consent', 'detail-type': 'Consent withdrawn', 'id': 'x', 'time': '2026-11-19T00:00:01Z', detail });
    expect(error).toBe('LeftOpen');
    expect(asked.map(({ store }) => store)).toEqual(['Stack/Workspace/Raw', 'Stack/Group', 'Stack/Rights/Exports']);
    expect(await ground.text(bucketOf('WorkspaceCurated'), 'train/a.csv')).toContain('p-1');
    // a feature group states no purpose, a vault is for two
    expect(told[0]).toMatchObject({ due: '2026-12-19T00:00:01.000Z', open: ['feature-group/patients', 'Stack/Vault'] });
  });

  test.each<[string, unknown]>([['nothing', {}], ['no subject', { kind: 'erasure', requestId: 'Anna-Geheim' }], ['a text', 'Anna Geheim'], ['another event', { 'source': 'aws.s3', 'detail-type': 'Object Created', 'detail': { subject: 'Anna Geheim' } }]])(
    'that holds %s is refused at once, and left for a person', async (_what, input) => {
      const { status, error, path } = await start(input);
      expect({ status, error }).toEqual({ status: 'FAILED', error: 'NotTakenIn' });
      expect(path).toEqual(['Take in', 'Leave the request', 'Not taken in']);
      expect(left).toEqual([{ execution: `e-${number}`, error: 'MalformedRequest' }]);
    });

  test('no message and no record holds a person', async () => {
    stand.Own = () => { throw new Error('Anna Geheim'); };
    await start({ ...erasure, subject: 'Anna Geheim', identifiers: { pseudonym: 'Pseudo-Geheim' }, requestId: 'secret' });
    await start({ kind: 'access', subject: 'Anna Geheim', identifiers: { pseudonym: 'Pseudo-Geheim' }, requestId: 'secret-copy' });
    expect(left.length).toBeGreaterThan(0);
    expect(JSON.stringify([left, told])).not.toMatch(/anna|geheim/i);
    expect((await ground.records()).text).not.toMatch(/anna|geheim|patient-1|"p-1/i);
  });
});
