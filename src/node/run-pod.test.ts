import { getEventListeners } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { typicalPlatform } from '../confinement/platform.ts';
import { PodproofError } from '../core/errors.ts';
import type { UnpackedImage } from '../image/image.ts';
import type { Container, PodSpec } from '../kube/pod.ts';
import type { ContainerExit, Engine, RuntimeContainer } from '../runtime/engine.ts';
import { systemClock } from './clock.ts';
import { createGate } from './gate.ts';
import type { ImageResolution, NodePorts } from './node-ports.ts';
import { startPod } from './run-pod.ts';
import type { RunningPod } from './running-pod.ts';

/** What the real engine does not do on demand: fail at a step, and never answer. */
interface FakeEngine extends Engine {
  readonly calls: string[];
  exit(name: string, exitCode: number): void;
}

function fakeEngine(overrides: Partial<Engine> = {}): FakeEngine {
  const calls: string[] = [];
  const exits = new Map<string, (exit: ContainerExit) => void>();
  const waits = new Map<string, Promise<ContainerExit>>();
  const end = (id: string, exitCode: number): void =>
    exits.get(id)?.({ exitCode, oomKilled: false, finishedAt: new Date() });
  return {
    calls,
    exit: (name, exitCode) => end(`${name}-0`, exitCode),
    platform: typicalPlatform('containerd'),
    versions: { runtime: 'fake', monitor: 'fake', cni: 'fake' },
    createSandbox: async ({ id, dir, user, hostname }) => {
      calls.push('createSandbox');
      return { id, dir, user, hostname, namespacePaths: {}, ips: ['127.0.0.1'], cgroupPath: '/x' };
    },
    adoptSandbox: async () => [],
    releaseSandbox: () => {},
    findContainer: async () => undefined,
    discardContainer: async () => {},
    removeSandbox: async () => {
      calls.push('removeSandbox');
    },
    createContainer: async ({ sandbox, id, logPath }) => {
      calls.push(`create ${id}`);
      waits.set(id, new Promise((resolve) => exits.set(id, resolve)));
      return { id, sandbox, dir: sandbox.dir, pid: 1, startTime: 1, logPath };
    },
    startContainer: async ({ id }) => {
      calls.push(`start ${id}`);
    },
    waitContainer: ({ id }: RuntimeContainer) => waits.get(id) ?? Promise.reject(new Error(`no ${id}`)),
    killContainer: async ({ id }, signal) => {
      calls.push(`kill ${id} ${signal}`);
      if (signal === 'SIGKILL') end(id, 137);
    },
    removeContainer: async ({ id }) => {
      calls.push(`remove ${id}`);
    },
    exec: async () => ({ exitCode: 0, stdout: '', stderr: '', timedOut: false }),
    attach: () => Promise.reject(new Error('not attached')),
    reopenLog: () => Promise.resolve(),
    ...overrides,
  };
}

let lib = '';
const pods: RunningPod[] = [];

beforeEach(() => {
  lib = mkdtempSync(join(tmpdir(), 'podproof-run-pod-'));
});
afterEach(async () => {
  await Promise.allSettled(pods.splice(0).map((pod) => pod.stop(0)));
  rmSync(lib, { recursive: true, force: true });
});

const image: UnpackedImage = {
  reference: 'x',
  digest: 'sha256:1',
  config: { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
  accounts: { passwd: [], group: [] },
  layerDirs: [],
};

function nodeOf(engine: Engine, resolved: ImageResolution = { ok: true, image }): NodePorts {
  return {
    engine,
    images: {
      resolve: async () => resolved,
      find: () => (resolved.ok ? resolved.image : undefined),
      pull: () => Promise.reject(failure),
      isOffline: false,
    },
    lookup: {
      configMap: () => undefined,
      secret: () => undefined,
      serviceAccount: () => undefined,
      persistentVolumeClaim: () => undefined,
      namespace: () => undefined,
    },
    dirs: { lib, run: join(lib, 'run') },
    clock: systemClock,
    nodeName: 'n',
    hostIP: undefined,
    clusterDns: undefined,
    serviceEnv: () => new Map(),
    allocatable: { cpuMillicores: 1000, memoryBytes: 1, ephemeralStorageBytes: 1 },
    gate: createGate(2),
  };
}

const container = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  image: 'x:1',
  command: ['c'],
  ...more,
});

async function start(node: NodePorts, spec: Partial<PodSpec> = {}): Promise<RunningPod> {
  const pod = await startPod(node, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [container('c')], terminationGracePeriodSeconds: 0, ...spec },
  });
  pods.push(pod);
  return pod;
}

/** Closed until it is opened. */
function deferred(): { readonly promise: Promise<void>; open(): void } {
  const openers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => openers.push(resolve));
  return { promise, open: () => openers.forEach((open) => open()) };
}

const failure = new PodproofError('runtime', 'no luck');
const stateOf = (pod: RunningPod): unknown => pod.status().containerStatuses?.[0]?.state;

describe('what fails', () => {
  it('in the sandbox refuses the pod, and everything is removed', async () => {
    const engine = fakeEngine({ createSandbox: () => Promise.reject(failure) });
    const pod = await start(nodeOf(engine));
    expect(await pod.waitUntil('ready')).toBe(false);
    expect(pod.status()).toMatchObject({
      phase: 'Pending',
      reason: 'FailedCreatePodSandBox',
      message: 'Failed to create pod sandbox: no luck',
    });
    expect(stateOf(pod)).toEqual({ waiting: { reason: 'ContainerCreating' } });
    await pod.stop();
    expect(engine.calls).toEqual(['removeSandbox']);
    expect(existsSync(pod.dir)).toBe(false);
  });

  it('at creation is a RunContainerError under containerd', async () => {
    const pod = await start(nodeOf(fakeEngine({ createContainer: () => Promise.reject(failure) })));
    expect(await pod.waitUntil('ready')).toBe(false);
    expect(stateOf(pod)).toEqual({ waiting: { reason: 'RunContainerError', message: 'no luck' } });
  });

  it('at creation is a CreateContainerError under CRI-O', async () => {
    const engine = fakeEngine({
      platform: typicalPlatform('cri-o'),
      createContainer: () => Promise.reject(failure),
    });
    const pod = await start(nodeOf(engine));
    expect(await pod.waitUntil('ready')).toBe(false);
    expect(stateOf(pod)).toEqual({
      waiting: { reason: 'CreateContainerError', message: 'container create failed: no luck' },
    });
  });

  it('at the start removes the container that was created', async () => {
    const engine = fakeEngine({ startContainer: () => Promise.reject(failure) });
    const pod = await start(nodeOf(engine));
    expect(await pod.waitUntil('ready')).toBe(false);
    expect(engine.calls).toEqual(['createSandbox', 'create c-0', 'remove c-0']);
  });

  it('as a defect of podproof is thrown to whoever waits, and the pod can still be removed', async () => {
    const engine = fakeEngine({ createContainer: () => Promise.reject(new TypeError('a defect')) });
    const pod = await start(nodeOf(engine));
    await expect(pod.waitUntil('ready')).rejects.toThrow('a defect');
    await pod.stop();
    expect(existsSync(pod.dir)).toBe(false);
  });
});

describe('an image that cannot be had', () => {
  it.each(['ErrImagePull', 'ErrImageNeverPull', 'InvalidImageName'] as const)('is %s', async (reason) => {
    const engine = fakeEngine();
    const pod = await start(nodeOf(engine, { ok: false, reason, message: 'why' }));
    expect(await pod.waitUntil('ready')).toBe(false);
    expect(stateOf(pod)).toEqual({ waiting: { reason, message: 'why' } });
    expect(engine.calls).toEqual(['createSandbox']);
  });
});

describe('a deadline', () => {
  it('that is over while an image is still being pulled fails the pod, and gives the pull up', async () => {
    const engine = fakeEngine();
    let gaveUp = false;
    const images: NodePorts['images'] = {
      ...nodeOf(engine).images,
      resolve: (_, __, signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            gaveUp = true;
            reject(new Error('aborted'));
          });
        }),
    };
    const pod = await start({ ...nodeOf(engine), images }, { activeDeadlineSeconds: 0.05 });
    expect(await pod.waitUntil('finished', 2000)).toBe(true);
    expect(pod.status()).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    expect(gaveUp).toBe(true);
    expect(engine.calls).toEqual([]);
  });
});

describe('refused before anything exists', () => {
  it('runAsNonRoot on a root image: nothing of the container is made', async () => {
    const engine = fakeEngine();
    const pod = await start(nodeOf(engine), { securityContext: { runAsNonRoot: true } });
    expect(await pod.waitUntil('ready')).toBe(false);
    const uid = pod.pod.metadata.uid ?? '';
    expect(stateOf(pod)).toEqual({
      waiting: {
        reason: 'CreateContainerConfigError',
        message: `container has runAsNonRoot and image will run as root (pod: "web_default(${uid})", container: c)`,
      },
    });
    expect(engine.calls).toEqual(['createSandbox']);
    expect(pod.containers()[0]?.confinement?.user.value.uid).toBe(0);
  });

  it('a node without user namespaces: no sandbox either', async () => {
    const engine = fakeEngine({ platform: { ...typicalPlatform('containerd'), userNamespaces: false } });
    const pod = await start(nodeOf(engine), { hostUsers: false });
    expect(await pod.waitUntil('ready')).toBe(false);
    expect(pod.status().reason).toBe('FailedCreatePodSandBox');
    expect(engine.calls).toEqual([]);
  });

  it('a pod with the uid of one that runs', async () => {
    const node = nodeOf(fakeEngine());
    const pod = await start(node);
    await expect(startPod(node, pod.pod)).rejects.toThrow(/a pod with uid .* runs/);
    expect(readdirSync(join(lib, 'pods'))).toEqual([pod.pod.metadata.uid]);
  });
});

describe('stopping', () => {
  it('while the sandbox is being made waits for it and removes it', async () => {
    const gate = deferred();
    const slow = fakeEngine();
    const engine = fakeEngine({
      createSandbox: async (request) => {
        await gate.promise;
        return slow.createSandbox(request);
      },
    });
    const pod = await start(nodeOf(engine));
    const stopped = pod.stop();
    gate.open();
    await stopped;
    expect(engine.calls).toEqual(['removeSandbox']);
    expect(pod.status().phase).toBe('Pending');
  });

  it('a second call with 0 kills what the first one waits for', async () => {
    const engine = fakeEngine();
    const pod = await start(nodeOf(engine), { terminationGracePeriodSeconds: 3600 });
    await pod.waitUntil('ready');
    const stopped = pod.stop();
    await pod.stop(0);
    await stopped;
    expect(engine.calls).toContain('kill c-0 SIGKILL');
  });

  it('with 0 kills what a pod that is done still waits for', async () => {
    const engine = fakeEngine();
    const sidecar = container('s', { restartPolicy: 'Always' });
    const pod = await start(nodeOf(engine), {
      initContainers: [sidecar],
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 3600,
    });
    await pod.waitUntil('ready');
    engine.exit('c', 0);
    await pod.waitUntil(({ initContainerStatuses }) => initContainerStatuses?.[0]?.ready === false);
    await pod.stop(0);
    expect(engine.calls).toContain('kill s-0 SIGKILL');
  });

  it('is the same for every caller, and a pod that is over is only removed', async () => {
    const engine = fakeEngine();
    const pod = await start(nodeOf(engine), { restartPolicy: 'Never' });
    await pod.waitUntil('ready');
    engine.exit('c', 0);
    expect(await pod.waitUntil('finished')).toBe(true);
    expect(pod.status().phase).toBe('Succeeded');
    await Promise.all([pod.stop(), pod.stop()]);
    expect(engine.calls.filter((call) => call === 'removeSandbox')).toHaveLength(1);
  });
});

describe('readinessGates', () => {
  it('are not waited for: nobody sets their conditions here', async () => {
    const readinessGates = [{ conditionType: 'example.com/gate' }];
    const pod = await start(nodeOf(fakeEngine()), { readinessGates });
    expect(await pod.waitUntil('ready', 2000)).toBe(true);
  });
});

describe('waiting', () => {
  it('ends with false when the time is over or the caller gives up', async () => {
    const pod = await start(nodeOf(fakeEngine({ startContainer: () => new Promise(() => {}) })));
    expect(await pod.waitUntil('ready', 20)).toBe(false);
    expect(await pod.waitUntil('ready', undefined, AbortSignal.timeout(20))).toBe(false);
    expect(await pod.waitUntil('ready', undefined, AbortSignal.abort())).toBe(false);
    pods.splice(0);
  });

  it("leaves nothing with the caller's signal, however often it waits", async () => {
    const pod = await start(nodeOf(fakeEngine({ startContainer: () => new Promise(() => {}) })));
    const { signal } = new AbortController();
    for (let index = 0; index < 20; index += 1) await pod.waitUntil('ready', 1, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    pods.splice(0);
  });
});
