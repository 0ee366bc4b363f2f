import aslValidator from 'asl-validator';
import { Instances } from '../../../lib/aws/pipeline/instances';
import { EndpointCompute } from '../../../lib/aws/serving';
import { HAS_BOTOCORE, requestProblems } from '../../support/botocore';
import { SageMakerStub } from '../../support/sagemaker-stub';
import { approve, DRIFT, KINDS, machine, PACKAGE, version } from './fixture';

describe.each(KINDS)('an endpoint that follows a registry, %s', (_kind, build) => {
  const { definition } = build();

  test('has a valid state machine', () => {
    const answer = aslValidator(definition);
    expect(answer.isValid ? '' : answer.errorsText()).toBe('');
  });

  test('comes with the first approval, is updated by the next, and each is recorded with who approved it', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', DRIFT);
    version(stub, 2, 'Approved', DRIFT);
    expect(approve(definition, stub, 1)).toMatchObject({ status: 'SUCCEEDED' });
    expect(stub.actions).toContain('createEndpoint');
    expect(approve(definition, stub, 2)).toMatchObject({ status: 'SUCCEEDED' });
    expect([...stub.models]).toEqual([expect.stringMatching(/-v1$/), expect.stringMatching(/-v2$/)]);
    expect(stub.component ? stub.component.model : stub.endpoint?.config).toMatch(/-v2$/);
    expect(stub.records).toEqual([1, 2].map((number) => expect.objectContaining({
      outcome: 'deployed', version: number, approvedBy: { IamIdentity: { Arn: expect.stringContaining('ada') } }, approvedAt: '2026-11-01T10:00:00Z', reason: 'passed the review',
    })));
  });

  test('is left as it is when the same approval comes twice', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', DRIFT);
    approve(definition, stub, 1);
    const before = stub.calls.length;
    expect(approve(definition, stub, 1)).toMatchObject({ status: 'SUCCEEDED' });
    const again = stub.actions.slice(before).filter((action) => /^(create|update|delete)/.test(action) && action !== 'updateMonitoringSchedule');
    expect(again).toEqual([]);
  });

  test('stays with the old version when alarms call the new one back, which is recorded and fails the execution', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', DRIFT);
    version(stub, 2, 'Approved', DRIFT);
    approve(definition, stub, 1);
    stub.rollsBack = true;
    expect(approve(definition, stub, 2)).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(stub.component ? stub.component.model : stub.endpoint?.config).toMatch(/-v1$/);
    expect(stub.records.map(({ outcome }) => outcome)).toEqual(['deployed', 'rolled-back']);
  });

  (HAS_BOTOCORE ? test : test.skip)('asks only what the APIs take', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', DRIFT);
    version(stub, 2, 'Approved', DRIFT);
    approve(definition, stub, 1);
    approve(definition, stub, 2);
    const names: Record<string, string> = { sfn: 'stepfunctions', applicationautoscaling: 'application-autoscaling' };
    const requests = stub.calls.map(([service, action, parameters]): [string, string, unknown] => [
      names[service] ?? service, action.charAt(0).toUpperCase() + action.slice(1), service === 'sfn' ? lowerFirst(parameters) : { ...parameters, ...(action === 'putObject' ? { Body: '{}' } : {}) },
    ]);
    expect(requestProblems(requests).flat()).toEqual([]);
    expect(requestProblems([['sagemaker', 'CreateModel', { Model: 1 }]]).flat()).not.toEqual([]);
  });
});

/** Step Functions names the parameters of its own API with a capital. */
function lowerFirst(parameters: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]));
}

describe('a rollout', () => {
  const definition = machine();

  test('serves no version whose approval was taken back, or that nobody approved', () => {
    for (const status of ['Rejected', 'PendingManualApproval']) {
      const stub = new SageMakerStub();
      version(stub, 1, status);
      expect(approve(definition, stub, 1).path.at(-1)).toBe('Not approved');
      expect(stub.models.size).toBe(0);
    }
  });

  test('serves no version of another group', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', { ModelPackageGroupName: 'other' });
    expect(approve(definition, stub, 1).path.at(-1)).toBe('Not approved');
  });

  test('gives way to one that began later', () => {
    const stub = new SageMakerStub();
    version(stub, 1);
    stub.latest = '2026-11-01T10:00:09Z';
    expect(approve(definition, stub, 1, '2026-11-01T10:00:05Z').path.at(-1)).toBe('Superseded');
    expect(approve(definition, stub, 1, '2026-11-01T10:00:09Z').path.at(-1)).toBe('Deployed');
  });

  test('waits for one under way', () => {
    const stub = new SageMakerStub();
    version(stub, 1);
    stub.endpoint = { config: 'old', wanted: 'old', status: 'Updating', looks: 0 };
    const { path } = approve(definition, stub, 1);
    expect(path).toContain('Let it settle');
    expect(path.at(-1)).toBe('Deployed');
  });

  test('clears away an endpoint that never came up, and tries again', () => {
    const stub = new SageMakerStub();
    version(stub, 1);
    stub.rollsBack = true;
    expect(approve(definition, stub, 1)).toMatchObject({ status: 'FAILED' });
    stub.rollsBack = false;
    expect(approve(definition, stub, 1).path).toEqual(expect.arrayContaining(['Delete what failed', 'Deployed']));
  });

  test('records a version that was approved when it was registered, and so by nobody else', () => {
    const stub = new SageMakerStub();
    version(stub, 1, 'Approved', { LastModifiedBy: undefined, LastModifiedTime: undefined, ApprovalDescription: undefined });
    stub.packages.set(`${PACKAGE}/1`, JSON.parse(JSON.stringify(stub.packages.get(`${PACKAGE}/1`))) as Record<string, unknown>);
    expect(approve(definition, stub, 1)).toMatchObject({ status: 'SUCCEEDED' });
    expect(stub.records[0]).toMatchObject({ approvedBy: 'its registration', approvedAt: '2026-10-31T09:00:00Z', reason: 'none given' });
  });

  test('names models and configurations anew when the stack asks for something else', () => {
    const stub = new SageMakerStub();
    version(stub, 1);
    approve(definition, stub, 1);
    approve(machine({ compute: EndpointCompute.realTime(Instances.of('ml.c5.xlarge')) }), stub, 1);
    expect(stub.configs.size).toBe(2);
    expect(stub.models.size).toBe(1);
    expect(stub.actions).toContain('updateEndpoint');
  });

  test('keeps the counts that scaling has set, and lets a change of the capture through', () => {
    expect(definition.States['Update endpoint'].Parameters).toMatchObject({
      RetainAllVariantProperties: true, ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DataCaptureConfig' }],
    });
  });
});
