import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { canRunKubectl } from './machine.ts';
import { EXAMPLES_LAYOUT, PODPROOF, SAMPLE_LAYOUT } from './paths.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** PODPROOF_ROOT of a node that runs for the whole test run; empty when none can run here. */
    clusterRoot: string;
    kubeconfig: string;
  }
}

/**
 * One node for all tests with kubectl, as `podproof up` starts it, its store filled with the test images and those of the
 * walk-throughs. Each test file has a namespace of its own on it.
 */
export function setup(project: TestProject): (() => void) | undefined {
  if (!canRunKubectl()) {
    project.provide('clusterRoot', '');
    project.provide('kubeconfig', '');
    return undefined;
  }
  const missing = [SAMPLE_LAYOUT, EXAMPLES_LAYOUT, PODPROOF].find((path) => !existsSync(path));
  if (missing !== undefined) throw new Error(`"${missing}" is missing: run  npm test  once`);
  const root = mkdtempSync(join(tmpdir(), 'pp-cluster-'));
  // A pod's mapped root is nobody on the host and must be able to walk to its root file system.
  chmodSync(root, 0o711);
  const podproof = (...args: readonly string[]): string =>
    execFileSync(PODPROOF, [...args], {
      env: { ...process.env, PODPROOF_ROOT: root, NO_COLOR: '1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const remove = (): void => {
    podproof('down', '--purge');
    rmSync(root, { recursive: true, force: true });
  };
  try {
    podproof('image', 'load', `oci:${SAMPLE_LAYOUT}`);
    podproof('image', 'load', `oci:${EXAMPLES_LAYOUT}`);
    podproof('up', '--offline');
  } catch (error) {
    remove();
    throw error;
  }
  project.provide('clusterRoot', root);
  project.provide('kubeconfig', join(root, 'lib', 'kubeconfig'));
  return remove;
}
