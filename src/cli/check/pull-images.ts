import { messageOf, PodproofError } from '../../core/errors.ts';
import { describeImage } from '../../image/describe.ts';
import type { Image } from '../../image/image.ts';
import { parseReference } from '../../image/reference.ts';
import type { FoundImage } from '../../predict/image-finder.ts';
import type { CommandContext } from '../command.ts';
import { openStore } from '../find-image.ts';
import { readRegistrySettings } from '../registry-settings.ts';

/** A check waits for no registry longer than this: one that is away costs it once, for all of its images. */
const TIMEOUT_MS = 5000;
const REQUESTS_PER_REGISTRY = 8;

type Found = readonly [reference: string, found: FoundImage];

/** Reads the configurations of images: from the local store, else from their registries, which are asked side by side. */
export async function pullImages(
  references: readonly string[],
  context: CommandContext,
): Promise<readonly Found[]> {
  const store = await openStore(context);
  const stored = references.map((reference): Found => [reference, { image: store.find(reference) }]);
  const missing = stored.filter(([, { image }]) => image === undefined).map(([reference]) => reference);
  if (missing.length === 0) return stored;
  const { registry } = await readRegistrySettings(context);
  const options = {
    registry: { ...registry, headerTimeoutMs: TIMEOUT_MS, stallTimeoutMs: TIMEOUT_MS, attempts: 1 },
  };
  const read = async (reference: string): Promise<Image> => ({
    // With its scheme: a stranger's manifest could name `oci:DIR`, and with it a file of this machine.
    ...(await describeImage(`docker://${reference}`, options)),
    reference,
  });
  const pulled = await Promise.all(
    [...byRegistry(missing).values()].map((ofOne) => pullFromOne(ofOne, read)),
  );
  return [...stored.filter(([, { image }]) => image !== undefined), ...pulled.flat()];
}

/** The first image goes alone: when its registry does not answer, nobody waits for it again. */
async function pullFromOne(
  references: readonly string[],
  read: (reference: string) => Promise<Image>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
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
  const waiting = [...references];
  const first = waiting.shift();
  if (first !== undefined) await pull(first);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await pull(next);
  };
  await Promise.all(Array.from({ length: REQUESTS_PER_REGISTRY }, worker));
  return found;
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
