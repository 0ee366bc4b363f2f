import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { validateXML } from 'xmllint-wasm';
import { ccpaInventory } from '../../lib/evidence/documents/ccpa-inventory';
import { impactAssessment } from '../../lib/evidence/documents/impact-assessment';
import { modelCard } from '../../lib/evidence/documents/model-card';
import { recordOfProcessing } from '../../lib/evidence/documents/record-of-processing';
import { documentHtml, documentMarkdown } from '../../lib/evidence/documents/render';
import { toGitLab } from '../../lib/evidence/writers/gitlab';
import { toHtml } from '../../lib/evidence/writers/html';
import { toJson } from '../../lib/evidence/writers/json';
import { toJUnit } from '../../lib/evidence/writers/junit';
import { toMarkdown } from '../../lib/evidence/writers/markdown';
import { code, codeCell, markdown } from '../../lib/evidence/writers/markdown-text';
import { toOscalAssessmentResults } from '../../lib/evidence/writers/oscal-assessment-results';
import { toOscalComponentDefinition } from '../../lib/evidence/writers/oscal-component-definition';
import { visible } from '../../lib/evidence/writers/plain-text';
import { toSarif } from '../../lib/evidence/writers/sarif';
import { anyText } from '../support/any-text';
import { evidenceNaming } from './support';

/** What breaks out of one format or another. */
const PIECES = [
  ']]>', '-->', '`', '```', '|', '\n', '\r\n', '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"', '\'', '&', '&amp;', '&#x3c;', '${{ secrets.TOKEN }}', '\u202Egnp.exe', '\uD800', '\uDC00',
  '\u0000', '\u001b[31m', '\uFFFE', '\u2028', '\u{E0041}', '@org/team', '#1', 'http://evil.example', 'www.evil.example', 'mailto:a@b.example', '[x](javascript:alert(1))', '![x](http://evil.example)', '{0}', '{{', '\\', '\\|', '\\`',
  '*', '**', '_', '~~', '$$', '# ', '- ', '1. ', '> ', '---', '===', '../../', 'C:\\', ':1:1', '%00', '</details>', '<!--', 'é', '😀', ' ', '\t', 'x'.repeat(500),
];
// it ends and begins with a letter, because a text that is blank, or only a mark, has another shape
const hostile = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, anyText({ maxLength: 8 })), { minLength: 1, maxLength: 8 }).map((pieces) => `x${pieces.join('')}x`);
const EVERYTHING = `x${PIECES.join('')}x`;
const INVISIBLE = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u;
const DAY = { date: '2026-11-26' };
const RUNS = { numRuns: 40, examples: [[EVERYTHING]] as [string][] };

const renderer = new MarkdownIt({ html: true, linkify: true });
const tagsOf = (page: string) => [...page.matchAll(/<\/?[a-z][a-z0-9]*|<!--/gi)].map(([tag]) => tag);
const harmless = evidenceNaming('x');

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)]);
}

test('the pieces are hostile: unescaped they change a page', () => {
  expect(tagsOf(renderer.render(EVERYTHING))).not.toEqual(tagsOf(renderer.render('x')));
  expect(INVISIBLE.test(EVERYTHING)).toBe(true);
});

test('a text that is made visible says the same and holds nothing that cannot be seen', () => {
  fc.assert(fc.property(anyText(), (text) => {
    expect(visible(text)).not.toMatch(INVISIBLE);
    expect(visible(visible(text))).toBe(visible(text));
  }));
  expect(visible('a\u202Eb\uD800c\u{E0041}\n😀')).toBe('a\\u202Eb\\uD800c\\u{E0041}\n😀');
});

test('text in Markdown is shown as it is, in a paragraph, a list, a table and a span of code', () => {
  const plain = (page: string) => page.replace(/<[^>]*>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&').replace(/\u200B/g, '').trim();
  fc.assert(fc.property(hostile, (text) => {
    const wanted = visible(text).replace(/\s+/g, ' ').trim();
    expect(plain(renderer.render(markdown(text)))).toBe(wanted);
    expect(tagsOf(renderer.render(`- ${markdown(text)}`))).toEqual(tagsOf(renderer.render('- x')));
    expect(plain(renderer.render(code(text)))).toBe(wanted);
    expect(tagsOf(renderer.render(code(text)))).toEqual(['<p', '<code', '</code', '</p']);
    const table = (cell: string) => renderer.render(`| a | b |\n| --- | --- |\n| ${cell} | y |`);
    expect(tagsOf(table(markdown(text)))).toEqual(tagsOf(table('x')));
    expect(tagsOf(table(codeCell(text)))).toEqual(tagsOf(table('`x`')));
  }), { numRuns: 300, examples: [[EVERYTHING]] });
});

test('a text that is only a mark makes no list, heading or line', () => {
  for (const mark of ['-', '+', '*', '1.', '12)', '#', '##', '>', '---', '***', '===', '|', '~~~', '```', '=', '- x', '+ x', '1. x', '# x']) {
    expect(tagsOf(renderer.render(markdown(mark)))).toEqual(['<p', '</p']);
    expect(tagsOf(renderer.render(`x\n${markdown(mark)}`))).toEqual(['<p', '</p']);
  }
});

test('the comment has the same shape whatever things are called, calls nobody and links nowhere', () => {
  const shape = tagsOf(renderer.render(toMarkdown(harmless)));
  fc.assert(fc.property(hostile, (text) => {
    const written = toMarkdown(evidenceNaming(text), { category: text });
    const page = renderer.render(written);
    expect(written).not.toMatch(INVISIBLE);
    expect(tagsOf(page)).toEqual(shape);
    expect(page).not.toMatch(/<a |<img|<script/);
    expect(page.replace(/<code>[^]*?<\/code>/g, '')).not.toMatch(/@[A-Za-z]/);
    expect(Buffer.byteLength(written)).toBeLessThanOrEqual(65_536);
  }), RUNS);
});

test('documents have the same shape whatever things are called, as Markdown and as HTML', () => {
  for (const make of [recordOfProcessing, impactAssessment, ccpaInventory, modelCard]) {
    const shapes = [tagsOf(renderer.render(documentMarkdown(make(harmless), harmless, DAY))), tagsOf(documentHtml(make(harmless), harmless, DAY))];
    fc.assert(fc.property(hostile, (text) => {
      const evidence = evidenceNaming(text);
      const [words, page] = [documentMarkdown(make(evidence), evidence, DAY), documentHtml(make(evidence), evidence, DAY)];
      expect([tagsOf(renderer.render(words)), tagsOf(page)]).toEqual(shapes);
      expect(words + page).not.toMatch(INVISIBLE);
    }), { ...RUNS, numRuns: 15 });
  }
});

test('the page has the same shape whatever things are called', () => {
  const shape = tagsOf(toHtml(harmless));
  fc.assert(fc.property(hostile, (text) => {
    const page = toHtml(evidenceNaming(text));
    expect(tagsOf(page)).toEqual(shape);
    expect(page).not.toMatch(INVISIBLE);
  }), { ...RUNS, numRuns: 15 });
});

test('SARIF follows its schema, and messages hold no links, placeholders or invisible characters of their own', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  const isSarif = ajv.compile(JSON.parse(readFileSync(require.resolve(`@microsoft/sarif-multitool-${process.platform}/sarif-2.1.0.json`), 'utf8')) as object);
  fc.assert(fc.property(hostile, (text) => {
    const log = JSON.parse(toSarif(evidenceNaming(text), { everyAnswer: true, category: text })) as { runs: { results: { message: { text: string }; locations?: { physicalLocation?: { artifactLocation: { uri: string } } }[] }[] }[] };
    isSarif(log);
    expect(isSarif.errors).toBeNull();
    expect(textsOf(log).filter((one) => INVISIBLE.test(one))).toEqual([]);
    for (const { message, locations } of log.runs.flatMap(({ results }) => results)) {
      expect(message.text.replace(/\\./gs, '').replace(/\{\{|\}\}/g, '')).not.toMatch(/[[\]{}]/);
      expect(locations?.[0]?.physicalLocation?.artifactLocation.uri ?? 'a').toMatch(/^(?!\.\.?\/)[A-Za-z0-9\-_.!~*'()%/]+$/);
    }
  }), RUNS);
});

test('JUnit is well-formed XML that holds every text', async () => {
  const texts = [EVERYTHING, ...fc.sample(hostile, { numRuns: 40, seed: 1 })];
  const written = texts.map((text) => toJUnit(evidenceNaming(text), { everyAnswer: true }));
  for (const xml of written) expect(xml).not.toMatch(INVISIBLE);
  const result = await validateXML({
    xml: written.map((contents, index) => ({ fileName: `${index}.xml`, contents })), extension: 'schema', maxMemoryPages: 8192,
    schema: '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="testsuites"><xs:complexType><xs:sequence><xs:any processContents="skip" maxOccurs="unbounded"/></xs:sequence><xs:anyAttribute processContents="skip"/></xs:complexType></xs:element></xs:schema>',
  });
  expect(result.errors.map(({ rawMessage }) => rawMessage)).toEqual([]);
  const cases = (xml: string) => xml.match(/<testcase /g)!.length;
  for (const xml of written) expect(cases(xml)).toBe(cases(toJUnit(harmless, { everyAnswer: true })));
});

test('Code Quality keeps its shape: one line each, paths inside the repository', () => {
  fc.assert(fc.property(hostile, (text) => {
    const issues = JSON.parse(toGitLab(evidenceNaming(text))) as { description: string; check_name: string; fingerprint: string; location: { path: string } }[];
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    for (const { description, check_name: name, location } of issues) {
      expect(`${description}${name}${location.path}`).not.toMatch(/[\n\r]/);
      expect(location.path).not.toMatch(/^(\.{0,2}\/|[A-Za-z]:)|(^|\/)\.\.(\/|$)/);
    }
    expect(textsOf(issues).filter((one) => INVISIBLE.test(one))).toEqual([]);
  }), RUNS);
});

test('OSCAL keeps its datatypes: values without outer blanks or lines, tokens, one line a title', () => {
  fc.assert(fc.property(hostile, (text) => {
    for (const written of [toOscalAssessmentResults(evidenceNaming(text), DAY), toOscalComponentDefinition(evidenceNaming(text), DAY)]) {
      expect(textsOf(JSON.parse(written)).filter((one) => INVISIBLE.test(one))).toEqual([]);
      JSON.parse(written, (key, value: unknown) => {
        if (key === 'value' && typeof value === 'string') expect(value).toMatch(/^\S(.*\S)?$/u);
        if (key === 'title') expect(value).toMatch(/^[^\n]+$/);
        if (key === 'control-id' || key === 'target-id') expect(value).toMatch(/^[a-z][a-z0-9._-]*$/);
        if (key === 'source' && typeof value === 'string') expect(value).toMatch(/^(https:|urn:)\S+$/);
        return value;
      });
    }
  }), RUNS);
});

test('the JSON holds every text unchanged, and is well-formed text itself', () => {
  const ajv = new Ajv();
  const isReport = ajv.compile(JSON.parse(readFileSync(require.resolve('../../schemas/evidence-report.schema.json'), 'utf8')) as object);
  fc.assert(fc.property(hostile, (text) => {
    const evidence = evidenceNaming(text);
    const written = toJson(evidence);
    expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(evidence)));
    expect(written).not.toMatch(/\p{Cs}/u);
    isReport(JSON.parse(written));
    expect(isReport.errors).toBeNull();
  }), RUNS);
});
