// @ts-check
// Makes the library's JavaScript: ES modules in dist/, CommonJS for Jest and for programs without `import` in dist/cjs/, and
// in both only the declarations that somebody who imports the package can reach. Hundreds of small modules would cost a unit
// test more time to load than to run; docs/decisions/0052 has the figures.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** What tsc wrote: the declarations of every module. */
const DECLARATIONS = join(DIST, 'declarations');

const MATCHERS = { 'matchers/matchers': 'src/matchers/matchers.ts', 'matchers/jest': 'src/matchers/jest.ts' };
const ENTRIES = { index: 'src/index.ts', ...MATCHERS };
// Vitest itself has no CommonJS.
const MODULE_ENTRIES = { ...ENTRIES, 'matchers/vitest': 'src/matchers/vitest.ts' };

/** @type {import('esbuild').BuildOptions} */
const SHARED = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
};

for (const made of ['chunks', 'cjs', 'matchers']) rmSync(join(DIST, made), { recursive: true, force: true });
await build({
  ...SHARED,
  entryPoints: MODULE_ENTRIES,
  outdir: DIST,
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  packages: 'external',
});
await build({
  ...SHARED,
  entryPoints: ENTRIES,
  outdir: join(DIST, 'cjs'),
  format: 'cjs',
  packages: 'external',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
});
writeFileSync(join(DIST, 'cjs', 'package.json'), '{ "type": "commonjs" }\n');

copyDeclarations(Object.keys(MODULE_ENTRIES), DIST);
copyDeclarations(Object.keys(ENTRIES), join(DIST, 'cjs'));
rmSync(DECLARATIONS, { recursive: true });

/**
 * The declarations of these modules, and of everything that they name.
 * @param {readonly string[]} entries
 * @param {string} target
 */
function copyDeclarations(entries, target) {
  const waiting = entries.map((entry) => join(DECLARATIONS, `${entry}.d.ts`));
  const seen = new Set(waiting);
  for (const file of waiting) {
    // Every TypeScript that reads `exports` knows `./a.js` of declarations, and only new ones `./a.ts`.
    const text = readFileSync(file, 'utf8').replace(
      /((?:from|import)\s*\(?\s*')(\.{1,2}\/[^']*)\.ts(?=')/g,
      (_, before, path) => {
        const named = resolve(dirname(file), `${path}.d.ts`);
        if (!seen.has(named)) waiting.push(named);
        seen.add(named);
        return `${before}${path}.js`;
      },
    );
    // Streams and signals are Node.js's: TypeScript 6 and newer load its types only for whoever asks.
    const isRoot = file === join(DECLARATIONS, 'index.d.ts');
    const copy = join(target, relative(DECLARATIONS, file));
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, isRoot ? `/// <reference types="node" />\n${text}` : text);
  }
}
