import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ComplianceProfile, Control, Framework, Jurisdiction, RecordKind, Residency } from '../../../lib/policy';
import { oscalIdOf } from '../../../lib/policy/frameworks/nist-800-53';

interface Form {
  readonly citation: RegExp;
  readonly id: RegExp;
  /** How many requirements it lists, and how many of them no control meets. */
  readonly count: readonly [number, number];
}

const PARAGRAPH = String.raw`(\(\d+\))?(\([a-z]\))?`;
const FORMS: Record<string, Form> = {
  GDPR: { citation: new RegExp(`^GDPR Art\\. \\d+${PARAGRAPH}$`), id: new RegExp(`^Art\\.\\d+${PARAGRAPH}$`), count: [98, 49] },
  HIPAA: {
    citation: /^45 CFR 164\.\d{3}(\([a-z]\))?(\(\d+\))?(\([ivx]+\))?(\([A-Z]\))?$/, id: /^164\.\d{3}(\([a-zA-Z\d]+\))*$/, count: [81, 43],
  },
  CCPA: {
    citation: /^(Cal\. Civ\. Code § 1798\.\d{3}|Cal\. Code Regs\. tit\. 11, § 7\d{3})(\([a-z]{1,2}\))?(\(\d+\))?$/, id: /^(1798\.\d{3}|Regs\.7\d{3})(\([a-z\d]+\))*$/, count: [63, 29],
  },
  NIST_800_53: { citation: /^NIST SP 800-53 [A-Z]{2}-\d+(\(\d+\))?$/, id: /^[A-Z]{2}-\d+(\(\d+\))?$/, count: [362, 261] },
  NIST_AI_RMF: { citation: /^NIST AI RMF (GOVERN|MAP|MEASURE|MANAGE) \d\.\d+$/, id: /^(GOVERN|MAP|MEASURE|MANAGE) \d\.\d+$/, count: [72, 40] },
  EU_AI_ACT: { citation: new RegExp(`^EU AI Act Art\\. \\d+a?${PARAGRAPH}$`), id: new RegExp(`^Art\\.\\d+a?${PARAGRAPH}$`), count: [90, 53] },
  ISO_27001: { citation: /^ISO\/IEC 27001:2022 A\.[5-8]\.\d+$/, id: /^A\.[5-8]\.\d+$/, count: [93, 50] },
  SECURITY_HUB_AI: { citation: /^Security Hub (SageMaker|Bedrock|BedrockAgentCore)\.\d+$/, id: /^(SageMaker|Bedrock|BedrockAgentCore)\.\d+$/, count: [31, 0] },
};

test('every framework of the library is named like its member', () => {
  for (const framework of Framework.all()) expect((Framework as unknown as Record<string, unknown>)[framework.name]).toBe(framework);
  expect(Framework.all().map(({ name }) => name)).toEqual(Object.keys(FORMS));
});

describe.each(Framework.all().map((framework) => [framework.name, framework] as const))('%s', (name, framework) => {
  const form = FORMS[name]!;

  test('cites each requirement in the form of its law, once', () => {
    for (const requirement of framework.requirements) {
      expect(requirement.citation).toMatch(form.citation);
      expect(requirement.id).toMatch(form.id);
    }
    expect(new Set(framework.requirements.map(({ citation }) => citation)).size).toBe(framework.requirements.length);
  });

  test('stands at addresses of its maker', () => {
    const addresses = [framework.url, ...framework.requirements.flatMap(({ url }) => url ?? []), ...(framework.oscalCatalog ? [framework.oscalCatalog] : [])];
    for (const address of addresses) {
      expect(new URL(address).protocol).toBe('https:');
      expect(address).toMatch(/^https:\/\/(eur-lex\.europa\.eu|www\.ecfr\.gov|leginfo\.legislature\.ca\.gov|cppa\.ca\.gov|doi\.org\/10\.6028|www\.iso\.org|docs\.aws\.amazon\.com|raw\.githubusercontent\.com\/usnistgov)\//);
    }
    expect(framework.title.length).toBeGreaterThan(10);
  });

  test('gives each requirement a title of one line', () => {
    for (const { title } of framework.requirements) {
      expect(title).toMatch(/^[A-Za-z][^\n]*[^.\s]$/);
      expect(title.length).toBeLessThan(120);
    }
  });

  test('loses no requirement and no mapping unnoticed', () => {
    expect([framework.requirements.length, framework.requirementsWithoutControl().length]).toEqual(form.count);
  });

  // a finding that cites half a law says nothing
  test('has a dozen requirements for one control at most', () => {
    const many = Object.values(Control).map((control) => [control, framework.requirementsOf(control, 'AWS::SageMaker::Model').length] as const).filter(([, count]) => count > 12);
    expect(many).toEqual([]);
  });

  test('is what its data makes with all checks', () => {
    const checked = Framework.fromData(framework);
    expect(checked.requirements).toEqual(framework.requirements);
    expect([checked.name, checked.title, checked.url, checked.oscalCatalog]).toEqual([name, framework.title, framework.url, framework.oscalCatalog]);
  });

  test('is one object, however often it is asked for', () => {
    expect(Framework.named(name)).toBe(Framework.named(name));
  });

  test('makes a profile of its own', () => {
    const profile = ComplianceProfile.of({ frameworks: [framework], residency: Residency.within(Jurisdiction.EU) });
    expect(new Set(profile.requirementsOf(framework.requirements.find(({ controls }) => controls.length > 0)!.controls[0]!).map((cited) => cited.framework))).toEqual(new Set([name]));
  });
});

describe('several frameworks', () => {
  const residency = Residency.within(Jurisdiction.EU);

  test('every pair makes a profile that cites both', () => {
    const all = Framework.all();
    for (const [index, first] of all.entries()) {
      for (const second of all.slice(index + 1)) {
        const profile = ComplianceProfile.of({ frameworks: [first, second], residency });
        const shared = Object.values(Control).filter((control) => first.requirementsOf(control).length > 0 && second.requirementsOf(control).length > 0);
        expect(shared.length).toBeGreaterThan(0);
        for (const control of shared) expect([...new Set(profile.requirementsOf(control).map(({ framework }) => framework))]).toEqual([first.name, second.name]);
      }
    }
  });

  test('all of them make a profile with the strictest retentions', () => {
    const profile = ComplianceProfile.of({ frameworks: Framework.all(), residency });
    expect([profile.logRetention.inDays, profile.auditRetention.inDays, profile.requestRetention?.inDays, profile.erasureDuty]).toEqual([184, 2192, 731, true]);
  });

  test('one of the user\'s own stands beside those of the library', () => {
    const own = Framework.fromData({
      name: 'House', title: 'House rules', url: 'https://example.org', requirements: [{ id: '1', citation: 'House 1', title: 'keys are ours', controls: [Control.KEY_MANAGEMENT] }],
    });
    const cited = ComplianceProfile.of({ frameworks: [own, Framework.NIST_800_53, Framework.ISO_27001], residency }).requirementsOf(Control.KEY_MANAGEMENT);
    expect(cited.map(({ requirement }) => requirement.citation)).toEqual([
      'House 1', 'NIST SP 800-53 SA-9(6)', 'NIST SP 800-53 SC-12', 'NIST SP 800-53 SC-28(3)', 'ISO/IEC 27001:2022 A.8.24',
    ]);
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
    [Control.AUTHENTICATION, 'HIPAA', '45 CFR 164.312(d)'],
    [Control.EXCEPTION_GOVERNANCE, 'HIPAA', '45 CFR 164.306(d)(3)'],
    [Control.DATA_RESIDENCY, 'GDPR', 'GDPR Art. 44'],
    [Control.DATA_RESIDENCY, 'NIST_800_53', 'NIST SP 800-53 SA-9(5)'],
    [Control.ERASURE, 'GDPR', 'GDPR Art. 17(1)'],
    [Control.ERASURE, 'CCPA', 'Cal. Civ. Code § 1798.105(a)'],
    [Control.RETENTION_LIMIT, 'CCPA', 'Cal. Civ. Code § 1798.100(a)(3)'],
    [Control.EXPLAINABILITY, 'GDPR', 'GDPR Art. 15(1)(h)'],
    [Control.CONSENT, 'GDPR', 'GDPR Art. 7(1)'],
    [Control.CONSENT, 'NIST_800_53', 'NIST SP 800-53 PT-4'],
    [Control.PRIVACY_LOSS_LIMIT, 'NIST_800_53', 'NIST SP 800-53 SI-19(6)'],
    [Control.PRIVACY_LOSS_LIMIT, 'HIPAA', '45 CFR 164.514(b)(1)'],
    [Control.SUPPORTED_SOFTWARE, 'NIST_800_53', 'NIST SP 800-53 SA-22'],
    [Control.ASSET_INVENTORY, 'ISO_27001', 'ISO/IEC 27001:2022 A.5.9'],
    [Control.AUDIT_LOGGING, 'EU_AI_ACT', 'EU AI Act Art. 12(1)'],
    [Control.MODEL_MONITORING, 'EU_AI_ACT', 'EU AI Act Art. 72(1)'],
    [Control.BIAS_ASSESSMENT, 'NIST_AI_RMF', 'NIST AI RMF MEASURE 2.11'],
    [Control.NETWORK_ISOLATION, 'SECURITY_HUB_AI', 'Security Hub SageMaker.5'],
  ])('%s helps %s with %s', (control, framework, citation) => {
    expect(Framework.named(framework).requirementsOf(control).map((requirement) => requirement.citation)).toContain(citation);
  });
});

describe('a requirement that speaks of some types', () => {
  const cited = (type?: string) => Framework.SECURITY_HUB_AI.requirementsOf(Control.NETWORK_ISOLATION, type).map(({ id }) => id);

  test('is cited for these alone', () => {
    expect(cited('AWS::SageMaker::Model')).toEqual(['SageMaker.5']);
    expect(cited('AWS::S3::Bucket')).toEqual([]);
    expect(cited()).toEqual(['SageMaker.1', 'SageMaker.5', 'SageMaker.11', 'SageMaker.12', 'SageMaker.14', 'SageMaker.20', 'SageMaker.25']);
  });

  test('does not narrow those that speak of all', () => {
    expect(Framework.GDPR.requirementsOf(Control.ERASURE, 'AWS::S3::Bucket')).toEqual(Framework.GDPR.requirementsOf(Control.ERASURE));
  });

  test('is narrowed by a profile too', () => {
    const profile = ComplianceProfile.of({ frameworks: [Framework.SECURITY_HUB_AI, Framework.ISO_27001], residency: Residency.within(Jurisdiction.EU) });
    expect(profile.requirementsOf(Control.AVAILABILITY, 'AWS::SageMaker::EndpointConfig').map(({ requirement }) => requirement.id))
      .toEqual(['SageMaker.4', 'A.5.30', 'A.8.6', 'A.8.13', 'A.8.14']);
    expect(profile.requirementsOf(Control.AVAILABILITY, 'AWS::S3::Bucket').map(({ requirement }) => requirement.id)).not.toContain('SageMaker.4');
  });
});

describe('NIST SP 800-53', () => {
  // from the OSCAL profiles of the moderate and the privacy baseline, usnistgov/oscal-content, catalog 5.1.1
  const baselines = readFileSync(join(__dirname, 'nist-800-53-baselines.txt'), 'utf8').trim().split('\n');
  const beyond = [
    'au-9.2', 'au-9.3', 'au-10', 'cm-13', 'cm-14', 'ia-5.7', 'pm-5', 'pt-2.1', 'pt-3.1', 'pt-4.1', 'pt-4.3', 'sa-9.5', 'sa-9.6', 'sc-6', 'sc-7.10', 'sc-7.21', 'sc-28.3',
    'si-7.15', 'si-19.4', 'si-19.5', 'si-19.6', 'sr-4',
  ];

  test('lists the controls of both baselines, and those beyond that infrastructure speaks to', () => {
    expect(Framework.NIST_800_53.requirements.map(({ oscalId }) => oscalId).sort()).toEqual([...baselines, ...beyond].sort());
    expect(Framework.NIST_800_53.requirements.filter(({ oscalId }) => beyond.includes(oscalId!)).every(({ controls }) => controls.length > 0)).toBe(true);
  });

  test.each([['SC-28(1)', 'sc-28.1'], ['AC-2(13)', 'ac-2.13'], ['PT-4', 'pt-4']])('the catalog knows %s as %s', (id, oscalId) => {
    expect(oscalIdOf(id)).toBe(oscalId);
    expect(Framework.NIST_800_53.requirements.find((requirement) => requirement.id === id)?.oscalId).toBe(oscalId);
  });
});

describe('the days of the AI Act', () => {
  test.each([
    ['Art.4', '2025-02-02'], ['Art.4a(1)', '2026-07-27'], ['Art.10(2)(f)', '2027-12-02'], ['Art.26(6)', '2027-12-02'], ['Art.72(1)', '2026-08-02'], ['Art.73(1)', '2026-08-02'],
  ])('%s applies from %s', (id, day) => {
    expect(Framework.EU_AI_ACT.requirements.find((requirement) => requirement.id === id)?.appliesFrom).toBe(day);
  });

  test('are given for each of its articles, and for nothing that applies', () => {
    expect(Framework.all().filter(({ requirements }) => requirements.some(({ appliesFrom }) => appliesFrom)).map(({ name }) => name)).toEqual(['EU_AI_ACT']);
    expect(Framework.EU_AI_ACT.requirements.every(({ appliesFrom }) => appliesFrom)).toBe(true);
  });
});

test('ISO/IEC 27001 lists all of Annex A', () => {
  const chapters = { 5: 37, 6: 8, 7: 14, 8: 34 };
  expect(Framework.ISO_27001.requirements.map(({ id }) => id)).toEqual(Object.entries(chapters).flatMap(([chapter, count]) => (
    Array.from({ length: count }, (_, index) => `A.${chapter}.${index + 1}`))));
});

test('the AI risk management framework lists every subcategory', () => {
  const counts = { GOVERN: [7, 3, 2, 3, 2, 2], MAP: [6, 3, 5, 2, 2], MEASURE: [3, 13, 3, 3], MANAGE: [4, 4, 2, 3] };
  expect(Framework.NIST_AI_RMF.requirements.map(({ id }) => id)).toEqual(Object.entries(counts).flatMap(([name, categories]) => categories.flatMap((count, category) => (
    Array.from({ length: count }, (_, index) => `${name} ${category + 1}.${index + 1}`)))));
});

test('Security Hub\'s standard has every control of SageMaker but the two on tags, each on its type', () => {
  const numbers = Framework.SECURITY_HUB_AI.requirements.filter(({ id }) => id.startsWith('SageMaker.')).map(({ id }) => Number(id.split('.')[1]));
  expect(numbers).toEqual(Array.from({ length: 25 }, (_, index) => index + 1).filter((number) => number !== 6 && number !== 7));
  expect(Framework.SECURITY_HUB_AI.requirements.every(({ resourceTypes }) => resourceTypes?.length === 1)).toBe(true);
});

test.each([
  [Control.DATA_RESIDENCY, 'HIPAA', []],
  [Control.AVAILABILITY, 'HIPAA', ['45 CFR 164.306(a)(1)']],
  [Control.ENCRYPTION_AT_REST, 'HIPAA', ['45 CFR 164.312(a)(2)(iv)']],
  [Control.KEY_MANAGEMENT, 'HIPAA', ['45 CFR 164.312(a)(2)(iv)']],
  [Control.RESOURCE_LIMIT, 'HIPAA', []],
  [Control.ASSET_INVENTORY, 'HIPAA', []],
  [Control.ASSET_INVENTORY, 'GDPR', []],
  [Control.MODEL_MONITORING, 'NIST_800_53', []],
  [Control.DATA_RESIDENCY, 'EU_AI_ACT', []],
  [Control.PRIVACY_LOSS_LIMIT, 'EU_AI_ACT', ['EU AI Act Art. 15(5)']],
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

  test('the AI Act keeps logs for at least six months', () => {
    expect(Framework.EU_AI_ACT.retentionLimits.map(({ record, citation, minimum, maximum }) => [record, citation, minimum?.inDays, maximum]))
      .toEqual([[RecordKind.LOGS, 'EU AI Act Art. 19(1)', 184, undefined]]);
  });

  test('the standards give no number', () => {
    for (const { retentionLimits, erasureDuty } of [Framework.NIST_800_53, Framework.NIST_AI_RMF, Framework.ISO_27001, Framework.SECURITY_HUB_AI]) {
      expect([retentionLimits, erasureDuty]).toEqual([[], false]);
    }
  });
});
