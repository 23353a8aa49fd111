// @ts-check
// `npm run bench`: the figures that the project promises, as ratios of medians measured in one run on this machine.
// Nothing here is a test: a shared machine is noisy, and a ratio that is over its bound is for a person to look at.
import { rmSync } from 'node:fs';
import { benchCheck, benchProve } from './bench/check-and-prove.mjs';
import { benchRepositories } from './bench/check-repositories.mjs';
import { benchEvaluate } from './bench/evaluate.mjs';
import { benchLoad } from './bench/load.mjs';
import { benchMany } from './bench/many.mjs';
import { print, work } from './bench/measure.mjs';
import { benchMonokle } from './bench/monokle.mjs';
import { benchNode } from './bench/node.mjs';
import { timePodmanKubePlay } from './bench/podman.mjs';
import {
  build,
  buildSamples,
  installNpmPackages,
  installSystemPackages,
  RUN_PACKAGES,
  setUp,
} from './setup.mjs';

let layout = '';
setUp(() => {
  installNpmPackages();
  installSystemPackages(RUN_PACKAGES);
  build();
  layout = buildSamples('test');
});

try {
  process.stdout.write(`${''.padEnd(34)}${'ours'.padStart(9)}${'theirs'.padStart(11)}\n`);
  const startMs = benchProve(benchCheck(), layout);
  const podmanMs = timePodmanKubePlay();
  if (podmanMs !== undefined)
    print('pod create to running', startMs, podmanMs, 'podman kube play', 'at most 0.5');
  await benchRepositories();
  await benchEvaluate();
  benchMonokle();
  benchLoad();
  await benchMany();
  await benchNode(podmanMs);
} finally {
  rmSync(work, { recursive: true, force: true });
}
