import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry { readonly optionalDependencies?: Record<string, string>; readonly inBundle?: boolean }

test('the lock file holds the binaries of every platform, or npm ci of a newer npm refuses it', () => {
  const { packages } = JSON.parse(readFileSync(join(__dirname, '..', 'package-lock.json'), 'utf8')) as { packages: Record<string, Entry> };
  // what a package brings in its own tarball is not looked up
  const missing = Object.entries(packages).filter(([, entry]) => !entry.inBundle).flatMap(([path, entry]) => Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages)));
  expect(missing).toEqual([]);
});
