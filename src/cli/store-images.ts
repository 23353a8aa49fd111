import { messageOf, PodproofError } from '../core/errors.ts';
import type { UnpackedImage } from '../image/image.ts';
import type { ImageStore } from '../image/image-store.ts';
import { parseReference } from '../image/reference.ts';
import type { RegistryCredentials } from '../image/registry-options.ts';
import { createGate } from '../node/gate.ts';
import type { ImagePort, ImageRefusal, ImageResolution, PulledImage } from '../node/node-ports.ts';

/** Told when a pull ends, well or not. */
export interface PullWatch {
  stop(): void;
}

export interface StoreImagesOptions {
  readonly onPull?: (reference: string) => PullWatch;
  /** True: no registry is asked for anything. */
  readonly isOffline?: boolean;
}

/** Images are big and so is what they unpack to: few at a time get there sooner. */
const PARALLEL_PULLS = 3;

/** The images of a store, for pods that run here. */
export function storeImages(store: ImageStore, options: StoreImagesOptions = {}): ImagePort {
  const { onPull, isOffline = false } = options;
  const pull = sharedPulls(store, options);
  const outcomes = new Map<string, Promise<ImageResolution>>();
  return {
    isOffline,
    find: (reference) => findLoaded(store, reference),
    pull,
    // A proof is about the image that was loaded, and needs no network.
    resolve: async (reference, pullPolicy) => {
      try {
        parseReference(reference);
      } catch (error) {
        const message = `Failed to apply default image tag "${reference}": couldn't parse image name "${reference}": ${messageOf(error)}`;
        return refuse('InvalidImageName', message);
      }
      const image = store.find(reference);
      if (image !== undefined) return { ok: true, image };
      if (pullPolicy === 'Never') {
        const message = `Container image "${reference}" is not present with pull policy of Never`;
        return refuse('ErrImageNeverPull', message);
      }
      const outcome = outcomes.get(reference) ?? pullOnce(store, reference, onPull?.(reference));
      outcomes.set(reference, outcome);
      return outcome;
    },
  };
}

/** A text that is no name of an image names none. */
function findLoaded(store: ImageStore, reference: string): UnpackedImage | undefined {
  try {
    return store.find(reference);
  } catch (error) {
    if (error instanceof PodproofError && error.code === 'invalid') return undefined;
    throw error;
  }
}

async function pullOnce(
  store: ImageStore,
  reference: string,
  watch: PullWatch | undefined,
): Promise<ImageResolution> {
  try {
    await store.pull(reference);
    return { ok: true, image: store.unpacked(reference) };
  } catch (error) {
    if (error instanceof PodproofError && error.code === 'internal') throw error;
    return refuse('ErrImagePull', messageOf(error));
  } finally {
    watch?.stop();
  }
}

/** One pull for all who want the same image as the same somebody, and few at a time. */
function sharedPulls(store: ImageStore, { onPull, isOffline }: StoreImagesOptions): ImagePort['pull'] {
  const gate = createGate(PARALLEL_PULLS);
  const running = new Map<string, Promise<PulledImage>>();
  const pullNow = async (reference: string, credentials?: RegistryCredentials): Promise<PulledImage> => {
    const startedAt = performance.now();
    const watch = onPull?.(reference);
    try {
      const { image, name } = await store.pull(reference, { ...(credentials && { credentials }) });
      const sizeBytes = store.list().find((entry) => entry.name === name)?.sizeBytes ?? 0;
      return { image, sizeBytes, pullMs: performance.now() - startedAt };
    } finally {
      watch?.stop();
    }
  };
  return async (reference, credentials) => {
    if (isOffline === true) throw offline(reference);
    const key = JSON.stringify([reference, credentials ?? null]);
    const shared = running.get(key) ?? gate(() => pullNow(reference, credentials));
    running.set(key, shared);
    try {
      return await shared;
    } finally {
      if (running.get(key) === shared) running.delete(key);
    }
  };
}

function offline(reference: string): PodproofError {
  return new PodproofError(
    'unavailable',
    `image "${reference}" is not loaded, and the node is offline: podproof image load SOURCE --name ${reference}`,
  );
}

function refuse(reason: ImageRefusal, message: string): ImageResolution {
  return { ok: false, reason, message };
}

/** What to do about an image that could not be had, or undefined when the reason is another one. */
export function imageAdvice(reason: string, reference: string): string | undefined {
  if (reason !== 'ErrImagePull' && reason !== 'ErrImageNeverPull') return undefined;
  return `podproof image load SOURCE --name ${reference}, or podproof image pull ${reference}`;
}
