import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KINDS } from '../../apiserver/kinds.ts';
import { openObjectService } from '../../apiserver/open-object-service.ts';
import type { Pod } from '../../kube/pod.ts';
import type { ProofStatus } from '../../kube/proof.ts';
import { proofObject, writeProof } from './write-proof.ts';

const summary = {
  holds: '1/1',
  user: '0',
  hostUser: '0',
  capabilities: 'none',
  rootfs: 'writable',
  userNamespace: 'host',
};

function podOf(uid: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid },
    spec: { containers: [] },
  };
}

function statusOf(holds: boolean): ProofStatus {
  return { holds, provenAt: '2026-11-21T12:00:00Z', containers: [], summary };
}

test('a proof is replaced by the next one, and by that of the next pod of its name', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'podproof-proofs-'));
  const service = await openObjectService({
    dir,
    kinds: KINDS,
    settings: {
      nodeName: 'node',
      serviceCidr: '10.160.0.0/22',
      nodePortRange: { first: 30_000, last: 32_767 },
      clusterDomain: 'cluster.local',
    },
    clock: { now: () => 0 },
  });
  try {
    const api = service.as({ username: 'system:node:node', groups: ['system:nodes'] });
    if (api.get('Namespace', '', 'default') === undefined)
      await api.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
    const first = await writeProof(api, proofObject(podOf('one'), statusOf(true)));
    const second = await writeProof(api, proofObject(podOf('one'), statusOf(false)));
    expect(second.status.holds).toBe(false);
    expect(second.metadata.uid).toBe(first.metadata.uid);
    await writeProof(api, proofObject(podOf('two'), statusOf(true)));
    expect(api.list('Proof')).toMatchObject([
      { metadata: { ownerReferences: [{ kind: 'Pod', name: 'web', uid: 'two' }] }, status: { holds: true } },
    ]);
  } finally {
    await service.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
