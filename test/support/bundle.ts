import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A container that plain runc runs, without anything of podproof: somebody else's container. */
export interface BareContainer extends Disposable {
  readonly id: string;
  /** On the host. */
  readonly pid: number;
  /** Starts a further process in the background. */
  exec(options: readonly string[], args: readonly string[]): void;
}

/** Starts a busybox in the background; `edit` changes its OCI configuration first. */
export function runBareContainer(
  args: readonly string[],
  edit: (config: BareConfig) => void = () => {},
): BareContainer {
  const bundle = mkdtempSync(join(tmpdir(), 'pp-bare-'));
  const id = basename(bundle);
  makeRootfs(join(bundle, 'rootfs'));
  const config = bareConfig(args);
  edit(config);
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  // Not through pipes: what runs in the background would keep them open.
  const runc = (...command: readonly string[]): unknown =>
    execFileSync('runc', ['--root', join(bundle, 'state'), ...command], { stdio: 'ignore' });
  const pidFile = join(bundle, 'pid');
  runc('run', '--detach', '--pid-file', pidFile, '--bundle', bundle, id);
  return {
    id,
    pid: Number(readFileSync(pidFile, 'utf8')),
    exec(options, command) {
      runc('exec', '--detach', ...options, id, ...command);
    },
    [Symbol.dispose]() {
      runc('delete', '--force', id);
      rmSync(bundle, { recursive: true, force: true });
    },
  };
}

function makeRootfs(rootfs: string): void {
  for (const directory of ['bin', 'dev', 'proc', 'sys', 'tmp'])
    mkdirSync(join(rootfs, directory), { recursive: true });
  copyFileSync('/bin/busybox', join(rootfs, 'bin/busybox'));
  for (const applet of ['sh', 'sleep']) symlinkSync('busybox', join(rootfs, 'bin', applet));
}

/** The members of an OCI configuration that tests change. */
export interface BareConfig {
  readonly ociVersion: string;
  readonly process: {
    user: { uid: number; gid: number; additionalGids: readonly number[] };
    readonly args: readonly string[];
    readonly env: readonly string[];
    readonly cwd: string;
    readonly capabilities: Readonly<Record<string, readonly string[]>>;
    noNewPrivileges: boolean;
    readonly rlimits: readonly unknown[];
  };
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly hostname: string;
  readonly mounts: {
    readonly destination: string;
    readonly type: string;
    readonly source: string;
    readonly options: readonly string[];
  }[];
  readonly linux: Record<string, unknown>;
}

function bareConfig(args: readonly string[]): BareConfig {
  const capabilities = ['CAP_CHOWN', 'CAP_SETUID', 'CAP_SETGID', 'CAP_KILL'];
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid: 0, gid: 0, additionalGids: [] },
      args,
      env: ['PATH=/bin'],
      cwd: '/',
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: false,
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 512, hard: 1024 }],
    },
    root: { path: 'rootfs', readonly: true },
    hostname: 'bare',
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro', 'nosuid', 'noexec', 'nodev'] },
    ],
    linux: {
      namespaces: ['mount', 'pid', 'network', 'ipc', 'uts'].map((type) => ({ type })),
      sysctl: { 'net.ipv4.ip_unprivileged_port_start': '80' },
      maskedPaths: ['/proc/acpi', '/proc/keys', '/proc/no-such-file'],
      readonlyPaths: ['/proc/sys', '/proc/irq'],
      resources: {
        memory: { limit: 64 * 1024 * 1024 },
        cpu: { shares: 256, quota: 20_000, period: 100_000 },
        devices: [{ allow: false, access: 'rwm' }],
      },
    },
  };
}
