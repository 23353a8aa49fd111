import { type Stats, statSync } from 'node:fs';
import { basename, dirname, normalize } from 'node:path';
import type { SkippedReport } from '../core/contract/check-report.ts';
import { untilAborted } from '../core/until-aborted.ts';
import { readInputs } from '../manifest/input-files.ts';
import { readPipeText } from '../manifest/read-pipe-text.ts';
import { fileTypeOf } from '../repository/file-type.ts';
import { KUSTOMIZATION_NAMES } from '../repository/kustomization-file.ts';
import {
  CHART_NAME,
  type WalkedDirectory,
  type WalkedFile,
  walkDirectory,
} from '../repository/walk-directory.ts';
import { type CheckUnit, isBackground, toldUnit } from './check-unit.ts';

const MAX_STDIN_BYTES = 64 * 1024 * 1024;

export interface FindUnitsOptions {
  /** Where the input `-` is read from; asked for only when it is read. */
  readonly stdin: () => AsyncIterable<Uint8Array | string>;
  /** Ends the waiting for what comes out of pipes, with its reason. */
  readonly signal: AbortSignal;
  /** Paths that are not wanted; what the user named is always wanted. */
  readonly isExcluded: (path: string) => boolean;
  /** Whether a file, or anything that a chart or a kustomization is made of, changed. */
  readonly isChanged: (path: string, type: WalkedFile['type'] | WalkedDirectory['type']) => boolean;
  /** Told of every file of a directory that is to be judged how many there are by now. */
  readonly found?: (count: number) => void;
  /** Renders charts and kustomizations; several at the same time. */
  readonly render: (directories: readonly WalkedDirectory[]) => Promise<readonly CheckUnit[]>;
}

/**
 * What there is to check in files, directories and standard input, in their order. Directories are walked; what is
 * rendered stands in the place of its directory's files.
 */
export async function findUnits(
  inputs: readonly string[],
  options: FindUnitsOptions,
): Promise<readonly CheckUnit[]> {
  const units: (readonly CheckUnit[])[] = [];
  for (const input of inputs) {
    if (input === '-') {
      units.push([await standardInput(options)]);
    } else if (statsOf(input)?.isDirectory() === true) {
      units.push(await unitsBelow(input, options));
    } else if (renderedBy(input) !== undefined) {
      units.push(await rendering(input, options));
    } else if (isPipe(input)) {
      units.push([await pipeUnit(input, options)]);
    } else {
      const unit = unitOf(input, fileTypeOf(input) ?? 'manifest', true, options);
      if (unit !== undefined) units.push([unit]);
    }
  }
  return units.flat();
}

async function standardInput({ stdin, signal }: FindUnitsOptions): Promise<CheckUnit> {
  const reading = readInputs(['-'], { stdin, maxFileBytes: MAX_STDIN_BYTES });
  const { files } = await untilAborted(reading, signal);
  const [read] = files;
  if (read === undefined || 'problem' in read)
    return toldUnit({ problems: [{ file: '-', message: read?.problem ?? 'nothing there' }] });
  return { kind: 'manifest', file: '-', explicit: true, text: read.text };
}

/** What cannot be looked at is told when it is read. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** How shells hand over `<(command)`. It can be read once, and who knows when. */
function isPipe(path: string): boolean {
  const stats = statsOf(path);
  return stats?.isFIFO() === true || stats?.isCharacterDevice() === true;
}

async function pipeUnit(file: string, { signal }: FindUnitsOptions): Promise<CheckUnit> {
  const read = await readPipeText(file, signal);
  return 'problem' in read
    ? toldUnit({ problems: [{ file, message: read.problem }] })
    : { kind: fileTypeOf(file) ?? 'manifest', file, explicit: true, text: read.text };
}

/** The file that makes a directory a chart or a kustomization stands for it. */
function renderedBy(path: string): WalkedDirectory['type'] | undefined {
  const name = basename(path);
  if (name === CHART_NAME) return 'chart';
  return KUSTOMIZATION_NAMES.some((known) => known === name) ? 'kustomization' : undefined;
}

async function rendering(input: string, { render }: FindUnitsOptions): Promise<readonly CheckUnit[]> {
  const type = renderedBy(input);
  if (type === undefined) return [];
  const path = dirname(input);
  return (await render([{ kind: 'directory', path, type }])).map((unit) => asNamed(unit, path));
}

async function unitsBelow(directory: string, options: FindUnitsOptions): Promise<readonly CheckUnit[]> {
  const { isExcluded, render, found } = options;
  const files: CheckUnit[] = [];
  let judged = 0;
  const rendered: WalkedDirectory[] = [];
  const skipped: SkippedReport[] = [];
  for (const entry of walkDirectory(directory)) {
    if (isExcluded(entry.path)) continue;
    if (entry.kind === 'skipped') skipped.push({ file: entry.path, reason: entry.reason });
    else if (entry.kind === 'directory') rendered.push(entry);
    else if (isSource(entry)) {
      const unit = unitOf(entry.path, entry.type, false, options);
      if (unit === undefined) continue;
      files.push(unit);
      if (isBackground(unit)) continue;
      judged += 1;
      found?.(judged);
    }
  }
  const told = skipped.length === 0 ? [] : [toldUnit({ skipped })];
  const renderings = rendered.length === 0 ? [] : await render(rendered);
  return [...renderings.map((unit) => asNamed(unit, directory)), ...files, ...told];
}

/** A chart or a kustomization that the user named and that cannot be rendered is not skipped: nothing was checked. */
function asNamed(unit: CheckUnit, directory: string): CheckUnit {
  if (unit.kind !== 'told') return unit;
  const isNamed = ({ file }: SkippedReport): boolean => normalize(file) === normalize(directory);
  const problems = unit.skipped.filter(isNamed).map(({ file, reason }) => ({ file, message: reason }));
  return problems.length === 0 ? unit : toldUnit({ problems: [...unit.problems, ...problems] });
}

/** What did not change is not judged. A manifest may decide about others all the same. */
function unitOf(
  file: string,
  kind: WalkedFile['type'],
  explicit: boolean,
  { isChanged }: FindUnitsOptions,
): CheckUnit | undefined {
  if (isChanged(file, kind)) return { kind, file, explicit };
  return kind === 'manifest' ? { kind, file, explicit, isBackground: true } : undefined;
}

/** Manifests in a chart or a kustomization are templates and patches: what they come to is rendered. */
function isSource({ type, within }: WalkedFile): boolean {
  return within === undefined || type !== 'manifest';
}
