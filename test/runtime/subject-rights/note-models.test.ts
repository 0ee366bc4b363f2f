import { CreateModelPackageCommand, CreateModelPackageGroupCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { handler } from '../../../lib/runtime/note-models';
import { handler as settle } from '../../../lib/runtime/settle-request';
import { recordStore } from '../../../lib/runtime/rights/records';
import { describeWithMoto } from '../../support/moto';
import { asked, Ground, printed } from './ground';

describeWithMoto('models that may have learned from a person', () => {
  let ground: Ground;
  const ask = (more: object = {}) => handler(asked({ store: 'Stack/Group', ...more }), {});
  const decision = async (request = 'r-1') => (await ground.records()).items.filter((item) => item.request!.S === request && item.record!.S === 'decision#Stack/Group');

  beforeAll(async () => {
    ground = await Ground.start();
    const sagemaker = new SageMakerClient({});
    for (const name of ['heart', 'none']) await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: name, ModelPackageGroupDescription: 'd' }));
    for (let version = 0; version < 2; version++) await sagemaker.send(new CreateModelPackageCommand({ ModelPackageGroupName: 'heart', ModelApprovalStatus: 'Approved' }));
    sagemaker.destroy();
  });
  afterAll(async () => ground?.stop());
  beforeEach(() => { process.env.STORE = JSON.stringify({ group: 'heart', decidedBy: 'data-protection-officer' }); });

  test('are listed for who decides, and nothing is done to them', async () => {
    expect(await ask()).toEqual({ state: 'done', counts: { packages: 2 }, conflicts: ['decision'] });
    expect(await decision()).toEqual([expect.objectContaining({
      state: { S: 'open' }, decidedBy: { S: 'data-protection-officer' }, person: { S: 'hash-of-the-person' },
      packages: { L: [{ S: expect.stringMatching(/model-package\/heart\/1 Approved$/) }, { S: expect.stringMatching(/model-package\/heart\/2 Approved$/) }] },
    })]);
  });

  test('what was decided stays when the question is put again', async () => {
    await ask({ requestId: 'decided' });
    await recordStore({ requestId: 'decided', store: 'Stack/Group', execution: 'e', action: 'erase', state: 'done', counts: {}, conflicts: [] });
    await settle({ action: 'decide', requestId: 'decided', store: 'Stack/Group', decision: 'retrain' }, {});
    await ask({ requestId: 'decided' });
    expect(await decision('decided')).toEqual([expect.objectContaining({ state: { S: 'decided' }, decision: { S: 'retrain' } })]);
    await expect(settle({ action: 'decide', requestId: 'decided', store: 'Stack/Group', decision: 'keep' }, {})).rejects.toMatchObject({ name: 'RequestConflict' });
  });

  test('leave nothing to decide where there are none, and nothing to copy', async () => {
    process.env.STORE = JSON.stringify({ group: 'none', decidedBy: 'dpo' });
    expect(await ask({ requestId: 'nothing' })).toEqual({ state: 'done', counts: { packages: 0 } });
    expect(await decision('nothing')).toEqual([]);
    expect(await ask({ action: 'collect' })).toEqual({ state: 'done' });
  });

  test('of more versions than an item of the table takes, all are counted and a thousand are listed', async () => {
    const pages = Array.from({ length: 12 }, (_, page) => Array.from({ length: 100 }, (_item, index) => ({ ModelPackageArn: `arn:aws:sagemaker:eu-central-1:123456789012:model-package/heart/${page * 100 + index + 1}`, ModelApprovalStatus: 'Approved' })));
    const send = jest.spyOn(SageMakerClient.prototype, 'send').mockImplementation((async ({ input }: { input: { NextToken?: string } }) => {
      const page = Number(input.NextToken ?? 0);
      return { ModelPackageSummaryList: pages[page], NextToken: page < 11 ? String(page + 1) : undefined };
    }) as never);
    try {
      expect(await ask({ requestId: 'many' })).toEqual({ state: 'done', counts: { packages: 1_200 }, conflicts: ['decision'] });
    } finally {
      send.mockRestore();
    }
    const [found] = await decision('many');
    expect(found!.packages!.L).toHaveLength(1_000);
  });

  test('nothing that is printed, thrown or on record holds a person', async () => {
    process.env.RECORDS_TABLE = 'no-such-table';
    const line = await printed(() => ask({ subject: 'Anna Geheim' }));
    process.env.RECORDS_TABLE = 'records';
    expect(line).toContain('ResourceNotFoundException');
    expect(`${line}${(await ground.records()).text}`).not.toMatch(/anna|geheim|patient-1/i);
  });
});
