// @ts-check
// The node: how soon it answers, how soon a pod that kubectl applies runs, and what it takes when nothing happens.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { bundle, env, median, PODPROOF, podManifest, print, run, work } from './measure.mjs';

const ROUNDS = 9;
const IDLE_MS = 5000;

/** @param {number | undefined} podmanMs */
export async function benchNode(podmanMs) {
  benchUp();
  const { pid, kubeconfig } = JSON.parse(run(PODPROOF, ['up', '-o', 'json']).stdout);
  try {
    await delay(IDLE_MS);
    const idleMiB = Math.round(residentKiB(pid) / 1024);
    const { applyMs, runcMs } = await timeApply(kubeconfig);
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
  process.stdout.write(
    `up to ready: ${first.toFixed(0)} ms the first time, then ${median(later).toFixed(0)} ms (under 700)\n`,
  );
}

/**
 * From the start of `kubectl apply` until another kubectl's watch sees the pod Running; a bare `runc run` in each round, so
 * that what else the machine does is in both. @param {string} kubeconfig
 */
async function timeApply(kubeconfig) {
  const kubectlEnv = { ...env, KUBECONFIG: kubeconfig, HOME: work };
  const dir = bundle();
  const applies = [];
  const runs = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const runc = run('runc', ['run', '--bundle', dir, `bench-${process.pid}`]);
    const name = `bench-${round}`;
    const file = join(work, `${name}.json`);
    writeFileSync(file, JSON.stringify(podManifest(name)));
    const watch = spawn(
      'kubectl',
      ['get', 'pods', '--watch', '-o', 'jsonpath={.metadata.name} {.status.phase}{"\\n"}'],
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
    // It may well end before the pod runs.
    const applied = once(apply, 'exit');
    for await (const line of createInterface({ input: watch.stdout })) {
      if (line === `${name} Running`) break;
    }
    if (round > 0) {
      applies.push(performance.now() - started);
      runs.push(runc.wallMs);
    }
    await applied;
    watch.kill();
    spawnSync('kubectl', ['delete', '-f', file, '--wait=true'], { env: kubectlEnv, stdio: 'ignore' });
  }
  return { applyMs: median(applies), runcMs: median(runs) };
}

/** @param {number} pid */
function residentKiB(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}
