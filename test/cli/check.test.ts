import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnElement, CfnResource, CfnStack, CfnStackSet, Stack, Stage, Validations, type App } from 'aws-cdk-lib';
import { Waiver } from '../../lib/policy';
import type { RawRecord } from '../../lib/policy/record';
import { badBucket, copyOf, ENV, FLAGS, folder, gate, goodStack, nestedBucket, PROFILE, synthesized, TEMPLATE, withPack } from './support';

const RECORD = 'cdk.out/regulated-ml-evidence.json';
const json = <T = Record<string, unknown>>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;
const edit = <T>(file: string, change: (content: T) => void) => {
  const content = json<T>(file);
  change(content);
  writeFileSync(file, JSON.stringify(content));
};
interface Finding { readonly rule: string; readonly severity: string; readonly path: string; readonly source?: string }
interface Answer { readonly clean: boolean; readonly findings: readonly Finding[]; readonly defects: readonly string[]; readonly limits: readonly string[]; readonly how: readonly string[]; readonly verdict: { readonly waived: number } }
const answer = async (line: string, cwd: string) => {
  const { code, out, err } = await gate(`check --json ${line}`, { cwd });
  if (out === '') throw new Error(err);
  return { code, ...JSON.parse(out) as Answer };
};

describe('an assembly with a record', () => {
  const good = synthesized((app) => { goodStack(app, 'Good'); withPack(app); });
  const bad = synthesized((app) => { badBucket(goodStack(app, 'Bad')); withPack(app); });

  test('that is clean passes, and says what stands behind it', async () => {
    const { code, out, err } = await gate('check', { cwd: good });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^cdk\.out: 1 stack judged at synth by RegulatedML \S+; the templates are the ones that were judged$/m);
    expect(out).toMatch(/^by GDPR; data stays in EU; waivers as of 2026-11-26$/m);
    expect(out).toMatch(/^Clean: nothing has to be fixed \(\d+ kept\)\.$/m);
  });

  test('fails on findings, each with its place, line, reason, fix and law', async () => {
    const { code, out } = await gate('check', { cwd: bad });
    expect(code).toBe(1);
    expect(out).toMatch(/✗ error RegulatedML-S3BucketTls: S3 buckets refuse requests without TLS\n {4}Bad\/Bad: the bucket has no policy \(test\/cli\/support\.ts:\d+:\d+\)\n {4}why: .*\n {4}fix: .*\n {4}asked by: GDPR Art\. /);
    expect(out).toMatch(/Not clean: 3 errors/);
  });

  test('prints only what fails when it should be quiet, and nothing when nothing does', async () => {
    expect(await gate('check --quiet', { cwd: good })).toEqual({ code: 0, out: '', err: '' });
    const { out } = await gate('check --quiet', { cwd: bad });
    expect(out).toMatch(/S3BucketTls/);
    expect(out).not.toMatch(/why:|Next:|limits/);
  });

  test('fails on findings that synth was told to ignore: the record has them whatever synth answered', async () => {
    // what `--ignore-errors` of the CDK's command line comes to as well: templates and records are written, synth answers 0
    expect(json<RawRecord>(join(bad, RECORD)).answers.some(({ answer: given }) => given === 'non-compliant')).toBe(true);
    expect((await gate('check', { cwd: bad })).code).toBe(1);
  });

  test('fails when the built-in validation was switched off at synth, and no flag helps', async () => {
    const off = synthesized((app) => { goodStack(app, 'Good'); withPack(app); }, {}, false);
    for (const line of ['', '--rejudge', '--allow-unjudged']) {
      const { code, defects } = await answer(line, off);
      expect([code, defects]).toEqual([1, ['the built-in validation of templates was switched off (CDK_VALIDATION=false): synthesize again without it']]);
    }
  });

  test('fails on what no rule judges beside machine learning, at synth and by the files, and leaves it to the packs of cdk-nag where they are', async () => {
    const unjudged = synthesized((app) => {
      const stack = goodStack(app, 'Good');
      new CfnResource(stack, 'Group', { type: 'AWS::SageMaker::ModelPackageGroup', properties: { ModelPackageGroupName: 'risk' } });
      new CfnResource(stack, 'Records', { type: 'AWS::DocDB::DBCluster', properties: { StorageEncrypted: true } });
      withPack(app);
    });
    const line = expect.stringMatching(/^a resource of AWS::DocDB::DBCluster keeps data, .*: register AwsSolutionsChecks beside RegulatedMLChecks$/) as unknown;
    expect(json<RawRecord>(join(unjudged, RECORD)).limits).toEqual(expect.arrayContaining([line]));
    for (const words of ['', '--rejudge']) expect(await answer(words, unjudged)).toMatchObject({ code: 1, defects: [line] });
    const allowed = await answer('--allow-unjudged', unjudged);
    expect([allowed.code, allowed.defects, allowed.limits.filter((limit) => limit.includes('DocDB'))]).toEqual([0, [], [line]]);
    edit<{ pluginReports: unknown[] }>(join(unjudged, 'cdk.out/validation-report.json'), ({ pluginReports }) => pluginReports.push({ pluginName: 'AwsSolutions', conclusion: 'success', violations: [] }));
    expect(await answer('', unjudged)).toMatchObject({ code: 0, defects: [] });
  });

  test('fails when the report of the other packs was taken away', async () => {
    const copy = copyOf(good);
    rmSync(join(copy, 'cdk.out/validation-report.json'));
    const { code, defects } = await answer('', copy);
    expect([code, defects]).toEqual([1, [expect.stringMatching(/there is no validation-report\.json/)]]);
  });

  test('fails on what other packs found', async () => {
    const copy = copyOf(good);
    edit<{ pluginReports: unknown[] }>(join(copy, 'cdk.out/validation-report.json'), ({ pluginReports }) => pluginReports.push({
      pluginName: 'AwsSolutions', conclusion: 'failure', violations: [{ ruleName: 'AwsSolutions-S1', description: 'no logs', severity: 'error', violatingConstructs: [{ constructPath: 'Good/B' }] }],
    }));
    const { code, out } = await gate('check', { cwd: copy });
    expect(code).toBe(1);
    expect(out).toMatch(/AwsSolutions: 1 finding\n {4}✗ AwsSolutions-S1 Good\/B: no logs/);
  });

  test('fails on a template that was changed after synth', async () => {
    const copy = copyOf(good);
    edit<{ Description?: string }>(join(copy, 'cdk.out/Good.template.json'), (template) => { template.Description = 'edited'; });
    expect(await answer('', copy)).toMatchObject({ code: 1, defects: [expect.stringMatching(/'Good\.template\.json' is not the one that was judged: it was changed after synth/)] });
    // judged by the files it is what will be deployed
    expect(await answer('--rejudge', copy)).toMatchObject({ code: 0, defects: [] });
  });

  test('fails when a template is missing', async () => {
    const copy = copyOf(good);
    rmSync(join(copy, 'cdk.out/Good.template.json'));
    expect(await answer('', copy)).toMatchObject({ code: 1, defects: [expect.stringMatching(/the assembly is not whole/)] });
  });

  test.each(['[]', '{}', '', undefined])('fails with 2 when its manifest is %j: it is not taken for a folder of templates', async (content) => {
    const copy = copyOf(good);
    if (content === undefined) rmSync(join(copy, 'cdk.out/manifest.json'));
    else writeFileSync(join(copy, 'cdk.out/manifest.json'), content);
    expect(await gate(`check ${FLAGS}`, { cwd: copy })).toEqual({ code: 2, out: '', err: expect.stringMatching(/'manifest\.json'.*synthesize again/) });
  });

  test.each(['manifest.json', 'regulated-ml-evidence.json', 'validation-report.json'])('fails with 2 when %s was cut off', async (file) => {
    const copy = copyOf(good);
    truncateSync(join(copy, 'cdk.out', file), 60);
    const { code, out, err } = await gate('check', { cwd: copy });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(new RegExp(`${file.replace('.', '\\.')}'? .*synthesize again`));
    expect(err).not.toMatch(/\n.*at /);
  });

  test('fails with 2 on a record that was edited to hide an answer', async () => {
    const copy = copyOf(bad);
    edit<{ answers: { rule: string }[] }>(join(copy, RECORD), ({ answers }) => { for (const one of answers) if (one.rule.endsWith('Tls')) one.rule = 'RegulatedML-Gone'; });
    const { code, err } = await gate('check', { cwd: copy });
    expect([code, err]).toEqual([2, expect.stringMatching(/has an answer to a rule, or about a resource, that it does not hold: it was cut off or edited/)]);
  });

  test('says that rules of a newer version were not asked', async () => {
    const copy = copyOf(good);
    edit<{ pack: { version: string } }>(join(copy, RECORD), ({ pack }) => { pack.version = '0.0.1'; });
    expect((await answer('', copy)).limits).toEqual(expect.arrayContaining([expect.stringMatching(/the record is of RegulatedML 0\.0\.1, this is .*newer were not asked/)]));
  });

  describe('and settings', () => {
    test.each([
      ['--framework HIPAA --residency EU', /judged at synth with the frameworks GDPR, but the command line says HIPAA: make them the same, or judge the files anew with --rejudge/],
      ['--framework GDPR --residency US', /with the residency EU, but the command line says US/],
      ['--unknown-as error', /with unknownAs warning, but the command line says error/],
    ])('fails with 2 where they differ: %s', async (flags, message) => {
      expect(await gate(`check ${flags}`, { cwd: good })).toEqual({ code: 2, out: '', err: expect.stringMatching(message) });
    });

    test('fails with 2 where a retention differs in the file', async () => {
      const copy = copyOf(good);
      writeFileSync(join(copy, 'regulated-ml.json'), JSON.stringify({ frameworks: ['GDPR'], residency: { jurisdictions: ['EU'] }, retention: { logs: 30 } }));
      expect((await gate('check', { cwd: copy })).err).toMatch(/with the retention of logs of 366 days, but 'regulated-ml\.json' says 30 days/);
    });

    test('pass where they are the same', async () => {
      expect((await gate(`check ${FLAGS}`, { cwd: good })).code).toBe(0);
    });
  });

  test('is judged anew by the files on request, by the profile of the record', async () => {
    const found = await answer('--rejudge', bad);
    expect(found.how).toEqual(['cdk.out: 1 stack judged by the files']);
    expect(found.findings.map(({ rule, source }) => [rule, source === undefined])).toEqual((await answer('', bad)).findings.map(({ rule, source }) => [rule, source === undefined]));
  });
});

describe('a record that is not of the whole assembly', () => {
  const partial = synthesized((app) => {
    const prod = new Stage(app, 'Prod', { env: ENV });
    goodStack(prod, 'Ml');
    withPack(prod);
    badBucket(goodStack(app, 'Dev'));
  });

  test('fails, names the stacks, and judges them by their files', async () => {
    const { code, defects, findings, how } = await answer('', partial);
    expect(code).toBe(1);
    expect(defects).toEqual(['synth recorded no answers for the stack \'Dev\': register RegulatedMLChecks on the whole app, or judge all of it by the files with --rejudge']);
    expect([...new Set(findings.map(({ path }) => path))]).toEqual(['Dev/Bad']);
    expect(how).toHaveLength(2);
  });

  test('of a stage that is gone is stale', async () => {
    const copy = copyOf(partial);
    renameSync(join(copy, 'cdk.out/assembly-Prod'), join(copy, 'cdk.out/assembly-Old'));
    edit<{ artifacts: Record<string, unknown> }>(join(copy, 'cdk.out/manifest.json'), ({ artifacts }) => { delete artifacts['assembly-Prod']; });
    const { code, defects } = await answer(FLAGS, copy);
    expect([code, defects]).toEqual([1, [expect.stringMatching(/'assembly-Old\/regulated-ml-evidence\.json' is the record of a stage that the manifest does not name/)]]);
  });
});

describe('an assembly without a record', () => {
  const stranger = synthesized((app) => {
    for (const name of ['Dev', 'Prod']) {
      const stage = new Stage(app, name, { env: ENV });
      const stack = new Stack(stage, 'Ml', { stackName: `ml-${name}` });
      nestedBucket(stack);
      const bucket = badBucket(stack);
      Validations.of(bucket).acknowledge({ id: 'RegulatedML::RegulatedML-S3BucketTls', reason: 'nobody reads it' }, { id: 'RegulatedML-S3BucketKey', reason: 'public data' });
    }
  });

  test('fails with 2 without a profile, and says how to give one', async () => {
    expect(await gate('check', { cwd: stranger })).toEqual({
      code: 2, out: '', err: 'regulated-ml: \'cdk.out\' cannot be judged: synth left no record, so there is no profile to judge the files by: run \'regulated-ml init\' to write \'regulated-ml.json\', or give --framework GDPR --residency EU\n',
    });
  });

  test('is judged by its files: stages, nested stacks, construct paths, lines', async () => {
    const { code, findings, how, limits } = await answer(FLAGS, stranger);
    expect(code).toBe(1);
    expect(how).toEqual(['cdk.out: 2 stacks judged by the files: synth left no record']);
    expect(limits).toEqual([expect.stringMatching(/the data flow that constructs declare/), expect.stringMatching(/^nothing here was recognised as machine learning/)]);
    expect(findings.map(({ rule, path }) => `${rule.replace('RegulatedML-', '')} ${path}`).sort()).toEqual(['Dev', 'Prod'].flatMap((name) => [
      `S3BucketKey ${name}/Ml/Inner/Bucket/Resource`, `S3BucketPublicAccessBlock ${name}/Ml/Bad`, `S3BucketPublicAccessBlock ${name}/Ml/Inner/Bucket/Resource`, `S3BucketTls ${name}/Ml/Inner/Bucket/Resource`,
    ]).sort());
    expect(findings.every(({ source }) => /^support\.ts:\d+:\d+$/.test(source ?? ''))).toBe(true);
  });

  test('keeps what its constructs acknowledge, in both forms', async () => {
    expect((await answer(FLAGS, stranger)).verdict.waived).toBe(4);
  });

  test('has its paths from the tree where the manifest has no metadata', async () => {
    const copy = copyOf(stranger);
    for (const name of ['Dev', 'Prod']) {
      const manifest = join(copy, 'cdk.out', `assembly-${name}`, 'manifest.json');
      edit<{ artifacts: Record<string, { additionalMetadataFile?: string; metadata?: object }> }>(manifest, ({ artifacts }) => {
        for (const artifact of Object.values(artifacts)) {
          delete artifact.additionalMetadataFile;
          delete artifact.metadata;
        }
      });
    }
    const { findings } = await answer(FLAGS, copy);
    expect([...new Set(findings.map(({ path }) => path))].sort()).toEqual(['Dev', 'Prod'].flatMap((name) => [`${name}/Ml/Bad`, `${name}/Ml/Inner/Bucket/Resource`]).sort());
  });

  test('fails when validation was off: the CDK would have left its report', async () => {
    const off = synthesized((app) => { goodStack(app, 'Good'); }, {}, false);
    expect(existsSync(join(off, 'cdk.out/validation-report.json'))).toBe(false);
    expect(await answer(FLAGS, off)).toMatchObject({ code: 1, defects: [expect.stringMatching(/the built-in validation of templates was switched off/)] });
  });

  test.each(['Ml.template.json', 'nested.template.json', 'assets.json', 'metadata.json'])('fails with 2 when a file is missing or cut off: %s', async (kind) => {
    const stage = join('cdk.out/assembly-Dev');
    const name = Object.keys(json<{ artifacts: Record<string, { type: string }> }>(join(stranger, stage, 'manifest.json')).artifacts).find((id) => /^DevMl[0-9A-F]+$/.test(id))!;
    const nested = JSON.stringify(json(join(stranger, stage, `${name}.assets.json`))).match(/[^"/]+\.nested\.template\.json/)![0];
    const file = kind === 'nested.template.json' ? nested : `${name}.${kind.replace('Ml.', '')}`;
    for (const spoil of [(path: string) => rmSync(path), (path: string) => truncateSync(path, 40)]) {
      const copy = copyOf(stranger);
      spoil(join(copy, stage, file));
      const { code, err } = await gate(`check ${FLAGS}`, { cwd: copy });
      expect([code, err]).toEqual([2, expect.stringMatching(new RegExp(`'(cdk\\.out/)?assembly-Dev/${file.replace(/\./g, '\\.')}'.*synthesize again`))]);
    }
  });

  test('fails with 2 on a template that is larger than any', async () => {
    const copy = copyOf(stranger);
    const manifest = json<{ artifacts: Record<string, { properties?: { templateFile?: string } }> }>(join(copy, 'cdk.out/assembly-Dev/manifest.json'));
    const template = Object.values(manifest.artifacts).find(({ properties }) => properties?.templateFile)!.properties!.templateFile!;
    writeFileSync(join(copy, 'cdk.out/assembly-Dev', template), Buffer.alloc(50_000_000, ' '));
    expect(await gate(`check ${FLAGS}`, { cwd: copy })).toMatchObject({ code: 2, err: expect.stringMatching(/has 50 MB: CloudFormation takes templates of 1 MB at most/) });
  });

  test('fails with 2 on a link that leads out of it', async () => {
    const copy = copyOf(stranger);
    const outside = folder({ 'secret.json': { Resources: {} } });
    const manifest = json<{ artifacts: Record<string, { properties?: { templateFile?: string } }> }>(join(copy, 'cdk.out/assembly-Dev/manifest.json'));
    const template = Object.values(manifest.artifacts).find(({ properties }) => properties?.templateFile)!.properties!.templateFile!;
    rmSync(join(copy, 'cdk.out/assembly-Dev', template));
    symlinkSync(join(outside, 'secret.json'), join(copy, 'cdk.out/assembly-Dev', template));
    expect(await gate(`check ${FLAGS}`, { cwd: copy })).toMatchObject({ code: 2, err: expect.stringMatching(/is a link that leads out of 'cdk\.out': nothing outside is read/) });
  });

  test('fails with 2 on a manifest that names a template outside', async () => {
    const copy = copyOf(stranger);
    edit<{ artifacts: Record<string, { properties?: { templateFile?: string } }> }>(join(copy, 'cdk.out/assembly-Dev/manifest.json'), ({ artifacts }) => {
      for (const { properties } of Object.values(artifacts)) if (properties?.templateFile) properties.templateFile = '../../../../etc/passwd';
    });
    expect(await gate(`check ${FLAGS}`, { cwd: copy })).toMatchObject({ code: 2, err: expect.stringMatching(/leads out of 'cdk\.out'/) });
  });

  test('fails with 2 on assemblies that nest each other', async () => {
    const copy = copyOf(stranger);
    edit<{ artifacts: Record<string, object> }>(join(copy, 'cdk.out/assembly-Dev/manifest.json'), ({ artifacts }) => {
      artifacts.Again = { type: 'cdk:cloud-assembly', properties: { directoryName: '../assembly-Dev' } };
    });
    expect((await gate(`check ${FLAGS}`, { cwd: copy })).code).toBe(2);
  });

  test('fails with 2 on nested templates that nest each other', async () => {
    const copy = copyOf(stranger);
    const stage = join(copy, 'cdk.out/assembly-Dev');
    const name = Object.keys(json<{ artifacts: Record<string, object> }>(join(stage, 'manifest.json')).artifacts).find((id) => /^DevMl[0-9A-F]+$/.test(id))!;
    const nested = JSON.stringify(json(join(stage, `${name}.assets.json`))).match(/[^"/]+\.nested\.template\.json/)![0];
    edit<{ Resources: Record<string, object> }>(join(stage, nested), ({ Resources }) => {
      Resources.Again = { Type: 'AWS::CloudFormation::Stack', Metadata: { 'aws:asset:path': nested, 'aws:asset:property': 'TemplateURL' } };
    });
    expect(await gate(`check ${FLAGS}`, { cwd: copy })).toMatchObject({ code: 2, err: expect.stringMatching(/nested\.template\.json' nests itself/) });
  });

});

describe('a region on the command line', () => {
  const region = (line: string, cwd: string) => answer(`${FLAGS} ${line}`, cwd).then(({ findings, limits }) => ({
    open: findings.filter(({ rule }) => rule.startsWith('RegulatedML-Residency')).map(({ rule, path }) => `${rule.replace('RegulatedML-', '')} ${path}`),
    limits: limits.filter((limit) => /region/.test(limit)),
  }));
  const build = (app: App) => {
    badBucket(new Stack(app, 'Any'));
    new CfnResource(new Stack(app, 'Us', { env: { ...ENV, region: 'us-east-1' } }), 'Key', { type: 'AWS::KMS::Key' });
  };

  test('is that of stacks that name none, and of no other', async () => {
    const cwd = synthesized(build);
    expect(await region('', cwd)).toEqual({ open: ['ResidencyStack Us', 'ResidencyStack[unknown] Any'], limits: ["the stack 'Any' names no region: give it with --region, or to the app as env"] });
    expect(await region('--region eu-central-1', cwd)).toEqual({ open: ['ResidencyStack Us'], limits: ["the stack 'Any' names no region: judged for 'eu-central-1', as --region says"] });
    expect((await region('--region us-west-2', cwd)).open).toEqual(['ResidencyStack Any', 'ResidencyStack Us']);
    expect(await gate(`check ${FLAGS} --region eu-centrl-1`, { cwd })).toMatchObject({ code: 2, err: expect.stringMatching(/--region is 'eu-centrl-1', which no cloud has/) });
  });

  test('does not change what synth recorded, which is said', async () => {
    const cwd = synthesized((app) => { build(app); withPack(app); });
    expect(await region('--region eu-central-1', cwd)).toEqual({
      open: ['ResidencyStack Us', 'ResidencyStack[unknown] Any'], limits: ["'Any' was judged at synth, in no region: --region holds for files, judge by them with --rejudge"],
    });
    expect((await region('--region eu-central-1 --rejudge', cwd)).open).toEqual(['ResidencyStack Us']);
  });
});

describe('what no rule has judged', () => {
  // one app for all: a nested stack, a transform, a loop, a module, a stack set
  const build = (app: App) => {
    const stack = goodStack(app, 'Good');
    stack.templateOptions.transforms = ['AWS::LanguageExtensions', 'AWS::Serverless-2016-10-31'];
    new CfnStack(stack, 'Inner', { templateUrl: 'https://s3.amazonaws.com/somebody/inner.json' });
    new CfnResource(stack, 'Module', { type: 'Corp::SageMaker::Model::MODULE', properties: { EnableNetworkIsolation: false } });
    new CfnStackSet(stack, 'Set', { stackSetName: 'set', permissionModel: 'SELF_MANAGED', templateBody: 'Resources: {M: {Type: AWS::SageMaker::Model}}' });
    new Loop(stack, 'Loop');
  };
  class Loop extends CfnElement {
    public _toCloudFormation() {
      return { Resources: { 'Fn::ForEach::Models': ['Name', ['a', 'b'], { 'M${Name}': { Type: 'AWS::SageMaker::Model', Properties: {} } }] } };
    }
  }
  const UNSEEN = [
    "'Good': no rule has judged what 'Fn::ForEach::Models' makes",
    "'Good': no rule has judged what the transform 'AWS::Serverless-2016-10-31' makes of the template",
    "'Good/Inner': no rule has judged a nested stack, whose template lies elsewhere",
    "'Good/Module': no rule has judged the resources of the module 'Corp::SageMaker::Model::MODULE'",
    "'Good/Set': no rule has judged the stacks of a stack set, whose template is no JSON or lies elsewhere",
  ];
  const found = (findings: readonly Finding[]) => findings.filter(({ rule }) => rule === 'RegulatedML-TemplateReadable[unknown]').map(({ path }) => path);

  test.each(['a record', 'no record'])('fails with %s, place by place, by the record and by the files, unless that is allowed', async (what) => {
    const apart = synthesized((app) => {
      build(app);
      if (what === 'a record') withPack(app);
    });
    for (const line of what === 'a record' ? ['', '--rejudge'] : [FLAGS]) {
      const { code, defects, findings, how } = await answer(line, apart);
      expect({ code, defects: [...defects].sort(), places: found(findings).sort() }).toEqual({ code: 1, defects: UNSEEN, places: ['Good', 'Good', 'Good/Inner', 'Good/Module', 'Good/Set'] });
      expect(how[0]).toMatch(line === '' ? /judged at synth/ : /judged by the files/);
      const allowed = await answer(`${line} --allow-unjudged`, apart);
      expect(allowed).toMatchObject({ code: 0, defects: [], limits: expect.arrayContaining(UNSEEN) });
    }
  });

  test('passes where somebody has accepted it, and fails again once that has ended', async () => {
    const apart = synthesized((app) => {
      const inner = new CfnStack(goodStack(app, 'Good'), 'Inner', { templateUrl: 'https://s3.amazonaws.com/somebody/inner.json' });
      Validations.of(inner).acknowledge({ id: 'RegulatedML::RegulatedML-TemplateReadable[unknown]', reason: 'the platform team checks it by the same rules' });
      withPack(app);
    });
    expect(await answer('', apart)).toMatchObject({ code: 0, defects: [] });
    const waived = synthesized((app) => {
      new CfnStack(goodStack(app, 'Good'), 'Inner', { templateUrl: 'https://s3.amazonaws.com/somebody/inner.json' });
      withPack(app, { asOf: '2026-11-26', waivers: [Waiver.of({ rule: 'RegulatedML-TemplateReadable[unknown]', at: 'Good/Inner', reason: 'the platform team checks it', approver: 'Ada', expires: '2026-12-31' })] });
    });
    expect(await answer('', waived)).toMatchObject({ code: 0, defects: [] });
    expect(await answer('--as-of 2027-01-01', waived)).toMatchObject({ code: 1, defects: [UNSEEN[2]] });
  });

  test('fails where a record leaves it out', async () => {
    const apart = copyOf(synthesized((app) => { build(app); withPack(app); }));
    edit<RawRecord>(join(apart, RECORD), (record) => {
      (record as { answers: unknown }).answers = record.answers.filter(({ rule }) => rule !== 'RegulatedML-TemplateReadable');
    });
    expect((await answer('', apart)).defects).toEqual([expect.stringMatching(/^'RegulatedML-TemplateReadable' at '\S+' is not kept by the template, and the record does not say so, and so are 3 more/)]);
  });
});

describe('where the assembly is', () => {
  test('is what cdk.json says', async () => {
    const good = synthesized((app) => { goodStack(app, 'Good'); withPack(app); });
    renameSync(join(good, 'cdk.out'), join(good, 'made'));
    writeFileSync(join(good, 'cdk.json'), '{"output":"made"}');
    expect((await gate('check', { cwd: good })).out).toMatch(/^made: 1 stack/);
    expect((await gate('check made/manifest.json', { cwd: good })).out).toMatch(/^made: 1 stack/);
    // the folder of the app holds it
    expect((await gate('check .', { cwd: good })).out).toMatch(/^made: 1 stack/);
  });

  test('two of them are told apart', async () => {
    const [first, second] = [0, 1].map(() => synthesized((app) => { badBucket(goodStack(app, 'Same')); withPack(app); }));
    const both = folder();
    renameSync(join(first!, 'cdk.out'), join(both, 'one'));
    renameSync(join(second!, 'cdk.out'), join(both, 'two'));
    const { findings } = await answer('one two', both) as unknown as { findings: { template: string }[] };
    expect([...new Set(findings.map(({ template }) => template))]).toEqual(['one/Same.template.json', 'two/Same.template.json']);
  });

  test('fails with 2 without a stack', async () => {
    const empty = synthesized(() => undefined);
    expect((await gate(`check ${FLAGS}`, { cwd: empty })).err).toMatch(/there is nothing to check in 'cdk\.out': its manifest names no stack/);
  });
});

describe('waivers and a baseline of the settings', () => {
  const bad = synthesized((app) => { badBucket(goodStack(app, 'Bad')); withPack(app); });
  const waiver = (rule: string, rest: object = {}) => ({ rule, reason: 'synthetic data', approver: 'officer', expires: '2027-03-31', ...rest });
  const settled = (waivers: object[], settings: object = {}) => {
    const copy = copyOf(bad);
    mkdirSync(join(copy, 'policy'));
    writeFileSync(join(copy, 'policy/waivers.json'), JSON.stringify(waivers));
    writeFileSync(join(copy, 'policy/regulated-ml.json'), JSON.stringify({ frameworks: ['GDPR'], residency: { jurisdictions: ['EU'] }, waivers: 'waivers.json', ...settings }));
    return copy;
  };

  test('accept what a record has open, until their last day', async () => {
    const copy = settled([waiver('RegulatedML-S3*')]);
    expect(await answer('--config policy/regulated-ml.json', copy)).toMatchObject({ code: 0, verdict: { waived: 3 } });
    expect(await answer('--config policy/regulated-ml.json --as-of 2027-03-31', copy)).toMatchObject({ code: 0 });
    const late = await answer('--config policy/regulated-ml.json --as-of 2027-04-01', copy);
    expect([late.code, late.findings[0]!.rule, late.verdict.waived]).toEqual([1, 'RegulatedML-WaiverExpiry', 0]);
  });

  test('fails on one that names no rule, and warns of one that accepts nothing', async () => {
    const { code, findings } = await answer('--config policy/regulated-ml.json', settled([waiver('RegulatedML-S3*'), waiver('RegulatedML-S3BucketTlx'), waiver('RegulatedML-SageMakerModelVpc')]));
    expect([code, findings.map(({ rule, severity }) => [rule, severity])]).toEqual([1, [['RegulatedML-WaiverRule', 'fatal'], ['RegulatedML-WaiverUse', 'warning']]]);
  });

  test('counts once what two records say', async () => {
    const twice = synthesized((app) => {
      const prod = new Stage(app, 'Prod', { env: ENV });
      badBucket(goodStack(prod, 'Ml'));
      withPack(prod);
      withPack(app);
    });
    expect((await gate('baseline --quiet', { cwd: twice })).code).toBe(0);
    expect(await answer('--baseline regulated-ml-baseline.json', twice)).toMatchObject({ code: 0, verdict: { waived: 3 } });
  });
});

test('unknowns weigh what was chosen', async () => {
  const unsure = folder({ 't.json': TEMPLATE });
  const weights = async (flags: string) => (await answer(`t.json ${FLAGS} ${flags}`, unsure)).findings.filter(({ rule }) => rule.endsWith('[unknown]')).map(({ severity }) => severity);
  expect(await weights('')).toEqual(['warning']);
  expect(await weights('--unknown-as error')).toEqual(['error']);
  expect(await weights('--region eu-central-1')).toEqual([]);
});

test('the profile of the tests is what their flags say', () => {
  expect(PROFILE.frameworks.map(({ name }) => name)).toEqual(['GDPR']);
});

describe('without a path', () => {
  const aws = synthesized((app) => { goodStack(app, 'Good'); withPack(app); });
  const KEY = { resource: { azurerm_key_vault_key: { key: { name: 'data', key_type: 'RSA', key_vault_id: 'v' } } } };
  const terraform = { 'cdktf.out/stacks/A/cdk.tf.json': KEY, 'cdktf.out/manifest.json': { version: '0.21.0', stacks: { A: { synthesizedStackPath: 'stacks/A/cdk.tf.json' } } } };
  const both = (files: Readonly<Record<string, unknown>> = {}) => {
    const cwd = folder({ ...terraform, ...files });
    cpSync(join(aws, 'cdk.out'), join(cwd, 'cdk.out'), { recursive: true });
    return cwd;
  };

  test('the output of CDK for Terraform is found, by its name or by what cdktf.json says', async () => {
    expect(await answer(FLAGS, folder(terraform))).toMatchObject({ how: ['cdktf.out: 1 stack judged by the files: synth left no record'] });
    const named = folder({ 'cdktf.json': { app: 'npx tsx main.ts', output: 'made' }, ...Object.fromEntries(Object.entries(terraform).map(([file, content]) => [file.replace('cdktf.out', 'made'), content])) });
    expect(await answer(FLAGS, named)).toMatchObject({ how: ['made: 1 stack judged by the files: synth left no record'] });
  });

  test('both clouds are one evidence, and it is said that both were taken', async () => {
    const cwd = both();
    const found = await answer(FLAGS, cwd) as unknown as { how: string[]; findings: { template: string }[] };
    expect(found.how[0]).toBe('no path was given: cdk.out and cdktf.out are here, and both are taken');
    expect(found.how.slice(1).map((line) => line.split(':')[0])).toEqual(['cdk.out', 'cdktf.out']);
    expect(new Set(found.findings.map(({ template }) => template))).toEqual(new Set(['cdktf.out/stacks/A/cdk.tf.json']));
    const { code, out } = await gate(`report ${FLAGS} --format json --out -`, { cwd });
    expect([code, (JSON.parse(out) as { stacks: { template: string }[] }).stacks.map(({ template }) => template)]).toEqual([0, ['cdk.out/Good.template.json', 'cdktf.out/stacks/A/cdk.tf.json']]);
    // from elsewhere, by name: no path of this machine stands in it
    const elsewhere = await answer(`${cwd}/cdk.out ${cwd}/cdktf.out ${FLAGS}`, folder()) as unknown as { findings: { template: string }[] };
    expect(elsewhere.findings.map(({ template }) => template)).toEqual(found.findings.map(({ template }) => template));
    expect((await gate(`baseline ${FLAGS} --json`, { cwd })).code).toBe(0);
    expect((await gate(`waivers ${FLAGS}`, { cwd })).code).toBe(0);
  });

  test.each([
    ['there is no output', {}, /there is neither a 'cdk\.out' nor a 'cdktf\.out' here: run 'cdk synth' or 'cdktf synth' first, or name what to check/],
    ['the app was not synthesized', { 'cdk.json': { output: 'made' } }, /'cdk\.json' is that of an app of the CDK, and there is no 'made': run 'cdk synth' first/],
    ['only one of two apps was synthesized', { ...terraform, 'cdk.json': {}, 'cdktf.json': {} }, /'cdk\.json' is that of an app of the CDK, and there is no 'cdk\.out'/],
  ])('fails with 2 where %s', async (_what, files, message) => {
    expect(await gate(`check ${FLAGS}`, { cwd: folder(files) })).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
  });
});
