import MarkdownIt from 'markdown-it';
import { toMarkdown } from '../../../lib/evidence/writers/markdown';
import { Answer } from '../../../lib/policy';
import { fullEvidence, fullRecord, recordOf } from '../support';

const render = (text: string) => new MarkdownIt({ html: true, linkify: true }).render(text);
const kept = (changes = {}) => fullEvidence({ answers: recordOf().answers.filter(({ answer }) => answer === Answer.COMPLIANT), ...changes }, []);

test('the verdict stands first, then numbers, then the gravest findings with line, fix and article', () => {
  const text = toMarkdown(fullEvidence(), { appFolder: 'infra' });
  expect(text).toMatch(/^<!-- cdk-regulated-ml -->\n\n## ❌ Compliance: 4 findings to be fixed\n/);
  expect(text).toMatch(/- \*\*fatal\*\* Place holds: us-east-1 {2}\n {2}`Ml\/Model` at `infra\/app\.ts:3` {2}\n {2}To mend it: do it {2}\n {2}`RegulatedML-Place`, asked by NIST SP 800-53 AC-4; NIST SP 800-53 SA-9\(5\)/);
  expect(text.indexOf('**fatal**')).toBeLessThan(text.indexOf('**warning, unknown** Unknown: Key holds'));
  expect(text).toContain('the pack failed: boom');
});

test('it is well-formed Markdown: every table has its cells, every fold is closed', () => {
  const page = render(toMarkdown(fullEvidence()));
  for (const [table] of page.matchAll(/<table>[^]*?<\/table>/g)) {
    const columns = table.match(/<th[ >]/g)!.length;
    for (const [row] of table.matchAll(/<tr>\s*<td[^]*?<\/tr>/g)) expect(row.match(/<td[ >]/g)).toHaveLength(columns);
  }
  expect(page.match(/<details>/g)!.length).toBe(page.match(/<\/details>/g)!.length);
  expect(page.match(/<table>/g)!.length).toBe(3);
});

test('a clean app says so; a record that cannot be relied on does not', () => {
  expect(toMarkdown(kept())).toContain('## ✅ Compliance: no unwaived finding');
  const { verdict, ...rest } = kept();
  const text = toMarkdown({ ...rest, verdict: { ...verdict, clean: false }, defects: ['the template was changed'] });
  expect(text).toContain('## ❌ Compliance: the evidence cannot be relied on');
  expect(text).toContain('> ⚠️ the template was changed');
});

test('accepted findings are grouped by reason, with who decided and until when', () => {
  expect(toMarkdown(fullEvidence())).toContain('| `RegulatedML-Isolation` | synthetic | the officer | 2027-01-31 | 1 |');
});

test('what is new is told against an earlier report, whatever lines moved, and so is what is gone', () => {
  const base = recordOf();
  const before = fullEvidence({ answers: fullRecord().answers.filter(({ rule }) => rule !== 'RegulatedML-Place'), subjects: base.subjects.map((subject) => ({ ...subject, source: 'old.ts:9:9' })) });
  const text = toMarkdown(fullEvidence(), { previous: before });
  expect(text).toContain('(1 new, 0 gone since the last report)');
  expect(text).toMatch(/### New\n\n- \*\*fatal\*\*[^\n]*Place holds/);
  expect(toMarkdown(before, { previous: fullEvidence() })).toContain('(0 new, 1 gone since the last report)');
  expect(toMarkdown(before, { previous: fullEvidence() })).toContain('### Findings');
});

test('two findings of one place where there was one are one new finding', () => {
  const answers = (count: number) => Array.from({ length: count }, (_, index) => ({ rule: 'RegulatedML-Isolation', answer: Answer.NON_COMPLIANT, subjects: [0], location: `Properties.List.${index}` }));
  expect(toMarkdown(fullEvidence({ answers: answers(3) }), { previous: fullEvidence({ answers: answers(1) }) })).toContain('(2 new, 0 gone');
});

test('however much there is, it fits into a comment and says what it left out', () => {
  const long = 'x'.repeat(20_000);
  const answers = Array.from({ length: 3_000 }, (_, index) => ({ rule: 'RegulatedML-Isolation', answer: Answer.NON_COMPLIANT, subjects: [0], location: `P${index}`, detail: `ü${long}`, ...(index % 2 ? { accepted: 0 } : {}) }));
  const text = toMarkdown(fullEvidence({ answers, limits: Array.from({ length: 500 }, () => long), accepted: recordOf().accepted.map((one) => ({ ...one, reason: long })) }));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
  expect(text).toMatch(/\d+ more in the report, which do not fit into a comment/);
  expect(render(text).match(/<details>/g)!.length).toBe(render(text).match(/<\/details>/g)!.length);
});
