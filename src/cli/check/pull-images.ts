import { messageOf, PodproofError } from '../../core/errors.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import { describeImage } from '../../image/describe.ts';
import type { Image } from '../../image/image.ts';
import type { ImageStore } from '../../image/image-store.ts';
import { parseReference } from '../../image/reference.ts';
import type { RegistryOptions } from '../../image/registry-options.ts';
import type { FoundImage } from '../../predict/image-finder.ts';
import { openStore } from '../find-image.ts';
import { readRegistrySettings, type Surroundings } from '../registry-settings.ts';

/** How long a check waits. */
export interface Patience {
  /** For a registry that says nothing: one that is away costs this once, for all of its images. */
  readonly registryMs: number;
  /** For an image, of which a registry may send a byte every other second. */
  readonly imageMs: number;
  /** For all of them together: a stranger's manifest may name as many as it likes. */
  readonly totalMs: number;
}

const PATIENCE: Patience = { registryMs: 5000, imageMs: 10_000, totalMs: 120_000 };
const REGISTRIES_AT_ONCE = 64;
const REQUESTS_PER_REGISTRY = 8;

type Found = readonly [reference: string, found: FoundImage];

/**
 * Reads the configurations of images: from the local store, else from their registries, which are asked side by side. An
 * image that cannot be had keeps none of the others from being read.
 */
export async function pullImages(
  references: readonly string[],
  context: Surroundings,
  patience: Patience = PATIENCE,
): Promise<readonly Found[]> {
  const store = await openStore(context);
  const stored = references.map((reference): Found => [reference, lookUp(store, reference)]);
  const known = stored.filter(([, { image }]) => image !== undefined);
  if (known.length === stored.length) return known;
  const missing = stored.filter(([, { image }]) => image === undefined).map(([reference]) => reference);
  const { registry } = await readRegistrySettings(context);
  const total = AbortSignal.timeout(patience.totalMs);
  const waiting = [...byRegistry(missing)];
  const pulled: Found[] = [];
  await atOnce(REGISTRIES_AT_ONCE, waiting, async ([host, ofOne]) => {
    const read = (reference: string): Promise<Image> =>
      readImage(reference, host, { registry, total, interrupt: context.signal, patience });
    await pullFromOne(ofOne, read, pulled);
  });
  context.signal.throwIfAborted();
  return [...known, ...pulled];
}

/** For what is no reference, or a store that is not the user's: whoever asks the registry next says what is wrong. */
function lookUp(store: ImageStore, reference: string): FoundImage {
  try {
    return { image: store.find(reference) };
  } catch {
    return { image: undefined };
  }
}

/** The first image goes alone: when its registry does not answer, nobody waits for it again. */
async function pullFromOne(
  references: readonly string[],
  read: (reference: string) => Promise<Image>,
  found: Found[],
): Promise<void> {
  let outage: string | undefined;
  const pull = async (reference: string): Promise<void> => {
    if (outage !== undefined) {
      found.push([reference, { image: undefined, problem: outage }]);
      return;
    }
    try {
      found.push([reference, { image: await read(reference) }]);
    } catch (error) {
      const problem = messageOf(error);
      if (error instanceof PodproofError && error.code === 'unavailable') outage = problem;
      found.push([reference, { image: undefined, problem }]);
    }
  };
  const [first, ...others] = references;
  if (first !== undefined) await pull(first);
  await atOnce(REQUESTS_PER_REGISTRY, others, pull);
}

interface Waiting {
  readonly registry: RegistryOptions;
  readonly total: AbortSignal;
  readonly interrupt: AbortSignal;
  readonly patience: Patience;
}

/** Throws `unavailable` for a registry that is away, and whatever else is wrong with the image. */
async function readImage(
  reference: string,
  host: string,
  { registry, total, interrupt, patience: { registryMs, imageMs, totalMs } }: Waiting,
): Promise<Image> {
  const ofImage = AbortSignal.timeout(imageMs);
  const signal = AbortSignal.any([interrupt, total, ofImage]);
  const options = { headerTimeoutMs: registryMs, stallTimeoutMs: registryMs, attempts: 1, signal };
  try {
    // With its scheme: a stranger's manifest could name `oci:DIR`, and with it a file of this machine.
    // Not everything on the way listens to a signal, such as a credential helper of the user's.
    const image = await untilAborted(
      describeImage(`docker://${reference}`, { registry: { ...registry, ...options } }),
      signal,
    );
    return { ...image, reference };
  } catch (error) {
    if (!signal.aborted) throw error;
    const seconds = (total.aborted ? totalMs : imageMs) / 1000;
    const what = total.aborted ? 'the images of a check' : `an image of "${host}"`;
    throw new PodproofError('unavailable', `${what} took more than ${seconds} s`, { cause: error });
  }
}

async function atOnce<T>(count: number, all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const rest = all.values();
  const worker = async (): Promise<void> => {
    for (const one of rest) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(count, all.length) }, worker));
}

function byRegistry(references: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const reference of references) {
    const host = hostOf(reference);
    const group = groups.get(host);
    if (group === undefined) groups.set(host, [reference]);
    else group.push(reference);
  }
  return groups;
}

/** What is no reference has no registry: reading it says why. */
function hostOf(reference: string): string {
  try {
    return parseReference(reference).domain;
  } catch {
    return '';
  }
}
