import { Classification, ComplianceProfile, Control, Framework, Jurisdiction, Purpose, RecordKind, RequestKind, Residency, Retention, RetentionLimit } from '../../lib/policy';

const residency = Residency.within(Jurisdiction.EU);

function lawWith(name: string, ...retentionLimits: RetentionLimit[]): Framework {
  return Framework.fromData({
    name,
    title: name,
    url: 'https://example.org',
    requirements: [{ id: '1', citation: `${name} 1`, title: 'keeping', controls: [Control.RETENTION_LIMIT] }],
    retentionLimits,
  });
}

describe('a profile', () => {
  test('keeps logs for a year and the audit trail as long as the strictest law says', () => {
    const gdpr = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency });
    expect(gdpr.logRetention.inDays).toBe(366);
    expect(gdpr.auditRetention.inDays).toBe(366);
    const hipaa = ComplianceProfile.of({ frameworks: [Framework.GDPR, Framework.HIPAA], residency });
    expect(hipaa.auditRetention.inDays).toBe(2192);
  });

  test('says which purposes rest on consent, none unless told', () => {
    const research = Purpose.of('research');
    expect(ComplianceProfile.of({ frameworks: [Framework.GDPR], residency }).consentPurposes).toEqual([]);
    expect(ComplianceProfile.of({ frameworks: [Framework.GDPR], residency, consentPurposes: [research] }).consentPurposes).toEqual([research]);
  });

  test.each<[string, unknown]>([['research', 'research'], ["'research'", ['research']], ['undefined', [undefined]], ['an object', {}]])('fails for purposes of consent that hold %s', (_name, consentPurposes) => {
    expect(() => ComplianceProfile.of({ frameworks: [Framework.GDPR], residency, consentPurposes: consentPurposes as never })).toThrow("give a list of purposes, such as [Purpose.of('readmission-risk')]");
  });

  test('leaves the retention of data, captures and requests to the user where no law gives a number', () => {
    const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency });
    expect([profile.dataRetention, profile.captureRetention, profile.requestRetention]).toEqual([undefined, undefined, undefined]);
  });

  test('keeps records of consumer requests for 24 months under CCPA', () => {
    expect(ComplianceProfile.of({ frameworks: [Framework.CCPA], residency }).requestRetention?.inDays).toBe(731);
  });

  test('takes what the user decides', () => {
    const profile = ComplianceProfile.of({
      frameworks: [Framework.HIPAA],
      residency,
      retention: { data: Retention.years(10), captures: Retention.days(30), logs: Retention.days(90), audit: Retention.years(7), requests: Retention.days(1) },
    });
    expect([profile.dataRetention, profile.captureRetention, profile.logRetention, profile.auditRetention, profile.requestRetention].map(String))
      .toEqual(['3653 days', '30 days', '90 days', '2557 days', '1 day']);
  });

  test('says what the laws demand of a control', () => {
    const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR, Framework.HIPAA], residency });
    const cited = profile.requirementsOf(Control.AUDIT_LOGGING).map(({ framework, requirement }) => `${framework}: ${requirement.citation}`);
    expect(cited).toEqual(expect.arrayContaining(['GDPR: GDPR Art. 5(2)', 'HIPAA: 45 CFR 164.312(b)']));
  });

  test('has an erasure duty when one of its laws has', () => {
    expect(ComplianceProfile.of({ frameworks: [Framework.HIPAA], residency }).erasureDuty).toBe(false);
    expect(ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency }).erasureDuty).toBe(true);
  });

  test('wants de-identification of what names a person', () => {
    const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency });
    expect(Classification.all().filter((one) => profile.requiresDeIdentification(one)).map(String)).toEqual(['personal', 'special-category', 'phi']);
  });

  test('moves the usual retention of logs inside what a law allows', () => {
    const law = lawWith('Short', { record: RecordKind.LOGS, citation: 'Short 1', maximum: Retention.days(90) });
    expect(ComplianceProfile.of({ frameworks: [law], residency }).logRetention.inDays).toBe(90);
  });

  test('names the strictest of several limits', () => {
    const laws = [
      lawWith('A', { record: RecordKind.DATA, citation: 'A 1', minimum: Retention.days(10) }),
      lawWith('B', { record: RecordKind.DATA, citation: 'B 1', minimum: Retention.days(20) }),
    ];
    expect(() => ComplianceProfile.of({ frameworks: laws, residency, retention: { data: Retention.days(5) } })).toThrow(/B 1 demands at least 20 days/);
  });
});

test('requests of people are due by every law of the profile that says so, and by no other', () => {
  const of = (...frameworks: Framework[]) => Object.values(RequestKind).map((kind) => ComplianceProfile.of({ frameworks, residency }).requestDeadlinesFor(kind).map(({ citation, months, days }) => [citation, months ?? days]));
  expect(of(Framework.GDPR)).toEqual([[['GDPR Art. 12(3)', 1]], [['GDPR Art. 12(3)', 1]]]);
  expect(of(Framework.HIPAA)).toEqual([[], [['45 CFR 164.524(b)(2)(i)', 30]]]);
  expect(of(Framework.CCPA, Framework.NIST_800_53)).toEqual([[['Cal. Civ. Code § 1798.130(a)(2)(A)', 45]], [['Cal. Civ. Code § 1798.130(a)(2)(A)', 45]]]);
});

describe('a profile that cannot be', () => {
  const good = { frameworks: [Framework.GDPR], residency };
  test.each([
    ['nothing', undefined, /a profile is made of frameworks and a residency, not of undefined/],
    ['an empty object', {}, /the profile names no framework: give a list with at least one of Framework\.GDPR, Framework\.HIPAA, Framework\.CCPA, .*, Framework\.SECURITY_HUB_AI, or Framework\.fromData/],
    ['no framework', { ...good, frameworks: [] }, /names no framework/],
    ['a framework that is no list', { ...good, frameworks: Framework.GDPR }, /names no framework: give a list/],
    ['the name of a framework', { ...good, frameworks: ['GDPR'] }, /the profile lists 'GDPR' among its frameworks: use Framework\.GDPR/],
    ['an undefined framework, as a misspelt constant gives', { ...good, frameworks: [undefined] }, /the profile lists undefined among its frameworks/],
    ['a framework twice', { ...good, frameworks: [Framework.GDPR, Framework.GDPR] }, /names framework 'GDPR' twice/],
    ['no residency', { frameworks: [Framework.GDPR] }, /the profile has no residency \(it is undefined\): say where data may be/],
    ['a region for a residency', { ...good, residency: 'eu-central-1' }, /has no residency \(it is 'eu-central-1'\)/],
    ['days for a retention', { ...good, retention: { data: 30 } }, /the retention of data records is 30: give a retention, such as Retention\.days\(30\)/],
    ['null for a retention', { ...good, retention: { logs: null } }, /the retention of logs records is null/],
    ['a number for all retentions', { ...good, retention: 7 }, /the profile's retention is 7/],
    ['an audit trail under HIPAA of less than six years', { frameworks: [Framework.HIPAA], residency, retention: { audit: Retention.days(2191) } },
      /a retention of 2191 days for audit records is too short: 45 CFR 164\.316\(b\)\(2\)\(i\) demands at least 2192 days/],
    ['records of requests under CCPA of less than 24 months', { frameworks: [Framework.CCPA], residency, retention: { requests: Retention.days(700) } },
      /a retention of 700 days for requests records is too short: Cal\. Code Regs\. tit\. 11, § 7101\(a\) demands at least 731 days/],
    ['a retention that is too long', { frameworks: [lawWith('Short', { record: RecordKind.CAPTURES, citation: 'Short 1', maximum: Retention.days(90) })], residency, retention: { captures: Retention.days(91) } },
      /too long: Short 1 allows at most 90 days/],
    ['laws against each other', {
      frameworks: [
        lawWith('Long', { record: RecordKind.AUDIT, citation: 'Long 1', minimum: Retention.days(100) }),
        lawWith('Short', { record: RecordKind.AUDIT, citation: 'Short 1', maximum: Retention.days(50) }),
      ], residency }, /no retention of audit records satisfies the profile: Long 1 demands at least 100 days, Short 1 allows at most 50 days/],
  ])('fails for %s', (_, props, message) => {
    expect(() => ComplianceProfile.of(props as never)).toThrow(message);
  });

  test('fails to check a retention that is none', () => {
    expect(() => ComplianceProfile.of(good).checkRetention(RecordKind.DATA, undefined as never)).toThrow(/the retention of data records is null/);
  });
});
