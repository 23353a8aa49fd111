import { describe, expect, it } from 'vitest';
import { PodproofError } from '../core/errors.ts';
import type { UnpackedImage } from '../image/image.ts';
import type { ImageStore, PullOptions } from '../image/image-store.ts';
import { parseReference } from '../image/reference.ts';
import { storeImages } from './store-images.ts';

const image: UnpackedImage = {
  reference: 'x',
  digest: 'sha256:1',
  config: { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
  accounts: { passwd: [], group: [] },
  layerDirs: [],
};
const never = (): Promise<never> => Promise.reject(new Error('not asked'));

function storeOf(pull: (reference: string, options: PullOptions) => Promise<void>): ImageStore {
  return {
    layersDir: '/x',
    isEmpty: () => false,
    load: never,
    loadAll: never,
    pull: async (reference, options = {}) => {
      await pull(reference, options);
      return { image, name: `docker.io/library/${reference}`, warnings: [] };
    },
    list: () => [{ name: 'docker.io/library/a:1', digest: 'sha256:1', loadedAt: '', sizeBytes: 42 }],
    remove: never,
    find: (reference) => {
      parseReference(reference);
      return undefined;
    },
    unpacked: () => image,
  };
}

describe('pulls for a node', () => {
  it('of the same image by the same somebody are one, others are their own', async () => {
    const asked: string[] = [];
    const images = storeImages(
      storeOf(async (reference, { credentials }) => {
        asked.push(`${reference} ${credentials?.host ?? 'nobody'}`);
      }),
    );
    const me = { host: 'h', credentials: { kind: 'identity-token', token: 't' } } as const;
    const [first] = await Promise.all([
      images.pull('a:1'),
      images.pull('a:1'),
      images.pull('a:1', me),
      images.pull('b:1'),
    ]);
    expect(asked.sort()).toEqual(['a:1 h', 'a:1 nobody', 'b:1 nobody']);
    expect(first.sizeBytes).toBe(42);
    await images.pull('a:1');
    expect(asked).toHaveLength(4);
  });

  it('run three at a time', async () => {
    let [running, most] = [0, 0];
    const images = storeImages(
      storeOf(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      }),
    );
    await Promise.all(Array.from({ length: 8 }, (_, index) => images.pull(`a:${index}`)));
    expect(most).toBe(3);
  });

  it('that fail are made again when they are asked for again', async () => {
    let fails = true;
    const images = storeImages(
      storeOf(async () => {
        if (fails) throw new PodproofError('unavailable', 'not now');
      }),
    );
    await expect(images.pull('a:1')).rejects.toThrow('not now');
    fails = false;
    expect((await images.pull('a:1')).image).toBe(image);
  });

  it('are refused while the node is offline, with what to do', async () => {
    const images = storeImages(storeOf(never), { isOffline: true });
    await expect(images.pull('a:1')).rejects.toThrow(
      'image "a:1" is not loaded, and the node is offline: podproof image load SOURCE --name a:1',
    );
  });
});

it('a text that is no name of an image is not found, and no failure', () => {
  expect(storeImages(storeOf(never)).find('UPPER:1')).toBeUndefined();
});
