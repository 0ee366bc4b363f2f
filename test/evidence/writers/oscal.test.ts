import { evidenceOf } from '../../../lib/evidence/collect';
import { catalogOf, controlIdsOf, uuidOf, uuidsOf } from '../../../lib/evidence/writers/oscal';
import { toOscalAssessmentResults } from '../../../lib/evidence/writers/oscal-assessment-results';
import { toOscalComponentDefinition } from '../../../lib/evidence/writers/oscal-component-definition';
import { fullEvidence, recordOf } from '../support';

interface Prop { readonly name: string; readonly ns: string; readonly value: string }
interface Result {
  readonly start: string;
  readonly observations: { readonly uuid: string; readonly props: Prop[]; readonly subjects: { readonly 'subject-uuid': string }[]; readonly collected: string }[];
  readonly risks?: { readonly uuid: string; readonly status: string; readonly deadline?: string; readonly props: Prop[] }[];
  readonly findings: {
    readonly title: string; readonly props: Prop[]; readonly target: { readonly 'target-id': string; readonly status: { readonly state: string; readonly reason: string; readonly remarks: string }; readonly 'implementation-status'?: { readonly state: string } };
    readonly 'related-observations'?: { readonly 'observation-uuid': string }[]; readonly 'related-risks'?: { readonly 'risk-uuid': string }[];
  }[];
  readonly 'reviewed-controls': { readonly 'control-selections': { readonly 'include-controls'?: { readonly 'control-id': string }[] }[]; readonly remarks?: string };
  readonly 'local-definitions': { readonly 'inventory-items': { readonly uuid: string }[] };
}

const DAY = { date: '2026-11-26' };
const resultsOf = (evidence = fullEvidence(), options: object = DAY) => (JSON.parse(toOscalAssessmentResults(evidence, options)) as { 'assessment-results': { results: Result[]; metadata: object } })['assessment-results'];
const resultOf = (...given: Parameters<typeof resultsOf>) => resultsOf(...given).results[0]!;
const valueOf = (props: readonly Prop[], name: string) => props.find((prop) => prop.name === name)?.value;

describe('assessment results', () => {
  test('a finding stands for each requirement that was judged, at the control of its catalog', () => {
    expect(resultOf().findings.map(({ title, target: { 'target-id': id, status } }) => [title, id, status.state, status.reason])).toEqual([
      ['GDPR Art. 1', 'gdpr-a_smt', 'not-satisfied', 'fail'], ['GDPR Art. 2', 'gdpr-b_smt', 'not-satisfied', 'other'],
      ['NIST SP 800-53 SC-28(1)', 'sc-28.1_smt', 'not-satisfied', 'other'], ['NIST SP 800-53 AC-4', 'ac-4_smt', 'not-satisfied', 'fail'], ['NIST SP 800-53 SA-9(5)', 'sa-9.5_smt', 'not-satisfied', 'fail'],
    ]);
  });

  test('only what is kept in every place is satisfied; in part is not, and what nobody judged is no finding', () => {
    const base = recordOf();
    const kept = resultOf(fullEvidence({ answers: base.answers.filter(({ answer }) => answer === 'compliant') }));
    expect(kept.findings.map(({ title, target }) => [title, target.status.state, target['implementation-status']?.state])).toEqual([
      ['GDPR Art. 2', 'not-satisfied', 'partial'], ['NIST SP 800-53 SC-28(1)', 'satisfied', 'implemented'], ['NIST SP 800-53 AC-4', 'satisfied', 'implemented'], ['NIST SP 800-53 SA-9(5)', 'satisfied', 'implemented'],
    ]);
    expect(kept.findings[0]!.target.status.remarks).toBe('What was judged is kept; a part was not judged. Not checked: audit logging.');
    expect(kept['reviewed-controls'].remarks).toMatch(/Not assessed, which is no pass:\n\n- GDPR Art\. 1: isolate\n- GDPR Art\. 3: appoint an officer/);
    expect(kept.risks).toBeUndefined();
  });

  test('every control of the profile that was judged is reviewed, and no other', () => {
    expect(resultOf()['reviewed-controls']['control-selections'].map((selection) => selection['include-controls']?.map((one) => one['control-id']))).toEqual([['gdpr-a', 'gdpr-b'], ['sc-28.1', 'ac-4', 'sa-9.5']]);
  });

  test('what is open is a risk, what was accepted an approved deviation with its end, what is unknown under investigation', () => {
    expect(resultOf().risks!.map(({ status, props, deadline }) => [valueOf(props, 'rule'), status, deadline])).toEqual([
      ['RegulatedML-Isolation', 'open', undefined], ['RegulatedML-Isolation', 'deviation-approved', undefined], ['RegulatedML-Key[unknown]', 'investigating', undefined],
      ['RegulatedML-Isolation', 'deviation-approved', '2027-01-31T23:59:59Z'], ['RegulatedML-Isolation', 'deviation-approved', undefined], ['RegulatedML-Shown', 'open', undefined], ['RegulatedML-Place', 'open', undefined],
    ]);
  });

  test('all that is referred to is there', () => {
    const text = toOscalAssessmentResults(fullEvidence(), DAY);
    const defined = new Set([...text.matchAll(/"uuid": "([^"]+)"/g)].map(([, id]) => id));
    const referred = [...text.matchAll(/"(?:subject-uuid|observation-uuid|risk-uuid|component-uuid|actor-uuid)": "([^"]+)"|"href": "#([^"]+)"/g)].map(([, id, anchor]) => id ?? anchor);
    expect(referred.length).toBeGreaterThan(30);
    expect(referred.filter((id) => !defined.has(id))).toEqual([]);
    expect([...text.matchAll(/"uuid": "([^"]+)"/g)]).toHaveLength(defined.size);
  });

  test('times are the given day, else that of the waivers; ids are made of the content', () => {
    expect(resultOf().start).toBe('2026-11-26T00:00:00Z');
    expect(resultOf(fullEvidence(), {}).start).toBe('2026-11-26T00:00:00Z');
    expect(resultOf(fullEvidence(), { date: '2027-01-01' }).observations[0]!.collected).toBe('2027-01-01T00:00:00Z');
    expect(toOscalAssessmentResults(fullEvidence(), DAY)).toBe(toOscalAssessmentResults(fullEvidence(), DAY));
    expect(resultOf(fullEvidence(), { date: '2027-01-01' }).observations.map(({ uuid }) => uuid)).toEqual(resultOf().observations.map(({ uuid }) => uuid));
  });

  test('a line that moves makes no other subject', () => {
    const moved = fullEvidence({ subjects: recordOf().subjects.map((subject) => ({ ...subject, source: 'other.ts:1:1' })) });
    const items = (result: Result) => result['local-definitions']['inventory-items'].map(({ uuid }) => uuid);
    expect(items(resultOf(moved))).toEqual(items(resultOf()));
  });

  test('fails without a day, and on one that is none', () => {
    const { asOf: _asOf, ...undated } = fullEvidence();
    expect(() => toOscalAssessmentResults(undated)).toThrow(/states the day of the assessment, and none is known: give one as the option date/);
    expect(() => toOscalComponentDefinition(undated)).toThrow(/none is known/);
    expect(() => toOscalAssessmentResults(undated, { date: '2026-02-30' })).toThrow(/the date of the report is '2026-02-30'/);
  });
});

describe('the component definition', () => {
  const components = (evidence = fullEvidence()) => (JSON.parse(toOscalComponentDefinition(evidence, DAY)) as { 'component-definition': { components: { type: string; props?: (Prop & { remarks?: string })[]; 'control-implementations'?: { source: string; 'implemented-requirements': { 'control-id': string; description: string; props: Prop[] }[] }[] }[] } })['component-definition'].components;

  test('says of each judged requirement what was checked, with the rules by id', () => {
    const [infrastructure] = components();
    expect(infrastructure!['control-implementations']!.map(({ source, 'implemented-requirements': all }) => [source, all.map((one) => one['control-id'])])).toEqual([
      ['https://example.org/gdpr', ['gdpr-a', 'gdpr-b']], [expect.stringContaining('NIST_SP-800-53_rev5_catalog.json'), ['sc-28.1', 'ac-4', 'sa-9.5']],
    ]);
    const requirement = infrastructure!['control-implementations']![1]!['implemented-requirements'][0]!;
    expect(requirement.description).toBe('NIST SP 800-53 SC-28(1): cryptographic protection.\n- encryption at rest: kept in 1 check, 1 open.');
    expect(requirement.props.filter(({ name }) => name === 'Rule_Id').map(({ value }) => value)).toEqual(['RegulatedML-Key']);
    expect(infrastructure!.props!.filter(({ name }) => name === 'weakening').map(({ value }) => value)).toEqual(['network-isolation: AutoML knows no isolation; instead: private subnets']);
  });

  test('takes ids and catalog from the record, and says from when a requirement applies', () => {
    const { profile } = recordOf();
    const [gdpr] = profile.frameworks;
    const requirements = [{ ...gdpr!.requirements[0]!, oscalId: 'gd-1', appliesFrom: '2027-12-02' }];
    const evidence = evidenceOf({ records: [recordOf({ profile: { ...profile, frameworks: [{ ...gdpr!, oscalCatalog: 'https://example.org/catalog.json', requirements }] } })] });
    const [implementation] = components(evidence)[0]!['control-implementations']!;
    expect(implementation!.source).toBe('https://example.org/catalog.json');
    expect(implementation!['implemented-requirements'].map((one) => [one['control-id'], valueOf(one.props, 'applies-from')])).toEqual([['gd-1', '2027-12-02']]);
    expect(resultOf(evidence).findings.map(({ target, props }) => [target['target-id'], valueOf(props, 'applies-from')])).toEqual([['gd-1_smt', '2027-12-02']]);
  });

  test('holds every rule as a set of properties, as trestle finds them', () => {
    const pack = components()[1]!;
    expect(pack.type).toBe('validation');
    expect(pack.props!.filter(({ name }) => name === 'Rule_Id').map(({ value, remarks }) => [value, remarks])).toEqual([
      ['RegulatedML-Isolation', 'rule_set_0'], ['RegulatedML-Key', 'rule_set_1'], ['RegulatedML-Place', 'rule_set_2'], ['RegulatedML-Shown', 'rule_set_3'],
    ]);
  });
});

describe('ids', () => {
  const framework = (name: string, ...ids: string[]) => ({ name, url: 'https://example.org', requirements: ids.map((id) => ({ id })) });

  test('of NIST 800-53 are those of its catalog', () => {
    expect([...controlIdsOf(framework('NIST_800_53', 'SC-28(1)', 'AC-2', 'AC-2 (12)', 'sa-9(5)')).values()]).toEqual(['sc-28.1', 'ac-2', 'ac-2.12', 'sa-9.5']);
    expect(controlIdsOf(framework('NIST-800-53', 'AC-2(a)')).get('AC-2(a)')).toBe('nist-800-53-ac-2-a');
  });

  test('of other frameworks are their own, and each stands once', () => {
    const ids = [...controlIdsOf(framework('GDPR', 'Art.32(1)(a)', 'Art.32(1)-(a)', '§', '')).values()];
    expect(ids[0]).toBe('gdpr-art.32-1-a');
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9.-]*$/);
  });

  test('that a requirement brings along come first, and so does its catalog', () => {
    expect(controlIdsOf({ ...framework('Own'), requirements: [{ id: 'x', oscalId: 'ow-1' }] }).get('x')).toBe('ow-1');
    expect(catalogOf({ ...framework('Own'), oscalCatalog: 'https://example.org/catalog.json' })).toBe('https://example.org/catalog.json');
    expect(catalogOf({ ...framework('Ows'), url: 'javascript:alert(1)' })).toBe('urn:cdk-regulated-ml:framework:ows');
  });

  test('are UUIDs of version 5, the same for the same content', () => {
    expect(uuidOf('a', 1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidOf('a', 1)).toBe(uuidOf('a', 1));
    expect(new Set(uuidsOf('x', ['same', 'same', 'other'])).size).toBe(3);
  });
});
