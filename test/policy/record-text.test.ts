import { canonicalJson, recordText } from '../../lib/policy/record';
import { fullRecord } from '../evidence/support';

test('a record has a line for each answer and each subject, and its names in order', () => {
  const record = fullRecord();
  const text = recordText(record);
  expect(canonicalJson(JSON.parse(text))).toBe(canonicalJson(record));
  expect(Object.keys(JSON.parse(text) as object)).toEqual(Object.keys(record).sort());
  const lines = text.split('\n');
  expect(lines.filter((line) => line.startsWith('    {"') && line.includes('"answer":'))).toHaveLength(record.answers.length);
  expect(lines.filter((line) => line.startsWith('    {"') && line.includes('"logicalId":'))).toHaveLength(record.subjects.length);
  expect(text).toMatch(/^\{\n[^]*\n\}\n$/);
  expect(recordText({ ...record, answers: [], accepted: [] })).toContain('"answers": [],\n');
});
