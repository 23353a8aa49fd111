import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { messageOf, PodproofError } from '../../core/errors.ts';
import { decompressed } from '../decompress.ts';
import { defaultUnpackLimits } from '../unpack/limits.ts';
import { blockBytes, type TarEntry } from '../unpack/tar-header.ts';
import { TarReader } from '../unpack/tar-reader.ts';
import { type FileTree, openNamed, readChunkBytes } from './file-tree.ts';

const maxEntries = 100_000;
const maxUnpackedBytes = 64 * 1024 ** 3;

type Place =
  | { readonly kind: 'file'; readonly offset: number; readonly sizeBytes: number }
  | { readonly kind: 'link'; readonly target: string };

/**
 * The files of a tar archive, read where they lie: one pass over the headers finds them. A compressed archive is
 * uncompressed into a file without a name first, because its blobs are not read in the archive's order.
 */
export async function openTarTree(path: string, signal?: AbortSignal): Promise<FileTree> {
  const named = await openNamed(path, 'archive');
  let file = named;
  try {
    file = await uncompressedFile(named, signal);
    const places = await findPlaces(file);
    return {
      text: path,
      sizeBytes: async (name) => lookUp(places, name)?.sizeBytes,
      stream: (name) => interruptible(streamOf(file, lookUp(places, name)), signal),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    if (error instanceof PodproofError && error.code === 'interrupted') throw error;
    const code = error instanceof PodproofError ? error.code : 'invalid';
    throw new PodproofError(code, `cannot read archive "${path}": ${messageOf(error)}`, { cause: error });
  }
}

async function uncompressedFile(file: FileHandle, signal: AbortSignal | undefined): Promise<FileHandle> {
  const head = Buffer.alloc(4);
  await file.read(head, 0, 4, 0);
  const isCompressed = (head[0] === 0x1f && head[1] === 0x8b) || head.readUInt32LE(0) === 0xfd2fb528;
  if (!isCompressed) return file;
  const { size } = await file.stat();
  const temporary = await namelessFile();
  try {
    const chunks = file.createReadStream({ start: 0, highWaterMark: readChunkBytes });
    for await (const chunk of bounded(decompressed(interruptible(chunks, signal)), size))
      await temporary.write(chunk);
    return temporary;
  } catch (error) {
    await temporary.close();
    throw error;
  }
}

/** Its name is taken away at once, so that nothing is left however this process ends. */
async function namelessFile(): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), 'podproof-archive-'));
  try {
    return await open(join(directory, 'archive.tar'), 'wx+', 0o600);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** An archive of archives is compressed twice: what a layer may unpack to holds for the whole of it as well. */
async function* bounded(chunks: AsyncIterable<Uint8Array>, packedBytes: number): AsyncGenerator<Uint8Array> {
  const { ratio, ratioFromBytes } = defaultUnpackLimits;
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxUnpackedBytes)
      throw new PodproofError('invalid', `it unpacks to more than ${maxUnpackedBytes} bytes`);
    if (sizeBytes > ratioFromBytes && sizeBytes > packedBytes * ratio)
      throw new PodproofError('invalid', `it unpacks to more than ${ratio} times its size (a bomb?)`);
    yield chunk;
  }
}

async function* interruptible(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
  }
}

/** Headers only: contents are jumped over. */
async function findPlaces(file: FileHandle): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>();
  const { size } = await file.stat();
  let at = 0;
  const found: TarEntry[] = [];
  const reader = new TarReader({ entry: (entry) => found.push(entry), data: () => {}, endEntry: () => {} });
  const block = Buffer.alloc(blockBytes);
  while (at < size) {
    const { bytesRead } = await file.read(block, 0, blockBytes, at);
    at += bytesRead;
    reader.push(block.subarray(0, bytesRead));
    const entry = found.pop();
    if (entry === undefined) continue;
    if (places.size >= maxEntries)
      throw new PodproofError('invalid', `it has more than ${maxEntries} entries`);
    const place = placeOf(entry, at);
    if (place !== undefined) places.set(posix.normalize(entry.path), place);
    at += reader.skipBody();
  }
  if (at > size) throw new PodproofError('invalid', 'it is truncated');
  reader.end();
  return places;
}

function placeOf(entry: TarEntry, offset: number): Place | undefined {
  if (entry.type === 'file') return { kind: 'file', offset, sizeBytes: entry.sizeBytes };
  if (entry.type === 'symlink')
    return { kind: 'link', target: posix.join(posix.dirname(entry.path), entry.linkPath) };
  if (entry.type === 'hardlink') return { kind: 'link', target: posix.normalize(entry.linkPath) };
  return undefined;
}

function lookUp(
  places: ReadonlyMap<string, Place>,
  name: string,
): Extract<Place, { kind: 'file' }> | undefined {
  let found = places.get(posix.normalize(name));
  for (let links = 0; found?.kind === 'link' && links < 8; links++) found = places.get(found.target);
  return found?.kind === 'file' ? found : undefined;
}

async function* streamOf(
  file: FileHandle,
  place: { readonly offset: number; readonly sizeBytes: number } | undefined,
): AsyncGenerator<Uint8Array> {
  if (place === undefined) throw new PodproofError('not-found', 'the archive has no such file');
  const end = place.offset + place.sizeBytes;
  for (let at = place.offset; at < end; ) {
    const buffer = Buffer.allocUnsafe(Math.min(readChunkBytes, end - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
