// @ts-check
// The node: how soon it answers, how soon a pod that kubectl applies runs, and what it takes when nothing happens.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { bundle, env, medians, PODPROOF, podManifest, print, run, work } from './measure.mjs';

const ROUNDS = 9;
const IDLE_MS = 5000;

/** @param {number | undefined} podmanMs */
export async function benchNode(podmanMs) {
  benchUp();
  const { pid, kubeconfig } = JSON.parse(run(PODPROOF, ['up', '-o', 'json']).stdout);
  try {
    await delay(IDLE_MS);
    const idleMiB = Math.round(residentKiB(pid) / 1024);
    const applyMs = await timeApply(kubeconfig);
    const dir = bundle();
    const [runcMs = 0] = medians(
      [() => run('runc', ['run', '--bundle', dir, `bench-${process.pid}`]).wallMs],
      ROUNDS,
    );
    print('kubectl apply to Running', applyMs, runcMs, 'runc run', 'under 6');
    if (podmanMs !== undefined)
      print('kubectl apply to Running', applyMs, podmanMs, 'podman kube play', 'under 0.5');
    process.stdout.write(`idle node: ${idleMiB} MiB resident (under 110 MB)\n`);
  } finally {
    run(PODPROOF, ['down', '--purge']);
  }
}

/** The first start makes certificates; the later ones find them. */
function benchUp() {
  const times = Array.from({ length: ROUNDS }, () => {
    const { wallMs } = run(PODPROOF, ['up']);
    run(PODPROOF, ['down']);
    return wallMs;
  });
  const [first = 0, ...later] = times;
  const median = later.sort((a, b) => a - b)[Math.floor(later.length / 2)] ?? 0;
  process.stdout.write(
    `up to ready: ${first.toFixed(0)} ms the first time, then ${median.toFixed(0)} ms (under 700)\n`,
  );
}

/** From the start of `kubectl apply` until another kubectl's watch sees the pod Running. @param {string} kubeconfig */
async function timeApply(kubeconfig) {
  const kubectlEnv = { ...env, KUBECONFIG: kubeconfig, HOME: work };
  const times = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const name = `bench-${round}`;
    const file = join(work, `${name}.json`);
    writeFileSync(file, JSON.stringify(podManifest(name)));
    const watch = spawn(
      'kubectl',
      ['get', 'pods', '--watch-only', '-o', 'jsonpath={.metadata.name} {.status.phase}{"\\n"}'],
      {
        env: kubectlEnv,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await delay(500);
    const started = performance.now();
    const apply = spawn('kubectl', ['apply', '-f', file], {
      env: kubectlEnv,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    for await (const line of createInterface({ input: watch.stdout })) {
      if (line === `${name} Running`) break;
    }
    if (round > 0) times.push(performance.now() - started);
    await once(apply, 'exit');
    watch.kill();
    spawnSync('kubectl', ['delete', '-f', file, '--wait=true'], { env: kubectlEnv, stdio: 'ignore' });
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** @param {number} pid */
function residentKiB(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}
