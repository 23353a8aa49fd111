import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PodproofError } from '../../core/errors.ts';
import { isJsonObject } from '../config.ts';
import { type Digest, digestFileName } from '../digest.ts';
import type { SourceLayer } from '../sources/source.ts';
import type { UnpackLimits } from '../unpack/limits.ts';
import { readOptional } from './json-file.ts';

const recordName = 'layer.json';
/** Inflating and writing overlap within one layer already; more than this only costs memory. */
const parallelLayers = 2;

/** What is known of an unpacked layer, written beside it. */
export interface LayerRecord {
  readonly sizeBytes: number;
  readonly entries: number;
  readonly opaqueDirs: readonly string[];
  readonly impliedDirs: readonly string[];
}

export interface UnpackProgress {
  readonly digest: Digest;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export function layerDir(layersDir: string, diffId: Digest): string {
  return join(layersDir, digestFileName(diffId));
}

/** The layer's root: a lower directory of overlay. */
export function layerRoot(layersDir: string, diffId: Digest): string {
  return join(layerDir(layersDir, diffId), 'fs');
}

export function hasLayer(layersDir: string, diffId: Digest): boolean {
  return existsSync(layerDir(layersDir, diffId));
}

export function readLayerRecord(layersDir: string, diffId: Digest): LayerRecord | undefined {
  const bytes = readOptional(join(layerDir(layersDir, diffId), recordName));
  if (bytes === undefined) return undefined;
  const json: unknown = JSON.parse(bytes.toString('utf8'));
  const record = isJsonObject(json) ? json : {};
  const { sizeBytes, entries, opaqueDirs, impliedDirs } = record;
  return {
    sizeBytes: typeof sizeBytes === 'number' ? sizeBytes : 0,
    entries: typeof entries === 'number' ? entries : 0,
    opaqueDirs: Array.isArray(opaqueDirs) ? opaqueDirs.map(String) : [],
    impliedDirs: Array.isArray(impliedDirs) ? impliedDirs.map(String) : [],
  };
}

/**
 * Unpacks layers side by side into a temporary directory. The first error stops all of them; when it is thrown nobody writes
 * below the directory any more. Resolves to what is to be told of them.
 */
export async function unpackLayers(
  layers: readonly SourceLayer[],
  tempDir: string,
  limits: UnpackLimits,
  onProgress: ((progress: UnpackProgress) => void) | undefined,
): Promise<readonly string[]> {
  const { unpackLayer } = await import('../unpack/unpack-layer.ts');
  const stop = new AbortController();
  const queue = [...layers];
  const warnings = new Set<string>();
  const work = async (): Promise<void> => {
    for (let layer = queue.shift(); layer !== undefined; layer = queue.shift()) {
      const directory = layerDir(tempDir, layer.diffId);
      mkdirSync(directory);
      const chunks = watched(layer, stop.signal, onProgress);
      const content = await unpackLayer(layer, chunks, join(directory, 'fs'), limits);
      for (const warning of content.warnings) warnings.add(warning);
      const { sizeBytes, entries, opaqueDirs, impliedDirs } = content;
      writeFileSync(
        join(directory, recordName),
        JSON.stringify({ sizeBytes, entries, opaqueDirs, impliedDirs }),
      );
    }
  };
  const workers = Array.from({ length: Math.min(parallelLayers, layers.length) }, async () => {
    try {
      await work();
    } catch (error) {
      queue.length = 0;
      if (!stop.signal.aborted) stop.abort(error);
    }
  });
  await Promise.all(workers);
  if (stop.signal.aborted) throw stop.signal.reason;
  return [...warnings];
}

async function* watched(
  layer: SourceLayer,
  signal: AbortSignal,
  onProgress: ((progress: UnpackProgress) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0;
  for await (const chunk of layer.open()) {
    if (signal.aborted) throw new PodproofError('interrupted', 'another layer of the image failed');
    doneBytes += chunk.length;
    onProgress?.({ digest: layer.digest, doneBytes, totalBytes: layer.sizeBytes });
    yield chunk;
  }
}

/** Moves unpacked layers to their place; under the store's lock. What is there already stays. */
export function publishLayers(tempDir: string, layersDir: string): void {
  for (const name of readdirSync(tempDir)) {
    const target = join(layersDir, name);
    if (!existsSync(target)) renameSync(join(tempDir, name), target);
  }
}
