import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Profile } from '../../src/confinement/confinement.ts';
import { PodproofError } from '../../src/core/errors.ts';
import type { ContainerConfig, UnpackedImage } from '../../src/image/image.ts';
import type { Container, Pod, PodSpec } from '../../src/kube/pod.ts';
import type { ObjectLookup } from '../../src/kube/references.ts';
import { systemClock } from '../../src/node/clock.ts';
import { createGate } from '../../src/node/gate.ts';
import type { ImageResolution, NodePorts } from '../../src/node/node-ports.ts';
import { openEngine } from '../../src/runtime/open-engine.ts';

/** A node of its own root, with one image: busybox. */
export interface TestNode extends NodePorts {
  readonly root: string;
  /** Replaces what pods can refer to. */
  readonly objects: { current: Partial<ObjectLookup> };
  /** More images, by reference. */
  readonly extraImages: Map<string, ImageResolution>;
  remove(): void;
}

/** `ownRoot` may be one that another process has opened already. A root of its own is closed to others, as mktemp makes it. */
export async function openTestNode(profile: Profile = 'containerd', ownRoot?: string): Promise<TestNode> {
  const root = ownRoot ?? mkdtempSync(join(tmpdir(), 'podproof-node-'));
  const image = busyboxImage(join(root, 'image'));
  const objects: TestNode['objects'] = { current: {} };
  const extraImages: TestNode['extraImages'] = new Map();
  const lookup: ObjectLookup = {
    configMap: (...names) => objects.current.configMap?.(...names),
    secret: (...names) => objects.current.secret?.(...names),
    serviceAccount: (...names) => objects.current.serviceAccount?.(...names),
    persistentVolumeClaim: (...names) => objects.current.persistentVolumeClaim?.(...names),
    namespace: (...names) => objects.current.namespace?.(...names),
  };
  return {
    root,
    objects,
    extraImages,
    engine: await openEngine({ root, profile }),
    images: {
      resolve: async (reference) =>
        extraImages.get(reference) ?? { ok: true, image: { ...image, reference } },
      find: (reference) => {
        const known = extraImages.get(reference);
        if (known === undefined) return { ...image, reference };
        return known.ok ? known.image : undefined;
      },
      pull: async (reference) => {
        const known = extraImages.get(reference) ?? { ok: true, image: { ...image, reference } };
        if (!known.ok) throw new PodproofError('unavailable', known.message);
        return { image: known.image, sizeBytes: 1024, pullMs: 1 };
      },
      isOffline: false,
    },
    lookup,
    dirs: { lib: join(root, 'lib'), run: join(root, 'run') },
    clock: systemClock,
    nodeName: 'test-node',
    hostIP: '192.0.2.1',
    clusterDns: undefined,
    serviceEnv: () => new Map(),
    allocatable: { cpuMillicores: 2000, memoryBytes: 4 * 1024 ** 3, ephemeralStorageBytes: 8 * 1024 ** 3 },
    gate: createGate(4),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const applets = [
  'sh',
  'sleep',
  'cat',
  'id',
  'ls',
  'stat',
  'touch',
  'mkdir',
  'ln',
  'httpd',
  'nc',
  'echo',
  'kill',
  'true',
  'false',
  'ps',
  'dd',
  'test',
  'rm',
  'mv',
  'chmod',
  'env',
  'hostname',
  'mount',
  'readlink',
  'head',
  'date',
  'find',
  'wget',
];

/** An unpacked image with busybox and a user `app` (1654). */
export function busyboxImage(dir: string, config: ContainerConfig = {}): UnpackedImage {
  for (const name of ['bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'data'])
    mkdirSync(join(dir, name), { recursive: true });
  chmodSync(dir, 0o755);
  chmodSync(join(dir, 'tmp'), 0o1777);
  const busybox = join(dir, 'bin/busybox');
  if (!existsSync(busybox)) copyFileSync('/bin/busybox', busybox);
  for (const applet of applets) {
    const link = join(dir, 'bin', applet);
    if (!existsSync(link)) symlinkSync('busybox', link);
  }
  writeFileSync(join(dir, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\napp:x:1654:1654::/:/bin/sh\n');
  writeFileSync(join(dir, 'etc/group'), 'root:x:0:\napp:x:1654:\n');
  return {
    reference: 'localhost/busybox:1',
    digest: `sha256:${'0'.repeat(64)}`,
    config: {
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/bin'], Cmd: ['sh'], ...config },
      rootfs: { type: 'layers', diff_ids: [] },
    },
    accounts: {
      passwd: [
        { name: 'root', uid: 0, gid: 0, gecos: 'root', home: '/', shell: '/bin/sh' },
        { name: 'app', uid: 1654, gid: 1654, gecos: '', home: '/', shell: '/bin/sh' },
      ],
      group: [
        { name: 'root', gid: 0, members: [] },
        { name: 'app', gid: 1654, members: [] },
      ],
    },
    layerDirs: [dir],
  };
}

/** A container that runs a shell script. */
export function script(name: string, text: string, more: Partial<Container> = {}): Container {
  return { name, image: 'localhost/busybox:1', command: ['/bin/sh', '-c', text], ...more };
}

export function testPod(spec: PodSpec, name = 'web'): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { automountServiceAccountToken: false, terminationGracePeriodSeconds: 2, ...spec },
  };
}
