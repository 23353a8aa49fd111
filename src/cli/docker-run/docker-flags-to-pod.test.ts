import { describe, expect, it } from 'vitest';
import type { Image } from '../../image/image.ts';
import { parseCommandLine } from '../command-line.ts';
import { readDockerFlags } from './docker-flags.ts';
import { dockerFlagsToPod, type TranslatedPod } from './docker-flags-to-pod.ts';
import { DOCKER_OPTIONS } from './docker-options.ts';

const image: Image = {
  reference: 'web',
  digest: 'sha256:0',
  config: {
    architecture: 'amd64',
    os: 'linux',
    config: { User: '1000:2000' },
    rootfs: { type: 'layers', diff_ids: [] },
  },
  accounts: {
    passwd: [{ name: 'app', uid: 1654, gid: 1654, gecos: '', home: '/', shell: '' }],
    group: [{ name: 'audio', gid: 29, members: [] }],
  },
};

const spec = { name: 'run', summary: '', usage: [], options: DOCKER_OPTIONS, passThrough: true } as const;

interface Setting {
  readonly image?: Image;
  readonly profile?: 'containerd' | 'cri-o';
  readonly env?: Readonly<Record<string, string>>;
  readonly envFile?: string;
}

/** `flags` are split at spaces. */
function translate(flags: string | readonly string[], setting: Setting = {}): TranslatedPod {
  const words = typeof flags === 'string' ? flags.split(' ').filter((word) => word !== '') : flags;
  const envFiles = setting.envFile === undefined ? [] : [{ path: 'env', text: setting.envFile }];
  return dockerFlagsToPod({
    flags: readDockerFlags(parseCommandLine(spec, words), envFiles),
    image: setting.image,
    profile: setting.profile ?? 'containerd',
    callerEnv: setting.env ?? {},
  });
}

function container(flags: string | readonly string[], setting: Setting = {}) {
  return translate(flags, setting).pod.spec.containers[0];
}

describe('docker run as a pod', () => {
  it('says in fields what Docker does by default', () => {
    expect(translate('busybox').pod).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'busybox' },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        dnsPolicy: 'Default',
        terminationGracePeriodSeconds: 10,
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        containers: [{ name: 'busybox', image: 'busybox', imagePullPolicy: 'IfNotPresent' }],
      },
    });
  });

  const fields: readonly (readonly [string, object])[] = [
    ['web sh -c id', { args: ['sh', '-c', 'id'] }],
    ['web -- id -u', { args: ['id', '-u'] }],
    ['--entrypoint sh web -c id', { command: ['sh'], args: ['-c', 'id'] }],
    ['--entrypoint= web id', { command: ['id'] }],
    ['-it web', { stdin: true, stdinOnce: true, tty: true }],
    ['-w /srv web', { workingDir: '/srv' }],
    ['-m 64m --cpus 0.5 web', { resources: { limits: { memory: '64Mi', cpu: '500m' } } }],
    ['--read-only web', { securityContext: { readOnlyRootFilesystem: true } }],
    ['--privileged --cap-drop ALL web', { securityContext: { privileged: true } }],
    ['--security-opt no-new-privileges web', { securityContext: { allowPrivilegeEscalation: false } }],
    ['--security-opt no-new-privileges:true web', { securityContext: { allowPrivilegeEscalation: false } }],
    ['-p 8080:80 web', { ports: [{ containerPort: 80, hostPort: 8080 }] }],
    [
      '-p 127.0.0.1:8080:80/udp web',
      { ports: [{ containerPort: 80, hostPort: 8080, protocol: 'UDP', hostIP: '127.0.0.1' }] },
    ],
  ];
  it.each(fields)('%s', (flags, expected) => {
    expect(container(flags)).toMatchObject(expected);
  });

  it('leaves no securityContext where no flag asks for one', () => {
    expect(container('--cap-add CHOWN web')?.securityContext).toBeUndefined();
  });

  it.each([
    ['--cap-drop ALL --cap-add net_bind_service', { add: ['NET_BIND_SERVICE'], drop: ['ALL'] }],
    ['--cap-add ALL --cap-drop CAP_SYS_ADMIN', { add: ['ALL'], drop: ['SYS_ADMIN'] }],
    ['--cap-add ALL --cap-drop all', { add: ['ALL'] }],
    ['--cap-add SYS_TIME --cap-drop SYS_TIME', { add: ['SYS_TIME'] }],
    ['--cap-add CHOWN --cap-drop CHOWN', undefined],
    ['--cap-drop NET_RAW', { drop: ['NET_RAW'] }],
    ['--cap-drop SYS_ADMIN', undefined],
  ])('an added capability wins over a dropped one: %s', (flags, capabilities) => {
    expect(container(`${flags} web`)?.securityContext?.capabilities).toEqual(capabilities);
  });

  it('writes the whole set where the profile has a smaller default than Docker', () => {
    const capabilities = container('--cap-drop KILL web', { profile: 'cri-o' })?.securityContext
      ?.capabilities;
    expect(capabilities?.drop).toEqual(['ALL']);
    expect(capabilities?.add).toHaveLength(13);
    expect(capabilities?.add).toContain('NET_RAW');
  });

  it.each([
    ['--user 1654 web', { runAsUser: 1654 }],
    ['--user 1654:3000 web', { runAsUser: 1654, runAsGroup: 3000, supplementalGroupsPolicy: 'Strict' }],
    ['--user app --group-add audio --group-add 7 web', { runAsUser: 1654, supplementalGroups: [29, 7] }],
    ['web', { runAsUser: 1000, runAsGroup: 2000, supplementalGroupsPolicy: 'Strict' }],
  ])('users: %s', (flags, expected) => {
    const { seccompProfile, ...user } = translate(flags, { image }).pod.spec.securityContext ?? {};
    expect(seccompProfile).toEqual({ type: 'RuntimeDefault' });
    expect(user).toEqual(expected);
  });

  it.each([
    ['--network host web', { hostNetwork: true }],
    ['--userns pod web', { hostUsers: false }],
    ['--userns host web', { hostUsers: true }],
    ['--pid host --ipc host web', { hostPID: true, hostIPC: true }],
    [
      '--security-opt seccomp=unconfined web',
      { securityContext: { seccompProfile: { type: 'Unconfined' } } },
    ],
    [
      '--security-opt apparmor=unconfined web',
      { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
    ],
  ])('pod fields: %s', (flags, expected) => {
    expect(translate(flags).pod.spec).toMatchObject(expected);
  });

  it('asks for no network by an annotation', () => {
    expect(translate('--network none web').pod.metadata.annotations).toEqual({
      'podproof.dev/network': 'none',
    });
  });

  it('binds host paths and makes tmpfs', () => {
    const { spec } = translate('-v /srv/data:/data:ro --tmpfs /run:size=8m,exec,suid,dev web').pod;
    expect(spec.volumes).toEqual([
      { name: 'v0', hostPath: { path: '/srv/data' } },
      { name: 'v1', emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } },
    ]);
    expect(spec.containers[0]?.volumeMounts).toEqual([
      { name: 'v0', mountPath: '/data', readOnly: true },
      { name: 'v1', mountPath: '/run' },
    ]);
  });

  it('tells that a pod cannot mount its tmpfs as Docker does', () => {
    expect(translate('--tmpfs /tmp web').notes).toEqual([
      '--tmpfs /tmp: Docker mounts it noexec; from an emptyDir in memory programs can be run',
    ]);
  });

  it('takes variables from files, flags and the caller, and keeps Kubernetes from expanding them', () => {
    const setting = { env: { HOME: '/home/me' }, envFile: '# comment\nA=file\nB=$(A) $$ $x\n' };
    expect(container('-e A=flag -e HOME -e GONE web', setting)?.env).toEqual([
      { name: 'A', value: 'flag' },
      { name: 'B', value: '$$(A) $$$ $x' },
      { name: 'HOME', value: '/home/me' },
    ]);
    expect(container(['web', 'sh', '-c', 'echo $(id) $$'])?.args).toEqual(['sh', '-c', 'echo $$(id) $$$']);
  });

  it('names every flag that a pod cannot say, at once', () => {
    const flags =
      '--cap-add NET_ADMN --user nobody -v data:/data -p 80 --network mynet --tmpfs /t:noexec --security-opt label=disable --memory much web';
    expect(failureOf(() => translate(flags))).toMatchObject({
      code: 'usage',
      problems: [
        '-v data:/data: a named volume has no counterpart in a pod; give an absolute host path',
        '--tmpfs /t:noexec: an emptyDir in memory cannot be mounted with "noexec"',
        '--security-opt label=disable: only no-new-privileges, seccomp= and apparmor= have a counterpart in a pod',
        '-p 80: name the port on the host: HOST:PORT',
        '--memory much: it is a size like 64m or 1g',
        '--cap-add NET_ADMN: there is no such capability',
        '--network mynet: it is pod (also bridge), host or none',
        '--user nobody: the image is not at hand to look it up; write a number',
      ],
    });
  });

  it('makes a pod name out of any image name', () => {
    expect(translate('registry.test:5000/team/My_App:1.2@sha256:00').pod.metadata.name).toBe('my-app');
    expect(() => translate('--name Not_A_Name web')).toThrow('cannot write these flags');
  });
});

function failureOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
