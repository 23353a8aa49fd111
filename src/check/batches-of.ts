import { isSurelyForeign } from '../manifest/foreign-text.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import { stretchesOf } from '../manifest/stretches-of.ts';
import type { CheckUnit, ManifestUnit } from './check-unit.ts';

/** Longer files are cut into stretches, so that not all of their documents are held at once. */
export const LARGE_FILE: number = 128 * 1024;

/** A batch has at most so many units, and about so many characters of text. */
const MAX_UNITS = 128;
/** The first has fewer, and each after it twice as many: whoever waits for the first begins sooner. */
const FIRST_UNITS = 16;
const MAX_LENGTH = 64 * 1024;
/** What a file counts whose text is not at hand. */
const USUAL_LENGTH = 512;

/** Units in portions that are worth handing to a thread. A large file becomes several units: stretches of documents. */
export function* batchesOf(units: Iterable<CheckUnit>): Generator<readonly CheckUnit[]> {
  let batch: CheckUnit[] = [];
  let length = 0;
  let most = FIRST_UNITS;
  for (const unit of units) {
    for (const part of partsOf(unit)) {
      batch.push(part);
      length += part.kind === 'told' ? 0 : (part.text?.length ?? USUAL_LENGTH);
      if (batch.length < most && length < MAX_LENGTH) continue;
      yield batch;
      most = Math.min(2 * most, MAX_UNITS);
      batch = [];
      length = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

function partsOf(unit: CheckUnit): Iterable<CheckUnit> {
  if (unit.kind !== 'manifest' || (unit.text?.length ?? unit.length ?? 0) <= MAX_LENGTH) return [unit];
  const read = unit.text === undefined ? readFileText(unit.file, unit) : { text: unit.text };
  if (!('text' in read)) return [unit];
  // It is told once, and not of each stretch, that there is nothing in it.
  return isSurelyForeign(read.text) ? [{ ...unit, text: read.text }] : stretches(unit, read.text);
}

function* stretches(unit: ManifestUnit, whole: string): Generator<CheckUnit> {
  for (const { text, start } of stretchesOf(whole, MAX_LENGTH)) yield { ...unit, text, start };
}
