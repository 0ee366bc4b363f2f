import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { run } from '../../lib/cli/main';
import { Baseline, Jurisdiction, Residency, ComplianceProfile, Framework } from '../../lib/policy';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { asText, explain } from '../../lib/rules/explain';
import { badBucket, copyOf, FLAGS, folder, gate, goodStack, synthesized, TEMPLATE, withPack } from './support';

const read = (cwd: string, file: string) => readFileSync(join(cwd, file), 'utf8');
const parsed = <T>(text: string) => JSON.parse(text) as T;

const good = synthesized((app) => { goodStack(app, 'Ml'); withPack(app); });
const bad = synthesized((app) => { badBucket(goodStack(app, 'Ml')); withPack(app); });
const accepted = synthesized((app) => {
  const bucket = badBucket(goodStack(app, 'Ml'));
  for (const rule of ['Tls', 'Key', 'PublicAccessBlock']) Validations.of(bucket).acknowledge({ id: `RegulatedML::RegulatedML-S3Bucket${rule}`, reason: 'synthetic data' });
  withPack(app);
});

describe('report', () => {
  test('writes HTML and JSON when nobody says what, and never fails for a finding', async () => {
    const cwd = copyOf(bad);
    const { code, out } = await gate('report', { cwd });
    expect([code, out]).toEqual([0, expect.stringMatching(/^evidence-out\/evidence\.html .*\nevidence-out\/evidence\.json .*\nThe evidence is not clean: 'regulated-ml check' says why, and fails\.\n$/)]);
    expect(read(cwd, 'evidence-out/evidence.html')).toMatch(/^<!DOCTYPE html>/);
    expect(parsed<{ verdict: { clean: boolean }; asOf: string }>(read(cwd, 'evidence-out/evidence.json'))).toMatchObject({ verdict: { clean: false }, asOf: '2026-11-26' });
  });

  test('says as evidence what check says: a switch that was off is no proof', async () => {
    const off = synthesized((app) => { goodStack(app, 'Ml'); withPack(app); }, {}, false);
    const { out } = await gate('report --format json --out -', { cwd: off });
    expect(parsed<{ verdict: object; defects: string[] }>(out)).toMatchObject({ verdict: { clean: false }, defects: [expect.stringMatching(/CDK_VALIDATION=false/)] });
  });

  test('writes where it is told, as of a day, and says so as JSON', async () => {
    const cwd = copyOf(good);
    const { out } = await gate('report --format json --out deep/er --as-of 2027-01-01 --json', { cwd });
    expect(parsed(out)).toEqual({ schema: 'regulated-ml-report-files/1', clean: true, files: ['deep/er/evidence.json'] });
    expect(parsed(read(cwd, 'deep/er/evidence.json'))).toMatchObject({ asOf: '2027-01-01' });
  });

  test('works without a record, too', async () => {
    const cwd = folder({ 't.json': TEMPLATE });
    expect((await gate(`report t.json ${FLAGS}`, { cwd })).code).toBe(0);
    expect(parsed<{ runs: { origin: string }[] }>(read(cwd, 'evidence-out/evidence.json')).runs.map(({ origin }) => origin)).toEqual(['files']);
  });

  test.each([
    ['--format jsn', /--format 'jsn' is not known: did you mean 'json'\? use html, json/],
    ['--format toString', /--format 'toString' is not known/],
    ['--document ropaa', /--document 'ropaa' is not known/],
    ['--format html,json --out -', /--out - prints one form, and 2 were asked for/],
    ['--out regulated-ml.json', /--out 'regulated-ml\.json' is a file: name a folder/],
  ])('fails with 2: %s', async (flags, message) => {
    const cwd = copyOf(good);
    writeFileSync(join(cwd, 'regulated-ml.json'), '{}');
    expect(await gate(`report ${flags}`, { cwd })).toEqual({ code: 2, out: '', err: expect.stringMatching(message) });
  });
});

describe('report on files', () => {
  const places = async (files: Readonly<Record<string, unknown>>, words: string) => {
    const cwd = folder(files);
    expect((await gate(`report ${words} ${FLAGS} --region eu-central-1 --format code-quality`, { cwd })).err).toBe('');
    const found = parsed<{ check_name: string; location: { path: string; lines: { begin: number } } }[]>(read(cwd, 'evidence-out/gl-code-quality-report.json'));
    return [...new Set(found.map(({ location }) => `${location.path}:${location.lines.begin}`))].sort();
  };
  const bucket = '  Bad:\n    Type: AWS::S3::Bucket\n    Properties:\n      PublicAccessBlockConfiguration:\n        BlockPublicAcls: false\n';

  test('names the template where it lies, and its line', async () => {
    expect(await places({ 'templates/t.yaml': `Resources:\n${bucket}` }, 'templates/t.yaml')).toEqual(['templates/t.yaml:4', 'templates/t.yaml:5', 'templates/t.yaml:6']);
    expect(await places({ 'templates/t.json': JSON.stringify(TEMPLATE, null, 2) }, 'templates')).toEqual(['templates/t.json:3']);
  });

  test('names templates of an assembly and beside it from the same folder', async () => {
    const cwd = copyOf(bad);
    writeFileSync(join(cwd, 't.json'), JSON.stringify(TEMPLATE, null, 2));
    await gate(`report . ${FLAGS} --format json`, { cwd });
    await gate(`report cdk.out t.json ${FLAGS} --format json --out both`, { cwd });
    const stacks = parsed<{ stacks: { template: string }[] }>(read(cwd, 'both/evidence.json')).stacks.map(({ template }) => template);
    expect(stacks.sort()).toEqual(['cdk.out/Ml.template.json', 't.json']);
  });
});

describe('diff', () => {
  test('of assemblies, records and reports says what is worse, and answers 1', async () => {
    const cwd = folder();
    await gate(['report', good, '--out', 'was'], { cwd });
    await gate(['report', bad, '--out', 'is'], { cwd });
    const record = (directory: string) => join(directory, 'cdk.out', 'regulated-ml-evidence.json');
    for (const [before, after] of [[join(good, 'cdk.out'), join(bad, 'cdk.out')], [record(good), record(bad)], ['was/evidence.json', 'is/evidence.json']] as const) {
      const worse = await gate(['diff', before, after], { cwd });
      expect([worse.code, worse.out]).toEqual([1, expect.stringMatching(/^New\n(.*\n)* {2}✗ error RegulatedML-S3BucketTls Ml\/Bad: the bucket has no policy\n(.*\n)*Worse/)]);
      const better = await gate(['diff', after, before], { cwd });
      expect([better.code, better.out]).toEqual([0, expect.stringMatching(/^Mended or gone\n(.*\n)* {2}✓ RegulatedML-S3BucketTls Ml\/Bad.*\n(.*\n)*Better, and nothing is worse\.\n$/)]);
      expect(await gate(['diff', before, before], { cwd })).toMatchObject({ code: 0, out: 'Nothing is worse.\n' });
    }
  });

  test('tells what was accepted, and which waivers are new', async () => {
    const { code, out } = await gate(['diff', join(bad, 'cdk.out'), join(accepted, 'cdk.out')]);
    expect(code).toBe(0);
    expect(out).toMatch(/Accepted now\n(.*\n)* {2}○ RegulatedML-S3BucketTls Ml\/Bad: the bucket has no policy: synthetic data/);
    expect(out).toMatch(/Waivers\n {2}\+ RegulatedML::RegulatedML-S3Bucket\S+ on Ml\/Bad: synthetic data/);
  });

  test('fails when data may be in more regions', async () => {
    const wider = synthesized((app) => {
      goodStack(app, 'Ml');
      withPack(app, { profile: ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.of({ jurisdictions: [Jurisdiction.EU, Jurisdiction.SWITZERLAND] }) }) });
    });
    const { code, out } = await gate(['diff', '--quiet', join(good, 'cdk.out'), join(wider, 'cdk.out')]);
    expect([code, out]).toEqual([1, expect.stringMatching(/Data may be in\n(.*\n)* {2}\+ eu-central-2\n/)]);
  });

  test('prints JSON, and nothing when it should be quiet and nothing is worse', async () => {
    const words = [join(good, 'cdk.out'), join(bad, 'cdk.out')];
    expect(parsed((await gate(['diff', '--json', ...words])).out)).toMatchObject({ schema: 'regulated-ml-diff/1', isWorse: true, isBetter: false });
    expect((await gate(['diff', '--quiet', ...words.reverse()])).out).toBe('');
  });

  test.each([
    ['what is not there', 'nothing.json', {}, /there is no file 'nothing\.json'/],
    ['no JSON', 'x.json', { 'x.json': '{' }, /'x\.json' is no JSON: name a cloud assembly, a 'regulated-ml-evidence\.json', or an 'evidence\.json'/],
    ['something else', 'x.json', { 'x.json': { a: 1 } }, /'x\.json' is neither a record nor evidence of this version, or it was edited/],
    ['evidence that was edited', 'x.json', { 'x.json': { schema: 'regulated-ml-report/2', findings: [{}] } }, /or it was edited/],
    ['a record that was cut', 'x.json', { 'x.json': { schema: 'regulated-ml-evidence/3', rules: [] } }, /lacks its list of/],
  ])('fails with 2 on %s', async (_name, file, files, message) => {
    expect(await gate(['diff', join(good, 'cdk.out'), file], { cwd: folder(files) })).toMatchObject({ code: 2, err: expect.stringMatching(message) });
  });

  test('fails with 2 with one word only', async () => {
    expect(await gate('diff a')).toMatchObject({ code: 2, err: expect.stringMatching(/missing required argument 'after'; 'regulated-ml help' shows what there is/) });
  });
});

describe('baseline', () => {
  const entries = (cwd: string) => Baseline.fromJson(read(cwd, 'regulated-ml-baseline.json')).entries;

  test('takes what is found as known, so that check passes until something is new', async () => {
    const cwd = copyOf(bad);
    const { code, out } = await gate('baseline', { cwd });
    expect([code, out]).toEqual([0, expect.stringMatching(/^regulated-ml-baseline\.json: 3 findings known\nNext: add "baseline": "regulated-ml-baseline\.json" to 'regulated-ml\.json'/)]);
    expect((await gate('check --baseline regulated-ml-baseline.json', { cwd })).code).toBe(0);
    const more = synthesized((app) => { badBucket(badBucket(goodStack(app, 'Ml')).stack, 'Worse'); withPack(app); });
    const { code: worse, out: said } = await gate(['check', join(more, 'cdk.out'), '--baseline', 'regulated-ml-baseline.json'], { cwd });
    expect(worse).toBe(1);
    expect(said).toMatch(/Ml\/Worse/);
    expect(said).not.toMatch(/ {4}Ml\/Bad/);
  });

  test('only shrinks, unless it is told to grow', async () => {
    const more = synthesized((app) => { badBucket(badBucket(goodStack(app, 'Ml')).stack, 'Worse'); withPack(app); });
    const cwd = copyOf(bad);
    await gate('baseline', { cwd });
    const kept = await gate(['baseline', join(more, 'cdk.out')], { cwd });
    expect([entries(cwd).length, kept.out]).toEqual([3, expect.stringMatching(/3 findings are new since it was taken and were left out: mend them, or take them in with --grow/)]);
    await gate(['baseline', '--grow', join(more, 'cdk.out')], { cwd });
    expect(entries(cwd)).toHaveLength(6);
    expect((await gate(['baseline', join(good, 'cdk.out')], { cwd })).out).toMatch(/0 findings known, 6 gone since it was taken/);
    expect(entries(cwd)).toEqual([]);
  });

  test('writes the same bytes for the same findings, wherever a list has moved', async () => {
    const cwd = copyOf(bad);
    await gate('baseline --out a.json', { cwd });
    await gate('baseline --out b.json', { cwd });
    expect(read(cwd, 'a.json')).toBe(read(cwd, 'b.json'));
  });

  test('takes in nothing fatal, and says so', async () => {
    const abroad = synthesized((app) => {
      const stack = goodStack(app, 'Ml');
      Validations.of(stack).acknowledge({ id: 'RegulatedML-NoSuchRule', reason: 'x' });
      badBucket(stack);
      withPack(app, { profile: ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.US) }) });
    });
    const { out } = await gate('baseline', { cwd: abroad });
    expect(out).toMatch(/fatal findings? cannot be taken in: no baseline accepts what is fatal/);
    expect(entries(abroad).map(({ rule }) => rule).filter((rule) => /Residency|Waiver/.test(rule))).toEqual([]);
  });

  test('fails with 2 on a file that is something else, and leaves it as it is', async () => {
    const cwd = copyOf(bad);
    writeFileSync(join(cwd, 'regulated-ml-baseline.json'), '{"mine":true}');
    expect(await gate('baseline', { cwd })).toMatchObject({ code: 2, err: expect.stringMatching(/the baseline has the schema undefined/) });
    expect(read(cwd, 'regulated-ml-baseline.json')).toBe('{"mine":true}');
  });
});

describe('waivers', () => {
  const waiver = (rule: string, expires: string) => ({ rule, reason: 'synthetic data', approver: 'officer', expires });
  const settled = (directory: string) => {
    const cwd = copyOf(directory);
    writeFileSync(join(cwd, 'w.json'), JSON.stringify([waiver('RegulatedML-S3BucketTls', '2026-12-10'), waiver('RegulatedML-S3BucketKey', '2026-11-25'), waiver('RegulatedML-SageMakerModelVpc', '2028-01-01')]));
    return cwd;
  };

  test('are listed with who, until when, and what they accept', async () => {
    const { code, out } = await gate('waivers --waivers w.json', { cwd: settled(bad) });
    expect(code).toBe(0);
    expect(out).toMatch(/RegulatedML-S3BucketTls on everything: ends on 2026-12-10, 15 days left\n {4}synthetic data; approved by officer\n {4}accepts 1 finding/);
    expect(out).toMatch(/RegulatedML-S3BucketKey on everything: ended on 2026-11-25\n.*\n {4}accepts nothing here: remove it/);
    expect(out).toMatch(/3 waivers, as of 2026-11-26/);
  });

  test.each([
    ['--expiring', ['RegulatedML-S3BucketTls']],
    ['--expiring --within 2w', []],
    ['--expiring --within 15d', ['RegulatedML-S3BucketTls']],
    ['--expired', ['RegulatedML-S3BucketKey']],
    ['--unused', ['RegulatedML-S3BucketKey', 'RegulatedML-SageMakerModelVpc']],
    ['--expired --expiring', ['RegulatedML-S3BucketKey', 'RegulatedML-S3BucketTls']],
  ])('fails when somebody is needed: %s', async (flags, expected) => {
    const { code, out } = await gate(`waivers --waivers w.json --json ${flags}`, { cwd: settled(bad) });
    expect([code, parsed<{ waivers: { id: string }[] }>(out).waivers.map(({ id }) => id)]).toEqual([expected.length > 0 ? 1 : 0, expected]);
  });

  test('of the app are acknowledgements, with the line that gives them', async () => {
    expect((await gate('waivers', { cwd: accepted })).out).toMatch(/RegulatedML::RegulatedML-S3BucketTls on Ml\/Bad: no end \(test\/cli\/verbs\.test\.ts:\d+:\d+\)\n {4}synthetic data; acknowledged in the app\n {4}accepts 1 finding/);
  });

  test('of the file alone tell their ends where nothing was synthesized', async () => {
    const cwd = folder({ 'w.json': [waiver('RegulatedML-S3BucketTls', '2026-12-10')] });
    expect(await gate('waivers --waivers w.json --expiring', { cwd })).toMatchObject({ code: 1, out: expect.stringMatching(/15 days left/) });
    expect(await gate('waivers --waivers w.json --unused', { cwd })).toMatchObject({ code: 2, err: expect.stringMatching(/which waivers are unused is known only beside what they accept/) });
  });

  test.each([['--within soon', /--within is 'soon': give days or weeks, such as 30d or 4w/], ['', /there is nothing to list/]])('fails with 2: %s', async (flags, message) => {
    expect(await gate(`waivers ${flags}`)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
  });
});

describe('rules', () => {
  test('are listed by control, and filtered', async () => {
    const ids = async (flags: string) => parsed<{ id: string; control: string; severity: string; resources: string[]; askedBy: { framework: string; requirements: string[] }[] }[]>((await gate(`rules --json ${flags}`)).out);
    const all = await ids('');
    expect(all.length).toBeGreaterThan(30);
    expect((await gate('rules')).out).toMatch(new RegExp(`encryption-in-transit\\n(.*\\n)*${all.length} rules of ${all.length}\\n`));
    expect((await ids('--type aws::s3::bucket')).every(({ resources }) => resources.includes('AWS::S3::Bucket'))).toBe(true);
    expect((await ids('--control network-isolation')).every(({ control }) => control === 'network-isolation')).toBe(true);
    expect((await ids('--severity fatal')).every(({ severity }) => severity === 'fatal')).toBe(true);
    const ccpa = await ids('--framework CCPA');
    expect([ccpa.length > 0, ccpa.length < all.length, ccpa.every(({ askedBy }) => askedBy.some(({ framework }) => framework === 'CCPA'))]).toEqual([true, true, true]);
  });

  test('of a type that has none are answered by the reason', async () => {
    expect(await gate('rules --type aws::batch::schedulingpolicy')).toEqual({
      code: 0, err: '', out: 'AWS::Batch::SchedulingPolicy has no rule of its own:\n  It orders jobs in a queue, and holds no data.\nWhat it names, such as regions, images and keys, is judged as on any type.\n',
    });
    expect((await gate('rules --type AWS::Batch::SchedulingPolicy --json')).out).toBe('[]\n');
    expect((await gate('rules --type AWS::SageMaker::App')).out).toMatch(/network, key and role are those of its domain/);
  });

  test.each(['RegulatedML-S3BucketTls', 'RegulatedML::RegulatedML-S3BucketTls', 's3buckettls', 'RegulatedML-S3BucketTls[unknown]'])('explain one by its id: %s', async (id) => {
    const { code, out } = await gate(['rules', id]);
    expect(code).toBe(0);
    const rule = AWS_RULES.find(({ name }) => name === 'S3BucketTls')!;
    expect(out).toBe(`${asText(explain(rule, { pack: 'RegulatedML', frameworks: Framework.all() }))}\nWhat cannot be told before deployment has the id 'RegulatedML-S3BucketTls[unknown]'.\n`);
    for (const part of [/^severity +error$/m, /^control +encryption-in-transit$/m, /^asked by +GDPR .*Art\.32\(1\)\(a\)/m]) expect(out).toMatch(part);
  });

  test('show a good and a bad example where they have one', async () => {
    const { out } = await gate('rules WaiverExpiry');
    expect(out).toMatch(/^sources +https:.*[\s\S]*^keeps it +Waiver\.of[\s\S]*^breaks it +Waiver\.of/m);
  });

  test.each([
    ['S3BucketTlz', /there is no rule 'S3BucketTlz': did you mean 'RegulatedML-S3BucketTls'\? 'regulated-ml rules' lists them all/],
    ['--type AWS::Batch::JobDefinitions', /no rule is about 'AWS::Batch::JobDefinitions' alone: did you mean 'AWS::Batch::JobDefinition'\? of that service there are rules about AWS::Batch::JobDefinition, AWS::Batch::JobQueue\n$/],
    ['--type azurerm_storage_acount', /did you mean 'azurerm_storage_account'\? of that service there are rules about (azurerm_storage_\w+, )+azurerm_storage_\w+( and \d+ more)?\n$/],
    ['--type AWS::S4::Bucket', /alone: did you mean 'AWS::S3::Bucket'\?\n$/],
    ['--type x', /no rule is about 'x' alone: 'regulated-ml rules' lists all rules, and with --json the types that each is about\n$/],
    ['--type AWS::S3::Bukcet', /no rule is about 'AWS::S3::Bukcet' alone: did you mean 'AWS::S3::Bucket'\?/],
    ['--control encryption', /--control is 'encryption': use one of encryption-at-rest,/],
    ['--severity high', /--severity is 'high': use one of fatal, error, warning/],
    ['--framework GDPRR', /unknown framework 'GDPRR'/],
  ])('fails with 2: %s', async (words, message) => {
    expect(await gate(`rules ${words}`)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
  });
});

describe('init', () => {
  const app = (command: string, files: Readonly<Record<string, unknown>> = {}) => folder({ 'cdk.json': { app: command }, ...files });

  test('writes a profile, waivers and a CI job, and shows the lines for TypeScript', async () => {
    const cwd = app('npx ts-node bin/app.ts', { '.github/workflows/own.yml': 'name: own\n' });
    const { code, out, err } = await gate('init --framework gdpr,HIPAA --residency EU,CH', { cwd });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/wrote {2}regulated-ml\.json .*\nwrote {2}regulated-ml-waivers\.json .*\nwrote {2}\.github\/workflows\/regulated-ml\.yml /);
    expect(out).toContain('const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR, Framework.HIPAA], residency: Residency.within(Jurisdiction.EU, Jurisdiction.SWITZERLAND) });');
    expect(out).toContain('Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));');
    expect(parsed(read(cwd, 'regulated-ml.json'))).toEqual({ frameworks: ['gdpr', 'HIPAA'], residency: { jurisdictions: ['EU', 'CH'] }, waivers: 'regulated-ml-waivers.json' });
    expect(read(cwd, '.github/workflows/regulated-ml.yml')).toMatch(/- run: npm ci\n/);
    expect(read(cwd, '.github/workflows/regulated-ml.yml')).not.toMatch(/python/);
    // what it wrote is what the gate reads
    writeFileSync(join(cwd, 't.json'), JSON.stringify(TEMPLATE));
    expect((await gate('check t.json', { cwd })).code).toBe(1);
  });

  test('shows the lines for Python, and installs what Python needs', async () => {
    const cwd = app('python3 app.py', { '.gitlab-ci.yml': 'stages: [test]\n' });
    const { out } = await gate('init --framework GDPR --residency eu-central-1', { cwd });
    expect(out).toContain('profile = ComplianceProfile.of(frameworks=[Framework.GDPR], residency=Residency.regions(\'eu-central-1\'))');
    expect(out).toContain('Validations.of(app).add_plugins(RegulatedMLChecks(app, profile=profile))');
    expect(read(cwd, 'regulated-ml.gitlab-ci.yml')).toMatch(/image: nikolaik\/python-nodejs.*\n/);
    expect(read(cwd, 'regulated-ml.gitlab-ci.yml')).not.toMatch(/npm ci|typescript/);
    expect(out).toMatch(/Add to your CI, because \.gitlab-ci\.yml is yours\n {2}include:\n {4}- local: regulated-ml\.gitlab-ci\.yml/);
    expect(read(cwd, '.gitlab-ci.yml')).toBe('stages: [test]\n');
  });

  test('writes names in small letters where the gate reads them', async () => {
    const cwd = app('node app.js');
    expect((await gate('init --framework gdpr --residency eu', { cwd })).code).toBe(0);
    expect(parsed(read(cwd, 'regulated-ml.json'))).toMatchObject({ residency: { jurisdictions: ['eu'] } });
    writeFileSync(join(cwd, 't.json'), JSON.stringify(TEMPLATE));
    const { code, err } = await gate('check t.json', { cwd });
    expect([code, err]).toEqual([1, '']);
  });

  test('tells a program what it wrote and what is to be added, or nobody', async () => {
    const cwd = app('npx tsx app.ts', { '.gitlab-ci.yml': '' });
    const { out } = await gate('init --framework GDPR --residency EU --json', { cwd });
    expect(JSON.parse(out)).toEqual({
      schema: 'regulated-ml-init/1',
      files: [{ file: 'regulated-ml.json', isNew: true }, { file: 'regulated-ml-waivers.json', isNew: true }, { file: 'regulated-ml.gitlab-ci.yml', isNew: true }],
      toApps: [{ tool: 'cdk', lines: expect.arrayContaining(['Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));']) as string[] }],
      toCi: ['include:', '  - local: regulated-ml.gitlab-ci.yml'],
    });
    expect(await gate('init --quiet', { cwd })).toMatchObject({ code: 0, out: '', err: '' });
  });

  test('overwrites nothing, and shows the lines of the profile that is there', async () => {
    const mine = JSON.stringify({ frameworks: ['CCPA'], residency: { jurisdictions: ['US'] } });
    const cwd = app('node app.js', { 'regulated-ml.json': mine, 'regulated-ml-waivers.json': '[ ]', '.github/workflows/regulated-ml.yml': 'mine' });
    const { code, out } = await gate('init', { cwd });
    expect([code, out.match(/^kept /gm)]).toEqual([0, ['kept ', 'kept ', 'kept ']]);
    expect(out).toContain('frameworks: [Framework.CCPA], residency: Residency.within(Jurisdiction.US)');
    expect([read(cwd, 'regulated-ml.json'), read(cwd, 'regulated-ml-waivers.json'), read(cwd, '.github/workflows/regulated-ml.yml')]).toEqual([mine, '[ ]', 'mine']);
  });

  test('writes the job of CDK for Terraform, and shows the lines for Azure', async () => {
    const cwd = folder({ 'cdktf.json': { language: 'typescript', app: 'npx ts-node main.ts' }, '.github/x': '' });
    const { code, out } = await gate('init --framework GDPR --residency EU', { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/Add to your app\n.*\n {2}import \{ RegulatedMLChecks \} from 'cdk-regulated-ml\/rules\/azure';\n(.*\n)* {2}new RegulatedMLChecks\(app, \{ profile \}\);\n/);
    expect(out).not.toMatch(/Validations|cdk\.json/);
    expect(out).toMatch(/Next: 'cdktf synth', then 'regulated-ml check'/);
    const job = read(cwd, '.github/workflows/regulated-ml.yml');
    expect([/cdktf synth/.test(job), /npx cdk synth/.test(job)]).toEqual([true, false]);
  });

  test('writes one job where an app of each tool is there, and shows the lines of both', async () => {
    const cwd = folder({ 'cdk.json': { app: 'npx tsx aws.ts' }, 'cdktf.json': { language: 'typescript', app: 'npx tsx azure.ts' }, '.gitlab-ci.yml': '' });
    const { out } = await gate('init --framework GDPR --residency EU', { cwd });
    expect(out).toMatch(/Add to your app of the CDK\n(.*\n)*.*addPlugins(.*\n)*Add to your app of CDK for Terraform\n(.*\n)*.*rules\/azure/);
    expect(read(cwd, 'regulated-ml.gitlab-ci.yml')).toMatch(/npx cdk synth.*\n(.*\n)?.*cdktf synth/);
  });

  test('says that an app in Python on Azure is judged by its files', async () => {
    const cwd = folder({ 'cdktf.json': { language: 'python', app: 'pipenv run ./main.py' } });
    expect((await gate('init --framework GDPR --residency EU', { cwd })).out).toMatch(/the rules for Azure are there for TypeScript alone, and an app in Python is judged by its files/);
  });

  test('fails with 2 in a folder without an app, and writes nothing', async () => {
    const cwd = folder({ 't.json': TEMPLATE });
    expect(await gate('init --framework GDPR --residency EU', { cwd })).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/there is no 'cdk\.json' and no 'cdktf\.json' here: run this in the folder of an app/) });
    expect(existsSync(join(cwd, 'regulated-ml.json'))).toBe(false);
  });

  test('writes no CI job where there is no CI, or none is wanted', async () => {
    for (const [flags, cwd] of [['', app('node app.js')], ['--ci none', app('node app.js', { '.github/x': '' })]] as const) {
      await gate(`init --framework GDPR --residency EU ${flags}`, { cwd });
      expect(existsSync(join(cwd, '.github/workflows'))).toBe(false);
    }
    expect((await gate('init --framework GDPR --residency EU', { cwd: app('node app.js') })).out).toMatch(/no CI was found here: name one with --ci github, gitlab, azure, codebuild, pre-commit/);
  });

  test.each([
    ['', /say which laws apply and where data may be: regulated-ml init --framework GDPR --residency EU; there are GDPR, HIPAA, CCPA/],
    ['--framework GDPR', /frameworks and no residency/],
    ['--framework GDPRR --residency EU', /unknown framework 'GDPRR'/],
    ['--framework GDPR --residency EU --ci gitlub', /--ci is 'gitlub': did you mean 'git(hub|lab)'\? use one of github, gitlab, azure, codebuild, pre-commit, none/],
  ])('fails with 2, and writes nothing: %s', async (flags, message) => {
    const cwd = app('node app.js');
    expect(await gate(`init ${flags}`, { cwd })).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
    expect(existsSync(join(cwd, 'regulated-ml.json'))).toBe(false);
  });
});

describe('the words', () => {
  test('of each verb have a help with examples that parse and exit codes', async () => {
    for (const verb of ['check', 'report', 'diff', 'baseline', 'waivers', 'rules', 'init']) {
      const { code, out } = await gate(`${verb} --help`);
      expect([verb, code]).toEqual([verb, 0]);
      expect(out).toMatch(new RegExp(`Examples:\\n {2}\\$ regulated-ml ${verb}`));
      expect(out).toMatch(/Exit codes: 0 /);
      for (const [, line] of out.matchAll(/\$ regulated-ml (.*)/g)) expect((await gate(line!)).err).not.toMatch(/unknown option|unknown command|missing required/);
    }
  });

  test.each([['--help', 0], ['help', 0], ['help check', 0], ['--version', 0], ['', 2], ['chekc', 2], ['check --nope', 2]])('%s answers %i', async (line, code) => {
    expect((await gate(line)).code).toBe(code);
  });

  test('fails with 2 where it may not write', async () => {
    const cwd = copyOf(bad);
    writeFileSync(join(cwd, 'out'), 'a file');
    expect(await gate('report --out out/deeper', { cwd })).toMatchObject({ code: 2, err: expect.stringMatching(/see to it that the file can be read, and the folder written to/) });
  });

  test('say where a defect lies only to those who ask', async () => {
    const broken = { words: ['check'], load: () => ({ run: () => { throw new TypeError('x is not a function'); } }) };
    const said = async (env: Record<string, string>) => {
      let err = '';
      await run(broken.words, { cwd: '.', env, today: '2026-11-26', outIsTerminal: false, errIsTerminal: false, writeOut: () => undefined, writeErr: (text) => { err += text; } }, broken.load);
      return err;
    };
    expect(await said({})).toBe('regulated-ml: this is a defect of the gate itself: TypeError: x is not a function; run it again with DEBUG=1 and report what it prints\n');
    expect(await said({ DEBUG: '1' })).toMatch(/\n\s+at /);
  });
});
