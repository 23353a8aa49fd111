import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Profile } from '../../src/confinement/confinement.ts';
import { typicalPlatform } from '../../src/confinement/platform.ts';
import type { Proof } from '../../src/core/contract/proof-report.ts';
import type { UnpackedImage } from '../../src/image/image.ts';
import { applyDefaults } from '../../src/kube/defaults.ts';
import type { Container, PodSpec } from '../../src/kube/pod.ts';
import { systemClock } from '../../src/node/clock.ts';
import { createGate } from '../../src/node/gate.ts';
import type { NodePorts } from '../../src/node/node-ports.ts';
import { startPod } from '../../src/node/run-pod.ts';
import type { RunningContainer, RunningPod } from '../../src/node/running-pod.ts';
import { compare } from '../../src/proof/compare.ts';
import type { ProofContext } from '../../src/proof/fact.ts';
import { readNamespaceInodes } from '../../src/proof/namespace-inodes.ts';
import type { Observation } from '../../src/proof/observation.ts';
import { observe, observeOptionsFor } from '../../src/proof/observe.ts';
import { openEngine } from '../../src/runtime/open-engine.ts';

/** A node of its own root whose only image is a busybox, and whose runtime may be another than runc. */
export interface ProofNode extends AsyncDisposable {
  readonly ports: NodePorts;
  /** For files that the test needs beside. */
  readonly directory: string;
  /** Starts a pod of that spec; its containers need no image and run `sleep` unless they say otherwise. */
  start(spec: ProofPodSpec): Promise<RunningPod>;
}

export type ProofPodSpec = Partial<Omit<PodSpec, 'containers'>> & {
  readonly containers?: readonly Partial<Container>[];
};

export async function openProofNode(
  runtime?: (directory: string) => string,
  profile: Profile = 'containerd',
): Promise<ProofNode> {
  const directory = mkdtempSync(join(tmpdir(), 'pp-proof-'));
  // The pod's root in a user namespace must be able to enter it.
  const root = join(directory, 'root');
  for (const path of [directory, root]) mkdirSync(path, { recursive: true, mode: 0o755 });
  chmodSync(directory, 0o755);
  const image = makeImage(join(directory, 'image', 'layer'));
  const engine = await openEngine({ root, profile, runtime: runtime?.(directory) });
  const ports: NodePorts = {
    engine,
    images: {
      resolve: async (reference) => ({ ok: true, image: withUser(image, reference) }),
      find: (reference) => withUser(image, reference),
      pull: async (reference) => ({ image: withUser(image, reference), sizeBytes: 0, pullMs: 0 }),
      isOffline: true,
    },
    lookup: {
      configMap: (namespace, name) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace, name },
        data: { key: 'value' },
      }),
      secret: () => undefined,
      serviceAccount: () => undefined,
      persistentVolumeClaim: () => undefined,
      namespace: () => undefined,
    },
    dirs: { lib: join(root, 'lib'), run: join(root, 'run') },
    clock: systemClock,
    nodeName: 'proof',
    hostIP: undefined,
    clusterDns: undefined,
    serviceEnv: () => new Map(),
    allocatable: {
      cpuMillicores: 1000,
      memoryBytes: typicalPlatform('containerd').memoryCapacityBytes,
      ephemeralStorageBytes: 1024 ** 3,
    },
    gate: createGate(2),
  };
  const pods: RunningPod[] = [];
  return {
    ports,
    directory,
    async start({ containers = [{}], ...spec }) {
      const pod = await startPod(
        ports,
        applyDefaults({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: `proof-${pods.length}` },
          spec: {
            restartPolicy: 'Never',
            automountServiceAccountToken: false,
            ...spec,
            containers: containers.map((container, index) => ({
              name: `c${index}`,
              image: 'localhost/busybox',
              command: ['sleep', '600'],
              ...container,
            })),
          },
        }),
      );
      pods.push(pod);
      await pod.waitUntil('settled', 20_000);
      return pod;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(pods.map((pod) => pod.stop(0)));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const APPLETS = [
  'sh',
  'sleep',
  'cat',
  'id',
  'ls',
  'mount',
  'touch',
  'chmod',
  'hostname',
  'ping',
  'whoami',
  'brctl',
];

/** `localhost/busybox:USER` is the image with that USER. */
function withUser(image: UnpackedImage, reference: string): UnpackedImage {
  const [, User] = reference.split(':');
  return User === undefined ? image : { ...image, reference, config: { ...image.config, config: { User } } };
}

/** A program of this machine in the image, with the libraries that it is linked with. */
function addProgram(layer: string, program: string, name: string, mode: number): void {
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const path of libraries) {
    mkdirSync(dirname(join(layer, path)), { recursive: true });
    copyFileSync(path, join(layer, path));
  }
  copyFileSync(program, join(layer, 'bin', name));
  chmodSync(join(layer, 'bin', name), mode);
}

function makeImage(layer: string): UnpackedImage {
  for (const name of ['bin', 'dev', 'proc', 'sys', 'etc', 'tmp'])
    mkdirSync(join(layer, name), { recursive: true });
  copyFileSync('/bin/busybox', join(layer, 'bin/busybox'));
  for (const applet of APPLETS) symlinkSync('busybox', join(layer, 'bin', applet));
  // One that gains root when the kernel lets it, and one that drops it.
  addProgram(layer, '/bin/cat', 'setuid-cat', 0o4755);
  addProgram(layer, '/usr/bin/setpriv', 'setpriv', 0o755);
  for (const name of ['hosts', 'hostname', 'resolv.conf']) writeFileSync(join(layer, 'etc', name), '');
  writeFileSync(join(layer, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\napp:x:1654:1654::/:/bin/sh\n');
  writeFileSync(join(layer, 'etc/group'), 'root:x:0:\nwheel:x:10:root\napp:x:1654:\nextra:x:50000:app\n');
  return {
    reference: 'localhost/busybox',
    digest: `sha256:${'0'.repeat(64)}`,
    config: { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
    accounts: {
      passwd: [
        { name: 'root', uid: 0, gid: 0, gecos: '', home: '/', shell: '/bin/sh' },
        { name: 'app', uid: 1654, gid: 1654, gecos: '', home: '/', shell: '/bin/sh' },
      ],
      group: [
        { name: 'root', gid: 0, members: [] },
        { name: 'wheel', gid: 10, members: ['root'] },
        { name: 'app', gid: 1654, members: [] },
        { name: 'extra', gid: 50_000, members: ['app'] },
      ],
    },
    layerDirs: [layer],
  };
}

export interface Proven {
  readonly proof: Proof;
  readonly observed: Observation;
  readonly container: RunningContainer;
  /** The fields whose facts fail. */
  readonly failing: readonly string[];
}

/** Observes and compares one container of a running pod, as `prove` does. */
export async function proveContainer(
  pod: RunningPod,
  index = 0,
  context: ProofContext = {},
): Promise<Proven> {
  const container = pod.containers()[index];
  const { confinement, runtimeContainer } = container ?? {};
  if (container === undefined || confinement === undefined || runtimeContainer === undefined) {
    throw new Error(`container ${index} does not run: ${JSON.stringify([pod.status(), pod.events])}`);
  }
  const { pid, startTime } = runtimeContainer;
  const observed = await observe(pid, { ...observeOptionsFor(confinement), startTime });
  const sandboxNamespaces = readNamespaceInodes(pod.sandbox?.namespacePaths ?? {});
  const proof = compare(confinement, observed, { sandboxNamespaces, ...context });
  const failing = proof.facts.filter(({ holds }) => !holds).map(({ field }) => field);
  return { proof, observed, container, failing };
}

/** What a command says that runs in the container beside its first process: its output and its complaints. */
export async function execIn(
  node: ProofNode,
  pod: RunningPod,
  command: string,
  index = 0,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const container = pod.containers()[index]?.runtimeContainer;
  if (container === undefined)
    throw new Error(`container ${index} does not run: ${JSON.stringify(pod.status())}`);
  const { exitCode, stdout, stderr } = await node.ports.engine.exec(container, {
    args: ['sh', '-c', command],
  });
  return { exitCode, output: `${stdout}${stderr}`.trim() };
}
