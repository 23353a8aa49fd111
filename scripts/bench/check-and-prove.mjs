// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup.mjs';
import { bundle, medians, PODPROOF, podManifest, print, run, work } from './measure.mjs';

/** @returns {number} the median of `node -e 0`, in ms */
export function benchCheck() {
  const file = join(work, 'pod.yaml');
  writeFileSync(file, readFileSync(join(ROOT, 'samples', 'manifests', '3-non-root.yaml')));
  const [ours = 0, node = 0] = medians(
    [
      () => run(PODPROOF, ['check', '--images', 'never', file]).wallMs,
      () => run(process.execPath, ['-e', '0']).wallMs,
    ],
    15,
  );
  print('check, one file, no images', ours, node, 'node -e 0', 'at most 2');
  return node;
}

/** @param {number} nodeMs @param {string} layout @returns {number} ms from a pod's creation to its running */
export function benchProve(nodeMs, layout) {
  const file = join(work, 'prove.json');
  writeFileSync(file, JSON.stringify(podManifest('bench')));
  run(PODPROOF, ['image', 'load', `oci:${layout}:localhost/busybox:root`]);
  const dir = bundle();
  let startedInMs = 0;
  const prove = () => {
    const { wallMs, stdout } = run(PODPROOF, ['prove', '-f', file, '--settle', '0', '-o', 'json']);
    startedInMs = JSON.parse(stdout).pods[0].startedInMs;
    return wallMs;
  };
  const [proveMs = 0, startMs = 0, runcMs = 0] = medians(
    [prove, () => startedInMs, () => run('runc', ['run', '--bundle', dir, `bench-${process.pid}`]).wallMs],
    11,
  );
  print('prove, start to torn down', proveMs, 2 * runcMs + nodeMs, '2 runc run + node', 'at most 2.5');
  print('pod create to running', startMs, runcMs, 'runc run', 'at most 4');
  return startMs;
}
