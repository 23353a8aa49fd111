// @ts-check
// `check` on whole repositories, beside bare js-yaml on the same files: whole processes, from start to exit.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from '../setup.mjs';
import { manyFiles, oneFile } from './corpus.mjs';
import { env, median, PODPROOF, print, work } from './measure.mjs';

const ROUNDS = 5;

/** Reads and parses, single-threaded, and does nothing with it. */
const BARE = `
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from ${JSON.stringify(join(ROOT, 'node_modules', 'js-yaml', 'dist', 'js-yaml.mjs'))};
const input = process.argv[2];
const files = statSync(input).isDirectory()
  ? readdirSync(input, { recursive: true }).filter((name) => name.endsWith('.yaml')).map((name) => join(input, name))
  : [input];
let documents = 0;
for (const file of files) documents += loadAll(readFileSync(file, 'utf8')).length;
console.log(documents);
`;

/** What is measured: `[what, how many, size, one file?, bound of the ratio to js-yaml]`. */
const CORPORA = /** @type {const} */ ([
  ['1,000 small files', 1000, 'small', false, undefined],
  ['10,000 small files', 10_000, 'small', false, 0.8],
  ['10,000 small, one file', 10_000, 'small', true, undefined],
  ['1,000 large files', 1000, 'large', false, undefined],
  ['10,000 large files', 10_000, 'large', false, undefined],
  ['100,000 small files', 100_000, 'small', false, undefined],
]);

export async function benchRepositories() {
  const bare = join(work, 'bare.mjs');
  writeFileSync(bare, BARE);
  for (const [what, count, size, isOneFile, bound] of CORPORA) {
    const place = join(work, isOneFile ? 'corpus.yaml' : 'corpus');
    const input = isOneFile ? oneFile(place, count, size) : manyFiles(place, count, size);
    const rounds = count > 10_000 ? 1 : ROUNDS;
    const [ours, theirs] = await inTurn(rounds, [
      [PODPROOF, 'check', '--images', 'never', input],
      [process.execPath, bare, input],
    ]);
    print(
      `check, ${what}`,
      ours?.wallMs ?? Number.NaN,
      theirs?.wallMs ?? Number.NaN,
      'bare js-yaml',
      bound === undefined ? 'no bound' : `at most ${bound}`,
    );
    const perSecond = Math.round((count * 1000) / (ours?.wallMs ?? Number.NaN));
    const memory = Math.round((ours?.peakKiB ?? Number.NaN) / 1024);
    process.stdout.write(
      `${''.padEnd(34)}${perSecond} manifests a second, ${memory} MiB at most (under 200)\n`,
    );
    rmSync(place, { recursive: true });
  }
}

/** Medians of several rounds, in each of which every command runs once. @param {number} rounds @param {readonly string[][]} commands */
async function inTurn(rounds, commands) {
  const runs = commands.map(() => /** @type {{ wallMs: number, peakKiB: number }[]} */ ([]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [program = '', ...args]] of commands.entries()) {
      runs[index]?.push(await runOnce(program, args));
    }
  }
  return runs.map((own) => ({
    wallMs: median(own.map(({ wallMs }) => wallMs)),
    peakKiB: Math.max(...own.map(({ peakKiB }) => peakKiB)),
  }));
}

/** @param {string} program @param {readonly string[]} args */
async function runOnce(program, args) {
  const started = performance.now();
  const child = spawn(program, args, { cwd: work, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let peakKiB = 0;
  const sampling = setInterval(() => {
    const path = `/proc/${child.pid}/status`;
    const status = existsSync(path) ? readFileSync(path, 'utf8') : '';
    peakKiB = Math.max(peakKiB, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }, 10);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await text(child.stdout);
  const code = await exited;
  clearInterval(sampling);
  if (code !== 0 && code !== 1) throw new Error(`${program} ${args.join(' ')}: ${code}`);
  return { wallMs: performance.now() - started, peakKiB };
}
