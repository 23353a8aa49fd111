// @ts-check
// What all benchmarks share: a directory of their own, programs timed as whole processes, medians and how they are printed.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../setup.mjs';

export const PODPROOF = join(ROOT, 'bin', 'podproof');
// In lower case: podman makes an image's name of a path.
export const work = join(tmpdir(), `pp-bench-${process.pid}`);
mkdirSync(work);
/** @type {NodeJS.ProcessEnv} */
export const env = { ...process.env, PODPROOF_ROOT: join(work, 'root') };

/** @param {string} program @param {readonly string[]} args @param {string} [input] */
export function run(program, args, input) {
  const started = performance.now();
  const result = spawnSync(program, args, { cwd: work, env, encoding: 'utf8', input, maxBuffer: 1 << 28 });
  const wallMs = performance.now() - started;
  if (result.status === null || result.status > 1) {
    throw new Error(`${program} ${args.join(' ')}: ${result.status} ${result.stderr}`);
  }
  return { wallMs, stdout: result.stdout };
}

/** @param {readonly (() => number)[]} measures @param {number} rounds @returns {readonly number[]} medians, in turn */
export function medians(measures, rounds) {
  const samples = measures.map(() => /** @type {number[]} */ ([]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, measure] of measures.entries()) {
      const value = measure();
      if (round > 0) samples[index]?.push(value);
    }
  }
  return samples.map(median);
}

/** @param {readonly number[]} values */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** @param {string} what @param {number} ours @param {number} reference @param {string} of @param {string} bound */
export function print(what, ours, reference, of, bound) {
  const ratio = (ours / reference).toFixed(2);
  const figures = `${ours.toFixed(0).padStart(6)} ms  ${reference.toFixed(0).padStart(6)} ms`;
  process.stdout.write(`${what.padEnd(34)}${figures}  ${ratio.padStart(6)} x ${of}  (${bound})\n`);
}

/** @param {string} name */
export function podManifest(name) {
  const container = { name: 'c', image: 'localhost/busybox:root', command: ['sleep', '1000'] };
  const spec = { terminationGracePeriodSeconds: 0, containers: [container] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

export function bundle() {
  const dir = join(work, 'bundle');
  mkdirSync(join(dir, 'rootfs', 'bin'), { recursive: true });
  cpSync('/bin/busybox', join(dir, 'rootfs', 'bin', 'busybox'));
  run('runc', ['spec', '--bundle', dir]);
  const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'));
  config.process.terminal = false;
  config.process.args = ['/bin/busybox', 'true'];
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  return dir;
}

/** @param {string} name @param {string} writer a function of samples/ @param {...string} args */
export function writeLayout(name, writer, ...args) {
  const dir = join(work, name);
  const words = [dir, ...args].map((word) => JSON.stringify(word)).join(', ');
  const script = `import('./samples/bench.ts').then((m) => m.${writer}(${words}))`;
  const result = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return dir;
}
