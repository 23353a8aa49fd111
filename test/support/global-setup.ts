import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { canRunContainers } from './machine.ts';
import { PODPROOF, SAMPLE_LAYOUT } from './paths.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** PODPROOF_ROOT of this test run, its store filled with the test images; empty when no containers can run here. */
    podproofRoot: string;
  }
}

/** One root with the test images for the whole run: unpacking Node.js for every file would cost more than the tests. */
export function setup(project: TestProject): (() => void) | undefined {
  if (!canRunContainers()) {
    project.provide('podproofRoot', '');
    return undefined;
  }
  if (!existsSync(SAMPLE_LAYOUT) || !existsSync(PODPROOF)) {
    throw new Error('the test images or the build are missing: run  npm test  once');
  }
  const root = mkdtempSync(join(tmpdir(), 'pp-test-'));
  // A pod's mapped root is nobody on the host and must be able to walk to its root file system.
  chmodSync(root, 0o711);
  execFileSync(PODPROOF, ['image', 'load', `oci:${SAMPLE_LAYOUT}`], {
    env: { ...process.env, PODPROOF_ROOT: root },
    stdio: 'pipe',
  });
  project.provide('podproofRoot', root);
  return () => rmSync(root, { recursive: true, force: true });
}
