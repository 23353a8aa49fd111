import { PodproofError } from '../core/errors.ts';

/** What one layer has at a path. */
export type LayerEntry =
  | { readonly kind: 'directory'; readonly isOpaque: boolean }
  | { readonly kind: 'symlink'; readonly target: string }
  | { readonly kind: 'file'; readonly sizeBytes: number; read(): string }
  | { readonly kind: 'whiteout' }
  | { readonly kind: 'other' };

/** One layer, asked name by name: `path` has no leading slash, and its parents are directories of this layer. */
export interface LayerView {
  look(path: string): LayerEntry | undefined;
}

const maxLinks = 40;

/**
 * The text of a file as a container would see it through the layers (top-most first): whiteouts and opaque directories
 * hide what is below, and symbolic links are followed inside of the layers, never outside. Undefined when there is no
 * such file; throws `invalid` when it is longer than `maxBytes`.
 */
export function readLayeredFile(
  layers: readonly LayerView[],
  path: string,
  maxBytes: number,
): string | undefined {
  let names = path.split('/');
  for (let links = 0; links <= maxLinks; links++) {
    const found = walk(layers, names);
    if (found === undefined) return undefined;
    if (found.kind === 'link') {
      names = found.names;
      continue;
    }
    if (found.sizeBytes > maxBytes)
      throw new PodproofError(
        'invalid',
        `the image's "/${path}" has ${found.sizeBytes} bytes; the limit is ${maxBytes}`,
      );
    return found.read();
  }
  throw new PodproofError('invalid', `the image's "/${path}" goes through too many symbolic links`);
}

type Walked =
  | { readonly kind: 'link'; readonly names: string[] }
  | Extract<LayerEntry, { readonly kind: 'file' }>
  | undefined;

function walk(layers: readonly LayerView[], names: readonly string[]): Walked {
  let visible = layers;
  for (let depth = 0; depth < names.length; depth++) {
    const { top, below } = lookThrough(visible, names.slice(0, depth + 1).join('/'));
    if (top === undefined) return undefined;
    if (top.kind === 'symlink')
      return { kind: 'link', names: follow(names.slice(0, depth), top.target, names.slice(depth + 1)) };
    if (top.kind === 'file') return depth === names.length - 1 ? top : undefined;
    if (top.kind !== 'directory') return undefined;
    visible = below;
  }
  return undefined;
}

/** The top-most entry at a path, and, when it is a directory, the layers whose directories merge with it. */
function lookThrough(
  layers: readonly LayerView[],
  path: string,
): { readonly top: LayerEntry | undefined; readonly below: readonly LayerView[] } {
  let top: LayerEntry | undefined;
  const below: LayerView[] = [];
  for (const layer of layers) {
    const entry = layer.look(path);
    if (entry === undefined) continue;
    if (top === undefined) {
      top = entry;
      if (entry.kind !== 'directory') break;
    } else if (entry.kind !== 'directory') break;
    below.push(layer);
    if (entry.isOpaque) break;
  }
  return { top, below };
}

function follow(parents: readonly string[], target: string, rest: readonly string[]): string[] {
  const names = target.startsWith('/') ? [] : [...parents];
  for (const name of [...target.split('/'), ...rest]) {
    if (name === '' || name === '.') continue;
    // The root's parent is the root.
    if (name === '..') names.pop();
    else names.push(name);
  }
  return names;
}
