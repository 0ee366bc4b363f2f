// Makes one file of a door's many: Node would look for each of them, and for each library from each of them.
import { createRequire } from 'node:module';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';

/**
 * What lies outside of the folder is left where it is, since other doors share it.
 *
 * @param door folder of compiled files
 * @param isLate whether a module of a library is loaded when a name of it is first used, and not with the file that imports it
 */
export async function joinDoor(door, isLate = () => false) {
  const index = join(door, 'index.js');
  await joinIndex(door, () => undefined, isLate);
  for (const file of filesOf(door)) if (file !== index) rmSync(file);
}

/**
 * The same for a door into which other doors reach: what may be reached, and all that it needs, is one file, the index with the rest another. A file
 * that may be reached stays as a line that gives its part of the first, so that each module is there once, whoever asks.
 *
 * @param door folder of compiled files
 * @param isReached whether a file stays, by its path in the folder
 */
export async function joinSharedDoor(door, isReached) {
  const [index, shared] = ['index.js', 'shared.js'].map((name) => join(door, name));
  const reached = filesOf(door).filter((file) => file !== index && isReached(posix(relative(door, file))));
  const modules = closureOf(reached, door);
  const keyOf = (file) => JSON.stringify(`./${posix(relative(door, file))}`);
  const partOf = (file, from) => `module.exports = require(${JSON.stringify(posix(from))})[${keyOf(file)}];`;
  await bundle(door, {
    stdin: { contents: `module.exports = { ${modules.map((file) => `get ${keyOf(file)}() { return require(${keyOf(file)}); }`).join(', ')} };`, resolveDir: door },
    outfile: shared,
  }, () => undefined);
  await joinIndex(door, (file) => (modules.includes(file) ? partOf(file, './shared.js') : undefined));
  for (const file of filesOf(door)) {
    if (file === index || file === shared) continue;
    if (reached.includes(file)) writeFileSync(file, `"use strict";\n${partOf(file, join(relative(dirname(file), door) || '.', 'shared.js').replace(/^(?!\.)/, './'))}\n`);
    else rmSync(file);
  }
}

async function joinIndex(door, given, isLate) {
  const index = join(door, 'index.js');
  const names = Object.keys(createRequire(import.meta.url)(index)).filter((name) => name !== '__esModule');
  await bundle(door, {
    entryPoints: [index],
    outfile: index,
    allowOverwrite: true,
    // what Node's ESM lexer reads
    footer: { js: `0 && (module.exports = { ${names.join(', ')} });` },
  }, given, isLate);
}

/** @param given what stands for a file of the door that is not taken in; undefined where it is */
async function bundle(door, options, given, isLate = () => false) {
  const find = createRequire(join(door, 'index.js'));
  await build({
    ...options,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
    plugins: [{
      name: 'door',
      setup(build) {
        // What comes from without is asked for once: Node resolves it anew for each who asks when somebody else was first to load it.
        build.onResolve({ filter: /.*/ }, ({ path, resolveDir, namespace, kind }) => {
          if (kind === 'entry-point') return undefined;
          if (namespace === 'outside' || namespace === 'given') return { path, external: true };
          if (!/^\.{1,2}\//.test(path)) return { path, namespace: 'outside' };
          const target = resolve(resolveDir, path);
          if (!target.startsWith(door + sep)) return { path: posix(relative(door, target)), namespace: 'outside' };
          const file = find.resolve(target);
          return given(file) === undefined ? undefined : { path: file, namespace: 'given' };
        });
        build.onLoad({ filter: /.*/, namespace: 'outside' }, ({ path }) => ({ contents: isLate(path) ? late(path, find) : `module.exports = require(${JSON.stringify(path)});` }));
        build.onLoad({ filter: /.*/, namespace: 'given' }, ({ path }) => ({ contents: given(path) }));
        build.onLoad({ filter: /\.js$/ }, ({ path }) => ({
          // a file that finds others by its own place keeps it
          contents: readFileSync(path, 'utf8').replace(/\b__dirname\b/g, `require("path").join(__dirname, ${JSON.stringify(posix(relative(door, dirname(path))))})`),
        }));
      },
    }],
  });
}

// names are known here, and what they stand for when the app runs
function late(path, find) {
  const names = Object.keys(find(path)).filter((name) => name !== '__esModule');
  return [
    `let loaded; const load = () => loaded ??= require(${JSON.stringify(path)});`,
    ...names.map((name) => `Object.defineProperty(exports, ${JSON.stringify(name)}, { enumerable: true, get: () => load()[${JSON.stringify(name)}] });`),
  ].join('\n');
}

/** Files and the files of the folder that they need, at any depth. */
function closureOf(files, door) {
  const found = new Set();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const { resolve: find } = createRequire(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/\brequire\("(\.{1,2}\/[^"]+)"\)/g)) {
      const target = find(path);
      if (target.startsWith(door + sep)) waiting.push(target);
    }
  }
  return [...found].sort();
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((file) => file.endsWith('.js') && statSync(file).isFile());
}

function posix(path) {
  return path.split(sep).join('/');
}
