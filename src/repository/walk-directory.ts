/** Something that a walk came to. Paths begin with the directory as it was named. */
export type WalkEntry = WalkedFile | WalkedDirectory | SkippedEntry;

/** A file that may be worth reading, by its name. */
export interface WalkedFile {
  readonly kind: 'file';
  readonly path: string;
  readonly type: 'manifest' | 'dockerfile' | 'compose';
  /** The nearest directory above it that is rendered as a whole: its files may be templates or patches. */
  readonly within?: WalkedDirectory;
}

/** A directory that is rendered rather than read. It comes before what is in it. */
export interface WalkedDirectory {
  readonly kind: 'directory';
  readonly path: string;
  readonly type: 'chart' | 'kustomization';
}

export interface SkippedEntry {
  readonly kind: 'skipped';
  readonly path: string;
  readonly reason: string;
}

export interface WalkOptions {
  /** The directory out of which symbolic links must not lead; the walked one unless told. */
  readonly tree?: string;
}

/**
 * Everything below a directory that may be worth reading, sorted by name, found while it is asked for. `.git`,
 * `node_modules` and a chart's `templates` and `charts` are not entered. Links to files are followed as by kubectl, as
 * long as they stay in the tree; links to directories are not. Throws nothing: what cannot be read is skipped.
 */
export function* walkDirectory(_directory: string, _options: WalkOptions = {}): Generator<WalkEntry> {}
