import { FLAGS, folder, gate, TEMPLATE } from './support';

const NAMES = 'GDPR, HIPAA, CCPA';
const GOOD = { frameworks: ['GDPR'], residency: { jurisdictions: ['EU'] } };
const OWN = { name: 'Ours', title: 'Our rules', url: 'https://example.org', requirements: [{ id: '1', citation: 'Ours 1', title: 'encrypt', controls: ['encryption-at-rest'] }] };

const check = (settings: unknown, flags = '', files: Readonly<Record<string, unknown>> = {}) => gate(`check t.json --json ${flags}`, {
  cwd: folder({ 't.json': TEMPLATE, ...(settings === undefined ? {} : { 'regulated-ml.json': settings }), ...files }),
});
interface Answer { readonly profiles: readonly { readonly frameworks: string[]; readonly residency: string }[]; readonly asOf: string; readonly findings: readonly { readonly requirements: string[] }[] }
const profile = async (...given: Parameters<typeof check>) => {
  const { code, out, err } = await check(...given);
  if (code === 2) throw new Error(err);
  return JSON.parse(out) as Answer;
};

describe('the settings file', () => {
  test('holds frameworks, residency, retention, unknowns, waivers, a baseline and a date', async () => {
    const { profiles, asOf } = await profile(
      { $schema: 'x', ...GOOD, frameworks: ['gdpr', 'HIPAA'], retention: { data: 365, audit: 3000 }, unknownAs: 'error', waivers: 'w.json', baseline: 'b.json', asOf: '2027-01-01' }, '',
      { 'w.json': [], 'b.json': { schema: 'regulated-ml-baseline/1', findings: [] } },
    );
    expect([profiles, asOf]).toEqual([[{ frameworks: ['GDPR', 'HIPAA'], residency: 'EU' }], '2027-01-01']);
  });

  test('names jurisdictions in any case, countries, regions, and exceptions', async () => {
    const residency = async (value: object) => (await profile({ ...GOOD, residency: value })).profiles[0]!.residency;
    expect(await residency({ jurisdictions: ['eu', 'CH', 'DE'] })).toBe('EU, CH, DE');
    expect(await residency({ regions: ['eu-central-1', 'eu-west-1'], except: ['eu-west-1'] })).toBe('eu-central-1');
  });

  test('may name a framework of the organisation\'s own as a file, with its retention limits in days', async () => {
    const { profiles, findings } = await profile({ ...GOOD, frameworks: ['GDPR', 'policy/ours.json'] }, '', { 'policy/ours.json': { ...OWN, retentionLimits: [{ record: 'logs', citation: 'Ours 2', minimumDays: 10 }] } });
    expect(profiles[0]!.frameworks).toEqual(['GDPR', 'Ours']);
    expect(findings.flatMap(({ requirements }) => requirements)).toContain('Ours 1');
    expect((await check({ ...GOOD, frameworks: ['ours.json'], retention: { logs: 5 } }, '', { 'ours.json': { ...OWN, retentionLimits: [{ record: 'logs', citation: 'Ours 2', minimumDays: 10 }] } })).err)
      .toMatch(/'regulated-ml\.json': a retention of 5 days for logs records is too short: Ours 2 demands at least 10 days/);
  });

  test('is read from another place, and paths in it start there', async () => {
    const { profiles } = await profile(undefined, '--config policy/p.json', { 'policy/p.json': { ...GOOD, waivers: 'w.json' }, 'policy/w.json': [] });
    expect(profiles).toHaveLength(1);
  });

  test('goes behind the flags', async () => {
    expect((await profile(GOOD, '--framework HIPAA --residency US')).profiles).toEqual([{ frameworks: ['HIPAA'], residency: 'US' }]);
    expect((await profile(GOOD, '--as-of 2027-02-02')).asOf).toBe('2027-02-02');
  });

  test.each([
    ['that is no JSON', '{', /'regulated-ml\.json' is no JSON: .*; mend it, or write it anew with 'regulated-ml init'/],
    ['that is a list', [], /'regulated-ml\.json' holds an empty list: give an object with the keys frameworks, residency, retention/],
    ['with a key that means nothing', { ...GOOD, framework: [] }, /has the key 'framework', which means nothing: did you mean 'frameworks'\? use frameworks, residency, retention, unknownAs, waivers, baseline, asOf/],
    ['with an unknown framework', { ...GOOD, frameworks: ['GDPRR'] }, new RegExp(`'frameworks' of 'regulated-ml\\.json': unknown framework 'GDPRR': did you mean 'GDPR'\\? use one of ${NAMES}`)],
    ['with frameworks that are a text', { ...GOOD, frameworks: 'GDPR' }, /'frameworks' of .*: it is 'GDPR': give a list of texts, such as \["GDPR", "HIPAA"\]/],
    ['with no frameworks', { residency: GOOD.residency }, /a residency and no frameworks: add "frameworks": \["GDPR"\] to 'regulated-ml\.json', or give --framework GDPR; there are GDPR, HIPAA, CCPA/],
    ['with no residency', { frameworks: ['GDPR'] }, /frameworks and no residency: add "residency": \{ "jurisdictions": \["EU"\] \}/],
    ['with a residency that is a text', { ...GOOD, residency: 'EU' }, /'residency' of .*: it is 'EU': give an object with jurisdictions, regions, except/],
    ['with an unknown jurisdiction', { ...GOOD, residency: { jurisdictions: ['EUU'] } }, /unknown jurisdiction 'EUU': did you mean 'EU'\? use one of EU, EEA, UK/],
    ['with an unknown region', { ...GOOD, residency: { regions: ['eu-central-9'] } }, /unknown region 'eu-central-9': did you mean 'eu-central-1'/],
    ['with an unknown key of the residency', { ...GOOD, residency: { region: ['eu-central-1'] } }, /has the key 'region', which means nothing: did you mean 'regions'\?/],
    ['with a retention of no days', { ...GOOD, retention: { data: 0 } }, /'retention' of .*: 'data': a retention of 0 days is not usable: give a whole number of days/],
    ['with an unknown kind of record', { ...GOOD, retention: { datta: 1 } }, /has the key 'datta', which means nothing: did you mean 'data'\? use data, captures, logs, audit, requests/],
    ['with an unknown weight', { ...GOOD, unknownAs: 'high' }, /'unknownAs' of .*: it is 'high': use one of fatal, error, warning/],
    ['with waivers that are not there', { ...GOOD, waivers: 'w.json' }, /'waivers' of .*: there is no file 'w\.json'/],
    ['with a date that is none', { ...GOOD, asOf: '2027-02-30' }, /'asOf' of .*: the date is '2027-02-30': give a date as year, month and day/],
  ])('fails with 2 %s', async (_name, settings, message) => {
    expect(await check(settings)).toEqual({ code: 2, out: '', err: expect.stringMatching(message) });
  });

  test('fails with 2 on a waiver or a baseline that is broken, by its number', async () => {
    expect((await check({ ...GOOD, waivers: 'w.json' }, '', { 'w.json': [{ rule: 'RegulatedML-S3BucketTls', expires: 'soon' }] })).err).toMatch(/'waivers' of .*: waiver 1 of the list: .*'soon': give a date/);
    expect((await check({ ...GOOD, baseline: 'b.json' }, '', { 'b.json': [] })).err).toMatch(/'baseline' of .*: the baseline has the schema .*: write it with 'regulated-ml baseline'/);
  });

  test('fails with 2 on a framework file that is broken', async () => {
    expect((await check({ ...GOOD, frameworks: ['o.json'] }, '', { 'o.json': { ...OWN, requirements: [{ ...OWN.requirements[0], controls: ['encryptoin-at-rest'] }] } })).err)
      .toMatch(/'o\.json': requirement '1' of framework 'Ours' names the unknown control 'encryptoin-at-rest': did you mean 'encryption-at-rest'\?/);
  });
});

describe('flags', () => {
  test.each([
    ['--framework GDPRR --residency EU', /--framework: unknown framework 'GDPRR'/],
    ['--framework GDPR --residency eu-central-9', /--residency: unknown region 'eu-central-9': did you mean 'eu-central-1'/],
    ['--framework GDPR --residency MARS', /--residency: unknown jurisdiction 'MARS'/],
    ['--framework GDPR', /the profile has frameworks and no residency/],
    [`${FLAGS} --unknown-as high`, /--unknown-as: it is 'high': use one of fatal, error, warning/],
    [`${FLAGS} --as-of tomorrow`, /--as-of: the date is 'tomorrow'/],
    [`${FLAGS} --config none.json`, /there is no file 'none\.json'/],
    [`${FLAGS} --waivers none.json`, /--waivers: there is no file 'none\.json'/],
    [`${FLAGS} --rejudge=yes`, /option '--rejudge' does not take an argument|unknown option/],
    [`${FLAGS} --assembly cdk.out`, /unknown option '--assembly': the cloud assembly is --app <folder> of 'run', and the path that the other verbs are given; 'regulated-ml help' shows what there is/],
    [`${FLAGS} --alow-unjudged`, /unknown option '--alow-unjudged' \(Did you mean --allow-unjudged\?\); 'regulated-ml help' shows what there is/],
  ])('fails with 2: %s', async (flags, message) => {
    expect(await check(undefined, flags)).toEqual({ code: 2, out: '', err: expect.stringMatching(message) });
  });

  test('fails with 2 without any profile', async () => {
    expect((await check(undefined)).err).toBe('regulated-ml: there is no profile to judge \'t.json\' by: run \'regulated-ml init\' to write \'regulated-ml.json\', or give --framework GDPR --residency EU\n');
  });
});
