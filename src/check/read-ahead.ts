import type { ManifestObject } from '../manifest/manifest-set.ts';
import { type PackedText, packText, unpackText } from '../manifest/packed-text.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import {
  type ManifestText,
  type ManifestTextOptions,
  readManifestText,
} from '../manifest/read-manifest-text.ts';
import type { CheckUnit, ManifestUnit, RenderedUnit } from './check-unit.ts';

/** What a thread has read of a manifest, for the thread that judges it. */
export interface ReadAhead {
  readonly packed: PackedText;
  /** The text, where only the reader has it. */
  readonly text?: string;
}

export function textOptions(unit: ManifestUnit | RenderedUnit): ManifestTextOptions {
  const { explicit } = unit;
  return unit.kind === 'manifest' && unit.start !== undefined
    ? { explicit, start: unit.start }
    : { explicit };
}

/** Undefined for what is no manifest, or cannot be read: the thread that judges sees for itself. */
export function readAhead(unit: CheckUnit): ReadAhead | undefined {
  if (unit.kind !== 'manifest' && unit.kind !== 'rendered') return undefined;
  const read = unit.text === undefined ? readFileText(unit.file, unit) : { text: unit.text };
  if ('problem' in read) return undefined;
  const packed = packText(readManifestText(unit.file, read.text, textOptions(unit)));
  return unit.text === undefined ? { packed, text: read.text } : { packed };
}

export function unpackAhead(
  unit: ManifestUnit | RenderedUnit,
  { packed, text = unit.text ?? '' }: ReadAhead,
): ManifestText<ManifestObject> {
  return unpackText(packed, unit.file, text, textOptions(unit));
}
