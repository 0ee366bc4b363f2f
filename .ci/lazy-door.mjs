// Makes a door load a subject when a name of it is asked for: what an app does not use costs it nothing.
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param door folder of compiled files whose index hands on what its subjects export, and nothing else */
export function makeLazy(door) {
  const index = join(door, 'index.js');
  const subjects = [...readFileSync(index, 'utf8').matchAll(/^__exportStar\(require\("(\.\/[^"]+)"\), exports\);$/gm)].map((match) => match[1]);
  if (subjects.length === 0) throw new Error(`${index} hands nothing on in the form that is looked for: mend .ci/lazy-door.mjs`);
  const load = createRequire(index);
  const names = subjects.map((subject) => [subject, Object.keys(load(subject)).filter((name) => name !== '__esModule')]);
  writeFileSync(index, [
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    'const lazy = (load, names) => names.forEach((name) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => load()[name] }));',
    ...names.map(([subject, exported]) => `lazy(() => require("${subject}"), ${JSON.stringify(exported)});`),
    // what Node's ESM lexer reads
    `0 && (module.exports = { ${names.flatMap(([, exported]) => exported).join(', ')} });`,
    '',
  ].join('\n'));
}
