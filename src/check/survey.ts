import type { KubeObject } from '../kube/meta.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import { readManifestText } from '../manifest/read-manifest-text.ts';
import { stretchesOf } from '../manifest/stretches-of.ts';
import { LARGE_FILE } from './batches-of.ts';
import {
  type CheckUnit,
  type ComposeUnit,
  isBackground,
  type ManifestUnit,
  type RenderedUnit,
} from './check-unit.ts';
import { isSurroundings } from './surroundings.ts';

/** A first look at all inputs, for what a workload of one file depends on in another. */
export interface Survey {
  /** The units that are judged, with their texts as far as those are small together. */
  readonly units: readonly CheckUnit[];
  /** Namespaces and ServiceAccounts. */
  readonly surroundings: readonly KubeObject[];
}

/** Texts of more characters than this together are read a second time rather than kept. */
const MAX_KEPT_LENGTH = 8 * 1024 * 1024;

/** What a document that holds one of the two kinds must contain; the escape of a letter counts as one. */
const MAY_BE_SURROUNDINGS = /Namespace|ServiceAccount|\\[xuU]/;

/** Of a large file not all documents are held at once. */
const STRETCH = 64 * 1024;

/** Reads every manifest once; only those that may hold what is looked for are parsed. */
export function survey(units: readonly CheckUnit[]): Survey {
  const surroundings: KubeObject[] = [];
  let keptLength = 0;
  const surveyed = units.flatMap((unit): CheckUnit | readonly CheckUnit[] => {
    if (!mayHoldObjects(unit)) return unit;
    const text = lookAt(unit, surroundings);
    if (isBackground(unit)) return [];
    if (text === undefined || unit.text !== undefined) return unit;
    // A single file is at hand whole anyhow.
    if (keptLength + text.length > MAX_KEPT_LENGTH && units.length > 1) return withLength(unit, text.length);
    keptLength += text.length;
    return { ...unit, text };
  });
  return { units: surveyed, surroundings };
}

/** The Namespaces and ServiceAccounts of units, whose texts nobody needs now. */
export function surroundingsOf(units: readonly CheckUnit[]): readonly KubeObject[] {
  const surroundings: KubeObject[] = [];
  for (const unit of units) {
    if (mayHoldObjects(unit)) lookAt(unit, surroundings);
  }
  return surroundings;
}

/** A file that is called compose.yaml may be a manifest, too. */
function mayHoldObjects(unit: CheckUnit): unit is ManifestUnit | RenderedUnit | ComposeUnit {
  return unit.kind === 'manifest' || unit.kind === 'rendered' || unit.kind === 'compose';
}

/** Its text, and what was looked for in it. */
function lookAt(
  unit: ManifestUnit | RenderedUnit | ComposeUnit,
  surroundings: KubeObject[],
): string | undefined {
  const text = textOf(unit);
  if (text !== undefined && MAY_BE_SURROUNDINGS.test(text)) {
    for (const object of surroundingsIn(unit.file, text)) surroundings.push(object);
  }
  return text;
}

function textOf({ file, explicit, text }: ManifestUnit | RenderedUnit | ComposeUnit): string | undefined {
  if (text !== undefined) return text;
  const read = readFileText(file, { explicit });
  return 'text' in read ? read.text : undefined;
}

function* surroundingsIn(file: string, whole: string): Generator<KubeObject> {
  for (const { text, start } of stretchesOf(whole, STRETCH)) {
    if (!MAY_BE_SURROUNDINGS.test(text)) continue;
    for (const { object } of readManifestText(file, text, { explicit: false, start }).objects) {
      if (isSurroundings(object)) yield object;
    }
  }
}

/** A large file is cut, whether its text was kept or not. */
function withLength(unit: CheckUnit, length: number): CheckUnit {
  return unit.kind === 'manifest' && length > LARGE_FILE ? { ...unit, length } : unit;
}
