import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Confinement } from '../../src/confinement/confinement.ts';
import { byDefault, type Sourced, sourced } from '../../src/core/sourced.ts';
import type { UnpackedImage } from '../../src/image/image.ts';
import type {
  ContainerProcess,
  ContainerRequest,
  Engine,
  RuntimeContainer,
  Sandbox,
  SandboxRequest,
} from '../../src/runtime/engine.ts';
import { idRangesDir } from '../../src/runtime/id-ranges.ts';
import { rootLayout } from '../../src/runtime/layout.ts';
import { openEngine } from '../../src/runtime/open-engine.ts';

/** A root of its own, an engine on it and a busybox image; `close` removes the directory. */
export interface RuntimeFixture {
  readonly root: string;
  readonly engine: Engine;
  readonly image: UnpackedImage;
  sandboxRequest(id: string, overrides?: Partial<SandboxRequest>): SandboxRequest;
  containerRequest(
    sandbox: Sandbox,
    args: readonly string[],
    overrides?: Partial<Omit<ContainerRequest, 'process'>> & { readonly process?: Partial<ContainerProcess> },
  ): ContainerRequest;
  /** Creates and starts. */
  run(...args: Parameters<RuntimeFixture['containerRequest']>): Promise<RuntimeContainer>;
  close(): void;
}

export async function openRuntimeFixture(runtime?: string): Promise<RuntimeFixture> {
  const root = mkdtempSync(join(tmpdir(), 'podproof-runtime-'));
  chmodSync(root, 0o711);
  const engine = await openEngine({ root, profile: 'containerd', runtime });
  const image = makeBusyboxImage(join(root, 'layers'));
  let containers = 0;
  const fixture: RuntimeFixture = {
    root,
    engine,
    image,
    sandboxRequest: (id, overrides) => {
      const dir = join(root, 'lib', 'pods', id);
      mkdirSync(dir, { recursive: true, mode: 0o711 });
      return { ...plainSandbox, id, dir, ...overrides };
    },
    containerRequest: (sandbox, args, overrides = {}) => {
      containers += 1;
      const id = overrides.id ?? `c-${containers}`;
      return {
        sandbox,
        id,
        confinement: plainConfinement(sandbox),
        image,
        mountSources: new Map(),
        logPath: join(sandbox.dir, 'logs', `${id}.log`),
        ...overrides,
        process: {
          args,
          env: [],
          cwd: '/',
          terminal: false,
          stdin: false,
          stdinOnce: false,
          ...overrides.process,
        },
      };
    },
    run: async (...args) => {
      const container = await engine.createContainer(fixture.containerRequest(...args));
      await engine.startContainer(container);
      return container;
    },
    close: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
  return fixture;
}

const plainSandbox: Omit<SandboxRequest, 'id' | 'dir'> = {
  hostname: 'web',
  user: { mode: 'host' },
  network: 'none',
  ipc: 'pod',
  uts: 'pod',
  pid: 'container',
  sysctls: [],
  portMappings: [],
  idMapped: [],
  podNamespace: 'default',
  podName: 'web',
};

function makeBusyboxImage(dir: string): UnpackedImage {
  const layer = join(dir, 'busybox');
  for (const name of ['bin', 'etc', 'tmp', 'proc', 'dev', 'sys'])
    mkdirSync(join(layer, name), { recursive: true });
  copyFileSync('/bin/busybox', join(layer, 'bin', 'busybox'));
  for (const applet of [
    'sh',
    'cat',
    'ls',
    'id',
    'sleep',
    'touch',
    'stat',
    'seq',
    'hostname',
    'wget',
    'nc',
    'true',
    'stty',
    'mount',
    'dd',
    'ipcmk',
    'kill',
    'ps',
    'echo',
    'mkdir',
    'chown',
    'env',
    'grep',
  ])
    symlinkSync('busybox', join(layer, 'bin', applet));
  writeFileSync(
    join(layer, 'etc', 'passwd'),
    'root:x:0:0:root:/root:/bin/sh\napp:x:1654:1654:app:/home/app:/bin/sh\n',
  );
  chmodSync(layer, 0o755);
  return {
    reference: 'test/busybox',
    digest: 'sha256:0',
    config: { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
    accounts: { passwd: [], group: [] },
    layerDirs: [layer],
  };
}

function value<T>(of: T): Sourced<T> {
  return sourced(of, byDefault('runtime'));
}

/** Root with a few capabilities in namespaces of the pod, as the sandbox has them. */
export function plainConfinement(sandbox: Sandbox, overrides: Partial<Confinement> = {}): Confinement {
  const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'KILL', 'SETGID', 'SETUID', 'NET_BIND_SERVICE'] as const;
  const { namespacePaths: paths } = sandbox;
  return {
    container: 'c',
    type: 'container',
    profile: 'containerd',
    privileged: value(false),
    user: value({ uid: 0, gid: 0, groups: [0], username: 'root' }),
    userOrigins: { uid: byDefault('runtime'), gid: byDefault('runtime'), groups: byDefault('runtime') },
    capabilities: value({
      bounding: capabilities,
      effective: capabilities,
      permitted: capabilities,
      inheritable: [],
      ambient: [],
    }),
    noNewPrivileges: value(false),
    seccomp: value({ mode: 'unconfined' }),
    appArmor: value({ mode: 'none' }),
    seLinux: value({ mode: 'none' }),
    namespaces: {
      user: value(sandbox.user),
      network: value(paths.network === undefined ? 'host' : 'pod'),
      pid: value(paths.pid === undefined ? 'container' : 'pod'),
      ipc: value(paths.ipc === undefined ? 'host' : 'pod'),
      uts: value(paths.uts === undefined ? 'host' : 'pod'),
      cgroup: value('host'),
    },
    rootFilesystem: value({ readOnly: false }),
    mounts: plainMounts,
    maskedPaths: value(['/proc/timer_list']),
    readonlyPaths: value(['/proc/sys']),
    devices: value({ allow: 'default' }),
    sysctls: [],
    resources: {
      cpuShares: value(2),
      cpuQuotaUs: value(null),
      cpuPeriodUs: value(100_000),
      memoryLimitBytes: value(null),
      hugepageLimits: [],
    },
    oomScoreAdj: value(1000),
    rlimits: value([{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 2048 }]),
    ...overrides,
  };
}

export function kernelMount(
  destination: string,
  fsType: 'proc' | 'sysfs' | 'tmpfs' | 'devpts' | 'mqueue' | 'cgroup',
  data: readonly string[] = [],
): Confinement['mounts'][number] {
  return {
    destination,
    source: { kind: 'kernel' },
    fsType,
    readOnly: fsType === 'sysfs' || fsType === 'cgroup',
    recursiveReadOnly: false,
    nosuid: true,
    nodev: fsType !== 'tmpfs' && fsType !== 'devpts',
    noexec: fsType !== 'tmpfs',
    propagation: 'private',
    data,
    from: byDefault('runtime'),
  };
}

export function volumeMount(
  destination: string,
  overrides: Partial<Confinement['mounts'][number]> = {},
): Confinement['mounts'][number] {
  return {
    destination,
    source: { kind: 'volume', index: 0, volume: 'v', volumeKind: 'emptyDir' },
    fsType: 'bind',
    readOnly: false,
    recursiveReadOnly: false,
    nosuid: false,
    nodev: false,
    noexec: false,
    propagation: 'private',
    data: [],
    from: byDefault('runtime'),
    ...overrides,
  };
}

export const plainMounts: Confinement['mounts'] = [
  kernelMount('/proc', 'proc'),
  kernelMount('/dev', 'tmpfs', ['strictatime', 'mode=755', 'size=65536k']),
  kernelMount('/dev/pts', 'devpts', ['newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5']),
  kernelMount('/dev/mqueue', 'mqueue'),
  kernelMount('/sys', 'sysfs'),
  kernelMount('/sys/fs/cgroup', 'cgroup', ['relatime']),
  {
    ...volumeMount('/dev/shm', { nosuid: true, nodev: true, noexec: true }),
    source: { kind: 'node', file: 'shm' },
  },
];

/** The text of the log, without conmon's time stamps and tags. */
export function readLog(container: RuntimeContainer): string {
  return readFileSync(container.logPath, 'utf8')
    .split('\n')
    .map((line) => line.split(' ').slice(3).join(' '))
    .join('\n');
}

/** What the pods of a root could leave behind on this machine. */
export function readTraces(root: string): Readonly<Record<string, readonly string[]>> {
  const { suffix = '' } = rootLayout(root);
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return {
    mounts: lines.filter((line) => line.includes(root)),
    interfaces: readdirSync('/sys/class/net').filter((name) => name.includes(suffix)),
    cgroups: readdirSync('/sys/fs/cgroup', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => readdirSync(join('/sys/fs/cgroup', name)).map((child) => `${name}/${child}`))
      .filter((name) => name.includes(suffix)),
    processes: readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => commandLine(pid))
      .filter((line) => line.includes(root)),
    ranges: idRangesOf(root),
    runtimeStates: filesBelow(join(root, 'run', 'runc')),
    addresses: filesBelow(join(root, 'run', 'cni')).filter((name) => /\d+\.\d+$/.test(name)),
  };
}

function idRangesOf(root: string): readonly string[] {
  return filesBelow(idRangesDir).filter((slot) =>
    readOrEmpty(join(idRangesDir, slot)).startsWith(`${root}/`),
  );
}

function filesBelow(dir: string): readonly string[] {
  return existsSync(dir) ? readdirSync(dir, { recursive: true, encoding: 'utf8' }) : [];
}

function commandLine(pid: string): string {
  return readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone meanwhile.
    return '';
  }
}
