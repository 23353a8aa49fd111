import { readAccounts } from '../accounts.ts';
import type { ImageAccounts } from '../image.ts';
import type { LayerEntry, LayerView } from '../layered-files.ts';
import type { UnpackLimits } from '../unpack/limits.ts';
import type { TarEntry } from '../unpack/tar-header.ts';
import { TarReader } from '../unpack/tar-reader.ts';
import { ofLayer, uncompressed } from '../unpack/unpack-layer.ts';
import type { SourceLayer } from './source.ts';

/** A symbolic link among them leads to a path that was not kept: then the layers are read once more. */
const maxPasses = 10;
/** More of a file is not kept; the reader of accounts refuses such sizes anyway. */
const maxKeptBytes = 16 * 1024 * 1024;

/** The accounts of packed layers (lowest first), read by streaming through them; only the files on their way are kept. */
export async function readPackedAccounts(
  layers: readonly SourceLayer[],
  limits: UnpackLimits,
): Promise<ImageAccounts> {
  const wanted = new Set(['etc', 'etc/passwd', 'etc/group']);
  for (let pass = 1; ; pass++) {
    const views: LayerView[] = [];
    const missing = new Set<string>();
    for (const layer of layers) views.unshift(await scan(layer, wanted, missing, limits));
    const accounts = readAccounts(views);
    if (missing.size === 0 || pass === maxPasses) return accounts;
    for (const path of missing) wanted.add(path);
  }
}

async function scan(
  layer: SourceLayer,
  wanted: ReadonlySet<string>,
  missing: Set<string>,
  limits: UnpackLimits,
): Promise<LayerView> {
  const kept = new KeptEntries(wanted);
  try {
    const reader = new TarReader(kept);
    for await (const chunk of uncompressed(layer, layer.open(), limits)) reader.push(chunk);
    reader.end();
  } catch (error) {
    throw ofLayer(layer, error);
  }
  return {
    look(path) {
      if (!wanted.has(path)) missing.add(path);
      return kept.entries.get(path);
    },
  };
}

/** Of a layer's entries those at the wanted paths, as overlay would have them. */
class KeptEntries {
  readonly entries: Map<string, LayerEntry> = new Map();
  readonly #wanted: ReadonlySet<string>;
  #chunks: Buffer[] | undefined;
  #path = '';
  #sizeBytes = 0;

  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  entry(entry: TarEntry): void {
    this.#chunks = undefined;
    const path = entry.path
      .split('/')
      .filter((name) => name !== '' && name !== '.')
      .join('/');
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? '' : path.slice(0, slash);
    const name = path.slice(slash + 1);
    this.#implyParents(parent);
    if (name === '.wh..wh..opq') this.#keep(parent, { kind: 'directory', isOpaque: true });
    else if (name.startsWith('.wh.')) this.#whiteout(path.slice(0, slash + 1) + name.slice(4));
    else if (this.#wanted.has(path)) this.#take(path, entry);
  }

  data(chunk: Buffer): void {
    if (this.#chunks !== undefined && this.#sizeBytes <= maxKeptBytes) this.#chunks.push(Buffer.from(chunk));
  }

  endEntry(): void {
    const chunks = this.#chunks;
    if (chunks === undefined) return;
    const read = (): string => Buffer.concat(chunks).toString('utf8');
    this.#keep(this.#path, { kind: 'file', sizeBytes: this.#sizeBytes, read });
  }

  #take(path: string, entry: TarEntry): void {
    const known = this.entries.get(path);
    if (entry.type === 'file') {
      this.#chunks = [];
      this.#path = path;
      this.#sizeBytes = entry.sizeBytes;
    } else if (entry.type === 'directory')
      this.#keep(path, { kind: 'directory', isOpaque: known?.kind === 'directory' && known.isOpaque });
    else if (entry.type === 'symlink') this.#keep(path, { kind: 'symlink', target: entry.linkPath });
    else if (entry.type === 'hardlink') this.#keep(path, { kind: 'symlink', target: `/${entry.linkPath}` });
    else this.#keep(path, { kind: 'other' });
  }

  #whiteout(path: string): void {
    const known = this.entries.get(path);
    if (known === undefined) this.#keep(path, { kind: 'whiteout' });
    else if (known.kind === 'directory') this.#keep(path, { kind: 'directory', isOpaque: true });
  }

  #implyParents(parent: string): void {
    const names = parent.split('/');
    for (let length = 1; length <= names.length; length++) {
      const path = names.slice(0, length).join('/');
      const known = this.entries.get(path);
      if (known === undefined) this.#keep(path, { kind: 'directory', isOpaque: false });
      else if (known.kind === 'whiteout') this.#keep(path, { kind: 'directory', isOpaque: true });
    }
  }

  #keep(path: string, entry: LayerEntry): void {
    if (this.#wanted.has(path)) this.entries.set(path, entry);
  }
}
