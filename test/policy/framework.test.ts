import { Control, Framework, FrameworkProps, RecordKind, RequestKind, Retention } from '../../lib/policy';

const data: FrameworkProps = {
  name: 'ISO27001',
  title: 'ISO/IEC 27001:2022',
  url: 'https://www.iso.org/standard/27001',
  requirements: [
    { id: 'A.8.24', citation: 'ISO/IEC 27001 A.8.24', title: 'use of cryptography', controls: [Control.ENCRYPTION_AT_REST, Control.KEY_MANAGEMENT] },
    { id: 'A.6.1', citation: 'ISO/IEC 27001 A.6.1', title: 'screening', controls: [] },
  ],
};

describe('a framework of one\'s own', () => {
  test('is built from data', () => {
    const framework = Framework.fromData(data);
    expect(framework.requirementsOf(Control.KEY_MANAGEMENT).map((requirement) => requirement.id)).toEqual(['A.8.24']);
    expect(framework.requirementsWithoutControl().map((requirement) => requirement.id)).toEqual(['A.6.1']);
    expect(framework.erasureDuty).toBe(false);
    expect(framework.retentionLimits).toEqual([]);
  });

  test('does not change with the list it was made from', () => {
    const requirements = [...data.requirements];
    const framework = Framework.fromData({ ...data, requirements });
    requirements.pop();
    expect(framework.requirements).toHaveLength(2);
  });

  const requirement = data.requirements[0];
  test.each([
    ['nothing', undefined, /a framework is built from its name, title, url and requirements, not from undefined/],
    ['null', null, /not from null/],
    ['an empty object', {}, /framework name undefined is not usable/],
    ['a name with blanks', { ...data, name: 'ISO 27001' }, /framework name 'ISO 27001' is not usable/],
    ['no title', { ...data, title: '' }, /framework 'ISO27001' has no title: give a text, not ''/],
    ['no address', { ...data, url: undefined }, /framework 'ISO27001' has no url/],
    ['no requirements', { ...data, requirements: [] }, /has no requirements: give at least one/],
    ['requirements that are none', { ...data, requirements: [undefined] }, /lists undefined among its requirements/],
    ['a requirement without id', { ...data, requirements: [{ ...requirement, id: undefined }] }, /a requirement of framework 'ISO27001' has no id/],
    ['a requirement without citation', { ...data, requirements: [{ ...requirement, citation: ' ' }] }, /requirement 'A.8.24' of framework 'ISO27001' has no citation/],
    ['a requirement without controls', { ...data, requirements: [{ ...requirement, controls: undefined }] }, /has no list of controls/],
    ['a requirement named twice', { ...data, requirements: [requirement, requirement] }, /names requirement 'A.8.24' twice/],
    ['an unknown control', { ...data, requirements: [{ ...requirement, controls: ['encryption-at-rst'] }] }, /unknown control 'encryption-at-rst': did you mean 'encryption-at-rest'\? use one of /],
    ['a control named twice', { ...data, requirements: [{ ...requirement, controls: [Control.ERASURE, Control.ERASURE] }] }, /names control 'erasure' twice/],
    ['types that are no list', { ...data, requirements: [{ ...requirement, resourceTypes: 'AWS::S3::Bucket' }] }, /gives 'AWS::S3::Bucket' as resourceTypes: list types such as 'AWS::SageMaker::Model', or leave it out/],
    ['no types at all', { ...data, requirements: [{ ...requirement, resourceTypes: [] }] }, /gives an empty list as resourceTypes/],
    ['an OSCAL id that is none', { ...data, oscalCatalog: 'https://example.org', requirements: [{ ...requirement, oscalId: 'SC-28(1)' }] }, /gives 'SC-28\(1\)' as oscalId: give the id of its catalog, such as 'sc-28\.1'/],
    ['an OSCAL id without catalog', { ...data, requirements: [{ ...requirement, oscalId: 'sc-28.1' }] }, /gives the OSCAL id 'sc-28\.1' of no catalog: say with oscalCatalog where it stands/],
    ['an OSCAL id given twice', { ...data, oscalCatalog: 'https://example.org', requirements: [{ ...requirement, oscalId: 'a' }, { ...requirement, id: 'B', oscalId: 'a' }] }, /gives two requirements the OSCAL id 'a': each id stands once/],
    ['a day in another order', { ...data, requirements: [{ ...requirement, appliesFrom: '02.12.2027' }] }, /applies from '02\.12\.2027': give a day, such as '2027-12-02'/],
    ['a day that no month has', { ...data, requirements: [{ ...requirement, appliesFrom: '2027-02-30' }] }, /applies from '2027-02-30'/],
    ['deadlines that are no list', { ...data, requestDeadlines: 7 }, /gives 7 as requestDeadlines/],
    ['a deadline for something else', { ...data, requestDeadlines: [{ request: 'rectification', citation: 'A', days: 1 }] },
      /a deadline of framework '\w+' is for 'rectification': use one of erasure, access/],
    ['a deadline of no time', { ...data, requestDeadlines: [{ request: RequestKind.ERASURE, citation: 'A' }] }, /is undefined months and undefined days: give one of the two/],
    ['a deadline of two times', { ...data, requestDeadlines: [{ request: RequestKind.ERASURE, citation: 'A', months: 1, days: 30 }] }, /is 1 months and 30 days: give one of the two/],
    ['a deadline of half a day', { ...data, requestDeadlines: [{ request: RequestKind.ACCESS, citation: 'A', days: 0.5 }] }, /0\.5 days: give one of the two, a whole number from 1 to 366/],
    ['a deadline that cites nothing', { ...data, requestDeadlines: [{ request: RequestKind.ACCESS, citation: ' ', days: 5 }] }, /cites nothing: say where it stands/],
    ['limits that are no list', { ...data, retentionLimits: 7 }, /gives 7 as retentionLimits/],
    ['a limit of an unknown kind', { ...data, retentionLimits: [{ record: 'diaries' }] }, /is for 'diaries': use one of data, captures, logs, audit, requests/],
    ['a limit without number', { ...data, retentionLimits: [{ record: RecordKind.DATA, citation: 'A' }] }, /states neither a minimum nor a maximum/],
    ['a limit in plain days', { ...data, retentionLimits: [{ record: RecordKind.DATA, citation: 'A', minimum: 30 }] }, /is 30: give a retention, such as Retention\.days\(30\)/],
    ['a limit against itself', { ...data, retentionLimits: [{ record: RecordKind.DATA, citation: 'A', minimum: Retention.days(2), maximum: Retention.days(1) }] }, /its minimum of 2 days is above its maximum of 1 day/],
  ])('fails for %s', (_, wrong, message) => {
    expect(() => Framework.fromData(wrong as never)).toThrow(message);
  });
});

describe('a framework by its name', () => {
  test.each(['GDPR', 'gdpr', 'Hipaa', 'CCPA', 'nist_800_53', 'EU_AI_Act'])('%s', (name) => {
    expect(Framework.named(name).name).toBe(name.toUpperCase());
  });

  test.each([
    ['HIPPA', /unknown framework 'HIPPA': did you mean 'HIPAA'\? use one of GDPR, HIPAA, CCPA, NIST_800_53, NIST_AI_RMF, EU_AI_ACT, ISO_27001, SECURITY_HUB_AI, or Framework\.fromData/],
    ['ISO27001', /unknown framework 'ISO27001': did you mean 'ISO_27001'\?/],
    ['PCI', /unknown framework 'PCI': use one of/],
    [undefined, /unknown framework undefined/],
  ])('fails for %s', (name, message) => {
    expect(() => Framework.named(name as never)).toThrow(message);
  });
});
