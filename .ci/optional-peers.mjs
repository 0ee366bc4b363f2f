// The packed manifest names the libraries of the Azure door as optional peers. In the one of the repository they would be
// dependencies of the jsii assembly, which the Azure door is no part of, and every build would read their 84 MB of types.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// wide enough for cdktn, which continues cdktf under the same interface
const PEERS = { 'cdktf': '>=0.21.0 <0.25.0', '@cdktf/provider-azurerm': '>=14.23.1 <17' };

const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'package.json');
const manifest = JSON.parse(readFileSync(file, 'utf8'));
const add = process.argv[2] === 'add';
for (const [name, range] of Object.entries(PEERS)) {
  if (add) manifest.peerDependencies[name] = range;
  else delete manifest.peerDependencies[name];
}
delete manifest.peerDependenciesMeta;
if (add) manifest.peerDependenciesMeta = Object.fromEntries(Object.keys(PEERS).map((name) => [name, { optional: true }]));
// whoever reads it meanwhile reads the one or the other
writeFileSync(`${file}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
renameSync(`${file}.new`, file);
