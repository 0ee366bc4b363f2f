import { evidenceOf } from '../../lib/evidence/collect';
import { DOCUMENTS } from '../../lib/evidence/documents';
import { documentMarkdown } from '../../lib/evidence/documents/render';
import { toHtml } from '../../lib/evidence/writers/html';
import type { RawRecord } from '../../lib/policy/record';
import { recordOf } from './support';

const of = (origin: RawRecord['pack']['origin']) => {
  const record = recordOf();
  return evidenceOf({ records: [{ ...record, pack: { ...record.pack, origin }, plugins: [], weakenings: [], choices: [], privacy: [], costs: [], flow: { nodes: [], edges: [] } }], report: [] });
};

describe('what only constructs tell', () => {
  test('is not known from files, and no section says that it is not there', () => {
    const page = toHtml(of('files'));
    expect([...page.matchAll(/not known from files/gi)]).toHaveLength(5);
    expect(page).not.toMatch(/The app declares no|No data set has|No construct of the library says|No other pack was registered/);
    for (const document of Object.values(DOCUMENTS).filter(({ framework }) => framework === undefined || framework === 'GDPR')) {
      const text = documentMarkdown(document.make(of('files')), of('files'));
      expect(text).not.toMatch(/The app declares|No construct of the library says/);
    }
  });

  test('is known of a synthesis, and what is not there is said', () => {
    const page = toHtml(of('synth'));
    expect(page).not.toMatch(/not known from files/i);
    expect(page).toMatch(/The app declares no data flow[\s\S]*No data set has a privacy budget[\s\S]*No construct of the library says/);
    expect(documentMarkdown(DOCUMENTS['record-of-processing'].make(of('synth')), of('synth'))).toMatch(/The app declares no store/);
  });
});
