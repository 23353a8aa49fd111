// @ts-check
// Makes the executable's one script, dist/podproof.cjs, that of its threads, and V8's code caches for them. Two hundred small
// modules cost Node.js 100 ms to find, link and compile; one script with its compiled code beside it costs 15.
// docs/decisions/0002 has the figures.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Modules of Node.js that most runs do not use. They would make a tenth of what a short check takes. */
const SELDOM_USED = ['node:child_process', 'node:crypto', 'node:fs/promises'];

await bundle('cli/main.ts', join(DIST, 'podproof.cjs'));
writeCodeCache(join(DIST, 'podproof.cjs'));
// What follows is run by a tuned V8, and V8 takes no code that was compiled with other settings.
require('../bin/tune-engine.cjs')();
// `check` alone: V8 reads back a third of the compiled code, and half of a short check is that.
await bundle('cli/main.ts', join(DIST, 'podproof-check.cjs'), [onlyCommand('check')]);
writeCodeCache(join(DIST, 'podproof-check.cjs'));
// The threads of a check: their code alone.
await bundle('check/threads/run-thread.ts', join(DIST, 'check-thread.cjs'));
writeCodeCache(join(DIST, 'check-thread.cjs'));

/** @param {string} entry @param {string} outfile @param {import('esbuild').Plugin[]} [plugins] */
async function bundle(entry, outfile, plugins = []) {
  await build({
    entryPoints: [join(ROOT, 'src', entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    // Packages that few commands need, or that bring a binary: loaded from node_modules when they are.
    external: ['koffi', '@lydell/node-pty', 'undici', 'yaml', 'fzstd', 'lmdb', 'selfsigned'],
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: 'warning',
    plugins: [loadedWhenUsed(), ...plugins],
  });
}

/** Loads those modules when something of them is first used. */
function loadedWhenUsed() {
  return {
    name: 'loaded-when-used',
    /** @param {import('esbuild').PluginBuild} build */
    setup(build) {
      build.onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
        SELDOM_USED.includes(path) && namespace !== 'seldom-used'
          ? { path, namespace: 'seldom-used' }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'seldom-used' }, ({ path }) => ({
        contents: `const name = ${JSON.stringify(path)};
for (const key of ${JSON.stringify(Object.keys(require(path)))}) {
  Object.defineProperty(exports, key, { enumerable: true, get: () => require(name)[key] });
}`,
      }));
    },
  };
}

/** Leaves the code of all other commands out. bin/podproof starts them from the whole bundle. @param {string} name */
function onlyCommand(name) {
  return {
    name: 'only-command',
    /** @param {import('esbuild').PluginBuild} build */
    setup(build) {
      build.onResolve({ filter: /^\.\/commands\// }, ({ path }) =>
        path === `./commands/${name}.ts` ? undefined : { path, namespace: 'left-out' },
      );
      build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
        contents: `throw new Error(${JSON.stringify(`${path} is not part of this bundle`)});`,
      }));
    },
  };
}

/**
 * With --no-lazy V8 compiles every function, also those that only a run with containers would reach. The flag is taken back
 * before the cache is written, because a cache holds only for the flags that it was made with.
 * @param {string} file
 */
function writeCodeCache(file) {
  setFlagsFromString('--no-lazy');
  const script = wrapScript(file);
  setFlagsFromString('--lazy');
  writeFileSync(`${file}.cache`, script.createCachedData());
  if (wrapScript(file, readFileSync(`${file}.cache`)).cachedDataRejected)
    throw new Error(`V8 rejects the code cache of ${file}`);
}

/** As bin/load-bundle.cjs compiles it. @param {string} file @param {Buffer} [cachedData] */
function wrapScript(file, cachedData) {
  const source = readFileSync(file, 'utf8');
  return new Script(`(function (require, module, exports, __filename, __dirname) {${source}\n})`, {
    filename: file,
    ...(cachedData && { cachedData }),
  });
}
