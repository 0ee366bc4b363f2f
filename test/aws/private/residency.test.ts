import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireRegion } from '../../../lib/aws/private/residency';
import { ComplianceProfile, Framework, Jurisdiction, Residency } from '../../../lib/policy';

const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });

function scopeIn(region?: string): Construct {
  return new Construct(new Stack(new App(), 'Prod', region ? { env: { account: '123456789012', region } } : {}), 'Thing');
}

describe('the region of a stack', () => {
  test('is given back when the residency allows it', () => {
    expect(requireRegion(scopeIn('eu-central-1'), profile)).toBe('eu-central-1');
  });

  test('is that of the parent for a nested stack', () => {
    expect(requireRegion(new NestedStack(scopeIn('eu-west-1'), 'Nested'), profile)).toBe('eu-west-1');
  });

  test('fails when the stack is region-agnostic, and says how to pin it', () => {
    expect(() => requireRegion(scopeIn(), profile)).toThrow(/stack 'Prod' has no region.*pin it with new Stack\(app, 'Prod', \{ env: \{ account: '111122223333', region: 'eu-/);
  });

  test('fails outside the residency, and names the allowed regions', () => {
    expect(() => requireRegion(scopeIn('us-east-1'), profile)).toThrow(/stack 'Prod' is in region 'us-east-1', outside the residency \(EU\).*eu-central-1/);
  });

  test('fails for a region that no cloud has', () => {
    expect(() => requireRegion(scopeIn('eu-mars-1'), profile)).toThrow(/unknown region 'eu-mars-1'/);
  });
});
