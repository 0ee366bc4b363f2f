import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deadLinksOf } from './support/markdown';

const ROOT = join(__dirname, '..');

test('every relative link of the repository leads to a file, and to a heading of it', () => {
  const files = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  expect(files).toEqual(expect.arrayContaining(['README.md', 'docs/cli.md', 'lib/aws/privacy/README.md']));
  expect(files.flatMap((file) => deadLinksOf(ROOT, file))).toEqual([]);
});

test('fails for what is not there, and for a heading that is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regulated-ml-links-'));
  try {
    writeFileSync(join(folder, 'a.md'), '# A `b`, and *c*\n\n[there](a.md#a-b-and-c) [gone](b.md) [no heading](#d) [elsewhere](https://example.com) `[code](c.md)`\n\n![image](d.png)');
    expect(deadLinksOf(folder, 'a.md')).toEqual(['a.md -> b.md', 'a.md -> #d', 'a.md -> d.png']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
