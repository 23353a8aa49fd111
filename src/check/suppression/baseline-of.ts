import type { CheckFinding } from '../../core/check-finding.ts';
import { fingerprintOf } from '../../core/finding-fingerprint.ts';
import type { Baseline, BaselineEntry } from './baseline.ts';
import { baselinePlaces, isKept } from './baseline-matcher.ts';

/** Where a baseline is to lie, and where the names of files in reports start from. */
export interface BaselinePlace {
  readonly file: string;
  readonly workingDirectory: string;
}

/**
 * The entries of a baseline at that place for some findings: what could fail a check, but for what annotations and the
 * configuration take out. Findings that are alike have one entry with their number.
 */
export function baselineEntriesOf(
  findings: readonly CheckFinding[],
  { file, workingDirectory }: BaselinePlace,
): readonly BaselineEntry[] {
  const placed = baselinePlaces(file, workingDirectory);
  return joinEntries(findings.filter(isKept).map((finding) => entryOf(placed(finding))));
}

function entryOf(finding: CheckFinding): BaselineEntry {
  const { rule, file, object, container, message } = finding;
  return {
    fingerprint: fingerprintOf(finding),
    rule,
    file,
    ...(object !== undefined && { object: nameOf(object) }),
    ...(container !== undefined && { container }),
    message,
  };
}

function nameOf({ apiVersion, kind, namespace, name }: NonNullable<CheckFinding['object']>): string {
  return `${apiVersion} ${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** The baseline of all entries, from whichever part of the input: sorted, so that the same findings make the same file. */
export function baselineOf(entries: readonly BaselineEntry[]): Baseline {
  const findings = joinEntries(entries).toSorted(compareEntries);
  return { apiVersion: 'podproof.dev/v1', kind: 'CheckBaseline', findings };
}

function joinEntries(entries: readonly BaselineEntry[]): readonly BaselineEntry[] {
  const known = new Map<string, BaselineEntry>();
  for (const entry of entries) {
    const first = known.get(entry.fingerprint);
    const count = (first?.count ?? 0) + (entry.count ?? 1);
    known.set(entry.fingerprint, first === undefined ? { ...entry, count } : { ...first, count });
  }
  return [...known.values()];
}

function compareEntries(a: BaselineEntry, b: BaselineEntry): number {
  return (
    compare(a.file, b.file) ||
    compare(a.object, b.object) ||
    compare(a.container, b.container) ||
    compare(a.rule, b.rule) ||
    compare(a.message, b.message) ||
    compare(a.fingerprint, b.fingerprint)
  );
}

/** By code units, whatever the language of the machine. */
function compare(a = '', b = ''): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
