import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** podman is no part of what podproof needs; where CI should have it, its absence is a failure. */
export function hasPodman(): boolean {
  if (existsSync('/usr/bin/podman')) return true;
  if (process.env['CI'] === 'true') throw new Error("tests with other people's containers need podman");
  return false;
}

/** Its cgroups stay as long as its conmon still ends, and its store may stay mounted onto itself. */
const REMOVE_REMAINS = `
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    find /sys/fs/cgroup -depth -type d -path "*/\${1##*/}*" -exec rmdir {} + 2>/dev/null
    [ -z "$(find /sys/fs/cgroup -type d -name "\${1##*/}")" ] && break
    sleep 0.1
  done
  umount "$1/store/overlay" 2>/dev/null
  true`;

/** A container that podman started, with podman's own defaults; everything of it lies in a directory of its own. */
export function runPodmanContainer(args: readonly string[]): { readonly pid: number } & Disposable {
  const directory = mkdtempSync(join(tmpdir(), 'pp-podman-'));
  const rootfs = join(directory, 'rootfs');
  for (const name of ['bin', 'dev', 'proc', 'sys', 'etc', 'run', 'tmp'])
    mkdirSync(join(rootfs, name), { recursive: true });
  copyFileSync('/bin/busybox', join(rootfs, 'bin/busybox'));
  symlinkSync('busybox', join(rootfs, 'bin/sleep'));
  const cgroupParent = `/${directory.split('/').at(-1)}`;
  const options = ['--root', join(directory, 'store'), '--runroot', join(directory, 'run')];
  options.push('--tmpdir', join(directory, 'tmp'), '--events-backend', 'none');
  options.push('--cgroup-manager', 'cgroupfs', '--runtime', 'runc');
  const podman = (...command: readonly string[]): string =>
    execFileSync('podman', [...options, ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  // Limits as they are: raising them needs CAP_SYS_RESOURCE, which podman takes for granted.
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
  podman(
    'run',
    '--detach',
    '--name',
    'c',
    '--network',
    'none',
    '--cgroup-parent',
    cgroupParent,
    ...limits,
    '--rootfs',
    rootfs,
    ...args,
  );
  return {
    pid: Number(podman('inspect', '--format', '{{.State.Pid}}', 'c')),
    [Symbol.dispose]() {
      podman('rm', '--force', '--time', '0', 'c');
      execFileSync('sh', ['-c', REMOVE_REMAINS, 'sh', directory]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
