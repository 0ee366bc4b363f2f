// Makes one file of a door's many: Node would look for each of them, and for each library from each of them.
import { createRequire } from 'node:module';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';

/**
 * What lies outside of the folder is left where it is, since other doors share it.
 *
 * @param door folder of compiled files
 */
export async function joinDoor(door) {
  const index = join(door, 'index.js');
  const names = Object.keys(createRequire(import.meta.url)(index)).filter((name) => name !== '__esModule');
  const posix = (path) => path.split(sep).join('/');
  await build({
    entryPoints: [index],
    outfile: index,
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // what Node's ESM lexer reads
    footer: { js: `0 && (module.exports = { ${names.join(', ')} });` },
    logLevel: 'warning',
    plugins: [{
      name: 'door',
      setup(bundle) {
        // What comes from without is asked for once: Node resolves it anew for each who asks when somebody else was first to load it.
        bundle.onResolve({ filter: /.*/ }, ({ path, resolveDir, namespace, kind }) => {
          if (kind === 'entry-point') return undefined;
          if (namespace === 'outside') return { path, external: true };
          if (!/^\.{1,2}\//.test(path)) return { path, namespace: 'outside' };
          const target = resolve(resolveDir, path);
          return target.startsWith(door + sep) ? undefined : { path: posix(relative(door, target)), namespace: 'outside' };
        });
        bundle.onLoad({ filter: /.*/, namespace: 'outside' }, ({ path }) => ({ contents: `module.exports = require(${JSON.stringify(path)});` }));
        bundle.onLoad({ filter: /\.js$/ }, ({ path }) => ({
          // a file that finds others by its own place keeps it
          contents: readFileSync(path, 'utf8').replace(/\b__dirname\b/g, `require("path").join(__dirname, ${JSON.stringify(posix(relative(door, dirname(path))))})`),
        }));
      },
    }],
  });
  for (const entry of readdirSync(door, { recursive: true }).map((name) => join(door, name))) {
    if (entry !== index && entry.endsWith('.js') && statSync(entry).isFile()) rmSync(entry);
  }
}
