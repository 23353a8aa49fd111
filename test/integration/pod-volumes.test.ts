import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Container, Pod, Volume, VolumeMount } from '../../src/kube/pod.ts';
import type { PodStatus } from '../../src/kube/pod-status.ts';
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
  if (node !== undefined) rmSync(join(node.dirs.lib, 'claims'), { recursive: true, force: true });
});
afterAll(() => node?.remove());

async function start(pod: Pod): Promise<RunningPod> {
  const running = await startPod(node, pod);
  pods.push(running);
  return running;
}

/** Runs a script to its end and gives its output. */
async function output(text: string, options: OutputOptions = {}): Promise<readonly string[]> {
  const container = script('c', text, { volumeMounts: options.mounts ?? [], ...options.container });
  const pod = await start(
    testPod({
      containers: [container],
      restartPolicy: 'Never',
      volumes: options.volumes ?? [],
      ...options.spec,
    }),
  );
  await pod.waitUntil(hasEndedOrWaits, 10_000);
  const [view] = pod.containers();
  const lines = await tailLog(view?.logPath ?? '', 100);
  if (lines.length === 0)
    return [JSON.stringify(pod.status().containerStatuses?.[0]?.state), pod.status().message ?? ''];
  return lines.map((line) => line.text);
}

function hasEndedOrWaits({ reason, containerStatuses = [] }: PodStatus): boolean {
  const state = containerStatuses[0]?.state;
  const waiting = state?.waiting?.message !== undefined;
  return reason !== undefined || waiting || state?.terminated !== undefined;
}

interface OutputOptions {
  readonly volumes?: readonly Volume[];
  readonly mounts?: readonly VolumeMount[];
  readonly container?: Partial<Container>;
  readonly spec?: Partial<Pod['spec']>;
}

const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config', namespace: 'default' },
  data: { 'a.txt': 'alpha', 'b.txt': 'beta' },
};
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'secret', namespace: 'default' },
  data: { password: Buffer.from('hush').toString('base64') },
};
const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'claim', namespace: 'default' },
  spec: {},
};

const every: readonly Volume[] = [
  { name: 'disk', emptyDir: {} },
  { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
  { name: 'config', configMap: { name: 'config' } },
  { name: 'secret', secret: { secretName: 'secret', defaultMode: 0o400 } },
  { name: 'downward', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
  {
    name: 'projected',
    projected: {
      sources: [
        { configMap: { name: 'config', items: [{ key: 'a.txt', path: 'deep/a' }] } },
        { serviceAccountToken: { path: 'token' } },
      ],
    },
  },
  { name: 'claim', persistentVolumeClaim: { claimName: 'claim' } },
];
const everyMount: readonly VolumeMount[] = every.map(({ name }) => ({ name, mountPath: `/v/${name}` }));

function setObjects(): void {
  node.objects.current = {
    configMap: (_, name) => (name === 'config' ? configMap : undefined),
    secret: (_, name) => (name === 'secret' ? secret : undefined),
    persistentVolumeClaim: (_, name) => (name === 'claim' ? claim : undefined),
  };
}

describe.skipIf(!canRunContainers())('volumes', () => {
  describe.each([
    ['in the host user namespace', {}],
    ['with hostUsers: false', { hostUsers: false }],
  ] as const)('%s', (_, spec) => {
    it("every kind has the kubelet's owner and mode, and holds what it should", async () => {
      setObjects();
      const lines = await output(
        'cd /v; stat -c "%n %u:%g %a" *; cat config/a.txt secret/password downward/name projected/deep/a; echo; ' +
          'stat -L -c "%n %u:%g %a" config/a.txt secret/password; readlink config/a.txt; head -c 3 projected/token; echo; ' +
          'touch disk/x memory/x claim/x && stat -c "%u:%g" disk/x memory/x claim/x; touch config/x 2>&1',
        { volumes: every, mounts: everyMount, spec },
      );
      expect(lines).toEqual([
        'claim 0:0 755',
        'config 0:0 777',
        'disk 0:0 777',
        'downward 0:0 777',
        'memory 0:0 1777',
        'projected 0:0 1777',
        'secret 0:0 1777',
        'alphahushwebalpha',
        'config/a.txt 0:0 644',
        'secret/password 0:0 400',
        '..data/a.txt',
        'eyJ',
        '0:0',
        '0:0',
        '0:0',
        'touch: config/x: Read-only file system',
      ]);
      const onDisk = statSync(join(node.dirs.lib, 'claims/default/claim/x'));
      expect([onDisk.uid, onDisk.gid]).toEqual([0, 0]);
    });

    it('fsGroup owns what the kubelet gives it, and a non-root user can write there', async () => {
      setObjects();
      const lines = await output(
        'cd /v; stat -c "%n %u:%g %a" *; stat -L -c "%n %u:%g %a" config/a.txt secret/password projected/token; ' +
          'cat secret/password; echo; touch disk/x claim/x && stat -c "%u:%g" disk/x claim/x; id -G',
        {
          volumes: every,
          mounts: everyMount,
          spec: { ...spec, securityContext: { runAsUser: 1654, runAsGroup: 1654, fsGroup: 2000 } },
        },
      );
      expect(lines).toEqual([
        'claim 0:2000 2775',
        'config 0:2000 2777',
        'disk 0:2000 2777',
        'downward 0:2000 2777',
        'memory 0:2000 3777',
        'projected 0:2000 3777',
        'secret 0:2000 3777',
        'config/a.txt 0:2000 644',
        'secret/password 0:2000 440',
        // The common user's (FsUserFrom of the kubelet), and fsGroup's by the walk.
        'projected/token 1654:2000 640',
        'hush',
        '1654:2000',
        '1654:2000',
        '1654 2000',
      ]);
    });

    it('a memory volume holds no more than its limit', async () => {
      const lines = await output('dd if=/dev/zero of=/v/memory/x bs=64k count=32 2>&1 | head -1', {
        volumes: [{ name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
        mounts: [{ name: 'memory', mountPath: '/v/memory' }],
        spec,
      });
      expect(lines).toEqual(["dd: error writing '/v/memory/x': No space left on device"]);
    });

    it('an image volume shows the files of an image, read-only', async () => {
      const dir = join(node.root, 'extra');
      for (const layer of ['one', 'two']) {
        mkdirSync(join(dir, layer), { recursive: true });
        writeFileSync(join(dir, layer, layer), layer);
      }
      const [base] = [await node.images.resolve('localhost/busybox:1', 'Never')];
      if (!base.ok) throw new Error('no image');
      node.extraImages.set('localhost/extra:1', {
        ok: true,
        image: { ...base.image, layerDirs: [join(dir, 'two'), join(dir, 'one')] },
      });
      const lines = await output('cat /v/one /v/two; echo; stat -c %u /v/one; touch /v/x 2>&1', {
        volumes: [{ name: 'image', image: { reference: 'localhost/extra:1', pullPolicy: 'Never' } }],
        mounts: [{ name: 'image', mountPath: '/v' }],
        spec,
      });
      expect(lines).toEqual(['onetwo', '0', 'touch: /v/x: Read-only file system']);
    });

    it("a hostPath is the host's own directory, and fsGroup leaves it alone", async () => {
      const dir = join(node.root, 'hosts-own');
      mkdirSync(dir, { recursive: true, mode: 0o755 });
      const lines = await output('stat -c "%u:%g %a" /v; touch /v/made && stat -c "%u:%g" /v/made', {
        volumes: [{ name: 'host', hostPath: { path: dir, type: 'Directory' } }],
        mounts: [{ name: 'host', mountPath: '/v' }],
        spec: { ...spec, securityContext: { fsGroup: 2000 } },
      });
      expect(lines).toEqual(['0:0 755', '0:0']);
      expect(statSync(join(dir, 'made')).uid).toBe(0);
      rmSync(dir, { recursive: true });
    });
  });

  it.each([
    ['Directory', 'is not a directory'],
    ['File', 'is not a file'],
    ['Socket', 'is not a socket file'],
    ['CharDevice', 'is not a character device'],
    ['BlockDevice', 'is not a block device'],
  ] as const)('hostPath type %s refuses what is not there', async (type, text) => {
    const path = join(node.root, 'nowhere');
    const pod = await start(
      testPod({
        containers: [script('c', 'true', { volumeMounts: [{ name: 'host', mountPath: '/v' }] })],
        volumes: [{ name: 'host', hostPath: { path, type } }],
      }),
    );
    expect(await pod.waitUntil('ready', 5000)).toBe(false);
    expect(pod.status()).toMatchObject({
      phase: 'Pending',
      reason: 'FailedMount',
      message: `MountVolume.SetUp failed for volume "host" : hostPath type check failed: ${path} ${text}`,
    });
  });

  it('a missing ConfigMap refuses the pod, and nothing of a container is made', async () => {
    const pod = await start(
      testPod({
        containers: [script('c', 'true')],
        volumes: [{ name: 'config', configMap: { name: 'missing' } }],
      }),
    );
    expect(await pod.waitUntil('ready', 5000)).toBe(false);
    expect(pod.status().message).toBe(
      'MountVolume.SetUp failed for volume "config" : configmap "missing" not found',
    );
    expect(pod.status().containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    expect(readdirSync(join(pod.dir, 'containers'))).toEqual([]);
  });

  it('a kind that is not carried out refuses the pod by name', async () => {
    const pod = await start(
      testPod({
        containers: [script('c', 'true')],
        volumes: [{ name: 'n', nfs: { server: 's', path: '/' } }],
      }),
    );
    expect(await pod.waitUntil('ready', 5000)).toBe(false);
    expect(pod.status()).toMatchObject({ reason: 'PodFeatureUnsupported' });
    expect(pod.status().message).toContain('podproof does not carry out spec.volumes[0].nfs');
  });

  it('an emptyDir on disk that outgrows its limit evicts the pod', async () => {
    const pod = await startPod(
      node,
      testPod({
        containers: [
          script('c', 'dd if=/dev/zero of=/v/x bs=64k count=40; exec sleep 60', {
            volumeMounts: [{ name: 'v', mountPath: '/v' }],
          }),
        ],
        volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }],
        terminationGracePeriodSeconds: 0,
      }),
      { volumeCheckMs: 50 },
    );
    pods.push(pod);
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    expect(pod.status()).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ',
    });
  });
});

function claimDir(): string {
  const dir = join(node.dirs.lib, 'claims/default/claim');
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  return dir;
}

describe.skipIf(!canRunContainers())('subPath', () => {
  const volume: Volume = { name: 'claim', persistentVolumeClaim: { claimName: 'claim' } };

  it('a missing one is made, with variables expanded in subPathExpr', async () => {
    setObjects();
    const dir = claimDir();
    const lines = await output('touch /v/x; echo done', {
      volumes: [volume],
      mounts: [{ name: 'claim', mountPath: '/v', subPathExpr: 'logs/$(POD)' }],
      container: { env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
    });
    expect(lines).toEqual(['done']);
    expect(readdirSync(join(dir, 'logs/web'))).toEqual(['x']);
  });

  it.each([
    ['an absolute link', '/etc'],
    ['a relative link', `${'../'.repeat(16)}etc`],
  ])('%s out of the volume refuses the container, and the host stays unseen', async (_, target) => {
    setObjects();
    symlinkSync(target, join(claimDir(), 'link'));
    const pod = await start(
      testPod({
        containers: [
          script('c', 'true', { volumeMounts: [{ name: 'claim', mountPath: '/v', subPath: 'link' }] }),
        ],
        volumes: [volume],
      }),
    );
    expect(await pod.waitUntil('ready', 5000)).toBe(false);
    expect(pod.status().containerStatuses?.[0]?.state).toEqual({
      waiting: {
        reason: 'CreateContainerConfigError',
        message: 'failed to prepare subPath for volumeMount "claim" of container "c"',
      },
    });
  });

  it('one below a link out of the volume is not made', async () => {
    setObjects();
    symlinkSync('/tmp', join(claimDir(), 'link'));
    const volumeMounts = [{ name: 'claim', mountPath: '/v', subPath: 'link/podproof-was-here' }];
    const pod = await start(
      testPod({ containers: [script('c', 'true', { volumeMounts })], volumes: [volume] }),
    );
    expect(await pod.waitUntil('ready', 5000)).toBe(false);
    expect(pod.status().containerStatuses?.[0]?.state.waiting?.message).toBe(
      'failed to create subPath directory for volumeMount "claim" of container "c"',
    );
    expect(existsSync('/tmp/podproof-was-here')).toBe(false);
  });

  it('a variable that is empty is missing', async () => {
    setObjects();
    const pod = await start(
      testPod({
        containers: [
          script('c', 'true', {
            env: [{ name: 'EMPTY', value: '' }],
            volumeMounts: [{ name: 'claim', mountPath: '/v', subPathExpr: 'a/$(NONE)/$(EMPTY)' }],
          }),
        ],
        volumes: [volume],
      }),
    );
    expect(await pod.waitUntil('ready', 5000)).toBe(false);
    expect(pod.status().containerStatuses?.[0]?.state.waiting?.message).toBe('missing value for EMPTY, NONE');
  });

  it('a directory that is swapped for a link while containers start never shows the host', async () => {
    setObjects();
    const dir = claimDir();
    const secretFile = join(node.root, 'outside');
    mkdirSync(secretFile, { recursive: true });
    writeFileSync(join(secretFile, 'hosts-secret'), 'secret');
    mkdirSync(join(dir, 'sub'));
    const swapper = await start(
      testPod(
        {
          containers: [
            script(
              's',
              `cd /v; ln -s ${secretFile} link; while true; do mv sub real; mv link sub; mv sub link; mv real sub; done`,
              {
                volumeMounts: [{ name: 'claim', mountPath: '/v' }],
              },
            ),
          ],
          volumes: [volume],
        },
        'swapper',
      ),
    );
    await swapper.waitUntil('ready', 5000);
    const seen = new Set<string>();
    for (let round = 0; round < 8; round += 1) {
      const lines = await output('ls -a /v', {
        volumes: [volume],
        mounts: [{ name: 'claim', mountPath: '/v', subPath: 'sub' }],
      });
      for (const line of lines) seen.add(line);
    }
    expect([...seen].some((line) => line.includes('hosts-secret'))).toBe(false);
    expect(readFileSync(join(secretFile, 'hosts-secret'), 'utf8')).toBe('secret');
  }, 60_000);
});
