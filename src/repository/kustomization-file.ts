import { join } from 'node:path';
import { LineIndex, type Position } from '../manifest/line-index.ts';
import { type Node, nodeAt } from '../manifest/node.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import { readFileText } from '../manifest/read-file-text.ts';

/** The names that kustomize looks for. */
export const KUSTOMIZATION_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** The kustomization of a directory, as far as it names other files. */
export interface KustomizationFile {
  readonly file: string;
  /** A part that overlays take in, and that cannot be rendered alone. */
  readonly isComponent: boolean;
  readonly references: readonly Reference[];
}

/** Something that a kustomization names. */
export interface Reference {
  readonly text: string;
  /**
   * - `resource`: a file or the directory of another kustomization
   * - `config`: the same for what configures generators and transformers: it may name files in turn
   * - `file`: a file; a key may stand before it, as in `NAME=PATH`
   */
  readonly kind: 'resource' | 'config' | 'file';
  readonly position: Position;
}

const MAX_FILE_BYTES = 1024 * 1024;

const RESOURCES = ['resources', 'bases', 'components'];
const CONFIGS = ['generators', 'transformers', 'validators', 'configurations', 'crds'];

/** Undefined where the directory has no kustomization, or one that cannot be read: kustomize says why. */
export function readKustomizationFile(directory: string): KustomizationFile | undefined {
  for (const name of KUSTOMIZATION_NAMES) {
    const file = join(directory, name);
    const read = readFileText(file, { explicit: false, maxFileBytes: MAX_FILE_BYTES });
    if ('problem' in read) continue;
    const [document] = readDocuments(file, read.text).documents;
    if (document === undefined) continue;
    const { root } = document;
    const lines = new LineIndex(read.text);
    const kind = nodeAt(root, ['kind']);
    const references = referencesOf(root).map(({ offset, ...rest }) => ({
      ...rest,
      position: lines.positionOf(offset),
    }));
    return { file, isComponent: kind?.kind === 'scalar' && kind.value === 'Component', references };
  }
  return undefined;
}

/** The files that a configuration of generators or transformers names. */
export function readConfigReferences(file: string): readonly Reference[] {
  const read = readFileText(file, { explicit: false, maxFileBytes: MAX_FILE_BYTES });
  if ('problem' in read) return [];
  const lines = new LineIndex(read.text);
  return readDocuments(file, read.text).documents.flatMap(({ root }) =>
    filesIn(root).map(({ text, kind, offset }) => ({ text, kind, position: lines.positionOf(offset) })),
  );
}

type Found = Omit<Reference, 'position'> & { readonly offset: number };

function referencesOf(root: Node): readonly Found[] {
  if (root.kind !== 'mapping') return [];
  const found: Found[] = [];
  for (const [key, { value }] of root.entries) {
    const kind = RESOURCES.includes(key) ? 'resource' : CONFIGS.includes(key) ? 'config' : undefined;
    if (kind === undefined) {
      found.push(...filesIn(value, key));
      continue;
    }
    for (const { text, offset } of textsIn(value, key)) {
      // What stands there at length is the configuration itself.
      if (text.includes('\n')) found.push(...filesInText(text).map((it) => ({ ...it, offset })));
      else found.push({ text, kind, offset });
    }
  }
  return found;
}

function filesInText(text: string): readonly Found[] {
  return readDocuments('inline.yaml', text).documents.flatMap(({ root }) => filesIn(root));
}

const FILE_FIELDS = [
  'path',
  'paths',
  'files',
  'env',
  'envs',
  'patchesStrategicMerge',
  'patchesJson6902',
  'valuesFile',
  'additionalValuesFiles',
];

function filesIn(root: Node, field = ''): readonly Found[] {
  return textsIn(root, field)
    .filter(({ field: key }) => FILE_FIELDS.includes(key))
    .map(({ text, offset }) => ({ text, offset, kind: 'file' }));
}

interface Text {
  readonly text: string;
  readonly offset: number;
  /** The last key above it. */
  readonly field: string;
}

/** Every text of a node; what stands at an alias counts once. */
function textsIn(root: Node, rootField: string): readonly Text[] {
  const texts: Text[] = [];
  const seen = new Set<Node>();
  const pending: { readonly node: Node; readonly field: string }[] = [{ node: root, field: rootField }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, field } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === 'scalar') {
      if (typeof node.value === 'string') texts.push({ text: node.value, offset: node.offset, field });
    } else if (node.kind === 'sequence') {
      for (const item of node.items.toReversed()) pending.push({ node: item, field });
    } else {
      for (const [key, { value }] of [...node.entries].toReversed())
        pending.push({ node: value, field: key });
    }
  }
  return texts;
}
