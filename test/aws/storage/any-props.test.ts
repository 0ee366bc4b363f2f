import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { Replication, Workspace, Zone } from '../../../lib/aws';
import { Classification, Purpose, Retention } from '../../../lib/policy';
import { env, profile } from '../../support/workspace';

/** Every message of ours says which construct or value it is about; none of the CDK's own, and no stack trace from inside. */
const OURS = /^(purpose '|a retention of |store '|'.*' is no prefix of store |administrator '|availability zone '|'Stack\/Workspace' is given )/s;

const text = fc.oneof({ weight: 3, arbitrary: fc.constant('readmission-risk') }, fc.string(), fc.constantFrom('', 'a/', '/a', 's3://b/c', '../x', '☃'));

test('any props of a store give a template, or an error of ours', () => {
  let templates = 0;
  fc.assert(fc.property(fc.record({
    classification: fc.option(fc.constantFrom(...Classification.all()), { nil: undefined }),
    zone: fc.option(fc.constantFrom(...Object.values(Zone)), { nil: undefined }),
    purpose: fc.option(text, { nil: undefined }),
    retention: fc.option(fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -2, max: 40_000 }) }, fc.double()), { nil: undefined }),
    versions: fc.option(fc.integer({ min: -1, max: 40_000 }), { nil: undefined }),
    replicated: fc.boolean(),
    prefix: text,
    administrators: fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant('arn:aws:iam::123456789012:role/Steward') }, text), { maxLength: 2 }),
    availabilityZones: fc.option(fc.array(fc.constantFrom('eu-central-1a', 'eu-central-1b', 'eu-west-1a'), { maxLength: 3 }), { nil: undefined }),
  }), (any) => {
    const stack = new Stack(new App(), 'Stack', { env });
    try {
      const workspace = new Workspace(stack, 'Workspace', { profile, administrators: any.administrators, availabilityZones: any.availabilityZones });
      const store = workspace.addStore('Raw', {
        classification: any.classification as Classification,
        zone: any.zone,
        purpose: any.purpose === undefined ? undefined : Purpose.of(any.purpose),
        retention: any.retention === undefined ? undefined : Retention.days(any.retention),
        versionRetention: any.versions === undefined ? undefined : Retention.days(any.versions),
        replication: any.replicated ? Replication.sameRegion() : undefined,
      });
      store.input(any.prefix);
    } catch (error) {
      expect((error as Error).message).toMatch(OURS);
      return;
    }
    Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', any.replicated ? 5 : 4);
    templates++;
  }), { numRuns: 60 });
  expect(templates).toBeGreaterThan(0);
});
