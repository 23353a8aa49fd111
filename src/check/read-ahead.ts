import type { KubeObject } from '../kube/meta.ts';
import type { ManifestObject } from '../manifest/manifest-set.ts';
import { type PackedText, packText, unpackText } from '../manifest/packed-text.ts';
import { readFileText } from '../manifest/read-file-text.ts';
import {
  type ManifestText,
  type ManifestTextOptions,
  readManifestText,
} from '../manifest/read-manifest-text.ts';
import { LARGE_FILE } from './batches-of.ts';
import type { CheckUnit, ManifestUnit, RenderedUnit } from './check-unit.ts';
import { isSurroundings } from './surroundings.ts';

/** What a thread has read of the units of a batch, as things that are cheap to hand over. */
export interface PackedBatch {
  /** Of each unit a `PackedUnit`, or null for what was not read. */
  readonly json: string;
  /** The numbers of all of its texts. */
  readonly numbers: Uint32Array<ArrayBuffer>;
  /** Namespaces and ServiceAccounts: who judges other batches asks for them. */
  readonly surroundings: readonly KubeObject[];
}

type PackedUnit = { readonly packed: PackedText } | LeftUnit;

/** A file that was left to the thread that judges, because of its length in characters. */
interface LeftUnit {
  readonly length: number;
}

/** What a thread has read of a manifest, for the thread that judges it. */
export interface ReadAhead {
  readonly packed: PackedText;
  readonly numbers: Uint32Array;
}

/** Units, and what was read of each. One that was left has its length. */
export interface ReadBatch {
  readonly units: readonly CheckUnit[];
  readonly ahead: readonly (ReadAhead | undefined)[];
}

/** Of one batch no more is read ahead. */
const MAX_LENGTH = 4 * 1024 * 1024;

export function textOptions(unit: ManifestUnit | RenderedUnit): ManifestTextOptions {
  const { explicit } = unit;
  return unit.kind === 'manifest' && unit.start !== undefined
    ? { explicit, start: unit.start }
    : { explicit };
}

/** Reads what is a manifest; all else is left to the thread that judges. */
export function packBatch(units: readonly CheckUnit[]): PackedBatch {
  const numbers: number[] = [];
  const surroundings: KubeObject[] = [];
  const packed: (PackedUnit | null)[] = [];
  let length = 0;
  for (const unit of units) {
    const read = textOf(unit);
    if (read === undefined) packed.push(null);
    else {
      const { text, isFile } = read;
      const isLeft = isFile && (text.length > LARGE_FILE || length + text.length > MAX_LENGTH);
      if (!isLeft) length += text.length;
      packed.push(isLeft ? { length: text.length } : packUnit(read, numbers, surroundings));
    }
  }
  return { ...packedText(packed, numbers), surroundings };
}

/** What is too long for one text is left, too. */
function packedText(
  units: readonly (PackedUnit | null)[],
  numbers: readonly number[],
): Pick<PackedBatch, 'json' | 'numbers'> {
  try {
    return { json: JSON.stringify(units), numbers: Uint32Array.from(numbers) };
  } catch {
    return { json: '[]', numbers: new Uint32Array() };
  }
}

interface ReadText {
  readonly unit: ManifestUnit | RenderedUnit;
  readonly text: string;
  readonly isFile: boolean;
}

function textOf(unit: CheckUnit): ReadText | undefined {
  if (unit.kind !== 'manifest' && unit.kind !== 'rendered') return undefined;
  if (unit.text !== undefined) return { unit, text: unit.text, isFile: false };
  const read = readFileText(unit.file, unit);
  return 'text' in read ? { unit, text: read.text, isFile: true } : undefined;
}

/** Where reading fails, the thread that judges fails at the same, and tells of it. */
function packUnit(
  { unit, text }: ReadText,
  numbers: number[],
  surroundings: KubeObject[],
): PackedUnit | null {
  try {
    const read = readManifestText(unit.file, text, textOptions(unit));
    for (const { object } of read.objects) if (isSurroundings(object)) surroundings.push(object);
    return { packed: packText(text, read, numbers) };
  } catch {
    return null;
  }
}

/** What was read of each unit. */
export function unpackBatch(units: readonly CheckUnit[], { json, numbers }: PackedBatch): ReadBatch {
  // Made by a thread of this very program.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const packed = JSON.parse(json) as readonly (PackedUnit | null)[];
  const known: CheckUnit[] = [];
  const ahead: (ReadAhead | undefined)[] = [];
  for (const [index, unit] of units.entries()) {
    const read = packed[index] ?? undefined;
    const isLeft = read !== undefined && 'length' in read && unit.kind === 'manifest';
    known.push(isLeft ? { ...unit, length: read.length } : unit);
    ahead.push(read !== undefined && 'packed' in read ? { packed: read.packed, numbers } : undefined);
  }
  return { units: known, ahead };
}

export function unpackAhead(
  unit: ManifestUnit | RenderedUnit,
  { packed, numbers }: ReadAhead,
): ManifestText<ManifestObject> {
  const text = (): string => textOf(unit)?.text ?? '';
  return unpackText(packed, numbers, { file: unit.file, text }, textOptions(unit));
}
