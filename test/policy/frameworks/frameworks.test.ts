import { Control, Framework, RecordKind } from '../../../lib/policy';

const CITATIONS: Record<string, RegExp> = {
  GDPR: /^GDPR Art\. \d+(\(\d+\))?(\([a-z]\))?$/,
  HIPAA: /^45 CFR 164\.\d{3}(\([a-z]\))?(\(\d+\))?(\([ivx]+\))?(\([A-Z]\))?$/,
  CCPA: /^(Cal\. Civ\. Code § 1798\.\d{3}|Cal\. Code Regs\. tit\. 11, § 7\d{3})(\([a-z]{1,2}\))?(\(\d+\))?$/,
};

describe.each(Framework.all().map((framework) => [framework.name, framework] as const))('%s', (name, framework) => {
  test('cites each requirement in the form of its law, with an address', () => {
    for (const requirement of framework.requirements) {
      expect(requirement.citation).toMatch(CITATIONS[name]);
      expect(requirement.url).toMatch(/^https:\/\/(eur-lex\.europa\.eu|www\.ecfr\.gov|leginfo\.legislature\.ca\.gov|cppa\.ca\.gov)\//);
    }
  });

  test('gives each requirement a title of one line', () => {
    for (const { title } of framework.requirements) {
      expect(title).toMatch(/^[A-Za-z][^\n]*[^.\s]$/);
      expect(title.length).toBeLessThan(120);
    }
  });

  test('names what infrastructure cannot show instead of hiding it', () => {
    expect(framework.requirementsWithoutControl().length).toBeGreaterThan(0);
    expect(framework.requirementsWithoutControl().every((requirement) => requirement.controls.length === 0)).toBe(true);
  });

  test('stands at an address', () => {
    expect(framework.url).toMatch(/^https:\/\//);
    expect(framework.title.length).toBeGreaterThan(10);
  });
});

describe('the vocabulary of controls', () => {
  test('has no control that no framework asks for', () => {
    const asked = new Set(Framework.all().flatMap((framework) => framework.requirements).flatMap((requirement) => requirement.controls));
    expect(Object.values(Control).filter((control) => !asked.has(control))).toEqual([]);
  });

  test.each([
    [Control.ENCRYPTION_AT_REST, 'GDPR', 'GDPR Art. 32(1)(a)'],
    [Control.ENCRYPTION_IN_TRANSIT, 'HIPAA', '45 CFR 164.312(e)(1)'],
    [Control.AUDIT_LOGGING, 'HIPAA', '45 CFR 164.312(b)'],
    [Control.DATA_RESIDENCY, 'GDPR', 'GDPR Art. 44'],
    [Control.ERASURE, 'GDPR', 'GDPR Art. 17(1)'],
    [Control.ERASURE, 'CCPA', 'Cal. Civ. Code § 1798.105(a)'],
    [Control.RETENTION_LIMIT, 'CCPA', 'Cal. Civ. Code § 1798.100(a)(3)'],
    [Control.EXPLAINABILITY, 'GDPR', 'GDPR Art. 15(1)(h)'],
  ])('%s helps %s with %s', (control, framework, citation) => {
    expect(Framework.named(framework).requirementsOf(control).map((requirement) => requirement.citation)).toContain(citation);
  });
});

test.each([
  [Control.DATA_RESIDENCY, 'HIPAA', []],
  [Control.AVAILABILITY, 'HIPAA', ['45 CFR 164.306(a)(1)']],
  [Control.ENCRYPTION_AT_REST, 'HIPAA', ['45 CFR 164.312(a)(2)(iv)']],
  [Control.KEY_MANAGEMENT, 'HIPAA', ['45 CFR 164.312(a)(2)(iv)']],
  [Control.RESOURCE_LIMIT, 'HIPAA', []],
])('a finding on %s cites of %s no more than what it says: %j', (control, framework, citations) => {
  expect(Framework.named(framework).requirementsOf(control).map((requirement) => requirement.citation)).toEqual(citations);
});

describe('what the laws say of retention and erasure', () => {
  test('GDPR gives no number and a right to erasure', () => {
    expect(Framework.GDPR.retentionLimits).toEqual([]);
    expect(Framework.GDPR.erasureDuty).toBe(true);
  });

  test('HIPAA keeps documentation for six years and gives no right to erasure', () => {
    expect(Framework.HIPAA.retentionLimits.map(({ record, citation, minimum, maximum }) => [record, citation, minimum?.inDays, maximum]))
      .toEqual([[RecordKind.AUDIT, '45 CFR 164.316(b)(2)(i)', 2192, undefined]]);
    expect(Framework.HIPAA.erasureDuty).toBe(false);
  });

  test('CCPA keeps records of consumer requests, and of nothing else, for 24 months', () => {
    expect(Framework.CCPA.retentionLimits.map(({ record, citation, minimum, maximum }) => [record, citation, minimum?.inDays, maximum]))
      .toEqual([[RecordKind.REQUESTS, 'Cal. Code Regs. tit. 11, § 7101(a)', 731, undefined]]);
    expect(Framework.CCPA.erasureDuty).toBe(true);
  });
});
