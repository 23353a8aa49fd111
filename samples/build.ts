import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { busyboxImages, nginxImage, setuidImage, webImages } from './images.ts';
import { writeLayout } from './oci-layout.ts';

/** The sets of images that can be built: the demonstration needs only the web app. */
export const SETS = {
  web: webImages,
  test: async () => [
    ...(await busyboxImages()),
    ...(await webImages()),
    await setuidImage(),
    await nginxImage(),
  ],
} as const;

/** Builds a set as one OCI layout at `dir`. The layout appears there complete or not at all. */
export async function buildSamples(set: keyof typeof SETS, dir: string): Promise<void> {
  const unfinished = `${dir}.${process.pid}`;
  await mkdir(dirname(dir), { recursive: true });
  try {
    await writeLayout(unfinished, await SETS[set]());
    await rm(dir, { recursive: true, force: true });
    await rename(unfinished, dir);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
