import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Container, Pod, Volume } from '../../src/kube/pod.ts';
import { tailLog } from '../../src/node/logs.ts';
import { startPod } from '../../src/node/run-pod.ts';
import type { RunningPod } from '../../src/node/running-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { openTestNode, script, type TestNode, testPod } from '../support/test-node.ts';

let node: TestNode;
const pods: RunningPod[] = [];

beforeAll(async () => {
  if (canRunContainers()) node = await openTestNode();
});
afterEach(async () => {
  await Promise.all(pods.splice(0).map((pod) => pod.stop(0)));
  if (node !== undefined) node.objects.current = {};
});
afterAll(() => node?.remove());

async function start(pod: Pod): Promise<RunningPod> {
  const running = await startPod(node, pod);
  pods.push(running);
  return running;
}

/** What a script says that runs with that volume at /v. */
async function run(text: string, volume: Volume, more: Partial<Container> = {}): Promise<readonly string[]> {
  const container = script('c', text, { volumeMounts: [{ name: volume.name, mountPath: '/v' }], ...more });
  const pod = await start(testPod({ restartPolicy: 'Never', volumes: [volume], containers: [container] }));
  await pod.waitUntil('settled', 10_000);
  await pod.waitUntil('finished', 5000);
  const [view] = pod.containers();
  const lines = await tailLog(view?.logPath ?? '', 100);
  if (lines.length === 0)
    return [JSON.stringify(pod.status().containerStatuses?.[0]?.state), pod.status().message ?? ''];
  return lines.map((line) => line.text);
}

const of = (resource: string, divisor: string, path: string) => ({
  path,
  resourceFieldRef: { containerName: 'c', resource, divisor },
});

const at = (subPath: string) => ({ volumeMounts: [{ name: 'data', mountPath: '/v', subPath }] });

describe.skipIf(!canRunContainers())('hostPath', () => {
  it('DirectoryOrCreate makes the directory, with its parents', async () => {
    const path = join(node.root, 'host/made/directory');
    const lines = await run('touch /v/x; stat -c %F /v', {
      name: 'host',
      hostPath: { path, type: 'DirectoryOrCreate' },
    });
    expect(lines).toEqual(['directory']);
    expect(readdirSync(path)).toEqual(['x']);
    expect(statSync(path).mode & 0o7777).toBe(0o755);
  });

  it('FileOrCreate makes the file, and leaves one that is there', async () => {
    const path = join(node.root, 'made-file');
    const volume: Volume = { name: 'host', hostPath: { path, type: 'FileOrCreate' } };
    expect(await run('stat -c "%F %a" /v; echo -n kept > /v', volume)).toEqual(['regular empty file 644']);
    expect(await run('cat /v', volume)).toEqual(['kept']);
  });

  it('FileOrCreate makes no directories', async () => {
    const path = join(node.root, 'no/such/file');
    const [, message] = await run('cat /v', { name: 'host', hostPath: { path, type: 'FileOrCreate' } });
    expect(message).toContain('MountVolume.SetUp failed for volume "host"');
    expect(existsSync(join(node.root, 'no'))).toBe(false);
  });

  it('Socket and CharDevice take what they name', async () => {
    const path = join(node.root, 'socket');
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const socket: Volume = { name: 'host', hostPath: { path, type: 'Socket' } };
      expect(await run('stat -c %F /v', socket)).toEqual(['socket']);
    } finally {
      server.close();
    }
    const device: Volume = { name: 'host', hostPath: { path: '/dev/null', type: 'CharDevice' } };
    expect(await run('stat -c %F /v', device)).toEqual(['character special file']);
  });
});

describe.skipIf(!canRunContainers())('what is not there', () => {
  it('is an empty volume, no variable and no value when it is optional', async () => {
    const lines = await run(
      'ls /v; env | grep -c FROM; true',
      { name: 'v', configMap: { name: 'missing', optional: true } },
      {
        envFrom: [{ prefix: 'FROM_', configMapRef: { name: 'missing', optional: true } }],
        env: [
          { name: 'FROM_KEY', valueFrom: { configMapKeyRef: { name: 'missing', key: 'k', optional: true } } },
        ],
      },
    );
    expect(lines).toEqual(['0']);
  });

  it('is a missing file when only the key is', async () => {
    node.objects.current = {
      configMap: () => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'some', namespace: 'default' },
        data: { here: 'yes' },
      }),
    };
    const items = ['here', 'gone'].map((key) => ({ key, path: key }));
    const volume = (optional: boolean): Volume => ({
      name: 'v',
      configMap: { name: 'some', items, optional },
    });
    expect(await run('ls /v', volume(true))).toEqual(['here']);
    const [, message] = await run('ls /v', volume(false));
    expect(message).toContain('configmap references non-existent config key: gone');
  });
});

describe.skipIf(!canRunContainers())('downwardAPI', () => {
  it('tells the resources of a container, in the divisor asked for', async () => {
    const items = [
      of('limits.memory', '1Mi', 'memory'),
      of('requests.cpu', '1m', 'cpu'),
      of('limits.cpu', '1', 'node-cpu'),
    ];
    const lines = await run(
      'cat /v/memory; echo; cat /v/cpu; echo; cat /v/node-cpu; echo',
      { name: 'v', downwardAPI: { items } },
      { resources: { limits: { memory: '64Mi' }, requests: { cpu: '250m' } } },
    );
    expect(lines).toEqual(['64', '250', '2']);
  });
});

describe.skipIf(!canRunContainers())('an image volume', () => {
  it('shows a part of the image, and is never changed for a part that is not there', async () => {
    const layer = join(node.root, 'data-layer');
    mkdirSync(join(layer, 'sub'), { recursive: true });
    writeFileSync(join(layer, 'sub/file'), 'content');
    const base = await node.images.resolve('localhost/busybox:1', 'Never');
    if (!base.ok) throw new Error('no image');
    node.extraImages.set('localhost/data:1', { ok: true, image: { ...base.image, layerDirs: [layer] } });
    const volume: Volume = { name: 'data', image: { reference: 'localhost/data:1', pullPolicy: 'Never' } };
    expect(await run('cat /v/file', volume, at('sub'))).toEqual(['content']);
    const [state] = await run('ls /v', volume, at('made/up'));
    expect(state).toMatch(/terminated|waiting/);
    expect(readdirSync(layer)).toEqual(['sub']);
  });
});

describe.skipIf(!canRunContainers())('a claim', () => {
  it('that the pod only reads keeps its owner and modes, whatever fsGroup says', async () => {
    const dir = join(node.dirs.lib, 'claims/default/claim');
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'file'), '', { mode: 0o600 });
    node.objects.current = {
      persistentVolumeClaim: () => ({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'claim', namespace: 'default' },
        spec: {},
      }),
    };
    for (const readOnly of [true, false]) {
      const pod = await start(
        testPod({
          restartPolicy: 'Never',
          securityContext: { fsGroup: 2000 },
          volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'claim', readOnly } }],
          containers: [script('c', 'true', { volumeMounts: [{ name: 'v', mountPath: '/v', readOnly }] })],
        }),
      );
      await pod.waitUntil('finished', 10_000);
      const { gid, mode } = statSync(join(dir, 'file'));
      expect([gid, mode & 0o7777]).toEqual(readOnly ? [0, 0o600] : [2000, 0o660]);
    }
  });
});

describe.skipIf(!canRunContainers())('removal', () => {
  it('takes away what a container made too deep for any path, in its volumes and in its root', async () => {
    const nest = `
      p=$n; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do p=$p/$n; done
      mkdir -p a/$p b/$p c/$p && mv a b/$p && mv b c/$p && echo nested`;
    const pod = await start(
      testPod({
        restartPolicy: 'Never',
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          script('c', `n=$(printf %0200d 0); cd /v; ${nest}; cd /; ${nest}`, {
            volumeMounts: [{ name: 'v', mountPath: '/v' }],
          }),
        ],
      }),
    );
    await pod.waitUntil('finished', 10_000);
    const lines = await tailLog(pod.containers()[0]?.logPath ?? '', 10);
    expect(lines.map(({ text }) => text)).toEqual(['nested', 'nested']);
    await pod.stop(0);
    expect(existsSync(pod.dir)).toBe(false);
  });
});
