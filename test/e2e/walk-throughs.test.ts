import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { canRunKubectl } from '../support/machine.ts';
import { EXAMPLES_LAYOUT } from '../support/paths.ts';
import { podproof } from '../support/podproof.ts';
import {
  outputInReadme,
  runWalkThrough,
  type WalkThroughNode,
  withoutChanging,
} from '../support/walk-through.ts';

function sharedNode(): WalkThroughNode {
  return { root: inject('clusterRoot'), kubeconfig: inject('kubeconfig') };
}

/** Ports that are nobody's on a developer's machine; a person's are 8080 and 9090. */
const PORTS = { WEB_PORT: '18080', PROMETHEUS_PORT: '19090', PORT: '18081' };

async function shownBy(script: string, node: WalkThroughNode = sharedNode()): Promise<string> {
  const shown = await runWalkThrough(script, node, PORTS);
  return shown
    .replaceAll(/localhost:1808[01]/g, 'localhost:8080')
    .replaceAll('localhost:19090', 'localhost:9090');
}

describe.runIf(canRunKubectl())('a walk-through shows what its README shows', () => {
  test.each([
    '1-non-root/run.sh',
    '2-user-namespaces/run.sh',
    '3-users-and-capabilities/run.sh',
    '4-immutability/run.sh',
  ])('%s', async (script) => {
    const shown = await shownBy(script);
    expect(withoutChanging(shown)).toBe(withoutChanging(outputInReadme(script)));
  });

  test('2-user-namespaces/unable.sh, on a node that was told to be unable', async () => {
    const root = mkdtempSync(join(tmpdir(), 'pp-unable-'));
    chmodSync(root, 0o711);
    const env = { PODPROOF_ROOT: root };
    try {
      await podproof(['image', 'load', `oci:${EXAMPLES_LAYOUT}:docker.io/library/debian:latest`], '', env);
      await podproof(['up', '--offline', '--no-userns'], '', env);
      const node = { root, kubeconfig: join(root, 'lib', 'kubeconfig') };
      const shown = await shownBy('2-user-namespaces/unable.sh', node);
      expect(withoutChanging(shown)).toBe(withoutChanging(outputInReadme('2-user-namespaces/unable.sh')));
    } finally {
      await podproof(['down', '--purge'], '', env);
      rmSync(root, { recursive: true, force: true });
    }
  });
});
