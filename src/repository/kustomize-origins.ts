import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { LineIndex } from '../manifest/line-index.ts';
import { type Node, nodeAt } from '../manifest/node.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import { isWithin } from './paths-within.ts';
import type { RenderedOrigin } from './rendering.ts';

export interface TracedRendering {
  readonly text: string;
  /** The same objects with annotations that tell where they come from, as paths from `tracedFrom`. */
  readonly traced: string;
  readonly tracedFrom: string;
  /** What is outside of it is not pointed to. */
  readonly root: string;
  /** Files are named from the working directory, or in full as the rendered directory is. */
  readonly inFull: boolean;
}

const ORIGIN = 'config.kubernetes.io/origin';
const MAX_SOURCE_BYTES = 4 * 1024 * 1024;

/** Where each document of a kustomization's rendering comes from: the resource's file, or the one that generates it. */
export function kustomizeOrigins(rendering: TracedRendering): readonly RenderedOrigin[] {
  const { text, traced, tracedFrom, root, inFull } = rendering;
  const from = realpathSync(tracedFrom);
  const tree = realpathSync(root);
  const annotated = new Map<string, string>();
  for (const { root: node } of readDocuments('traced.yaml', traced).documents) {
    const origin = textAt(node, ['metadata', 'annotations', ORIGIN]);
    if (origin !== undefined) annotated.set(identityOf(node), origin);
  }
  const sources = new Map<string, SourceFile | undefined>();
  const lines = new LineIndex(text);
  return readDocuments('rendered.yaml', text).documents.map(({ root: node }): RenderedOrigin => {
    const { line } = lines.positionOf(node.offset);
    const path = pathIn(annotated.get(identityOf(node)) ?? '');
    const target = path === undefined ? undefined : resolve(from, path);
    if (target === undefined || !isWithin(target, tree)) return { line };
    let source = sources.get(target);
    if (!sources.has(target)) {
      source = readSource(target);
      sources.set(target, source);
    }
    const inTree = resolve(root, relative(tree, target));
    const template = inFull ? inTree : relative('.', inTree);
    const templateLine = source === undefined ? undefined : lineOf(node, source);
    return { line, template, ...(templateLine !== undefined && { templateLine }) };
  });
}

/** No two objects of one rendering have the same. */
function identityOf(node: Node): string {
  const steps = [['apiVersion'], ['kind'], ['metadata', 'namespace'], ['metadata', 'name']];
  return steps.map((step) => textAt(node, step) ?? '').join('\n');
}

function textAt(node: Node, path: readonly string[]): string | undefined {
  const found = nodeAt(node, path);
  return found?.kind === 'scalar' && found.value !== null ? String(found.value) : undefined;
}

/** Of an annotation: the resource, or the kustomization that generates it. What comes from elsewhere has a `repo`. */
function pathIn(annotation: string): string | undefined {
  if (/^repo:/m.test(annotation)) return undefined;
  const path = /^(?:path|configuredIn): (.+)$/m.exec(annotation)?.[1]?.trim();
  return path === undefined || isAbsolute(path) ? undefined : path;
}

interface SourceFile {
  readonly objects: readonly { readonly kind: string; readonly name: string; readonly line: number }[];
}

function readSource(path: string): SourceFile | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > MAX_SOURCE_BYTES) return undefined;
    const text = readFileSync(path, 'utf8');
    const lines = new LineIndex(text);
    const objects = readDocuments(path, text).documents.map(({ root }) => ({
      kind: textAt(root, ['kind']) ?? '',
      name: textAt(root, ['metadata', 'name']) ?? '',
      line: lines.positionOf(root.offset).line,
    }));
    return { objects };
  } catch {
    return undefined;
  }
}

/** The object of that kind whose name the rendered one has, perhaps with a prefix and a suffix. */
function lineOf(node: Node, { objects }: SourceFile): number | undefined {
  const kind = textAt(node, ['kind']);
  const name = textAt(node, ['metadata', 'name']) ?? '';
  const alike = objects.filter((it) => it.kind === kind);
  const same =
    alike.find((it) => it.name === name) ?? alike.find((it) => it.name !== '' && name.includes(it.name));
  return (same ?? (alike.length === 1 ? alike[0] : undefined))?.line;
}
