import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exampleImages } from './example-images.ts';
import { busyboxImages, nginxImage, setuidImage, webImages } from './images.ts';
import { type ImageDefinition, writeLayout } from './oci-layout.ts';

export type SampleSet = 'web' | 'test' | 'examples';

/** The demonstration needs only the web app. */
async function imagesOf(set: SampleSet): Promise<readonly ImageDefinition[]> {
  if (set === 'web') return webImages();
  if (set === 'examples') return exampleImages();
  return [...(await busyboxImages()), ...(await webImages()), await setuidImage(), await nginxImage()];
}

/** Builds a set as one OCI layout at `dir`. The layout appears there complete or not at all. */
export async function buildSamples(set: SampleSet, dir: string): Promise<void> {
  const unfinished = `${dir}.${process.pid}`;
  await mkdir(dirname(dir), { recursive: true });
  try {
    await writeLayout(unfinished, await imagesOf(set));
    await rm(dir, { recursive: true, force: true });
    await rename(unfinished, dir);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
