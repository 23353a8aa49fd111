import type { Descriptor } from '../config.ts';
import type { Digest } from '../digest.ts';
import type { ImageConfig } from '../image.ts';

/** A layer of a resolved image. */
export interface SourceLayer {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly diffId: Digest;
  /** The blob's bytes, verified by digest and size on the way. */
  open(): AsyncIterable<Uint8Array>;
}

/** An image as a source has it: small parts at hand, layers to be opened. */
export interface ResolvedImage {
  /** Of the manifest for this platform. */
  readonly digest: Digest;
  /** Of what the name stands for: the index above the manifest, or the manifest. */
  readonly topDigest: Digest;
  readonly manifestBytes: Uint8Array;
  readonly mediaType: string;
  readonly configDigest: Digest;
  readonly configBytes: Uint8Array;
  readonly config: ImageConfig;
  readonly layers: readonly SourceLayer[];
  /** The name that the source itself gives to the image, as it stands there. */
  readonly name: string | undefined;
}

/** Where images come from. To be closed after use: archives are open files. */
export interface Source {
  /** As the user wrote it: `oci:dir`, `docker://alpine`. */
  readonly text: string;
  /** True when reading layers costs no network. */
  readonly isLocal: boolean;
  /** The one image that the text names; several to choose from are an error. */
  resolve(): Promise<ResolvedImage>;
  /** Every image of the source, once for each of its names; the one image, if the text names one. */
  resolveAll(): Promise<readonly ResolvedImage[]>;
  close(): Promise<void>;
}

/** What an OCI image is made of, wherever it lies. */
export interface BlobReader {
  /** A small blob as a whole, verified. */
  read(descriptor: Descriptor, maxBytes: number): Promise<Uint8Array>;
  /** A blob's bytes, verified on the way. */
  open(descriptor: Descriptor): AsyncIterable<Uint8Array>;
}
