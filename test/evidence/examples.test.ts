import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Ajv from 'ajv';
import { EvidenceReport, RegulatoryDocument, ReportFormat } from '../../lib/evidence';
import { toJUnit } from '../../lib/evidence/writers/junit';
import { toOscalAssessmentResults } from '../../lib/evidence/writers/oscal-assessment-results';
import { toOscalComponentDefinition } from '../../lib/evidence/writers/oscal-component-definition';
import { toSarif } from '../../lib/evidence/writers/sarif';
import { describeInBrowser, launched } from '../support/browser';
import { EXAMPLE_NAMES, example, judged, type Example } from '../support/examples';
import { describeWithPython, runPython } from '../support/python';
import { evidenceNaming, fullEvidence } from './support';

const DAY = { date: '2026-11-26' };
const LENIENT = { '@aws-cdk/core:failSynthOnValidationErrors': false };
const SCHEMAS = join(__dirname, '..', '..', 'schemas');

/** Without the rule that asks for each address by the network: it only gives notes, and waits twenty seconds where there is no network. */
const OFFLINE = `<?xml version="1.0" encoding="utf-8"?>
<Properties>
  <Properties Key="SARIF2006.UrisShouldBeReachable.Options"><Property Key="RuleEnabled" Value="Disabled" Type="Microsoft.CodeAnalysis.Sarif.Driver.RuleEnabledState" /></Properties>
</Properties>
`;

/** Reports of all examples, and of one with faults beside it. */
const reports = new Map<string, { readonly report: EvidenceReport; readonly outdir: string }>();

function reportOf(name: string, subject: Example): void {
  judged(subject);
  reports.set(name, { report: EvidenceReport.fromAssembly(subject.outdir), outdir: subject.outdir });
}

beforeAll(() => {
  for (const name of EXAMPLE_NAMES) reportOf(name, example(name, LENIENT));
  const planted = example('minimal', LENIENT);
  const { CfnResource, Stack } = planted.cdk;
  const stack = new Stack(planted.app, 'Planted', { env: { account: '123456789012', region: 'us-east-1' } });
  new CfnResource(stack, 'Model', { type: 'AWS::SageMaker::Model', properties: { ExecutionRoleArn: 'arn:aws:iam::123456789012:role/r', PrimaryContainer: { Image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/m:1' } } });
  new planted.s3.CfnBucket(stack, 'Bucket');
  reportOf('planted', planted);
}, 300_000);

const all = () => [...reports.values()].map(({ report }) => report);

test('the raw records and the reports of the examples follow the published schemas', () => {
  const [isRecord, isReport] = ['raw-record', 'evidence-report'].map((name) => new Ajv().compile(JSON.parse(readFileSync(join(SCHEMAS, `${name}.schema.json`), 'utf8')) as object));
  for (const { report, outdir } of reports.values()) {
    isRecord!(JSON.parse(readFileSync(join(outdir, 'regulated-ml-evidence.json'), 'utf8')));
    isReport!(JSON.parse(report.toJson()));
    expect([isRecord!.errors, isReport!.errors]).toEqual([null, null]);
  }
});

test('the faults that were planted reach every format, the examples alone none', () => {
  const { report } = reports.get('planted')!;
  const sarif = JSON.parse(report.toSarif()) as { runs: { results: { suppressions?: object[]; message: { text: string }; relatedLocations: { physicalLocation: { region: { startLine: number } } }[]; locations: { logicalLocations: { fullyQualifiedName: string }[] }[] }[] }[] };
  const open = sarif.runs[0]!.results.filter(({ suppressions }) => !suppressions);
  const lines = readFileSync(join(reports.get('planted')!.outdir, 'Planted.template.json'), 'utf8').split('\n');
  const image = open.find(({ message }) => message.text.includes('Image'))!.relatedLocations[0]!;
  expect(lines[image.physicalLocation.region.startLine - 1]).toContain('"Image": "123456789012.dkr.ecr.us-east-1');
  expect(open.length).toBeGreaterThan(3);
  expect(open.every(({ locations }) => locations[0]!.logicalLocations[0]!.fullyQualifiedName.startsWith('Planted'))).toBe(true);
  expect(report.toJunit()).toContain('<failure ');
  expect((JSON.parse(report.toCodeQuality()) as object[]).length).toBeGreaterThan(open.length);
  expect(report.toMarkdown({ previous: reports.get('minimal')!.report })).toMatch(/❌[^\n]*\([1-9]\d* new, 0 gone/);
  const clean = reports.get('minimal')!.report;
  expect([clean.toCodeQuality(), clean.toJunit().includes('<failure ')]).toEqual(['[]\n', false]);
});

test('an example gives the same bytes from another run and another directory', () => {
  const again = example('minimal', LENIENT);
  judged(again);
  const first = reports.get('minimal')!;
  expect(again.outdir).not.toBe(first.outdir);
  const texts = (report: EvidenceReport) => report.writeTo(mkdtempSync(join(tmpdir(), 'evidence-')), Object.values(ReportFormat), { ...DAY, everyAnswer: true })
    .concat(report.writeDocuments(mkdtempSync(join(tmpdir(), 'documents-')), report.documents, DAY)).map((file) => readFileSync(file, 'utf8'));
  expect(texts(EvidenceReport.fromAssembly(again.outdir))).toEqual(texts(first.report));
});

test('documents of the example with patients say what its stores hold, for what and for how long', () => {
  const { report } = reports.get('heart-attack-mortality')!;
  const record = report.documentAsMarkdown(RegulatoryDocument.RECORD_OF_PROCESSING, DAY);
  expect(record).toContain('| Raw | raw | phi (declared) | **☐ to be written:** what of a person “Raw” holds |');
  for (const row of ['| Raw | 3653 days |', '| Captures | 90 days |']) expect(record).toContain(row);
  expect(record).toMatch(/\| eu-central-1 \(DE\) \| yes \|/);
  expect(report.documents).toEqual(expect.arrayContaining([RegulatoryDocument.HIPAA_MAPPING, RegulatoryDocument.RECORD_OF_PROCESSING]));
  expect(report.documentAsMarkdown(RegulatoryDocument.HIPAA_MAPPING, DAY)).toMatch(/\| 45 CFR 164\.312\(a\)\(2\)\(iv\) \| encryption and decryption of ePHI \|/);
  expect(report.documentAsMarkdown(RegulatoryDocument.IMPACT_ASSESSMENT, DAY)).toContain('| Pseudonymise | pseudonymised (declared by the step, not verified) |');
  expect(report.documentAsMarkdown(RegulatoryDocument.MODEL_CARD, DAY)).toMatch(/\| Raw \| phi \(declared\) \| one-year-mortality \|/);
  expect(report.documentAsMarkdown(RegulatoryDocument.CCPA_INVENTORY, DAY)).toContain('Declared to hold nothing about people:');
});

describe('SARIF, under the multitool of Microsoft', () => {
  const tool = multitool();
  const testWithTool = tool ? test : test.skip;
  if (!tool) process.stderr.write(`the multitool has no binary for ${process.platform}: its tests are skipped\n`);

  // all in one process, which loads for a second
  let found: string[][] = [];
  beforeAll(() => {
    const log = JSON.parse(toSarif(fullEvidence())) as { runs: { results: { ruleIndex: number; locations: object[] }[] }[] };
    log.runs[0]!.results[0]!.ruleIndex = 999;
    if (tool) found = grave(reports.get('heart-attack-mortality')!.report.toSarif({ everyAnswer: true }), reports.get('planted')!.report.toSarif(), toSarif(fullEvidence()), JSON.stringify(log));
  });

  testWithTool('has no error and no warning, by the rules of the standard and of GitHub', () => {
    expect(found.slice(0, 3)).toEqual([[], [], []]);
  });

  testWithTool('a fault that is planted is found, so that no answer means something', () => {
    expect(found[3]).not.toEqual([]);
  });

  /** What is wrong with each. */
  function grave(...sarif: string[]): string[][] {
    const folder = mkdtempSync(join(tmpdir(), 'sarif-'));
    const [output, config] = [join(folder, 'validated.sarif'), join(folder, 'config.xml')];
    const files = sarif.map((_text, index) => join(folder, `${index}.sarif`));
    files.forEach((file, index) => writeFileSync(file, sarif[index]!));
    writeFileSync(config, OFFLINE);
    // it ends with 0 whatever it finds
    execFileSync(tool!, ['validate', ...files, '--config', config, '--rule-kind', 'Sarif;Ghas', '--output', output, '--log', 'ForceOverwrite', '--level', 'Error;Warning;Note', '--kind', 'Fail'], { stdio: 'ignore' });
    interface Told { readonly ruleId: string; readonly level?: string; readonly message: { readonly id?: string; readonly arguments?: string[] }; readonly locations: { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[] }
    const { runs } = JSON.parse(readFileSync(output, 'utf8')) as { runs: { results?: Told[] }[] };
    return files.map((file) => {
      const told = runs.flatMap(({ results = [] }) => results).filter(({ locations }) => locations[0]!.physicalLocation.artifactLocation.uri === pathToFileURL(file).href);
      expect(told.length).toBeGreaterThan(0);
      // other packs do not say their version and where they are from
      return told.filter(({ level, ruleId, message }) => (level ?? 'warning') !== 'note' && (!ruleId.startsWith('SARIF2005') || message.arguments?.includes('RegulatedML'))).map(({ ruleId, message }) => `${ruleId} ${message.id} ${message.arguments?.join(' ')}`);
    });
  }

  function multitool(): string | undefined {
    try {
      const binary = require(`@microsoft/sarif-multitool-${process.platform}`) as string;
      // npm does not run the script of the package that does it
      if (existsSync(binary)) chmodSync(binary, 0o755);
      return existsSync(binary) ? binary : undefined;
    } catch {
      return undefined;
    }
  }
});

interface Answers { readonly models: string[][]; readonly metaschema: string[][]; readonly junit: Record<string, number>[] }

describeWithPython('OSCAL and JUnit, under the readers of others', () => {
  interface Document { 'assessment-results': { results: { findings: { uuid: string; target: { status: { state: string } } }[] }[] } }
  const broken = (change: (document: Document) => void) => {
    const document = JSON.parse(toOscalAssessmentResults(fullEvidence(), DAY)) as Document;
    change(document);
    return JSON.stringify(document);
  };
  const planted = () => [
    broken((document) => { document['assessment-results'].results[0]!.findings[0]!.target.status.state = 'perhaps'; }),
    broken((document) => { const { findings } = document['assessment-results'].results[0]!; findings[1]!.uuid = findings[0]!.uuid; }),
  ];
  let junit: string[];
  let sound: number;
  // all in one process: the readers load for seconds
  let answers: Answers;

  beforeAll(() => {
    const evidence = [fullEvidence(), evidenceNaming('x | `*<b>${{ x }}\u202E\n ]]> "y" '), evidenceNaming('😀 § ü')];
    const oscal = [
      ...all().flatMap((report) => [report.toOscalAssessmentResults(DAY), report.toOscalComponentDefinition(DAY)]),
      ...evidence.flatMap((one) => [toOscalAssessmentResults(one, DAY), toOscalComponentDefinition(one, DAY)]),
    ];
    sound = oscal.length;
    junit = [fullEvidence(), ...all().map((report) => JSON.parse(report.toJson()) as ReturnType<typeof fullEvidence>)].map((one) => toJUnit(one));
    answers = runPython<Answers>(join(__dirname, 'readers.py'), { oscal: [...oscal, ...planted()], junit });
  });

  test('trestle and the metaschema find no error in OSCAL, of the examples and of hostile names', () => {
    const { models, metaschema } = answers;
    expect(models).toHaveLength(sound + 2);
    expect([models.slice(0, sound).flat(), metaschema.slice(0, sound).flat()]).toEqual([[], []]);
  });

  test('both find what is planted: a state that does not exist, an id that stands twice', () => {
    const [models, metaschema] = [answers.models.slice(sound), answers.metaschema.slice(sound)];
    expect(models.map((errors) => errors.length)).toEqual([1, 1]);
    expect(metaschema[0]!.join()).toContain('allowed-values');
  });

  test('a reader of JUnit counts what the report counts', () => {
    const counts = answers.junit;
    junit.forEach((xml, index) => {
      const [, tests, failures, errors] = /<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(xml)!;
      const { passed, failure, error, skipped } = counts[index] as { passed: number; failure: number; error: number; skipped: number };
      expect([passed + failure + error + skipped, failure, error]).toEqual([Number(tests), Number(failures), Number(errors)]);
    });
    expect(counts[0]).toEqual({ passed: 5, failure: 3, error: 1, skipped: 6 });
  });
});

describeInBrowser('the report of the largest example on paper', () => {
  test('has less than twenty pages: what is kept is counted, and everything that somebody must answer for is named', async () => {
    const { report } = reports.get('heart-attack-mortality')!;
    const file = join(mkdtempSync(join(tmpdir(), 'print-')), 'evidence.html');
    writeFileSync(file, report.toHtml());
    const browser = await launched();
    try {
      const page = await browser.newPage();
      await page.goto(pathToFileURL(file).href);
      const pdf = (await page.pdf({ format: 'A4', printBackground: true, margin: { top: '12mm', bottom: '12mm', left: '12mm', right: '12mm' } })).toString('latin1');
      const pages = pdf.match(/\/Type\s*\/Page\b/g)!.length;
      expect(pages).toBeGreaterThan(5);
      expect(pages).toBeLessThan(20);
      await page.emulateMedia({ media: 'print' });
      const text = await page.locator('body').innerText();
      for (const title of ['Findings', 'Data flow', 'Frameworks and controls', 'Requirements by their state', 'Trade-offs', 'Waivers', 'Not assessed']) expect(text).toContain(title);
      const { findings, frameworks } = JSON.parse(report.toJson()) as { findings: { path: string }[]; frameworks: { requirements: { citation: string; status: string }[] }[] };
      expect(findings.length).toBeGreaterThan(0);
      for (const { path } of findings) expect(text).toContain(path);
      const named = frameworks.flatMap(({ requirements }) => requirements.filter(({ status }) => ['findings', 'unknown', 'waived', 'not-assessed'].includes(status)));
      expect(named.length).toBeGreaterThan(50);
      for (const { citation } of named) expect(text).toContain(citation);
      expect(await page.getByText('Every requirement by its article').isVisible()).toBe(false);
      await page.emulateMedia({ media: 'screen' });
      expect(await page.getByText('Every requirement by its article').isVisible()).toBe(true);
      expect(await page.getByText('Requirements by their state').isVisible()).toBe(false);
    } finally {
      await browser.close();
    }
  }, 60_000);
});
