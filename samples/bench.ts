import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { busyboxImages } from './images.ts';
import { digestOf, LAYER_MEDIA_TYPE, type Layer, writeLayout } from './oci-layout.ts';

/** A layout of one image whose only layer is an existing `tar.gz`: for measuring, where the size matters. */
export async function writeGzipLayout(dir: string, archive: string, reference: string): Promise<void> {
  const compressed = await readFile(archive);
  const layer: Layer = { digest: digestOf(gunzipSync(compressed)), tar: compressed };
  await writeLayout(dir, [
    { reference, layers: [layer], config: {}, layerMediaType: `${LAYER_MEDIA_TYPE}+gzip` },
  ]);
}

/** A layout of one image: podman takes what follows the path of an `oci:` source for a file's name. */
export async function writeBusyboxLayout(dir: string): Promise<void> {
  await writeLayout(dir, (await busyboxImages()).slice(0, 1));
}
