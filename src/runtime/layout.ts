import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { mountAreaOf } from './mount-area.ts';

/** Where podproof keeps things. `lib` outlives a reboot, `run` need not. */
export interface RootLayout {
  readonly libDir: string;
  readonly runDir: string;
  /** Undefined for the default root; else eight hexadecimal digits that keep this root's names apart from others'. */
  readonly suffix: string | undefined;
}

/** The default root is /var/lib/podproof and /run/podproof; any other is `ROOT/lib` and `ROOT/run`. */
export function rootLayout(root: string | undefined): RootLayout {
  if (root === undefined) return { libDir: '/var/lib/podproof', runDir: '/run/podproof', suffix: undefined };
  const path = resolve(root);
  const suffix = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return { libDir: join(path, 'lib'), runDir: join(path, 'run'), suffix };
}

/** What the engine keeps in a sandbox's directory. Everything that it mounts lies below `mounts`. */
export interface SandboxLayout {
  readonly record: string;
  readonly networkRecord: string;
  /** Locked by the process that makes the sandbox. */
  readonly ownerLock: string;
  readonly mounts: string;
  readonly namespaces: { readonly [name in 'user' | 'net' | 'ipc' | 'uts' | 'pid']: string };
  readonly shm: string;
  readonly layers: string;
  /** One root file system, and one directory of bound volumes, for each container. */
  readonly rootfs: string;
  readonly volumes: string;
  readonly containers: string;
  readonly pidInit: string;
}

export function sandboxLayout(dir: string): SandboxLayout {
  const mounts = mountAreaOf(dir);
  const namespace = (name: string): string => join(mounts, 'ns', name);
  return {
    record: join(dir, 'sandbox.json'),
    networkRecord: join(dir, 'network.json'),
    ownerLock: join(dir, 'owner.lock'),
    mounts,
    namespaces: {
      user: namespace('user'),
      net: namespace('net'),
      ipc: namespace('ipc'),
      uts: namespace('uts'),
      pid: namespace('pid'),
    },
    shm: join(mounts, 'shm'),
    layers: join(mounts, 'layers'),
    rootfs: join(mounts, 'rootfs'),
    volumes: join(mounts, 'volumes'),
    containers: join(dir, 'containers'),
    pidInit: join(dir, 'pid-init'),
  };
}

/** What belongs to one container. */
export interface ContainerLayout {
  /** The OCI bundle: config.json, pid files, conmon's sockets. */
  readonly dir: string;
  readonly config: string;
  readonly upper: string;
  readonly work: string;
  readonly exitDir: string;
  readonly pidFile: string;
  readonly monitorPidFile: string;
  readonly runtimeLog: string;
  readonly rootfs: string;
  /** Its bound volumes, one numbered entry each. */
  readonly volumes: string;
}

export function containerLayout(sandboxDir: string, id: string): ContainerLayout {
  const { containers, rootfs, volumes } = sandboxLayout(sandboxDir);
  const dir = join(containers, id);
  return {
    dir,
    config: join(dir, 'config.json'),
    upper: join(dir, 'upper'),
    work: join(dir, 'work'),
    exitDir: join(dir, 'exit'),
    pidFile: join(dir, 'pid'),
    monitorPidFile: join(dir, 'monitor.pid'),
    runtimeLog: join(dir, 'runtime.log'),
    rootfs: join(rootfs, id),
    volumes: join(volumes, id),
  };
}
