import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyDefaults } from '../../src/kube/defaults.ts';
import type { SecurityContext } from '../../src/kube/pod.ts';
import { validatePod } from '../../src/kube/validate-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { execIn, openProofNode, type ProofNode, type ProofPodSpec } from '../support/proof-pod.ts';

// What cri-tools' critest asserts of security contexts (pkg/validate/security_context_linux.go), driven through our own
// node. Mounts are in critest-mounts.test.ts. Left out: what only the CRI can ask for (other masked and read-only paths than the kubelet's, a group without a
// user, user namespaces with two ranges or of another container), and AppArmor and SELinux, which need a kernel that
// has them.

let node: ProofNode;

/** What a shell command says in a pod of that spec. The pod is gone afterwards. */
async function ask(command: string, spec: ProofPodSpec): Promise<string> {
  const pod = await node.start(spec);
  try {
    return (await execIn(node, pod, command)).output;
  } finally {
    await pod.stop(0);
  }
}

function askContainer(command: string, securityContext: SecurityContext): Promise<string> {
  return ask(command, { containers: [{ securityContext }] });
}

function groupsUnder(supplementalGroupsPolicy: 'Merge' | 'Strict'): Promise<string> {
  return ask('id -G', {
    securityContext: { runAsUser: 1654, supplementalGroups: [1234], supplementalGroupsPolicy },
  });
}

function localhost(localhostProfile: string): SecurityContext {
  return { seccompProfile: { type: 'Localhost', localhostProfile } };
}

function writeProfile(name: string, syscalls: readonly string[]): void {
  const directory = join(node.ports.dirs.lib, 'seccomp');
  mkdirSync(directory, { recursive: true });
  const rule = { names: syscalls, action: 'SCMP_ACT_ERRNO' };
  writeFileSync(
    join(directory, name),
    JSON.stringify({
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64'],
      syscalls: [rule],
    }),
  );
}

const STATUS = (name: string): string =>
  `cat /proc/self/status | while read k v; do [ "$k" = ${name}: ] && echo $v; done; true`;

describe.skipIf(!canRunContainers())('critest: security context', () => {
  beforeAll(async () => {
    node = await openProofNode();
    writeProfile('no-chmod.json', ['chmod', 'fchmodat']);
    writeProfile('no-sethostname.json', ['sethostname']);
  });

  afterAll(async () => {
    await node[Symbol.asyncDispose]();
  });

  describe('namespaces', () => {
    test("HostPID true: the host's processes are seen", async () => {
      const output = await ask(`cat /proc/${process.pid}/comm`, { hostPID: true });
      expect(output).toBe(readFileSync('/proc/self/comm', 'utf8').trim());
    });

    test('ContainerPID: its process is number 1', async () => {
      expect(await ask('cat /proc/1/cmdline', {})).toContain('sleep');
    });

    test('PodPID: two containers see each other', async () => {
      const pod = await node.start({
        shareProcessNamespace: true,
        containers: [{ command: ['sleep', '601'] }, { command: ['sleep', '602'] }],
      });
      const all = 'for p in /proc/[0-9]*; do cat $p/cmdline; done';
      expect((await execIn(node, pod, all, 0)).output).toContain('602');
      expect((await execIn(node, pod, all, 1)).output).toContain('601');
      await pod.stop(0);
    });

    test('HostIPC: a segment of the host is seen, and otherwise not', async () => {
      const id = /\d+/.exec(execFileSync('ipcmk', ['-M', '4321'], { encoding: 'utf8' }))?.[0] ?? '';
      try {
        expect(await ask('cat /proc/sysvipc/shm', { hostIPC: true })).toContain(' 4321 ');
        expect(await ask('cat /proc/sysvipc/shm', {})).not.toContain(' 4321 ');
      } finally {
        execFileSync('ipcrm', ['-m', id]);
      }
    });

    test('HostNetwork: a port of the host is seen, and otherwise not', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const listening = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
      expect(await ask('cat /proc/net/tcp', { hostNetwork: true })).toContain(listening);
      expect(await ask('cat /proc/net/tcp', {})).not.toContain(listening);
      server.close();
    });

    test("userns NODE: the host's map; POD: the pod's own range", async () => {
      expect(await ask('cat /proc/self/uid_map', {})).toBe(readFileSync('/proc/self/uid_map', 'utf8').trim());
      expect(await ask('cat /proc/self/uid_map', { hostUsers: false })).toMatch(/^0\s+[1-9]\d+\s+65536$/);
    });
  });

  describe('users and groups', () => {
    test('SupplementalGroups are all there', async () => {
      const groups = await ask('id -G', { securityContext: { supplementalGroups: [1234, 5678] } });
      expect(groups.split(' ')).toEqual(expect.arrayContaining(['1234', '5678']));
    });

    test('RunAsUser', async () => {
      expect(await askContainer('id -u', { runAsUser: 1654 })).toBe('1654');
    });

    test('RunAsUserName: the image names its user', async () => {
      expect(await ask('id -nu', { containers: [{ image: 'localhost/busybox:app' }] })).toBe('app');
    });

    test('RunAsGroup', async () => {
      expect(await askContainer('id', { runAsUser: 1654, runAsGroup: 4321 })).toMatch(/uid=1654.* gid=4321/);
    });

    test('SupplementalGroupsPolicy Merge keeps the groups of the image, Strict does not', async () => {
      expect((await groupsUnder('Merge')).split(' ').sort()).toEqual(['1234', '1654', '50000']);
      expect((await groupsUnder('Strict')).split(' ').sort()).toEqual(['1234', '1654']);
    });
  });

  describe('file systems', () => {
    test('ReadOnlyRootfs false: the root can be written', async () => {
      expect(await askContainer('touch /x && echo yes', { readOnlyRootFilesystem: false })).toBe('yes');
    });

    test('ReadOnlyRootfs true: it cannot', async () => {
      expect(await askContainer('touch /x', { readOnlyRootFilesystem: true })).toContain(
        'Read-only file system',
      );
    });

    test('the default masks hide, and the default read-only paths refuse', async () => {
      expect(await ask('cat /proc/keys; ls /proc/acpi /sys/firmware', {})).toBe(
        '/proc/acpi:\n\n/sys/firmware:',
      );
      expect(await ask('echo x > /proc/sys/kernel/domainname', {})).toContain('Read-only file system');
    });
  });

  describe('user namespaces that cannot be', () => {
    test.each([
      ['hostPID', { hostUsers: false, hostPID: true }],
      ['hostIPC', { hostUsers: false, hostIPC: true }],
      ['hostNetwork', { hostUsers: false, hostNetwork: true }],
    ])('a pod of its own users in the namespaces of the host: %s', (field, spec) => {
      const problems = validatePod(
        applyDefaults({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'p', namespace: 'default' },
          spec: { containers: [{ name: 'c', image: 'x' }], ...spec },
        }),
      );
      expect(JSON.stringify(problems)).toContain(field);
    });
  });

  describe('memory', () => {
    test('OOM: a container over its limit is killed, with 137', async () => {
      const pod = await node.start({
        containers: [
          {
            command: ['busybox', 'dd', 'if=/dev/zero', 'of=/dev/shm/x', 'bs=1M', 'count=60'],
            resources: { limits: { memory: '16Mi' } },
          },
        ],
      });
      expect(await pod.waitUntil('finished', 20_000)).toBe(true);
      expect(pod.status().containerStatuses?.[0]?.state.terminated).toMatchObject({
        exitCode: 137,
        reason: 'OOMKilled',
      });
    });
  });

  describe('privileges', () => {
    test('Privileged true: a bridge can be made; false: it cannot', async () => {
      const addBridge = 'brctl addbr critest0 && echo yes';
      expect(await askContainer(addBridge, { privileged: true })).toBe('yes');
      expect(await askContainer(addBridge, { privileged: false })).toContain('Operation not permitted');
    });

    test('NET_ADMIN added: a bridge can be made', async () => {
      const output = await askContainer('brctl addbr critest0 && echo yes', {
        capabilities: { add: ['NET_ADMIN'] },
      });
      expect(output).toBe('yes');
    });

    test('NET_RAW dropped: ping is refused', async () => {
      expect(await askContainer('ping -c1 127.0.0.1', { capabilities: { drop: ['NET_RAW'] } })).toMatch(
        /permission denied|Operation not permitted/i,
      );
      expect(await askContainer('ping -c1 127.0.0.1', {})).toContain('1 packets received');
    });

    test('ALL added and ALL dropped', async () => {
      const all = await askContainer(STATUS('CapBnd'), { capabilities: { add: ['ALL'] } });
      expect(all).toBe(/^CapBnd:\s+(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
      expect(await askContainer(STATUS('CapBnd'), { capabilities: { drop: ['ALL'] } })).toBe(
        '0000000000000000',
      );
    });

    test('NoNewPrivs: a setuid program stays 1654, or becomes 0', async () => {
      const euid =
        'setuid-cat /proc/self/status | while read k a b c; do [ "$k" = Uid: ] && echo $b; done; true';
      expect(await askContainer(euid, { runAsUser: 1654, allowPrivilegeEscalation: false })).toBe('1654');
      expect(await askContainer(euid, { runAsUser: 1654, allowPrivilegeEscalation: true })).toBe('0');
    });
  });

  describe('seccomp', () => {
    const addSysAdmin = { capabilities: { add: ['SYS_ADMIN'] } };

    test('nothing and Unconfined: no filter; RuntimeDefault: one', async () => {
      expect(await askContainer(STATUS('Seccomp'), {})).toBe('0');
      expect(await askContainer(STATUS('Seccomp'), { seccompProfile: { type: 'Unconfined' } })).toBe('0');
      expect(await askContainer(STATUS('Seccomp'), { seccompProfile: { type: 'RuntimeDefault' } })).toBe('2');
    });

    test('Localhost blocks what it says', async () => {
      expect(await askContainer('chmod 400 /', {})).toBe('');
      expect(await askContainer('chmod 400 /', localhost('no-chmod.json'))).toContain(
        'Operation not permitted',
      );
    });

    test('Unconfined with SYS_ADMIN: the host name can be set', async () => {
      expect(await askContainer('hostname critest && hostname', addSysAdmin)).toBe('critest');
    });

    test('Localhost blocks it, though SYS_ADMIN would allow it', async () => {
      const output = await askContainer('hostname critest', {
        ...addSysAdmin,
        ...localhost('no-sethostname.json'),
      });
      expect(output).toContain('Operation not permitted');
    });

    test('a privileged container ignores the profile', async () => {
      const output = await askContainer('hostname critest && hostname', {
        privileged: true,
        ...localhost('no-sethostname.json'),
      });
      expect(output).toBe('critest');
    });
  });
});
