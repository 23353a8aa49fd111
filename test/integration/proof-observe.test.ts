import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { formatCapabilityMask } from '../../src/confinement/capability.ts';
import { PodproofError } from '../../src/core/errors.ts';
import { observationFacts } from '../../src/proof/observation-facts.ts';
import { observe } from '../../src/proof/observe.ts';
import { processTree } from '../../src/proof/process-tree.ts';
import { type BareConfig, runBareContainer } from '../support/bundle.ts';
import { canRunContainers } from '../support/machine.ts';
import { hasPodman, runPodmanContainer } from '../support/podman.ts';

/** A process of the host, killed when the test has ended. */
function start(
  program: string,
  args: readonly string[],
): { readonly pid: number; readonly child: ChildProcess } & Disposable {
  const child = spawn(program, args, { stdio: 'ignore' });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} did not start`);
  return {
    pid,
    child,
    [Symbol.dispose]() {
      child.kill('SIGKILL');
    },
  };
}

/** Waits until something is so; a test that waits in vain times out. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

function comm(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

function tmpfs(destination: string): BareConfig['mounts'][number] {
  return { destination, type: 'tmpfs', source: 'tmpfs', options: ['nosuid'] };
}

describe.skipIf(!canRunContainers())('observing a process of the host', () => {
  test('it has the rights of root and no namespace of its own', async () => {
    using process = start('sleep', ['60']);
    await until(() => comm(process.pid) === 'sleep');
    const seen = await observe(process.pid);
    expect(seen).toMatchObject({
      hostPid: process.pid,
      pid: process.pid,
      args: ['sleep', '60'],
      user: { inside: { uid: { real: 0, effective: 0, saved: 0, filesystem: 0 } }, changedItself: false },
    });
    expect(Object.values(seen.namespaces).every(({ inode, hostInode }) => inode === hostInode)).toBe(true);
  });

  test('its own user namespace maps its ids, and only those', async () => {
    using process = start('unshare', ['--user', '--net', '--ipc', 'sleep', '60']);
    await until(() => comm(process.pid) === 'sleep');
    expect((await observe(process.pid)).user.inside.uid.real).toBeNull();
    writeFileSync(`/proc/${process.pid}/uid_map`, '0 0 1\n1 200000 10');
    writeFileSync(`/proc/${process.pid}/setgroups`, 'deny');
    writeFileSync(`/proc/${process.pid}/gid_map`, '5 0 1');
    const seen = await observe(process.pid);
    expect(seen.user.inside).toMatchObject({ uid: { real: 0 }, gid: { real: 5 } });
    expect(seen.user.host).toMatchObject({ uid: { real: 0 }, gid: { real: 0 } });
    expect(seen.userNamespace).toEqual({
      uidMap: [
        { insideId: 0, outsideId: 0, size: 1 },
        { insideId: 1, outsideId: 200_000, size: 10 },
      ],
      gidMap: [{ insideId: 5, outsideId: 0, size: 1 }],
      setgroups: 'deny',
    });
    const differs = Object.entries(seen.namespaces).filter(([, { inode, hostInode }]) => inode !== hostInode);
    expect(differs.map(([kind]) => kind)).toEqual(['user', 'network', 'ipc']);
    expect(seen.interfaces).toEqual(['lo']);
  });

  test('one that dropped its user after its start is told from one that was started as that user', async () => {
    const drop =
      'process.setgid(998); process.setuid(999); process.title = "dropped"; setInterval(() => {}, 1000)';
    using itself = start(process.execPath, ['-e', drop]);
    await until(() => comm(itself.pid) === 'dropped');
    const dropped = await observe(itself.pid);
    expect(dropped.user).toMatchObject({
      inside: { uid: { real: 999 }, gid: { real: 998 } },
      changedItself: true,
    });
    using started = start('setpriv', ['--reuid=999', '--regid=998', '--clear-groups', 'sleep', '60']);
    await until(() => comm(started.pid) === 'sleep');
    expect((await observe(started.pid)).user).toMatchObject({
      inside: { uid: { real: 999 } },
      changedItself: false,
    });
  });

  test('one that has ended, or whose pid is now another, is not found', async () => {
    using process = start('sleep', ['60']);
    const { startTime } = await observe(process.pid);
    await expect(observe(process.pid, { startTime: startTime - 1 })).rejects.toThrow('it has ended');
    process.child.kill('SIGKILL');
    await once(process.child, 'exit');
    const error: unknown = await observe(process.pid).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PodproofError);
    expect(error).toMatchObject({
      code: 'not-found',
      message: `cannot observe process "${process.pid}": there is no such process, or it has ended`,
    });
    expect(() => processTree(process.pid)).toThrow('it has ended');
  });
});

describe.skipIf(!canRunContainers())("observing somebody else's container", () => {
  test('everything that runc applied is seen in the kernel', async () => {
    using container = runBareContainer(['sleep', '60'], (config) => {
      config.process.user = { uid: 1654, gid: 1655, additionalGids: [7, 1655] };
      config.process.noNewPrivileges = true;
      config.linux['seccomp'] = {
        defaultAction: 'SCMP_ACT_ALLOW',
        syscalls: [{ names: ['chmod'], action: 'SCMP_ACT_ERRNO' }],
      };
    });
    const seen = await observe(container.pid, {
      paths: ['/proc/acpi', '/proc/no-such-file'],
      sysctls: [
        'net.ipv4.ip_unprivileged_port_start',
        'kernel.hostname',
        'no.such.sysctl',
        '../../etc.passwd',
      ],
    });
    expect(seen).toMatchObject({
      hostPid: container.pid,
      pid: 1,
      user: { inside: { uid: { effective: 1654 }, gid: { effective: 1655 }, groups: [7, 1655] } },
      noNewPrivileges: true,
      seccomp: { mode: 'filter', filters: 1 },
      rootFilesystem: { readOnly: true },
      maskedPaths: ['/proc/acpi', '/proc/keys'],
      absentPaths: ['/proc/no-such-file'],
      sysctls: { 'net.ipv4.ip_unprivileged_port_start': '80', 'kernel.hostname': 'bare' },
      oomScoreAdj: 0,
    });
    expect(Object.keys(seen.sysctls)).toEqual(['net.ipv4.ip_unprivileged_port_start', 'kernel.hostname']);
    expect(seen.capabilities).toEqual({
      bounding: ['CHOWN', 'KILL', 'SETGID', 'SETUID'],
      effective: [],
      permitted: [],
      inheritable: [],
      ambient: [],
    });
    expect([...seen.readonlyPaths].sort()).toEqual(['/proc/irq', '/proc/sys']);
    expect(seen.devices.nodes.map(({ path }) => path)).toEqual(
      ['full', 'null', 'random', 'tty', 'urandom', 'zero'].map((name) => `/dev/${name}`),
    );
    expect(seen.cgroup.memoryLimit?.value).toBe(64 * 1024 * 1024);
    expect(seen.cgroup.cpuQuotaUs?.value).toBe(20_000);
    expect(seen.rlimits.find(({ type }) => type === 'RLIMIT_NOFILE')).toEqual({
      type: 'RLIMIT_NOFILE',
      soft: 512,
      hard: 1024,
    });
    expect(seen.mounts.find(({ mountPoint }) => mountPoint === '/tmp')).toMatchObject({
      fsType: 'tmpfs',
      readOnly: false,
      nosuid: true,
      nodev: true,
      noexec: false,
    });
  });

  test('it can be shown without anything to compare it with', async () => {
    using container = runBareContainer(['sleep', '60']);
    const facts = observationFacts(await observe(container.pid));
    expect(facts.find(({ field }) => field === 'process.pid')).toEqual({
      field: 'process.pid',
      observed: 1,
      source: `/proc/${container.pid}/status NSpid`,
      note: `host pid ${container.pid}`,
    });
    expect(facts.find(({ field }) => field === 'namespaces.pid')?.observed).toBe('own');
    expect(facts.find(({ field }) => field === 'namespaces.user')?.observed).toBe('host');
    expect(facts.find(({ field }) => field === 'resources.memory')?.observed).toBe(64 * 1024 * 1024);
    expect(new Set(facts.map(({ field }) => field)).size).toBe(facts.length);
  });

  test('its processes have both pids and both uids', async () => {
    using container = runBareContainer(['sh', '-c', 'sleep 61 & wait']);
    container.exec(['--user', '999:998'], ['sleep', '62']);
    await until(
      () => processTree(container.pid).filter(({ command }) => command.startsWith('sleep')).length === 2,
    );
    const tree = processTree(container.pid);
    expect(tree[0]).toMatchObject({
      pid: 1,
      hostPid: container.pid,
      uid: 0,
      hostUid: 0,
      command: 'sh -c sleep 61 & wait',
    });
    expect(tree.find(({ command }) => command === 'sleep 61')).toMatchObject({
      uid: 0,
      parentHostPid: container.pid,
    });
    expect(tree.find(({ command }) => command === 'sleep 62')).toMatchObject({ uid: 999, hostUid: 999 });
    expect(tree).toHaveLength(3);
    expect(new Set(tree.map(({ pid }) => pid)).size).toBe(3);
  });

  test('a mount that another one hides is not reported', async () => {
    using container = runBareContainer(['sleep', '60'], (config) => {
      config.mounts.push(tmpfs('/tmp/a'), tmpfs('/tmp'));
    });
    const seen = await observe(container.pid);
    expect(seen.mounts.filter(({ mountPoint }) => mountPoint.startsWith('/tmp'))).toHaveLength(1);
    expect(seen.mounts.find(({ mountPoint }) => mountPoint === '/tmp')?.nodev).toBe(false);
  });
});

describe.skipIf(!canRunContainers() || !hasPodman())('observing a container of podman', () => {
  test("podman's own defaults are seen, which are not those of Kubernetes", async () => {
    using container = runPodmanContainer(['sleep', '60']);
    const seen = await observe(container.pid);
    expect(seen).toMatchObject({ pid: 1, args: ['sleep', '60'], seccomp: { mode: 'filter', filters: 1 } });
    expect(formatCapabilityMask(seen.capabilities.bounding)).toBe('00000000800405fb');
    expect(seen.maskedPaths).toContain('/proc/keys');
    expect(seen.mounts.find(({ mountPoint }) => mountPoint === '/run/.containerenv')?.fsType).toBeDefined();
    expect(processTree(container.pid).map(({ command }) => command)).toEqual(['sleep 60']);
  });
});
