import { Lazy, Size, Token } from 'aws-cdk-lib';
import { Instances, InstanceUse } from '../../../lib/aws/pipeline/instances';

describe('instances', () => {
  test('one instance with 30 GiB is the default', () => {
    const instances = Instances.of('ml.m5.2xlarge');
    expect(instances.type).toBe('ml.m5.2xlarge');
    expect(instances.count).toBe(1);
    expect(instances.volumeSize.toGibibytes()).toBe(30);
    expect(instances.hasLocalStorage).toBe(false);
    expect(instances.hasGpu).toBe(false);
    expect(instances.isArm).toBe(false);
  });

  test.each(['ml.g4dn.xlarge', 'ml.g5.xlarge', 'ml.g6.xlarge', 'ml.g6e.xlarge', 'ml.p3dn.24xlarge', 'ml.p4d.24xlarge', 'ml.p4de.24xlarge', 'ml.p5.48xlarge',
    'ml.c5d.xlarge', 'ml.m5d.xlarge', 'ml.r5d.xlarge', 'ml.c6id.xlarge', 'ml.trn1.32xlarge', 'ml.trn2.48xlarge', 'ml.c6gd.xlarge', 'ml.dl1.24xlarge'])(
    '%s has local disks, which take no volume key', (type) => {
      expect(Instances.of(type).hasLocalStorage).toBe(true);
    });

  test.each(['ml.m5.large', 'ml.c5.xlarge', 'ml.r6i.xlarge', 'ml.p2.xlarge', 'ml.p3.2xlarge', 'ml.inf1.xlarge', 'ml.inf2.xlarge', 'ml.t3.medium', 'ml.m7i-flex.large'])(
    '%s has an EBS volume', (type) => {
      expect(Instances.of(type).hasLocalStorage).toBe(false);
    });

  test('GPUs, Graviton and EFA are known', () => {
    expect(Instances.of('ml.p3.2xlarge').hasGpu).toBe(true);
    expect(Instances.of('ml.trn1.32xlarge').hasGpu).toBe(false);
    expect(Instances.of('ml.c7g.large').isArm).toBe(true);
    expect(Instances.of('ml.p4d.24xlarge').hasEfa).toBe(true);
    expect(Instances.of('ml.m5.large').hasEfa).toBe(false);
  });

  test('tokens pass unjudged', () => {
    const instances = Instances.of(Lazy.string({ produce: () => 'ml.m5.large' }), {
      count: Token.asNumber({ Ref: 'Count' }),
      volumeSize: Size.gibibytes(Token.asNumber({ Ref: 'Volume' })),
    });
    expect(instances.hasLocalStorage).toBeUndefined();
    expect(instances.hasGpu).toBeUndefined();
    expect(() => instances.check(InstanceUse.PROCESSING, 'step \'A\'')).not.toThrow();
  });

  test('each use has its own types', () => {
    expect(Instances.typesFor(InstanceUse.PROCESSING)).toContain('ml.m5.large');
    expect(Instances.typesFor(InstanceUse.PROCESSING)).not.toContain('ml.trn1.2xlarge');
    expect(Instances.of('ml.c6g.large').isFor(InstanceUse.HOSTING)).toBe(true);
    expect(Instances.of('ml.c6g.large').isFor(InstanceUse.TRAINING)).toBe(false);
    expect(() => Instances.of('ml.m5.large').check(InstanceUse.TRAINING, 'step \'A\'')).not.toThrow();
  });

  test.each([
    ['ml.m5.2xlrage', /unknown instance type 'ml\.m5\.2xlrage': did you mean ml\.m5\.2xlarge/],
    ['m5.xlarge', /unknown instance type 'm5\.xlarge': did you mean ml\.m5\.xlarge/],
    ['', /unknown instance type ''/],
  ])('fails for the type %p with the nearest ones', (type, message) => {
    expect(() => Instances.of(type)).toThrow(message);
  });

  test('fails for a type that the use does not have', () => {
    expect(() => Instances.of('ml.trn1.2xlarge').check(InstanceUse.PROCESSING, 'step \'Clean\'')).toThrow(
      /^step 'Clean' cannot run on 'ml\.trn1\.2xlarge': SageMaker does not have it for processing; take one such as ml\./);
  });

  test.each([0, -1, 1.5, NaN])('fails for a count of %p', (count) => {
    expect(() => Instances.of('ml.m5.large', { count })).toThrow(`count ${count} of instances 'ml.m5.large' is not possible: use a whole number from 1`);
  });

  test('fails for more instances than a processing job takes', () => {
    expect(() => Instances.of('ml.m5.large', { count: 101 }).check(InstanceUse.PROCESSING, 'step \'Clean\'')).toThrow(/1 to 100/);
    expect(() => Instances.of('ml.m5.large', { count: 101 }).check(InstanceUse.TRAINING, 'step \'Train\'')).not.toThrow();
  });

  test('fails for a volume out of range', () => {
    expect(() => Instances.of('ml.m5.large', { volumeSize: Size.mebibytes(512) })).toThrow(/volume of 0\.5 GiB .* use 1 to 16384 whole GiB/);
    expect(() => Instances.of('ml.m5.large', { volumeSize: Size.tebibytes(17) })).toThrow(/use 1 to 16384 whole GiB/);
  });

  test('fails for a volume larger than the local disks', () => {
    expect(() => Instances.of('ml.g5.xlarge', { volumeSize: Size.gibibytes(251) })).toThrow(
      'volume of 251 GiB is more than the local disks of \'ml.g5.xlarge\' hold (250 GB): lower \'volumeSize\', or take a larger size of the family');
  });
});

test('fails for a type that is no text, and for a count that is no option', () => {
  expect(() => Instances.of(undefined as never)).toThrow(/the instance type is undefined: give one such as 'ml.m5.xlarge'/);
  expect(() => Instances.of('ml.m5.large', 2 as never)).toThrow(/what follows 'ml.m5.large' is 2: give an object, such as \{ count: 2 \}/);
});
