// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { env, PODPROOF, podManifest, work } from './measure.mjs';

/** Fifty pods in one call: how long, and how much memory. */
export async function benchMany() {
  const file = join(work, 'many.json');
  const items = Array.from({ length: 50 }, (_, index) => podManifest(`bench-${index}`));
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const started = performance.now();
  const child = spawn(PODPROOF, ['prove', '-f', file, '-o', 'json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakKiB = 0;
  const sampling = setInterval(() => {
    const status = existsSync(`/proc/${child.pid}/status`)
      ? readFileSync(`/proc/${child.pid}/status`, 'utf8')
      : '';
    peakKiB = Math.max(peakKiB, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }, 20);
  const { summary } = JSON.parse(await text(child.stdout));
  clearInterval(sampling);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `50 pods in one prove: ${summary.proven} of ${summary.containers} containers proven in ${seconds} s, ` +
      `${Math.round(peakKiB / 1024)} MiB resident at most (under 150)\n`,
  );
}
