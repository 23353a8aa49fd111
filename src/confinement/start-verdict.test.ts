import { describe, expect, test } from 'vitest';
import { type InputParts, inputOf } from '../../test/support/confine-inputs.ts';
import { formatFieldPath } from '../core/field-path.ts';
import type { ContainerConfig, ImageAccounts } from '../image/image.ts';
import type { PodSpec } from '../kube/pod.ts';
import { startVerdict } from './start-verdict.ts';

const nonRoot = { securityContext: { runAsNonRoot: true } };
const metadata = { uid: '1-2-3' };
const blame = '(pod: "web_default(1-2-3)", container: app)';
const configError = 'CreateContainerConfigError';

test.each<readonly [string, InputParts, string, string]>([
  [
    'runAsUser 0 under runAsNonRoot',
    { spec: { securityContext: { runAsNonRoot: true, runAsUser: 0 } } },
    configError,
    `container's runAsUser breaks non-root policy ${blame}`,
  ],
  [
    'no USER under runAsNonRoot',
    { spec: nonRoot },
    configError,
    `container has runAsNonRoot and image will run as root ${blame}`,
  ],
  [
    'USER 0 under runAsNonRoot',
    { spec: nonRoot, user: '0:1000' },
    configError,
    `container has runAsNonRoot and image will run as root ${blame}`,
  ],
  [
    'a named USER under runAsNonRoot',
    { spec: nonRoot, user: 'app:app' },
    configError,
    `container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root ${blame}`,
  ],
  [
    'a USER out of range under runAsNonRoot',
    { spec: nonRoot, user: '2147483648' },
    configError,
    `container has runAsNonRoot and image has an invalid user id (2147483648). (Must be 1-(2147483647)): must be between 0 and 2147483647, inclusive ${blame}`,
  ],
  [
    'seccomp Localhost without a profile',
    { container: { securityContext: { seccompProfile: { type: 'Localhost' } } } },
    configError,
    'localhostProfile must be set if seccompProfile type is Localhost.',
  ],
  [
    'a USER that passwd does not have, containerd',
    { user: 'ghost' },
    'CreateContainerError',
    'failed to create containerd container: no users found',
  ],
  [
    'a USER that passwd does not have, CRI-O',
    { user: 'ghost', platform: { profile: 'cri-o' } },
    'CreateContainerError',
    'get exec user: unable to find user ghost: no matching entries in passwd file',
  ],
  [
    'a USER out of range',
    { user: '4294967296:5' },
    'CreateContainerError',
    'failed to create containerd container: invalid USER value "4294967296": uid out of range',
  ],
  [
    'a USER out of range with a group of the manifest',
    { user: '4294967296', spec: { securityContext: { runAsGroup: 7 } } },
    'CreateContainerError',
    'failed to create containerd container: invalid USER value "4294967296:7": uid out of range',
  ],
  [
    'a USER out of range, CRI-O',
    { user: '4294967296', platform: { profile: 'cri-o' } },
    'CreateContainerError',
    'get exec user: uids and gids must be in range 0-2147483647',
  ],
  [
    'a USER of more than 64 bits, CRI-O',
    { user: '99999999999999999999', platform: { profile: 'cri-o' } },
    'CreateContainerError',
    'get exec user: unable to find user 99999999999999999999: no matching entries in passwd file',
  ],
  [
    'an unknown capability, CRI-O',
    { container: { securityContext: { capabilities: { add: ['FLY'] } } }, platform: { profile: 'cri-o' } },
    'CreateContainerError',
    'unknown capability "CAP_FLY" to add',
  ],
  [
    'an unknown capability to drop, CRI-O',
    { container: { securityContext: { capabilities: { drop: ['fly'] } } }, platform: { profile: 'cri-o' } },
    'CreateContainerError',
    'failed to drop cap CAP_FLY invalid capability: CAP_FLY',
  ],
  [
    'a user namespace that the machine cannot make',
    { spec: { hostUsers: false }, platform: { userNamespaces: false } },
    'FailedCreatePodSandBox',
    "Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces",
  ],
  [
    'a full name of more than 64 characters',
    { metadata: { name: 'a'.repeat(50) }, spec: { subdomain: 'b', setHostnameAsFQDN: true } },
    'FailedCreatePodSandBox',
    `Failed to create pod sandbox: failed to construct FQDN from pod hostname and cluster domain, FQDN ${'a'.repeat(50)}.b.default.svc.cluster.local is too long (64 characters is the max, 78 characters requested)`,
  ],
  [
    'an unsafe sysctl',
    { spec: { securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] } } },
    'SysctlForbidden',
    'forbidden sysctl: "net.core.somaxconn" not allowlisted',
  ],
  [
    'a sysctl of the host’s network',
    {
      spec: { hostNetwork: true, securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } },
    },
    'SysctlForbidden',
    'forbidden sysctl: "net.ipv4.tcp_rmem" not allowed with host Net enabled',
  ],
  [
    'a sysctl of the host’s IPC',
    {
      spec: { hostIPC: true, securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] } },
    },
    'SysctlForbidden',
    'forbidden sysctl: "kernel.shm_rmid_forced" not allowed with host IPC enabled',
  ],
  [
    'AppArmor on a machine that has none',
    {
      container: { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } },
      platform: { assumed: false },
    },
    'AppArmor',
    'Cannot enforce AppArmor: AppArmor is not enabled on the host',
  ],
  [
    'AppArmor of another container on a machine that has none',
    {
      spec: {
        containers: [
          { name: 'app' },
          { name: 'b', securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } },
        ],
      },
      platform: { assumed: false },
    },
    'AppArmor',
    'Cannot enforce AppArmor: AppArmor is not enabled on the host',
  ],
])('refused: %s', (_, parts, reason, message) => {
  const verdict = startVerdict(inputOf({ ...parts, metadata: { ...metadata, ...parts.metadata } }));
  expect(verdict).toMatchObject({ ok: false, reason, message });
  // What to do, and where.
  expect(verdict).toMatchObject({
    advice: expect.stringMatching(/^(?:write|remove|give) /),
    path: expect.arrayContaining(['spec']),
  });
});

test.each<readonly [string, InputParts]>([
  ['nothing asked', {}],
  ['a numeric USER under runAsNonRoot', { spec: nonRoot, user: '1654' }],
  [
    'runAsUser under runAsNonRoot, whatever the image says',
    { container: { securityContext: { runAsUser: 5 } }, spec: nonRoot, user: 'ghost' },
  ],
  [
    'runAsNonRoot: false of the container',
    { spec: { ...nonRoot, containers: [{ name: 'app', securityContext: { runAsNonRoot: false } }] } },
  ],
  ['an image that is not at hand', { spec: nonRoot, user: null }],
  ['a named USER of an image without its layers', { user: 'ghost', accounts: null }],
  [
    'a full name of more than 64 characters in the host’s network, where it is not set',
    {
      metadata: { name: 'a'.repeat(50) },
      spec: { subdomain: 'b', setHostnameAsFQDN: true, hostNetwork: true },
    },
  ],
  [
    'AppArmor on a node that is only assumed',
    { container: { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } } },
  ],
  [
    'AppArmor Unconfined',
    {
      container: { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      platform: { assumed: false },
    },
  ],
  [
    'an unknown capability with containerd, which loses it',
    { container: { securityContext: { capabilities: { add: ['FLY'] } } } },
  ],
  [
    'a safe sysctl',
    { spec: { securityContext: { sysctls: [{ name: 'net/ipv4/tcp_syncookies', value: '1' }] } } },
  ],
  [
    'an unsafe sysctl that the kubelet allows',
    {
      spec: { securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] } },
      platform: { kubelet: { seccompDefault: false, allowedUnsafeSysctls: ['net.core.*'] } },
    },
  ],
])('starts: %s', (_, parts) => {
  expect(startVerdict(inputOf(parts))).toEqual({ ok: true });
});

function adviceOf(parts: InputParts): string | undefined {
  const verdict = startVerdict(inputOf(parts));
  return verdict.ok ? undefined : verdict.advice;
}

describe('advice', () => {
  test('a named USER: the uid that its passwd has', () => {
    expect(adviceOf({ spec: nonRoot, user: 'app' })).toBe('write runAsUser: 1654 (its passwd has app:1654)');
  });
  test('a root image that brings a user: that one', () => {
    expect(adviceOf({ spec: nonRoot })).toBe('write runAsUser: 1654 (its passwd has app:1654)');
  });
  test('an image that brings none', () => {
    expect(adviceOf({ spec: nonRoot, accounts: { passwd: [], group: [] } })).toContain('other than 0');
  });
});

const rootOnly = {
  passwd: [
    { name: 'root', uid: 0, gid: 0, gecos: '', home: '/root', shell: '/bin/sh' },
    { name: 'daemon', uid: 1, gid: 1, gecos: '', home: '/', shell: '' },
    { name: 'nobody', uid: 65_534, gid: 65_534, gecos: '', home: '/', shell: '' },
  ],
  group: [],
};

describe('an image of which nothing but root can serve', () => {
  test('a user namespace is the way out, with what it takes', () => {
    const advice = adviceOf({ spec: nonRoot, accounts: rootOnly });
    expect(advice).toMatch(/^write hostUsers: false in the pod's spec and remove runAsNonRoot: /);
    for (const condition of ['v1.35', 'Kubernetes 1.33', 'containerd 2.0', 'id-mapped'])
      expect(advice).toContain(condition);
    expect(placeOf({ spec: nonRoot, accounts: rootOnly })).toBe('spec.hostUsers');
  });
  test('with one already, runAsNonRoot is what is in the way', () => {
    const parts: InputParts = { spec: { ...nonRoot, hostUsers: false }, accounts: rootOnly };
    expect(adviceOf(parts)).toMatch(/^remove runAsNonRoot: with hostUsers: false root is nobody on the node/);
    expect(placeOf(parts)).toBe('spec.securityContext.runAsNonRoot');
  });
  test.each<readonly [string, Partial<PodSpec>]>([
    ['hostNetwork', { hostNetwork: true }],
    ['hostPID', { hostPID: true }],
    ['hostIPC', { hostIPC: true }],
    ['the NFS volume "data"', { volumes: [{ name: 'data', nfs: { server: 's', path: '/' } }] }],
    [
      'volumeDevices',
      { containers: [{ name: 'app', volumeDevices: [{ name: 'd', devicePath: '/dev/x' }] }] },
    ],
  ])('%s leaves only an account of its own', (obstacle, spec) => {
    const advice = adviceOf({ spec: { ...nonRoot, ...spec }, accounts: rootOnly });
    expect(advice).toContain(`hostUsers: false does not go with ${obstacle}`);
    expect(advice).toMatch(/^give the image an account/);
  });
});

describe('an account of an image of root', () => {
  const nginx = { name: 'nginx', uid: 101, gid: 101, gecos: '', home: '/nonexistent', shell: '' };
  const accounts = { passwd: [...rootOnly.passwd, nginx], group: [] };
  const withConfig = (config: ContainerConfig, known: ImageAccounts | undefined = accounts) => {
    const input = inputOf({ spec: nonRoot });
    if (input.image === undefined) throw new Error('no image');
    const image = { ...input.image, config: { ...input.image.config, config }, accounts: known };
    const verdict = startVerdict({ ...input, image });
    return verdict.ok ? undefined : verdict.advice;
  };
  test('one that has the name of the program', () => {
    const config = { Entrypoint: ['/docker-entrypoint.sh'], Cmd: ['nginx', '-g', 'daemon off;'] };
    expect(withConfig(config)).toBe('write runAsUser: 101 (its passwd has nginx:101)');
  });
  test('not one of the distribution', () => {
    expect(withConfig({ Entrypoint: ['/server'] })).toContain('hostUsers: false');
  });
  test("the uid that a .NET image names, without the image's layers", () => {
    expect(withConfig({ Env: ['APP_UID=1654'] }, undefined)).toBe(
      'write runAsUser: 1654 (its APP_UID is 1654)',
    );
  });
});

function placeOf(parts: InputParts): string | undefined {
  const verdict = startVerdict(inputOf(parts));
  return verdict.ok ? undefined : formatFieldPath(verdict.path);
}

describe('the field to write', () => {
  test('beside runAsNonRoot of a pod with one container', () => {
    expect(placeOf({ spec: nonRoot })).toBe('spec.securityContext.runAsUser');
  });
  test('in the container where the pod has several', () => {
    expect(placeOf({ spec: { ...nonRoot, containers: [{ name: 'app' }, { name: 'b' }] } })).toBe(
      'spec.containers[0].securityContext.runAsUser',
    );
  });
  test('where the container itself asks for runAsNonRoot', () => {
    expect(placeOf({ container: { securityContext: { runAsNonRoot: true } } })).toBe(
      'spec.containers[0].securityContext.runAsUser',
    );
  });
  test('where runAsUser stands', () => {
    const securityContext = { runAsNonRoot: true, runAsUser: 0 };
    expect(placeOf({ spec: { securityContext } })).toBe('spec.securityContext.runAsUser');
  });
});

test('a pod without a uid has empty brackets', () => {
  const verdict = startVerdict(inputOf({ spec: nonRoot }));
  expect(verdict).toMatchObject({
    message: expect.stringContaining('(pod: "web_default()", container: app)'),
  });
});
