import { messageOf, PodproofError } from '../core/errors.ts';
import type { ImageStore } from '../image/image-store.ts';
import { parseReference } from '../image/reference.ts';
import type { ImagePort, ImageRefusal, ImageResolution } from '../node/node-ports.ts';

/** Told when a pull ends, well or not. */
export interface PullWatch {
  stop(): void;
}

/**
 * Images for pods that run here. What is in the store is used whatever the pull policy says: a proof is about the image
 * that was loaded, and needs no network. What is not there is pulled, each once, unless the policy is `Never`.
 */
export function storeImages(store: ImageStore, onPull: (reference: string) => PullWatch): ImagePort {
  const pulls = new Map<string, Promise<ImageResolution>>();
  return {
    resolve: async (reference, pullPolicy) => {
      try {
        parseReference(reference);
      } catch (error) {
        const message = `Failed to apply default image tag "${reference}": couldn't parse image name "${reference}": ${messageOf(error)}`;
        return refuse('InvalidImageName', message);
      }
      if (store.find(reference) !== undefined) return { ok: true, image: store.unpacked(reference) };
      if (pullPolicy === 'Never') {
        const message = `Container image "${reference}" is not present with pull policy of Never`;
        return refuse('ErrImageNeverPull', message);
      }
      const pull = pulls.get(reference) ?? pullImage(store, reference, onPull(reference));
      pulls.set(reference, pull);
      return pull;
    },
  };
}

async function pullImage(store: ImageStore, reference: string, watch: PullWatch): Promise<ImageResolution> {
  try {
    await store.pull(reference);
    return { ok: true, image: store.unpacked(reference) };
  } catch (error) {
    if (error instanceof PodproofError && error.code === 'internal') throw error;
    return refuse('ErrImagePull', messageOf(error));
  } finally {
    watch.stop();
  }
}

function refuse(reason: ImageRefusal, message: string): ImageResolution {
  return { ok: false, reason, message };
}

/** What to do about an image that could not be had, or undefined when the reason is another one. */
export function imageAdvice(reason: string, reference: string): string | undefined {
  if (reason !== 'ErrImagePull' && reason !== 'ErrImageNeverPull') return undefined;
  return `podproof image load SOURCE --name ${reference}, or podproof image pull ${reference}`;
}
