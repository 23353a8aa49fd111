import type { BaselineUse, SuppressionUse } from './suppression-settings.ts';

/** The use of nothing. */
export const NO_USE: SuppressionUse = Object.freeze({ exemptions: [], baseline: [] });

/** A sum is kept in parts of about this size: copying all of a large baseline for every batch would take minutes. */
const PART_SIZE = 1000;

/** What two parts of the input used, together. */
export function addUse(left: SuppressionUse, right: SuppressionUse): SuppressionUse {
  if (right.exemptions.length === 0 && right.baseline.length === 0) return left;
  const exemptions = new Set([...left.exemptions, ...right.exemptions]);
  return {
    exemptions: [...exemptions].toSorted((a, b) => a - b),
    baseline: right.baseline.reduce(addPart, left.baseline),
  };
}

function addPart(parts: readonly BaselineUse[], part: BaselineUse): readonly BaselineUse[] {
  const last = parts.at(-1);
  if (last === undefined || Object.keys(last).length >= PART_SIZE) return [...parts, part];
  return [...parts.slice(0, -1), addCounts([last, part])];
}

/** How often each fingerprint was found in all. */
export function addCounts(parts: readonly BaselineUse[]): BaselineUse {
  const counts: Record<string, number> = {};
  for (const part of parts) {
    for (const [fingerprint, count] of Object.entries(part)) {
      counts[fingerprint] = (counts[fingerprint] ?? 0) + count;
    }
  }
  return counts;
}
