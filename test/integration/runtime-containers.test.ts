import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { byDefault, sourced } from '../../src/core/sourced.ts';
import { parseMountInfo } from '../../src/linux/mount-info.ts';
import { mount, unmountTree } from '../../src/linux/mounts.ts';
import { parseProcStatus } from '../../src/linux/proc-status.ts';
import type { Sandbox, SandboxRequest } from '../../src/runtime/engine.ts';
import { mountAreaOf } from '../../src/runtime/mount-area.ts';
import {
  openRuntimeFixture,
  plainConfinement,
  plainMounts,
  type RuntimeFixture,
  readLog,
  readTraces,
  volumeMount,
} from './runtime-fixture.ts';

let fixture: RuntimeFixture;
let before: ReturnType<typeof readTraces>;
const made: Pick<Sandbox, 'id' | 'dir'>[] = [];

beforeAll(async () => {
  fixture = await openRuntimeFixture();
  before = readTraces(fixture.root);
});

afterEach(async () => {
  await Promise.all(made.splice(0).map((sandbox) => fixture.engine.removeSandbox(sandbox)));
  expect(readTraces(fixture.root)).toEqual(before);
});

afterAll(() => {
  fixture.close();
});

let count = 0;

async function sandbox(overrides: Partial<SandboxRequest> = {}): Promise<Sandbox> {
  count += 1;
  const request = fixture.sandboxRequest(`pod-${count}`, overrides);
  made.push(request);
  return fixture.engine.createSandbox(request);
}

const runtime = byDefault('runtime');
const userNamespace: Partial<SandboxRequest> = { user: { mode: 'pod', size: 65_536, hostId: null } };
/** MS_SHARED of mount(2). */
const sharedMount = 1 << 20;
const forever = ['/bin/sleep', '1000'];

test('a process has the identity, rights and limits of its confinement', async () => {
  const pod = await sandbox();
  const container = await fixture.run(pod, forever, {
    confinement: plainConfinement(pod, {
      user: sourced({ uid: 1654, gid: 10, groups: [10, 2000], username: null }, runtime),
      noNewPrivileges: sourced(true, runtime),
      seccomp: sourced({ mode: 'filter', profile: 'RuntimeDefault' }, runtime),
      rootFilesystem: sourced({ readOnly: true }, runtime),
    }),
  });
  const status = parseProcStatus(readFileSync(`/proc/${container.pid}/status`, 'utf8'));
  expect(status.uids.effective).toBe(1654);
  expect(status.gids.effective).toBe(10);
  expect(status.groups).toEqual([10, 2000]);
  expect(status.capabilities.bounding).toBe('00000000000004e3');
  expect(status.capabilities.effective).toBe('0000000000000000');
  expect(status.noNewPrivileges).toBe(true);
  expect(status.seccompMode).toBe(2);
  expect(readFileSync(`/proc/${container.pid}/limits`, 'utf8')).toMatch(/^Max open files +1024 +2048 /m);
  expect(readFileSync(`/proc/${container.pid}/oom_score_adj`, 'utf8')).toBe('1000\n');
  const mounts = parseMountInfo(readFileSync(`/proc/${container.pid}/mountinfo`, 'utf8'));
  expect(mounts.find(({ mountPoint }) => mountPoint === '/')?.options).toContain('ro');
  expect(mounts.find(({ mountPoint }) => mountPoint === '/proc/sys')?.options).toContain('ro');
});

test("namespaces of the pod are shared by its containers and not the host's", async () => {
  const pod = await sandbox();
  const [one, two] = await Promise.all([fixture.run(pod, forever), fixture.run(pod, forever)]);
  for (const name of ['net', 'ipc', 'uts']) {
    const namespace = readlinkSync(`/proc/${one.pid}/ns/${name}`);
    expect(readlinkSync(`/proc/${two.pid}/ns/${name}`)).toBe(namespace);
    expect(readlinkSync(`/proc/self/ns/${name}`)).not.toBe(namespace);
  }
  expect(readlinkSync(`/proc/${one.pid}/ns/pid`)).not.toBe(readlinkSync(`/proc/${two.pid}/ns/pid`));
  const hostname = await fixture.engine.exec(one, { args: ['/bin/hostname'] });
  expect(hostname.stdout).toBe('web\n');
});

test('exit code, log and the end of a container that ended before anyone waited are known', async () => {
  const pod = await sandbox();
  const container = await fixture.run(pod, ['/bin/sh', '-c', 'echo out; echo err >&2; exit 3']);
  const exit = await fixture.engine.waitContainer(container);
  expect(exit).toMatchObject({ exitCode: 3, oomKilled: false });
  expect(await fixture.engine.waitContainer(container)).toEqual(exit);
  expect(readLog(container).split('\n').sort()).toEqual(['', 'err', 'out']);
  await fixture.engine.removeContainer(container);
  expect(readLog(container)).toContain('out');
});

test('a signal is passed on, and shows as 128 plus its number', async () => {
  const pod = await sandbox();
  const container = await fixture.run(pod, [
    '/bin/sh',
    '-c',
    'trap "exit 5" TERM; while :; do sleep 0.01; done',
  ]);
  await fixture.engine.exec(container, { args: ['/bin/true'] });
  await fixture.engine.killContainer(container, 'SIGTERM');
  expect((await fixture.engine.waitContainer(container)).exitCode).toBe(5);
  await fixture.engine.killContainer(container, 'SIGTERM');
  const other = await fixture.run(pod, forever);
  await fixture.engine.killContainer(other, 'SIGKILL');
  expect((await fixture.engine.waitContainer(other)).exitCode).toBe(137);
});

test("a program that does not exist fails the start in the runtime's words and leaves nothing", async () => {
  const pod = await sandbox();
  await expect(fixture.run(pod, ['/no/such/program'])).rejects.toThrow(/no such file or directory/);
});

test('memory over the limit ends the container as out of memory', async () => {
  const pod = await sandbox();
  const plain = plainConfinement(pod);
  const container = await fixture.run(
    pod,
    ['/bin/dd', 'if=/dev/zero', 'of=/dev/null', 'bs=200M', 'count=1'],
    {
      confinement: {
        ...plain,
        resources: { ...plain.resources, memoryLimitBytes: sourced(32 * 1024 ** 2, runtime) },
      },
    },
  );
  expect(await fixture.engine.waitContainer(container)).toMatchObject({ exitCode: 137, oomKilled: true });
});

test('a pod with a user namespace owns image, volumes, shared memory and what it writes', async () => {
  const pod = await sandbox(userNamespace);
  const hostId = pod.user.mode === 'pod' ? (pod.user.hostId ?? 0) : 0;
  expect(hostId).toBeGreaterThan(0);
  const volume = mkdtempSync(join(fixture.root, 'volume-'));
  writeFileSync(join(volume, 'given'), 'x');
  const container = await fixture.run(pod, forever, {
    confinement: plainConfinement(pod, { mounts: [...plainMounts, volumeMount('/data')] }),
    mountSources: new Map([['/data', { root: volume, path: '', idMapped: true }]]),
  });
  expect(readFileSync(`/proc/${container.pid}/uid_map`, 'utf8').trim().split(/\s+/).map(Number)).toEqual([
    0,
    hostId,
    65_536,
  ]);
  expect(parseProcStatus(readFileSync(`/proc/${container.pid}/status`, 'utf8')).uids.effective).toBe(hostId);
  const { stdout } = await fixture.engine.exec(container, {
    args: [
      '/bin/sh',
      '-c',
      'touch /data/made /made /dev/shm/made && stat -c %u:%g / /bin/busybox /data/given /data/made /made /dev/shm /dev/shm/made',
    ],
  });
  expect(stdout.trim().split('\n')).toEqual(Array.from({ length: 7 }, () => '0:0'));
  expect(statSync(join(volume, 'made')).uid).toBe(0);
  expect(statSync(join(container.dir, 'upper', 'made')).uid).toBe(hostId);
});

test('two pods with user namespaces have ranges of their own, and a third takes a free one', async () => {
  const [one, two] = await Promise.all([sandbox(userNamespace), sandbox(userNamespace)]);
  expect(one.user).not.toEqual(two.user);
  await fixture.engine.removeSandbox(one);
  expect((await sandbox(userNamespace)).user).toEqual(one.user);
});

test('sysctls of network and ipc are set in the pod, with and without a user namespace', async () => {
  const sysctls = [
    { name: 'net.ipv4.ip_unprivileged_port_start', value: '0' },
    { name: 'kernel.shm_rmid_forced', value: '1' },
    { name: 'kernel.msgmax', value: '4096' },
  ];
  for (const overrides of [{}, userNamespace]) {
    const pod = await sandbox({ sysctls, ...overrides });
    const container = await fixture.run(pod, forever);
    const { stdout } = await fixture.engine.exec(container, {
      args: [
        '/bin/cat',
        '/proc/sys/net/ipv4/ip_unprivileged_port_start',
        '/proc/sys/kernel/shm_rmid_forced',
        '/proc/sys/kernel/msgmax',
      ],
    });
    expect(stdout).toBe('0\n1\n4096\n');
  }
  expect(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')).not.toBe('0\n');
});

test("a shared pid namespace has an init that reaps, and shows all containers' processes", async () => {
  for (const overrides of [{}, userNamespace]) {
    const pod = await sandbox({ pid: 'pod', ...overrides });
    const [one, two] = await Promise.all([
      fixture.run(pod, forever),
      fixture.run(pod, ['/bin/sleep', '1001']),
    ]);
    expect(readlinkSync(`/proc/${one.pid}/ns/pid`)).toBe(readlinkSync(`/proc/${two.pid}/ns/pid`));
    const { stdout } = await fixture.engine.exec(one, {
      args: ['/bin/sh', '-c', '(sleep 0.01 &); sleep 0.1; ps'],
    });
    expect(stdout).toMatch(/ 1 root +\/init -P/);
    expect(stdout).toContain('sleep 1001');
    expect(stdout).not.toContain('[sleep]');
  }
});

test('a path in a volume that leads out of it by a link stays in it', async () => {
  const pod = await sandbox();
  const volume = mkdtempSync(join(fixture.root, 'volume-'));
  mkdirSync(join(volume, 'etc'));
  writeFileSync(join(volume, 'etc', 'hostname'), 'inside');
  symlinkSync('/etc/hostname', join(volume, 'link'));
  const container = await fixture.run(pod, ['/bin/cat', '/file'], {
    confinement: plainConfinement(pod, {
      mounts: [...plainMounts, volumeMount('/file', { readOnly: true })],
    }),
    mountSources: new Map([['/file', { root: volume, path: 'link', idMapped: true }]]),
  });
  await fixture.engine.waitContainer(container);
  expect(readLog(container).trim()).toBe('inside');
});

test.each([
  ['', {}],
  [', id-mapped into a user namespace', userNamespace],
] as const)("an image of 499 layers, the kernel's limit%s", async (_, overrides) => {
  const pod = await sandbox(overrides);
  const names = Array.from({ length: 498 }, (__, index) => `l${index}`);
  const layerDirs = [
    ...names.map((name) => {
      const dir = join(fixture.root, 'layers', name);
      mkdirSync(dir, { recursive: true });
      for (const file of ['which', name]) writeFileSync(join(dir, file), name);
      return dir;
    }),
    ...fixture.image.layerDirs,
  ];
  const container = await fixture.run(
    pod,
    ['/bin/sh', '-c', 'cat /which; echo; ls / | grep -c "^l[0-9]"; stat -c %u /l497; touch /new'],
    {
      image: { ...fixture.image, layerDirs },
    },
  );
  expect((await fixture.engine.waitContainer(container)).exitCode).toBe(0);
  expect(readLog(container).split('\n').filter(Boolean)).toEqual(['l0', '498', '0']);
});

test("an image of 127 layers, Docker's limit, has one root, the top-most layer winning", async () => {
  const pod = await sandbox(userNamespace);
  const layers = Array.from({ length: 127 }, (_, index) => {
    const dir = join(fixture.root, 'layers', `a-layer-with-quite-a-long-name-${index}`);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'depth'), String(index));
    return dir;
  });
  const container = await fixture.run(pod, ['/bin/cat', '/depth'], {
    image: { ...fixture.image, layerDirs: [...layers, ...fixture.image.layerDirs] },
  });
  await fixture.engine.waitContainer(container);
  expect(readLog(container).trim()).toBe('0');
});

test('a further process has its output, its input and its exit code', async () => {
  const pod = await sandbox();
  const container = await fixture.run(pod, forever);
  const stdin = new PassThrough();
  stdin.end('hello');
  const result = await fixture.engine.exec(container, {
    args: ['/bin/sh', '-c', 'cat; echo warn >&2; exit 4'],
    stdin,
  });
  expect(result).toEqual({ exitCode: 4, stdout: 'hello', stderr: 'warn\n', timedOut: false });
  await expect(fixture.engine.exec(container, { args: ['/no/such'] })).rejects.toThrow(
    /no such file or directory/,
  );
});

test('a further process that takes too long is ended inside the container', async () => {
  const pod = await sandbox();
  const container = await fixture.run(pod, forever);
  const result = await fixture.engine.exec(container, { args: ['/bin/sleep', '77'], timeoutMs: 200 });
  expect(result.timedOut).toBe(true);
  expect((await fixture.engine.exec(container, { args: ['/bin/ps'] })).stdout).not.toContain('sleep 77');
});

test('a further process on a terminal sees one of the size it is told', async () => {
  const pod = await sandbox();
  const container = await fixture.run(pod, forever);
  const result = await fixture.engine.exec(container, {
    args: ['/bin/sh', '-c', 'sleep 0.2; stty size; test -t 0 && echo tty'],
    terminal: true,
    onTerminal: (terminal) => {
      terminal.resize(100, 40);
    },
  });
  expect(result.stdout).toBe('40 100\r\ntty\r\n');
});

test('a size that comes after the end of the process harms nobody', async () => {
  const pod = await sandbox();
  const container = await fixture.run(pod, forever);
  let resize: ((columns: number, rows: number) => void) | undefined;
  await fixture.engine.exec(container, {
    args: ['/bin/true'],
    terminal: true,
    onTerminal: (terminal) => {
      resize = (columns, rows) => terminal.resize(columns, rows);
    },
  });
  expect(() => resize?.(90, 30)).not.toThrow();
});

test('nobody else on the machine can walk to what containers see', async () => {
  for (const overrides of [{}, userNamespace]) {
    const pod = await sandbox(overrides);
    const container = await fixture.run(pod, forever);
    for (const path of [pod.dir, join(pod.dir, 'containers', container.id)]) {
      const list = spawnSync('ls', [path], { uid: 65_534, gid: 65_534, encoding: 'utf8' });
      expect(list.stderr).toContain('Permission denied');
    }
    expect(statSync(pod.dir).mode & 0o007).toBe(0);
    expect(statSync(mountAreaOf(pod.dir)).mode & 0o007).toBe(0);
  }
});

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  return text;
}

test('an attached client gets all output, however much, and feeds the input to its end', async () => {
  const pod = await sandbox();
  const container = await fixture.engine.createContainer(
    fixture.containerRequest(pod, ['/bin/sh', '-c', 'cat; seq 1 20000; echo warn >&2'], {
      process: { stdin: true, stdinOnce: true },
    }),
  );
  const streams = await fixture.engine.attach(container);
  await fixture.engine.startContainer(container);
  streams.stdin.end('hello\n');
  const [stdout, stderr] = await Promise.all([textOf(streams.stdout), textOf(streams.stderr)]);
  expect(stdout.split('\n')).toHaveLength(20_002);
  expect(stdout.startsWith('hello\n1\n')).toBe(true);
  expect(stderr).toBe('warn\n');
});

test('every attached client gets all output, and any of them gives input', async () => {
  const pod = await sandbox();
  const container = await fixture.engine.createContainer(
    fixture.containerRequest(pod, ['/bin/sh', '-c', 'while read line; do echo "got $line"; done'], {
      process: { stdin: true },
    }),
  );
  const clients = await Promise.all([1, 2, 3].map(() => fixture.engine.attach(container)));
  await fixture.engine.startContainer(container);
  const outputs = clients.map(({ stdout }) => {
    const seen = { text: '' };
    stdout.on('data', (chunk: Buffer) => {
      seen.text += chunk.toString();
    });
    return seen;
  });
  clients[0]?.stdin.write('one\n');
  await expect.poll(() => outputs.map(({ text }) => text)).toEqual(Array(3).fill('got one\n'));
  clients[1]?.close();
  clients[2]?.stdin.write('two\n');
  await expect
    .poll(() => outputs.map(({ text }) => text))
    .toEqual(['got one\ngot two\n', 'got one\n', 'got one\ngot two\n']);
});

test('a container with a terminal can be resized through its attached client', async () => {
  const pod = await sandbox();
  const container = await fixture.engine.createContainer(
    fixture.containerRequest(pod, ['/bin/sh', '-c', 'sleep 0.3; stty size'], {
      process: { stdin: true, terminal: true },
    }),
  );
  const streams = await fixture.engine.attach(container);
  await fixture.engine.startContainer(container);
  await streams.resize(120, 50);
  expect(await textOf(streams.stdout)).toBe('50 120\r\n');
});

function canOpen(device: string): boolean {
  try {
    closeSync(openSync(`/dev/${device}`, 'r'));
    return true;
  } catch {
    return false;
  }
}

test("a privileged container has the host's devices and may use them; another has neither", async () => {
  const pod = await sandbox();
  const plain = plainConfinement(pod);
  const args = ['/bin/sh', '-c', 'ls /dev; dd if=/dev/$0 of=/dev/null bs=512 count=1'];
  const disk = readdirSync('/sys/class/block').find(canOpen);
  const run = async (allow: 'all' | 'default'): Promise<string> => {
    const container = await fixture.run(pod, [...args, disk ?? ''], {
      confinement: { ...plain, devices: sourced({ allow }, runtime) },
    });
    await fixture.engine.waitContainer(container);
    return readLog(container);
  };
  const all = await run('all');
  expect(all).toMatch(new RegExp(`^${disk}$`, 'm'));
  expect(all).toContain('records in');
  expect(await run('default')).not.toMatch(new RegExp(`^${disk}$`, 'm'));
});

test('a device of the host that a container makes itself stays shut', async () => {
  const pod = await sandbox();
  const plain = plainConfinement(pod);
  const withMknod = [...plain.capabilities.value.bounding, 'MKNOD' as const];
  const container = await fixture.run(
    pod,
    ['/bin/busybox', 'sh', '-c', 'busybox mknod /disk b 254 0 && dd if=/disk of=/dev/null bs=512 count=1'],
    {
      confinement: {
        ...plain,
        capabilities: sourced({ ...plain.capabilities.value, bounding: withMknod }, runtime),
      },
    },
  );
  await fixture.engine.waitContainer(container);
  expect(readLog(container)).toContain('Operation not permitted');
});

test('a Localhost seccomp profile refuses the calls that it names', async () => {
  const profile = join(fixture.root, 'no-chmod.json');
  const syscalls = [{ names: ['chmod', 'fchmodat', 'fchmodat2'], action: 'SCMP_ACT_ERRNO' }];
  writeFileSync(profile, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }));
  const pod = await sandbox();
  const container = await fixture.run(pod, ['/bin/busybox', 'chmod', '700', '/tmp'], {
    confinement: plainConfinement(pod, {
      seccomp: sourced({ mode: 'filter', profile: 'Localhost', localhostProfile: 'no-chmod.json' }, runtime),
    }),
    localhostProfilePath: profile,
  });
  expect((await fixture.engine.waitContainer(container)).exitCode).toBe(1);
  expect(readLog(container)).toContain('Operation not permitted');
});

test("the host's namespaces are used where the pod asks for them", async () => {
  const pod = await sandbox({ network: 'host', ipc: 'host', uts: 'host', pid: 'host' });
  const plain = plainConfinement(pod);
  const container = await fixture.run(pod, forever, {
    confinement: { ...plain, namespaces: { ...plain.namespaces, pid: sourced('host', runtime) } },
  });
  for (const name of ['net', 'ipc', 'uts', 'pid'])
    expect(readlinkSync(`/proc/${container.pid}/ns/${name}`)).toBe(readlinkSync(`/proc/self/ns/${name}`));
});

test('an ephemeral container joins the pid namespace of its target', async () => {
  const pod = await sandbox();
  const target = await fixture.run(pod, ['/bin/sleep', '1234']);
  const plain = plainConfinement(pod);
  const container = await fixture.run(pod, ['/bin/ps'], {
    confinement: { ...plain, namespaces: { ...plain.namespaces, pid: sourced('target', runtime) } },
    targetPid: target.pid,
  });
  await fixture.engine.waitContainer(container);
  expect(readLog(container)).toContain('sleep 1234');
});

test('a mount below a volume is seen with host-to-container propagation only', async () => {
  const pod = await sandbox();
  const volume = mkdtempSync(join(fixture.root, 'volume-'));
  await expect(
    fixture.run(pod, forever, {
      confinement: plainConfinement(pod, {
        mounts: [...plainMounts, volumeMount('/v', { propagation: 'slave' })],
      }),
      mountSources: new Map([['/v', { root: volume, path: '', idMapped: true }]]),
    }),
  ).rejects.toThrow('is not a shared or slave mount');
  mount('tmpfs', volume, 'tmpfs', 0);
  try {
    mount('', volume, '', sharedMount);
    const containers = await Promise.all(
      (['slave', 'private'] as const).map((propagation) =>
        fixture.run(pod, forever, {
          confinement: plainConfinement(pod, {
            mounts: [...plainMounts, volumeMount('/v', { propagation })],
          }),
          mountSources: new Map([['/v', { root: volume, path: '', idMapped: true }]]),
        }),
      ),
    );
    mkdirSync(join(volume, 'below'));
    mount('tmpfs', join(volume, 'below'), 'tmpfs', 0);
    const seen = containers.map(({ pid }) =>
      readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(' /v/below '),
    );
    expect(seen).toEqual([true, false]);
  } finally {
    unmountTree(volume);
  }
});

test('a recursively read-only volume is read-only in the mounts below it too', async () => {
  const pod = await sandbox();
  const volume = mkdtempSync(join(fixture.root, 'volume-'));
  mkdirSync(join(volume, 'below'));
  mount('tmpfs', join(volume, 'below'), 'tmpfs', 0);
  try {
    const optionsOf = async (recursiveReadOnly: boolean): Promise<readonly string[] | undefined> => {
      const container = await fixture.run(pod, forever, {
        confinement: plainConfinement(pod, {
          mounts: [...plainMounts, volumeMount('/v', { readOnly: true, recursiveReadOnly })],
        }),
        mountSources: new Map([['/v', { root: volume, path: '', idMapped: true }]]),
      });
      const mounts = parseMountInfo(readFileSync(`/proc/${container.pid}/mountinfo`, 'utf8'));
      return mounts.find(({ mountPoint }) => mountPoint === '/v/below')?.options;
    };
    expect(await optionsOf(true)).toContain('ro');
    expect(await optionsOf(false)).toContain('rw');
  } finally {
    unmountTree(join(volume, 'below'));
  }
});
