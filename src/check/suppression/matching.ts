import type { CheckFinding } from '../../core/check-finding.ts';

/** Something that takes findings out, in one container or in all. */
export interface Candidate {
  readonly reason: string;
  /** Whether it holds for that container; undefined stands for the pod, and for what has no containers. */
  readonly covers: (container: string | undefined) => boolean;
}

/**
 * Those candidates by which a finding is taken out; none when it counts. A finding about several containers is taken out
 * when each of them is covered, by whichever candidate.
 */
export function covering<C extends Candidate>(
  candidates: readonly C[],
  blamed: readonly (string | undefined)[],
): readonly C[] {
  const used = new Set<C>();
  for (const container of blamed) {
    const candidate = candidates.find(({ covers }) => covers(container));
    if (candidate === undefined) return [];
    used.add(candidate);
  }
  return [...used];
}

/** The reasons of all, each said once. */
export function reasonOf(candidates: readonly Candidate[]): string {
  return [...new Set(candidates.map(({ reason }) => reason))].join('; ');
}

/** The names of a workload's containers by the list that they stand in: `containers`, `initContainers`, ... */
export type ContainerNames = Readonly<Record<string, readonly string[]>>;

const CONTAINER_FIELD = /(?:^|\.)(containers|initContainers|ephemeralContainers)\[(\d{1,9})\]/;

/**
 * The containers that a finding is about; undefined among them stands for the pod. What admission forbids is said of the
 * pod, with the fields of all containers that are to blame.
 */
export function blamedContainers(
  { container, fields, field }: CheckFinding,
  names: ContainerNames,
): readonly (string | undefined)[] {
  if (container !== undefined) return [container];
  const all = fields ?? (field === undefined ? [] : [field]);
  if (all.length === 0) return [undefined];
  return [...new Set(all.map((path) => containerOf(path, names)))];
}

function containerOf(path: string, names: ContainerNames): string | undefined {
  const [, list = '', index = ''] = CONTAINER_FIELD.exec(path) ?? [];
  return Object.hasOwn(names, list) ? names[list]?.[Number(index)] : undefined;
}
