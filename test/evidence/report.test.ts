import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { EvidenceReport, RegulatoryDocument, ReportFormat } from '../../lib/evidence';
import { evidenceOf as collected } from '../../lib/evidence/collect';
import { Answer, Control, Severity } from '../../lib/policy';
import { canonicalJson } from '../../lib/policy/record';
import type { Evidence } from '../../lib/evidence/record';
import { assemblyOf, read, recordOf, REPORT } from './support';

const reportOf = (...given: Parameters<typeof assemblyOf>) => EvidenceReport.fromAssembly(assemblyOf(...given));
const evidenceOf = (report: EvidenceReport) => JSON.parse(report.toJson()) as Evidence;

test('numbers count findings, waivers and unknowns apart', () => {
  const report = reportOf(recordOf());
  expect(report.isClean).toBe(false);
  expect(report.summary).toEqual({ resources: 3, checks: 5, compliant: 2, fatal: 0, errors: 1, warnings: 1, unknown: 1, waived: 1, waivers: 3, accepted: 2, weakenings: 2 });
  expect(report.weakenings).toEqual([{ control: 'network-isolation', reason: 'AutoML knows no isolation', substitute: 'private subnets', paths: ['Ml/AutoML', 'Ml/AutoML2'] }]);
  expect(report.findings.map(({ rule, waiver }) => [rule, waiver])).toEqual([
    ['RegulatedML-Isolation', undefined], ['RegulatedML-Isolation', 'serves synthetic data'], ['RegulatedML-Key[unknown]', undefined],
  ]);
});

test('findings cite the articles that ask for their control', () => {
  expect(reportOf(recordOf()).findings[0]!.requirements).toEqual(['GDPR Art. 1']);
});

test('a finding that no framework asks for says who does: the profile, or where the rule has its demand from', () => {
  const { profile, rules, ...rest } = recordOf();
  const answers = [...rest.answers, { rule: 'RegulatedML-Place', answer: Answer.NON_COMPLIANT, subjects: [3], location: 'Properties' }];
  const asked = (sources: string[]) => {
    const own = { ...profile, frameworks: [{ ...profile.frameworks[0]!, requirements: [{ id: 'x', citation: 'GDPR Art. 9', title: 't', controls: [] }] }] };
    return new Map(reportOf({ ...recordOf(), answers, profile: own, rules: rules.map((rule) => ({ ...rule, sources })) }).findings.map(({ rule, requirements }) => [rule, requirements]));
  };
  expect(asked(['Security Hub SageMaker.5', 'AIA SM-1', 'AIA SM-2', 'AIA SM-3']).get('RegulatedML-Isolation')).toEqual(['no framework of the profile, but Security Hub SageMaker.5, AIA SM-1, AIA SM-2']);
  expect(asked([]).get('RegulatedML-Isolation')).toEqual(['no framework of the profile']);
  expect(asked([]).get('RegulatedML-Place')).toEqual(['the residency of the profile (EU)']);
});

describe('what a requirement says of itself', () => {
  const { profile } = recordOf();
  const asking = (change: object, framework: object = {}) => recordOf({ profile: {
    ...profile, frameworks: [{ ...profile.frameworks[0]!, ...framework, requirements: [{ ...profile.frameworks[0]!.requirements[0]!, ...change }] }],
  } });

  test('narrows what cites it to the types that it speaks of', () => {
    const cited = (...resourceTypes: string[]) => reportOf(asking({ resourceTypes })).findings[0]!.requirements;
    expect(cited('AWS::SageMaker::Model', 'AWS::SageMaker::Pipeline')).toEqual(['GDPR Art. 1']);
    expect(cited('AWS::SageMaker::Pipeline')).toEqual(['no framework of the profile']);
  });

  test('comes along with its catalog, its id there, and the day it applies from', () => {
    const [framework] = evidenceOf(reportOf(asking({ oscalId: 'gd-1', appliesFrom: '2027-12-02' }, { oscalCatalog: 'https://example.org/catalog.json' }))).frameworks;
    expect(framework).toMatchObject({ oscalCatalog: 'https://example.org/catalog.json', requirements: [{ oscalId: 'gd-1', appliesFrom: '2027-12-02' }] });
    const [bare] = evidenceOf(reportOf(recordOf())).frameworks;
    expect([bare, ...bare!.requirements].some((one) => 'oscalCatalog' in one! || 'oscalId' in one! || 'appliesFrom' in one!)).toBe(false);
  });

  test.each([['oscalId', 1], ['appliesFrom', {}], ['resourceTypes', 'AWS::SageMaker::Model'], ['resourceTypes', [1]]])('fails where its %s is %j', (property, value) => {
    expect(() => reportOf(asking({ [property]: value }))).toThrow(/does not say which profile it was judged by/);
  });

  test('fails where a catalog is no address', () => {
    expect(() => reportOf(asking({}, { oscalCatalog: 1 }))).toThrow(/does not say which profile it was judged by/);
  });
});

test('lines of findings cite an article of each framework', () => {
  expect(reportOf(recordOf()).packs[0]!.lines[0]).toBe('error RegulatedML-Isolation Ml/Model: EnableNetworkIsolation is false (GDPR Art. 1) (app.ts:3:5)');
});

test('other packs count: their findings, what they waived, and that they ran without any', () => {
  const report = reportOf(recordOf({ plugins: ['AwsSolutions', 'PCI.DSS.321', 'RegulatedML'] }));
  expect(report.packs.map(({ name, errors, warnings, waived }) => [name, errors, warnings, waived])).toEqual([
    ['RegulatedML', 1, 1, 1], ['AwsSolutions', 1, 0, 1], ['PCI.DSS.321', 0, 0, 0],
  ]);
  expect(report.packs[1]!.lines).toEqual(['error AwsSolutions-S2 Ml/Bucket: public (app.ts:1:2)']);
});

test('a record without findings is clean only if the other packs are, too', () => {
  const kept = recordOf({ answers: recordOf().answers.filter(({ answer }) => answer === Answer.COMPLIANT) });
  expect(reportOf(kept).isClean).toBe(false);
  expect(reportOf(kept, { ...REPORT, pluginReports: [] }).isClean).toBe(true);
  const broken = { ...REPORT, pluginReports: [{ pluginName: 'Boom', conclusion: 'failure', violations: [], metadata: { error: 'boom' } }] };
  expect(reportOf(kept, broken).isClean).toBe(false);
  const ours = { ...REPORT, pluginReports: [{ pluginName: 'RegulatedML', conclusion: 'failure', violations: [], metadata: { error: 'boom' } }] };
  expect(reportOf(kept, ours).isClean).toBe(false);
});

test('unknowns fail when the profile says so', () => {
  const record = recordOf();
  expect(reportOf({ ...record, pack: { ...record.pack, unknownAs: Severity.ERROR } }).summary).toMatchObject({ errors: 2, warnings: 0, unknown: 1 });
});

test('a requirement is only as good as its controls, and what nobody judged is named', () => {
  const { frameworks, notAssessed, controls } = evidenceOf(reportOf(recordOf()));
  expect(frameworks[0]!.requirements.map(({ id, status }) => [id, status])).toEqual([['a', 'findings'], ['b', 'unknown'], ['c', 'not-assessed']]);
  expect(notAssessed.requirements).toEqual(['GDPR Art. 3: appoint an officer']);
  expect(notAssessed.controls).toEqual(['audit-logging']);
  expect(notAssessed.resourceTypes).toEqual([{ type: 'AWS::SQS::Queue', count: 1 }]);
  expect(controls.find(({ control }) => control === 'data-residency')).toMatchObject({ status: 'supported', checks: [{ rule: 'RegulatedML-Place', status: 'kept', kept: 1 }] });
});

test('a requirement whose rules check a part only is supported in part, and names them and what they leave open', () => {
  const base = recordOf();
  const record = recordOf({
    rules: base.rules.map((rule) => (rule.id === 'RegulatedML-Place' ? { ...rule, control: Control.AVAILABILITY } : rule)),
    profile: { ...base.profile, frameworks: [{ ...base.profile.frameworks[0]!, requirements: [{ id: 'd', citation: 'GDPR Art. 4', title: 'disaster recovery', controls: [Control.AVAILABILITY] }] }] },
  });
  expect(evidenceOf(reportOf(record)).frameworks[0]!.requirements).toEqual([expect.objectContaining({
    status: 'partly', supportedBy: ['RegulatedML-Place'], leftOpen: ['backups, their restoration and disaster recovery'],
  })]);
});

test('what was accepted is told with its reason, unknowns apart', () => {
  const base = recordOf();
  const record = recordOf({ answers: base.answers.filter(({ answer }) => answer !== Answer.NON_COMPLIANT).map((answer) => (answer.answer === Answer.UNKNOWN ? { ...answer, accepted: 0 } : answer)) });
  expect(evidenceOf(reportOf(record)).controls.find(({ control }) => control === 'encryption-at-rest')).toMatchObject({
    status: 'waived', accepted: [{ reason: 'serves synthetic data', unknown: true, count: 1 }],
  });
});

test('a requirement of which one control is kept and one was not judged is supported in part', () => {
  const kept = recordOf({ answers: recordOf().answers.filter(({ answer }) => answer === Answer.COMPLIANT) });
  expect(evidenceOf(reportOf(kept)).frameworks[0]!.requirements.map(({ status }) => status)).toEqual(['not-assessed', 'partly', 'not-assessed']);
});

test('every waiver is listed, with what it silences as far as that can be told', () => {
  expect(evidenceOf(reportOf(recordOf())).waivers.map(({ id, findings }) => [id, findings])).toEqual([
    ['AwsSolutions-S1', undefined], ['AwsSolutions::AwsSolutions-IAM5[Resource::*]', 1], ['RegulatedML::RegulatedML-Isolation', 1],
  ]);
});

test('a missing report of the other packs is a limit that is said', () => {
  const report = EvidenceReport.fromAssembly(assemblyOf(recordOf(), null));
  expect(report.limits).toEqual(['there is no validation-report.json: what other packs found is not known']);
});

test('the same record gives the same bytes, from any directory', () => {
  const [first, second] = [reportOf(recordOf()), reportOf(recordOf())];
  expect(first.toJson()).toBe(second.toJson());
  expect(first.toHtml()).toBe(second.toHtml());
});

describe('files', () => {
  const out = () => join(mkdtempSync(join(tmpdir(), 'evidence-')), 'out');

  test('JSON and HTML are written when no format is named', () => {
    const directory = out();
    const report = reportOf(recordOf());
    expect(report.writeTo(directory)).toEqual([join(directory, 'evidence.json'), join(directory, 'evidence.html')]);
    expect(read(join(directory, 'evidence.html'))).toBe(report.toHtml());
  });

  test('every format has its file, with what its method gives', () => {
    const directory = out();
    const report = reportOf(recordOf());
    const options = { date: '2026-11-26', appFolder: 'infra', category: 'fraud' };
    const written = report.writeTo(directory, Object.values(ReportFormat), options);
    expect(written.map((file) => basename(file))).toEqual([
      'evidence.json', 'evidence.html', 'evidence.sarif', 'evidence.junit.xml', 'gl-code-quality-report.json', 'evidence.md', 'oscal-assessment-results.json', 'oscal-component-definition.json',
    ]);
    expect(written.map(read)).toEqual([
      report.toJson(), report.toHtml(), report.toSarif(options), report.toJunit(options), report.toCodeQuality(options), report.toMarkdown(options),
      report.toOscalAssessmentResults(options), report.toOscalComponentDefinition(options),
    ]);
  });

  test('the same record gives the same bytes in every format, from any directory', () => {
    const texts = () => reportOf(recordOf()).writeTo(out(), Object.values(ReportFormat), { date: '2026-11-26', everyAnswer: true }).map(read);
    expect(texts()).toEqual(texts());
  });

  test('documents are those that the profile asks for, and a model card', () => {
    const report = reportOf(recordOf());
    expect(report.documents).toEqual([RegulatoryDocument.RECORD_OF_PROCESSING, RegulatoryDocument.IMPACT_ASSESSMENT, RegulatoryDocument.MODEL_CARD]);
    const written = report.writeDocuments(out(), undefined, { date: '2026-11-26' });
    expect(written.map((file) => basename(file))).toEqual(['record-of-processing', 'impact-assessment', 'model-card'].flatMap((name) => [`${name}.md`, `${name}.html`]));
    expect(read(written[0]!)).toBe(report.documentAsMarkdown(RegulatoryDocument.RECORD_OF_PROCESSING, { date: '2026-11-26' }));
    expect(read(written[1]!)).toBe(report.documentAsHtml(RegulatoryDocument.RECORD_OF_PROCESSING, { date: '2026-11-26' }));
  });

  test('fails before anything is written', () => {
    const directory = out();
    expect(() => reportOf(recordOf()).writeTo(directory, [ReportFormat.JSON, ReportFormat.OSCAL_ASSESSMENT_RESULTS])).toThrow(/give one as the option date/);
    expect(() => reportOf(recordOf()).writeDocuments(directory, [RegulatoryDocument.HIPAA_MAPPING])).toThrow(/names no framework 'HIPAA'/);
    expect(existsSync(directory)).toBe(false);
  });

  test.each<[string, () => unknown]>([
    ['there is no format \'pdf\': use one of json, html, sarif', () => reportOf(recordOf()).writeTo(out(), ['pdf' as ReportFormat])],
    ['there is no document \'memo\': use one of record-of-processing', () => reportOf(recordOf()).documentAsHtml('memo' as RegulatoryDocument)],
    ['the date of the report is \'today\'', () => reportOf(recordOf()).toSarif({ date: 'today' })],
    ['\'appFolder\' of the report is \'/srv/app\': give a folder from the root of the repository', () => reportOf(recordOf()).toSarif({ appFolder: '/srv/app' })],
    ['\'category\' of the report is \' \': give a name', () => reportOf(recordOf()).toSarif({ category: ' ' })],
    ['the options of a report are \'x\': give an object', () => reportOf(recordOf()).toSarif('x' as never)],
  ])('fails with: %s', (message, act) => {
    expect(act).toThrow(message);
  });
});

describe('a report that was written before', () => {
  test('is read again, and says the same', () => {
    const report = reportOf(recordOf());
    const again = EvidenceReport.fromJson(report.toJson());
    expect(again.toHtml()).toBe(report.toHtml());
    expect(again.summary).toEqual(report.summary);
    expect(reportOf(recordOf()).toMarkdown({ previous: again })).toContain('(0 new, 0 gone since the last report)');
  });

  test.each([['{', /is no JSON/], ['null', /has the schema 'undefined'/], ['{"schema":"regulated-ml-report/1"}', /has the schema 'regulated-ml-report\/1', not 'regulated-ml-report\/2'/], ['{"schema":"regulated-ml-report/2"}', /lacks its list of runs/]])('fails on %s', (text, message) => {
    expect(() => EvidenceReport.fromJson(text)).toThrow(message);
  });
});

test('fails without a record, and says how to get one', () => {
  expect(() => reportOf(undefined)).toThrow(/register RegulatedMLChecks/);
});
test('fails on a record that is no JSON', () => {
  expect(() => reportOf('{')).toThrow(/is no JSON: synthesize again/);
});
test('fails on a record of another version', () => {
  expect(() => reportOf('{"schema":"regulated-ml-evidence/9"}')).toThrow(/has the schema 'regulated-ml-evidence\/9', not 'regulated-ml-evidence\/3'/);
});
test('fails on a record that was cut off', () => {
  const { answers: _answers, ...cut } = recordOf();
  expect(() => reportOf(JSON.stringify(cut))).toThrow(/lacks its list of answers: it was cut off or edited/);
});
test.each<[string, number[]]>([['nothing', []], ['the same subject twice', [0, 0]], ['subjects out of their order', [2, 0]], ['a subject that it lacks', [99]]])('fails on a record with an answer about %s', (_what, subjects) => {
  const [first, ...rest] = recordOf().answers;
  expect(() => reportOf(recordOf({ answers: [{ ...first!, subjects }, ...rest] }))).toThrow(/has an answer to a rule, or about a resource, that it does not hold/);
});
test('fails on a report that is no report', () => {
  expect(() => reportOf(recordOf(), [])).toThrow(/holds no pluginReports/);
});

describe('records that are not about what will be deployed', () => {
  const kept = () => recordOf({ answers: recordOf().answers.filter(({ answer }) => answer === Answer.COMPLIANT) });
  const empty = { ...REPORT, pluginReports: [] };

  test('fails on a template that was changed after synth', () => {
    const directory = assemblyOf(kept(), empty);
    expect(EvidenceReport.fromAssembly(directory).isClean).toBe(true);
    writeFileSync(join(directory, 'Ml.template.json'), '{"Resources":{}}');
    expect(EvidenceReport.fromAssembly(directory)).toMatchObject({ isClean: false, limits: ['the template \'Ml.template.json\' is not the one that was judged: it was changed after synth'] });
  });

  test('fails on a template that is missing', () => {
    const directory = assemblyOf(kept(), empty);
    rmSync(join(directory, 'Ml.template.json'));
    expect(EvidenceReport.fromAssembly(directory)).toMatchObject({ isClean: false, limits: [expect.stringMatching(/is missing: the assembly is not whole/)] });
  });

  test('fails on a template outside the assembly', () => {
    const outside = { ...kept(), stacks: [{ ...kept().stacks[0]!, template: '../secret.json' }] };
    expect(EvidenceReport.fromAssembly(assemblyOf(outside, empty)).limits).toEqual([expect.stringMatching(/lies outside the assembly/)]);
  });
});

describe('several records', () => {
  test('of stages are read from their folders and merged: a subject that two packs judged counts once, its open answer first', () => {
    const record = recordOf();
    const directory = assemblyOf(record);
    const stage = join(directory, 'assembly-Prod');
    mkdirSync(stage);
    writeFileSync(join(stage, 'Ml.template.json'), '{}');
    writeFileSync(join(stage, 'regulated-ml-evidence.json'), canonicalJson(record));
    writeFileSync(join(directory, 'regulated-ml-evidence.Ml.json'), canonicalJson({ ...record, answers: record.answers.map(({ accepted: _accepted, ...answer }) => answer) }));
    const { stacks, answers, runs } = evidenceOf(EvidenceReport.fromAssembly(directory));
    expect(runs).toHaveLength(3);
    expect(stacks.map(({ template }) => template)).toEqual(['Ml.template.json', 'assembly-Prod/Ml.template.json']);
    expect(answers).toHaveLength(10);
    expect(answers.filter(({ answer }) => answer === Answer.NON_COMPLIANT).map(({ accepted }) => accepted === undefined)).toEqual([true, true, true, false]);
  });

  test('of two profiles keep both residencies and all frameworks', () => {
    const one = recordOf();
    const other = recordOf({ profile: { ...one.profile, residency: { description: 'US', allowedRegions: ['us-east-1'] }, frameworks: [{ ...one.profile.frameworks[0]!, name: 'CCPA' }] } });
    const evidence = collected({ records: [one, other] });
    expect(evidence.profiles.map(({ residency }) => residency.description)).toEqual(['EU', 'US']);
    expect(evidence.frameworks.map(({ name }) => name)).toEqual(['GDPR', 'CCPA']);
  });
});

describe('waivers with an end', () => {
  const withEnd = (asOf?: string) => {
    const base = recordOf();
    return recordOf({
      pack: { ...base.pack, ...(asOf ? { asOf } : {}) },
      accepted: [{ kind: 'waiver', id: 'RegulatedML-Isolation', reason: 'synthetic', at: '', approver: 'officer', expires: '2027-01-31', silences: 1 }],
      rules: [...base.rules, { ...base.rules[0]!, id: 'RegulatedML-WaiverExpiry', severity: Severity.FATAL, control: Control.EXCEPTION_GOVERNANCE }],
      subjects: [...base.subjects, { path: '', type: 'RegulatedML::Waiver', logicalId: '', stack: '', template: '', accepted: 0 }],
      answers: [...base.answers, { rule: 'RegulatedML-WaiverExpiry', answer: asOf ? Answer.COMPLIANT : Answer.UNKNOWN, subjects: [4], location: 'Properties' }],
    });
  };
  const expiry = (evidence: Evidence) => evidence.answers.find(({ rule }) => rule === 'RegulatedML-WaiverExpiry')!.answer;

  test('hold until their last day, and what could not be told at synth is told with a date', () => {
    expect(expiry(collected({ records: [withEnd()] }))).toBe('unknown');
    const evidence = collected({ records: [withEnd()], asOf: '2027-01-31' });
    expect([expiry(evidence), evidence.verdict.waived, evidence.waivers[0]]).toEqual(['compliant', 1, expect.objectContaining({ approver: 'officer', daysLeft: 1, findings: 1 })]);
  });

  test('accept nothing a day later, and are findings themselves, whatever synth said', () => {
    for (const record of [withEnd(), withEnd('2026-11-26')]) {
      const evidence = collected({ records: [record], asOf: '2027-02-01' });
      expect([expiry(evidence), evidence.verdict.waived, evidence.verdict.errors, evidence.verdict.fatal]).toEqual(['non-compliant', 0, 2, 1]);
      expect(evidence.waivers[0]).toMatchObject({ daysLeft: 0, findings: 0 });
    }
  });
});
