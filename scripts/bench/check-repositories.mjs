// @ts-check
// `check` on whole repositories, beside bare js-yaml on the same files: whole processes, from start to exit.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup.mjs';
import { manyFiles, oneFile } from './corpus.mjs';
import { env, median, PODPROOF, print, work } from './measure.mjs';

const ROUNDS = 9;

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
    const args = ['check', '--images', 'never', input];
    const [ours = Number.NaN, theirs = Number.NaN] = inTurn(rounds, [
      [PODPROOF, ...args],
      [process.execPath, bare, input],
    ]);
    print(
      `check, ${what}`,
      ours,
      theirs,
      'bare js-yaml',
      bound === undefined ? 'no bound' : `at most ${bound}`,
    );
    const perSecond = Math.round((count * 1000) / ours);
    const memory = Math.round((await peakMemory(PODPROOF, args)) / 1024);
    process.stdout.write(
      `${''.padEnd(34)}${perSecond} manifests a second, ${memory} MiB at most (under 200)\n`,
    );
    rmSync(place, { recursive: true });
  }
}

/** Medians of several rounds, in each of which every command runs once. @param {number} rounds @param {readonly string[][]} commands */
function inTurn(rounds, commands) {
  const runs = commands.map(() => /** @type {number[]} */ ([]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [program = '', ...args]] of commands.entries()) {
      runs[index]?.push(runOnce(program, args));
    }
  }
  return runs.map((own) => median(own));
}

/** Nobody else is at work meanwhile. @param {string} program @param {readonly string[]} args @returns {number} ms */
function runOnce(program, args) {
  const output = openSync(join(work, 'output'), 'w');
  const started = performance.now();
  const { status } = spawnSync(program, args, { cwd: work, env, stdio: ['ignore', output, 'inherit'] });
  const wallMs = performance.now() - started;
  closeSync(output);
  if (status !== 0 && status !== 1) throw new Error(`${program} ${args.join(' ')}: ${status}`);
  return wallMs;
}

/** In a run of its own, since whoever looks takes time from it. @param {string} program @param {readonly string[]} args @returns {Promise<number>} KiB */
async function peakMemory(program, args) {
  const child = spawn(program, args, { cwd: work, env, stdio: ['ignore', 'ignore', 'inherit'] });
  let peakKiB = 0;
  const sampling = setInterval(() => {
    const path = `/proc/${child.pid}/status`;
    const status = existsSync(path) ? readFileSync(path, 'utf8') : '';
    peakKiB = Math.max(peakKiB, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }, 10);
  await once(child, 'exit');
  clearInterval(sampling);
  return peakKiB;
}
