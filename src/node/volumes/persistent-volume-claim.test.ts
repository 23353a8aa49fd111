import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { PersistentVolumeClaim, PersistentVolumeSpec } from '../../kube/references.ts';
import { systemClock } from '../clock.ts';
import { preparePersistentVolumeClaim } from './persistent-volume-claim.ts';
import type { PreparedVolume, VolumeContext } from './prepared-volume.ts';

const directory = mkdtempSync(join(tmpdir(), 'podproof-claims-'));
const claimsDir = join(directory, 'claims');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const bound = { phase: 'Bound' } as const;

function context(
  volume: PersistentVolumeSpec | undefined,
  claim: Partial<PersistentVolumeClaim>,
): VolumeContext {
  const metadata = { name: 'data', namespace: 'apps' };
  return {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'apps' },
      spec: { containers: [] },
    },
    volumesDir: directory,
    claimsDir,
    lookup: {
      configMap: () => undefined,
      secret: () => undefined,
      serviceAccount: () => undefined,
      namespace: () => undefined,
      persistentVolumeClaim: () => ({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata,
        spec: { volumeName: 'disk' },
        ...claim,
      }),
      persistentVolume: (name) =>
        volume && { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec: volume },
    },
    facts: {
      pod: { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [] } },
      nodeName: 'n',
      hostIPs: [],
      podIPs: [],
      allocatable: { cpuMillicores: 0, memoryBytes: 0, ephemeralStorageBytes: 0 },
    },
    images: { resolve: () => Promise.reject(new Error('no images')) },
    clock: systemClock,
    userNamespacePath: undefined,
    libDir: directory,
    record: () => {},
    signal: new AbortController().signal,
  };
}

async function prepare(
  volume: PersistentVolumeSpec | undefined,
  claim: Partial<PersistentVolumeClaim> = { status: bound },
): Promise<PreparedVolume> {
  return preparePersistentVolumeClaim(context(volume, claim), 'v', { claimName: 'data' });
}

describe('on a node a claim is', () => {
  test('the directory of the hostPath volume that it is bound to, which keeps its owner', async () => {
    const path = join(directory, 'host');
    const prepared = await prepare({ hostPath: { path, type: 'DirectoryOrCreate' } });
    expect(prepared).toMatchObject({ root: '/', path, ownership: 'untouched' });
  });

  test('the directory of its local volume, which must be there', async () => {
    const path = join(directory, 'local');
    await expect(prepare({ local: { path } })).rejects.toThrow(`path "${path}" does not exist`);
    mkdirSync(path);
    expect(await prepare({ local: { path } })).toMatchObject({ root: path, path: '', ownership: 'fsGroup' });
    writeFileSync(join(directory, 'file'), '');
    await expect(prepare({ local: { path: join(directory, 'file') } })).rejects.toThrow('is not a directory');
  });

  test('its own directory when that was provisioned', async () => {
    const path = join(claimsDir, 'apps/data');
    expect(await prepare({ hostPath: { path } })).toMatchObject({ root: path, ownership: 'fsGroup' });
  });

  test.each([
    ['not bound', {}, {}, 'error processing PVC apps/data: PVC is not bound'],
    ['without its volume', undefined, { status: bound }, 'persistentvolumes "disk" not found'],
    ['of a driver', { nfs: {} }, { status: bound }, 'only hostPath and local volumes'],
  ])('refused when it is %s', async (_, volume, claim, why) => {
    await expect(prepare(volume, claim)).rejects.toThrow(why);
  });
});
