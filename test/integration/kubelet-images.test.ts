import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storeImages } from '../../src/cli/store-images.ts';
import { openImageStore } from '../../src/image/image-store.ts';
import type { Container } from '../../src/kube/pod.ts';
import type { ImagePort } from '../../src/node/node-ports.ts';
import { canRunContainers } from '../support/machine.ts';
import { type BuiltImage, buildTestImage } from '../support/oci-layout.ts';
import {
  registryProgram,
  startRegistry,
  type TestRegistry,
  testPassword,
  testUser,
} from '../support/registry.ts';
import { idle, quick, useKubelet } from '../support/use-kubelet.ts';

const under = useKubelet();
const { open, apply, find, first, told, events } = under;
const until = <T>(read: () => T) => expect.poll(read, { timeout: 10_000, interval: 10 });
const canRun = canRunContainers() && existsSync(registryProgram);

const image = (text: string): BuiltImage =>
  buildTestImage({
    layers: [
      [
        { path: 'bin', type: 'directory', mode: 0o755 },
        { path: 'bin/sh', content: readFileSync('/bin/busybox'), mode: 0o755 },
        { path: 'bin/sleep', type: 'symlink', linkPath: 'sh' },
        { path: 'bin/cat', type: 'symlink', linkPath: 'sh' },
        { path: 'version', content: text },
      ],
    ],
    config: { Env: ['PATH=/bin'] },
  });

let dir = '';
let free: TestRegistry;
let closed: TestRegistry;
beforeAll(async () => {
  if (!canRun) return;
  [free, closed] = await Promise.all([startRegistry(), startRegistry('basic')]);
});
afterAll(async () => {
  await Promise.all([free?.close(), closed?.close()]);
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-images-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function images(isOffline = false): ImagePort {
  const registry = { dockerConfigPath: join(dir, 'none.json'), attempts: 1 };
  return storeImages(openImageStore(dir, { registry }), { isOffline });
}

const container = (name: string, reference: string, more: Partial<Container> = {}): Container => ({
  name,
  image: reference,
  command: ['/bin/sh', '-c', idle],
  ...more,
});

describe.skipIf(!canRun)('an image in a registry', () => {
  it('is pulled once for two containers, and is there for the next pod', async () => {
    await free.push('app', '1', image('1'));
    const reference = `${free.host}/app:1`;
    await open(quick, { images: images() });
    await apply({ containers: [container('a', reference), container('b', reference)] });
    await until(() => find()?.status?.phase).toBe('Running');
    const pulled = new RegExp(
      `^Normal Pulled Successfully pulled image "${reference}" in [0-9.]+m?s \\([0-9.]+m?s including waiting\\)\\. Image size: \\d+ bytes\\.$`,
    );
    await until(() => told().filter((line) => pulled.test(line))).toHaveLength(2);
    expect(first()?.imageID).toMatch(/^sha256:/);
    await apply({ containers: [container('a', reference)] }, 'next');
    await until(() => told('next')).toContain(
      `Normal Pulled Container image "${reference}" already present on machine and can be accessed by the pod`,
    );
  });

  it('that is not there backs off, with texts and events of the kubelet, and heals when it comes', async () => {
    const reference = `${free.host}/late:1`;
    await open(quick, { images: images() });
    await apply({ containers: [container('c', reference)] });
    await until(() => first()?.state.waiting?.reason).toBe('ErrImagePull');
    await until(() => first()?.state.waiting?.message).toMatch(
      new RegExp(`^Back-off pulling image "${reference}": ErrImagePull: cannot read manifests`),
    );
    expect(first()?.state.waiting?.reason).toBe('ImagePullBackOff');
    await until(() => told()).toEqual(
      expect.arrayContaining([
        `Normal Pulling Pulling image "${reference}"`,
        expect.stringMatching(`^Warning Failed Failed to pull image "${reference}": cannot read manifests`),
        'Warning Failed Error: ErrImagePull',
        `Normal BackOff Back-off pulling image "${reference}"`,
        'Warning Failed Error: ImagePullBackOff',
      ]),
    );
    await until(() => events().find(({ reason }) => reason === 'Pulling')?.count).toBeGreaterThan(1);
    await free.push('late', '1', image('1'));
    await until(() => first()?.state.running).toBeDefined();
  });

  it('does not keep the other containers of its pod waiting', async () => {
    const other = images();
    const hold = new AbortController();
    const held = once(hold.signal, 'abort');
    await free.push('held', '1', image('1'));
    const reference = `${free.host}/held:1`;
    const busybox = under.node.images.find('localhost/busybox:1');
    await open(quick, {
      images: {
        ...other,
        find: (name) => (name === 'localhost/busybox:1' ? busybox : other.find(name)),
        pull: async (name) => {
          await held;
          return other.pull(name);
        },
      },
    });
    await apply({
      containers: [container('a-slow', reference), container('b-quick', 'localhost/busybox:1')],
    });
    await until(() => find()?.status?.containerStatuses?.map(({ state }) => Object.keys(state)[0])).toEqual([
      'waiting',
      'running',
    ]);
    expect(first()?.state.waiting).toEqual({ reason: 'ContainerCreating' });
    hold.abort();
    await until(() => find()?.status?.phase).toBe('Running');
  });

  it('with pull policy Always is the one of now, unless the node is offline', async () => {
    await free.push('moving', 'latest', image('1'));
    const reference = `${free.host}/moving`;
    await open(quick, { images: images() });
    await apply({ containers: [container('c', reference)] });
    await until(() => find()?.status?.phase).toBe('Running');
    await free.push('moving', 'latest', image('2'));
    const second = await apply({ containers: [container('c', reference)] }, 'second');
    await until(() => find('second')?.status?.phase).toBe('Running');
    expect(readFileSync(`/proc/${under.pidOf(second)}/root/version`, 'utf8')).toBe('2');
    expect(first()?.imageID).not.toBe(first('second')?.imageID);
    await under.kubelet.close('keep');
    await open(quick, { images: images(true) }, under.api);
    await free.push('moving', 'latest', image('3'));
    const third = await apply({ containers: [container('c', reference)] }, 'third');
    await until(() => find('third')?.status?.phase).toBe('Running');
    expect(readFileSync(`/proc/${under.pidOf(third)}/root/version`, 'utf8')).toBe('2');
    await until(() => told('third')[0]).toContain('its registry was not asked: the node is offline');
  });

  it('that asks who we are gets the pull secret, also when that comes later, in a user namespace', async () => {
    await closed.push('private', '1', image('1'));
    const reference = `${closed.host}/private:1`;
    await open(quick, { images: images() });
    await apply({
      hostUsers: false,
      imagePullSecrets: [{ name: 'login' }],
      containers: [container('c', reference)],
    });
    await until(() => first()?.state.waiting?.reason).toBe('ErrImagePull');
    expect(first()?.state.waiting?.message).toContain('access denied');
    await until(() => told()).toContain(
      'Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (login); attempting to pull the image may not succeed.',
    );
    const config = { auths: { [closed.host]: { username: testUser, password: testPassword } } };
    await under.api.create('Secret', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'login', namespace: 'default' },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': Buffer.from(JSON.stringify(config)).toString('base64') },
    });
    await until(() => find()?.status?.phase).toBe('Running');
    const pod = find();
    const map = pod === undefined ? '' : readFileSync(`/proc/${under.pidOf(pod)}/uid_map`, 'utf8');
    expect(map.trim().split(/\s+/)[2]).toBe('65536');
    expect(readFileSync(`/proc/${pod === undefined ? 0 : under.pidOf(pod)}/root/version`, 'utf8')).toBe('1');
  });

  it('with pull policy Never, and one whose name cannot be read, are refused in their own words', async () => {
    await open(quick, { images: images() });
    await apply({ containers: [container('c', 'r.example/x:1', { imagePullPolicy: 'Never' })] });
    await apply({ containers: [container('c', 'r.example/UPPER:1')] }, 'upper');
    await until(() => first()?.state.waiting).toEqual({
      reason: 'ErrImageNeverPull',
      message: 'Container image "r.example/x:1" is not present with pull policy of Never',
    });
    await until(() => told()).toContain('Warning Failed Error: ErrImageNeverPull');
    await until(() => first('upper')?.state.waiting?.reason).toBe('InvalidImageName');
    await until(() => told('upper')).toContain('Warning Failed Error: InvalidImageName');
  });
});
