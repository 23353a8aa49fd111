// @ts-check
// Makes the executable's one script, dist/podproof.cjs, and V8's code cache for it. Two hundred small modules cost Node.js
// 100 ms to find, link and compile; one script with its compiled code beside it costs 15. docs/decisions/0002 has the figures.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, 'dist', 'podproof.cjs');

await build({
  entryPoints: [join(ROOT, 'src', 'cli', 'main.ts')],
  outfile: OUTPUT,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  // Packages that few commands need, or that bring a binary: loaded from node_modules when they are.
  external: ['koffi', '@lydell/node-pty', 'undici', 'yaml', 'fzstd'],
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  logLevel: 'warning',
});

// The cache is made after a real run, so that it holds what a run compiles.
const cache = `${OUTPUT}.cache`;
rmSync(cache, { force: true });
const { status, stderr } = spawnSync(
  process.execPath,
  [
    join(ROOT, 'bin', 'podproof'),
    'check',
    '--images',
    'never',
    join(ROOT, 'samples', 'manifests', '1-root.yaml'),
  ],
  { env: { ...process.env, PODPROOF_WRITE_CODE_CACHE: cache }, encoding: 'utf8' },
);
if (status !== 1) throw new Error(`the bundle does not run: ${stderr}`);
