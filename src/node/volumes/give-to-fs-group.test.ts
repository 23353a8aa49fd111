import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../clock.ts';
import { giveToFsGroup } from './give-to-fs-group.ts';
import type { PreparedVolume, VolumeContext } from './prepared-volume.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'podproof-give-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A clock of which so many delays are over at once, and then none. */
function clockWith(delays: number[]): Clock {
  let left = delays.length;
  return {
    now: () => 0,
    sleep: (delayMs, signal) => {
      if (left > 0 && delays[delays.length - left] === delayMs) {
        left -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
    },
  };
}

async function give(clock: Clock, ownership: PreparedVolume['ownership'] = 'fsGroup'): Promise<string[]> {
  const events: string[] = [];
  const context: VolumeContext = {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { uid: 'u' },
      spec: { containers: [], securityContext: { fsGroup: 2000 } },
    },
    volumesDir: root,
    claimsDir: root,
    lookup: {
      configMap: () => undefined,
      secret: () => undefined,
      serviceAccount: () => undefined,
      persistentVolumeClaim: () => undefined,
      namespace: () => undefined,
    },
    facts: {
      pod: { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [] } },
      nodeName: 'n',
      hostIPs: [],
      podIPs: [],
      allocatable: { cpuMillicores: 1, memoryBytes: 1, ephemeralStorageBytes: 1 },
    },
    images: { resolve: () => Promise.reject(new Error('no images')) },
    clock,
    userNamespacePath: undefined,
    libDir: root,
    record: (type, reason, message) => events.push(`${type} ${reason} ${message}`),
    signal: new AbortController().signal,
  };
  await giveToFsGroup(context, {
    name: 'data',
    root,
    path: '',
    idMapped: true,
    ownership,
    honoursChangePolicy: true,
  });
  return events;
}

describe.skipIf(process.getuid?.() !== 0)('giving a volume to fsGroup', () => {
  it('that takes half a minute is a warning, and its progress follows every minute', async () => {
    for (let index = 0; index < 1000; index += 1) writeFileSync(join(root, `${index}`), '');
    const [slow, progress, ...more] = await give(clockWith([30_000, 60_000]));
    expect(slow).toBe(
      'Warning VolumePermissionChangeInProgress Setting volume ownership for u/volumes/data is taking longer than ' +
        'expected, consider using OnRootMismatch - https://kubernetes.io/docs/tasks/configure-pod-container/' +
        'security-context/#configure-volume-permission-and-ownership-change-policy-for-pods',
    );
    expect(progress).toMatch(
      /^Warning VolumePermissionChangeInProgress Setting volume ownership for u\/volumes\/data, processed \d+ files\.$/,
    );
    expect(more).toEqual([]);
  });

  it('that is quick is no event', async () => {
    expect(await give(clockWith([]))).toEqual([]);
  });

  it('that fails in part is an event', async () => {
    let dir = root;
    for (let depth = 0; depth < 501; depth += 1) dir = join(dir, 'd');
    mkdirSync(dir, { recursive: true });
    expect(await give(clockWith([]))).toEqual([
      'Warning VolumePermissionChangeFailed Setting volume ownership for u/volumes/data: more than 500 directories inside each other',
    ]);
  });
});
