import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { toSarif } from '../../../lib/evidence/writers/sarif';
import { Answer } from '../../../lib/policy';
import { fullEvidence, recordOf } from '../support';

interface Result {
  readonly ruleId: string; readonly ruleIndex: number; readonly kind?: string; readonly level: string; readonly message: { readonly text: string };
  readonly locations: { readonly physicalLocation?: { readonly artifactLocation: { readonly uri: string }; readonly region: { readonly startLine: number } }; readonly logicalLocations: { readonly fullyQualifiedName: string }[] }[];
  readonly partialFingerprints: Record<string, string>;
  readonly suppressions?: { readonly kind: string; readonly justification: string; readonly properties?: object }[];
}
interface Run {
  readonly tool: { readonly driver: { readonly name: string; readonly rules: { readonly id: string; readonly helpUri?: string; readonly properties: Record<string, unknown>; readonly relationships?: object[] }[] } };
  readonly automationDetails: { readonly id: string };
  readonly invocations: { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: { readonly message: { readonly text: string } }[] }[];
  readonly results: Result[];
  readonly taxonomies?: { readonly name: string; readonly taxa: { readonly id: string }[] }[];
}

const ajv = new Ajv({ strict: false });
addFormats(ajv);
const isSarif = ajv.compile(JSON.parse(readFileSync(require.resolve(`@microsoft/sarif-multitool-${process.platform}/sarif-2.1.0.json`), 'utf8')) as object);
const runsOf = (...given: Parameters<typeof toSarif>) => (JSON.parse(toSarif(...given)) as { runs: Run[] }).runs;
const told = (run: Run) => run.invocations[0]!.toolExecutionNotifications.map(({ message }) => message.text);

test('follows the schema of the standard, and the schema is live', () => {
  for (const options of [{}, { everyAnswer: true, appFolder: 'infra', category: 'fraud' }]) {
    isSarif(JSON.parse(toSarif(fullEvidence(), options)));
    expect(isSarif.errors).toBeNull();
  }
  const broken = JSON.parse(toSarif(fullEvidence())) as { runs: { results: { level: string }[] }[] };
  broken.runs[0]!.results[0]!.level = 'grave';
  expect(isSarif(broken)).toBe(false);
});

test('every pack is a run with an id of its own, and says whether it ran', () => {
  const runs = runsOf(fullEvidence(), { category: 'fraud' });
  expect(runs.map(({ automationDetails, tool, invocations }) => [automationDetails.id, tool.driver.name, invocations[0]!.executionSuccessful])).toEqual([
    ['fraud/RegulatedML/', 'RegulatedML', true], ['fraud/AwsSolutions/', 'AwsSolutions', true], ['fraud/Broken/', 'Broken', false],
  ]);
  expect(told(runs[2]!)).toEqual(['the pack failed: boom']);
});

test('the gravest stand first, open before accepted, at the line that made them', () => {
  const [own] = runsOf(fullEvidence());
  expect(own!.results.map(({ ruleId, level, suppressions }) => [ruleId, level, suppressions?.[0]?.kind])).toEqual([
    ['RegulatedML-Place', 'error', undefined], ['RegulatedML-Isolation', 'error', undefined],
    ['RegulatedML-Key[unknown]', 'warning', undefined], ['RegulatedML-Shown', 'warning', undefined],
    ['RegulatedML-Isolation', 'error', 'inSource'], ['RegulatedML-Isolation', 'error', 'external'], ['RegulatedML-Isolation', 'error', 'external'],
  ]);
  for (const { ruleId, ruleIndex } of own!.results) expect(own!.tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
  expect(own!.results[0]!.locations[0]).toMatchObject({
    physicalLocation: { artifactLocation: { uri: 'app.ts' }, region: { startLine: 3, startColumn: 5 } },
    logicalLocations: [{ fullyQualifiedName: 'Ml/Model', name: 'Model' }, { fullyQualifiedName: 'Ml.template.json MlModel Properties.Image' }],
  });
});

test('what has no line, or one outside the repository, is placed in its template', () => {
  const base = recordOf();
  const uriOf = (source: string | undefined, options = {}) => runsOf(fullEvidence({ subjects: base.subjects.map((subject, index) => (index === 0 ? { ...subject, source } : subject)) }), options)[0]!.results[0]!.locations[0]!.physicalLocation!.artifactLocation.uri;
  expect(uriOf(undefined)).toBe('cdk.out/Ml.template.json');
  for (const outside of ['/etc/app.ts:1:1', 'C:\\app.ts:1:1', '../../app.ts:1:1', 'https://example.org/app.ts:1:1', 'app.ts:0:1', 'app.ts:99999999999:1', 'app.ts']) {
    expect(uriOf(outside, { appFolder: 'infra', templateFolder: 'out' })).toBe('infra/out/Ml.template.json');
  }
  expect(uriOf('../lib/my app#1.ts:7:2', { appFolder: 'infra/main' })).toBe('infra/lib/my%20app%231.ts');
});

test('a place in a template has the line of the property, where the templates are at hand', () => {
  const lineOf = (template: string, logicalId: string, location: string) => (`${template} ${logicalId} ${location}` === 'Ml.template.json MlModel Properties.Image' ? 12 : undefined);
  const unplaced = fullEvidence({ subjects: recordOf().subjects.map(({ source: _source, ...subject }) => subject) });
  expect(runsOf(unplaced, { lineOf })[0]!.results.slice(0, 2).map(({ locations }) => locations[0]!.physicalLocation!.region.startLine)).toEqual([12, 1]);
  const [result] = runsOf(fullEvidence(), { lineOf })[0]!.results as (Result & { relatedLocations: { physicalLocation: { region: object } }[] })[];
  expect(result!.relatedLocations[0]!.physicalLocation.region).toEqual({ startLine: 12 });
});

test('rules say why, how to mend it, which articles ask, and how grave they are', () => {
  const [{ tool, taxonomies }] = runsOf(fullEvidence()) as [Run];
  const [isolation, key, unknown, place] = tool.driver.rules;
  expect(tool.driver.rules.map(({ id }) => id)).toEqual(['RegulatedML-Isolation', 'RegulatedML-Key', 'RegulatedML-Key[unknown]', 'RegulatedML-Place', 'RegulatedML-Shown']);
  expect(isolation).toMatchObject({ help: { markdown: expect.stringContaining('- GDPR Art. 1') }, defaultConfiguration: { level: 'error' }, properties: { 'tags': ['security', 'network-isolation', 'GDPR'], 'security-severity': '8.0' } });
  expect(key).toMatchObject({ helpUri: 'https://docs.aws.amazon.com/sagemaker/', properties: { 'security-severity': '8.0' } });
  expect([unknown!.properties['security-severity'], place!.properties['security-severity']]).toEqual(['5.0', '9.5']);
  expect(taxonomies!.map(({ name, taxa }) => [name, taxa.map(({ id }) => id)])).toEqual([['GDPR', ['a', 'b']], ['NIST_800_53', ['SC-28(1)', 'AC-4', 'SA-9(5)']]]);
  expect(key!.relationships).toEqual([
    { target: { id: 'b', index: 1, toolComponent: { name: 'GDPR', index: 0 } }, kinds: ['relevant'] },
    { target: { id: 'SC-28(1)', index: 0, toolComponent: { name: 'NIST_800_53', index: 1 } }, kinds: ['relevant'] },
  ]);
});

test('what was accepted carries reason, approver and end', () => {
  const suppressed = runsOf(fullEvidence())[0]!.results.flatMap(({ suppressions }) => suppressions ?? []);
  expect(suppressed).toEqual([
    { kind: 'inSource', status: 'accepted', justification: 'serves synthetic data', properties: { acceptedBy: 'acknowledgement' } },
    { kind: 'external', status: 'accepted', justification: 'synthetic', properties: { acceptedBy: 'waiver', approver: 'the officer', expires: '2027-01-31' } },
    { kind: 'external', status: 'accepted', justification: 'was there', properties: { acceptedBy: 'baseline' } },
  ]);
});

test('fingerprints hold when lines, lists and words move, and tell findings of one place apart', () => {
  const prints = (evidence: Parameters<typeof toSarif>[0]) => runsOf(evidence)[0]!.results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash!).sort();
  const base = recordOf();
  const before = prints(fullEvidence());
  expect(new Set(before).size).toBe(before.length);
  const moved = fullEvidence({
    subjects: base.subjects.map((subject) => ({ ...subject, ...(subject.source ? { source: 'other.ts:77:1' } : {}) })),
    rules: fullEvidence().rules.map((rule) => ({ ...rule, title: 'in other words' })),
  });
  expect(prints(moved)).toEqual(before);
});

test('kept and inapplicable answers are results of their own kind, when they are asked for', () => {
  const kinds = (everyAnswer: boolean) => runsOf(fullEvidence(), { everyAnswer })[0]!.results.map(({ kind, level }) => [kind, level].join()).filter((kind) => kind.startsWith('pass') || kind.startsWith('notApplicable'));
  expect(kinds(false)).toEqual([]);
  expect(kinds(true)).toEqual(['pass,none', 'pass,none', 'notApplicable,none']);
});

test('findings of one rule of cdk-nag share its descriptor', () => {
  const [, nag] = runsOf(fullEvidence());
  expect(nag!.tool.driver.rules.map(({ id }) => id)).toEqual(['AwsSolutions-S2', 'AwsSolutions-S3', 'AwsSolutions-IAM5']);
  expect(nag!.results.at(-1)).toMatchObject({ ruleId: 'AwsSolutions-IAM5', suppressions: [{ kind: 'inSource', justification: 'no resource' }], properties: { findingId: 'AwsSolutions-IAM5[Resource::*/a]' } });
});

describe('the limits of GitHub', () => {
  const many = (count: number, detail: (index: number) => string) => {
    const base = recordOf();
    return fullEvidence({ answers: Array.from({ length: count }, (_, index) => ({ rule: index < 5 ? 'RegulatedML-Place' : 'RegulatedML-Shown', answer: Answer.NON_COMPLIANT, subjects: [0], location: `Properties.P${count - index}`, detail: detail(index) })), subjects: base.subjects, notApplicable: [] }, []);
  };

  test('more results than it takes are cut, the least severe, and that is said', () => {
    const [run] = runsOf(many(25_010, () => 'x'));
    expect(run!.results).toHaveLength(25_000);
    expect(run!.results.slice(0, 5).every(({ ruleId }) => ruleId === 'RegulatedML-Place')).toBe(true);
    expect(told(run!)).toEqual([expect.stringMatching(/^10 of 25010 results are left out, the least severe/), 'GitHub shows 5000 of 25000 results, the most severe']);
  });

  test('a file that is too large has fewer results, and that is said', () => {
    // digests do not compress
    const noise = (index: number) => Array.from({ length: 64 }, (_, part) => createHash('sha256').update(`${index} ${part}`).digest('hex')).join('');
    const text = toSarif(many(5_400, noise));
    expect(gzipSync(text).length).toBeLessThanOrEqual(10 * 1024 * 1024);
    const [run] = (JSON.parse(text) as { runs: Run[] }).runs;
    expect(run!.results.length).toBeGreaterThan(1_000);
    expect(told(run!)[0]).toMatch(/of 5400 results are left out/);
  });

  test('more packs than runs are cut, those without findings first, and that is said', () => {
    const packs = Array.from({ length: 25 }, (_, index) => ({ name: `Pack${String(index).padStart(2, '0')}`, findings: index === 24 ? [{ rule: 'R', severity: 'error', description: 'd', path: 'p' }] : [], suppressed: [] }));
    const runs = runsOf(fullEvidence({}, packs));
    expect(runs).toHaveLength(20);
    expect(runs.at(-1)!.tool.driver.name).toBe('Pack24');
    expect(told(runs[0]!)).toEqual(['a file holds 20 runs at most: left out are Pack17, Pack18, Pack19, Pack20, Pack21, Pack22, Pack23']);
  });
});
