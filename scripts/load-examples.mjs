// @ts-check
// Builds the images of the walk-throughs (examples/) and loads them into the store of podproof's root.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  build,
  buildSamples,
  installNpmPackages,
  installSystemPackages,
  ROOT,
  RUN_PACKAGES,
  setUp,
  unpackPackages,
} from './setup.mjs';

let layout = '';
setUp(() => {
  installNpmPackages();
  installSystemPackages(RUN_PACKAGES);
  unpackPackages();
  build();
  layout = buildSamples('examples');
});
const { status } = spawnSync(join(ROOT, 'bin', 'podproof'), ['image', 'load', `oci:${layout}`], {
  stdio: 'inherit',
});
process.exitCode = status ?? 4;
