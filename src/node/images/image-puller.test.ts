import { beforeEach, describe, expect, it } from 'vitest';
import { PodproofError } from '../../core/errors.ts';
import type { UnpackedImage } from '../../image/image.ts';
import type { RegistryCredentials } from '../../image/registry-options.ts';
import type { Container, PodSpec } from '../../kube/pod.ts';
import type { ImageResolution, PulledImage } from '../node-ports.ts';
import { ImagePuller } from './image-puller.ts';

const image: UnpackedImage = {
  reference: 'x',
  digest: 'sha256:1',
  config: { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
  accounts: { passwd: [], group: [] },
  layerDirs: [],
};
const backOff = { initialMs: 10_000, maxMs: 300_000, resetAfterMs: 600_000 };

let now = 0;
let told: string[] = [];
let loaded = new Set<string>();
let asked: (RegistryCredentials | undefined)[] = [];
let pull: (credentials: RegistryCredentials | undefined) => Promise<PulledImage>;

beforeEach(() => {
  now = 0;
  told = [];
  loaded = new Set();
  asked = [];
  pull = async () => ({ image, sizeBytes: 4096, pullMs: 1500 });
});

function puller(
  spec: Partial<PodSpec> = {},
  isOffline = false,
  secrets: Record<string, object> = {},
): ImagePuller {
  const secretOf = (name: string) =>
    secrets[name] && {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths: secrets[name] })).toString('base64') },
    };
  const account = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {},
    imagePullSecrets: [{ name: 'of-account' }],
  };
  const node = {
    clock: { now: () => now, sleep: () => Promise.resolve() },
    lookup: {
      configMap: () => undefined,
      persistentVolumeClaim: () => undefined,
      namespace: () => undefined,
      secret: (_: string, name: string) => secretOf(name),
      serviceAccount: (_: string, name: string) => (name === 'robot' ? account : undefined),
    },
    images: {
      isOffline,
      resolve: () => Promise.reject(new Error('not asked')),
      find: (reference: string) => (loaded.has(reference) ? image : undefined),
      pull: (_: string, credentials?: RegistryCredentials) => {
        asked.push(credentials);
        return pull(credentials);
      },
    },
  };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [], ...spec } };
  return new ImagePuller({ node, pod }, backOff);
}

const container = (wanted: string, more: Partial<Container> = {}): Container => ({
  name: 'c',
  image: wanted,
  ...more,
});
const get = async (from: ImagePuller, wanted: Container): Promise<ImageResolution> =>
  from.get(wanted, (type, reason, message) => told.push(`${type} ${reason} ${message}`));

describe('an image', () => {
  it('that is loaded costs no wait, and no registry', () => {
    loaded.add('app:1');
    expect(puller().get(container('app:1'), () => {})).toEqual({ ok: true, image });
    expect(asked).toEqual([]);
  });

  it('with pull policy Always is asked for although it is loaded, and not on a node that is offline', async () => {
    loaded.add('app:latest');
    expect(await get(puller(), container('app:latest'))).toEqual({ ok: true, image });
    expect(told).toEqual([
      'Normal Pulling Pulling image "app:latest"',
      'Normal Pulled Successfully pulled image "app:latest" in 1.5s (1.5s including waiting). Image size: 4096 bytes.',
    ]);
    told = [];
    await get(puller({}, true), container('app:latest'));
    expect(asked).toHaveLength(1);
    expect(told).toEqual([expect.stringContaining('the node is offline')]);
  });

  it('with pull policy Never must be loaded', async () => {
    const refused = await get(puller(), container('app:1', { imagePullPolicy: 'Never' }));
    const message = 'Container image "app:1" is not present with pull policy of Never';
    expect(refused).toMatchObject({ reason: 'ErrImageNeverPull', message });
    expect(told).toEqual([`Warning ErrImageNeverPull ${message}`]);
  });

  it('whose name cannot be read is told so', async () => {
    expect(await get(puller(), container('UPPER/:x'))).toMatchObject({ reason: 'InvalidImageName' });
    expect(told[0]).toMatch(
      /^Warning InspectFailed Failed to apply default image tag "UPPER\/:x": couldn't parse/,
    );
  });

  it('that cannot be pulled waits 10 s, then twice as long, to 300 s, and heals', async () => {
    const images = puller();
    pull = () => Promise.reject(new PodproofError('unavailable', 'no such host'));
    expect(await get(images, container('app:1'))).toMatchObject({
      reason: 'ErrImagePull',
      message: 'no such host',
    });
    now += 2000;
    expect(await get(images, container('app:1'))).toEqual({
      ok: false,
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "app:1": ErrImagePull: no such host',
      retryMs: 8000,
      isTold: true,
    });
    expect(told).toEqual([
      'Normal Pulling Pulling image "app:1"',
      'Warning Failed Failed to pull image "app:1": no such host',
      'Normal BackOff Back-off pulling image "app:1"',
    ]);
    const pulls: number[] = [];
    for (; now < 1_500_000; now += 1000)
      if (!(await get(images, container('app:1'))).ok && asked.length > pulls.length + 1)
        pulls.push(now / 1000);
    expect(pulls.slice(0, 7)).toEqual([10, 30, 70, 150, 310, 610, 910]);
    pull = async () => ({ image, sizeBytes: 1, pullMs: 1 });
    now += 300_000;
    expect(await get(images, container('app:1'))).toMatchObject({ ok: true });
  });

  it('is asked for as the secrets of the pod say, one after the other', async () => {
    pull = (credentials) =>
      credentials?.credentials.kind === 'password' && credentials.credentials.username === 'right'
        ? Promise.resolve({ image, sizeBytes: 1, pullMs: 1 })
        : Promise.reject(new PodproofError('unavailable', 'denied'));
    const secrets = {
      a: { 'r.example/x': { username: 'wrong', password: '1' } },
      b: { 'r.example': { username: 'right', password: '2' } },
    };
    const images = puller(
      { imagePullSecrets: [{ name: 'a' }, { name: 'b' }, { name: 'gone' }] },
      false,
      secrets,
    );
    expect(await get(images, container('r.example/x:1'))).toMatchObject({ ok: true });
    expect(asked.map((given) => given?.host)).toEqual(['r.example', 'r.example']);
    expect(told).toContain(
      'Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (gone); attempting to pull the image may not succeed.',
    );
  });

  it("is asked for with the account's secrets when the pod names none, and as nobody for other registries", async () => {
    const images = puller({ serviceAccountName: 'robot' }, false, {
      'of-account': { 'r.example': { username: 'robot', password: '1' } },
    });
    await get(images, container('r.example/x:1'));
    await get(images, container('other.example/x:1'));
    expect(asked).toEqual([
      { host: 'r.example', credentials: { kind: 'password', username: 'robot', password: '1' } },
      undefined,
    ]);
  });

  it('whose pull hits a defect of podproof does not pass for one that is not there', async () => {
    pull = () => Promise.reject(new PodproofError('internal', 'bug'));
    await expect(get(puller(), container('app:1'))).rejects.toThrow('bug');
  });
});
