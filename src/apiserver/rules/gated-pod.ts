import type { FieldPath } from '../../core/field-path.ts';
import { type FieldError, forbidden, invalid } from '../../kube/field-error.ts';
import type { PodSpec } from '../../kube/pod.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../../kube/scheduling.ts';
import { isSame } from './immutable.ts';

/** Gates are only ever taken off; until the last one is, where the pod may go can be narrowed. */
export function gatingErrors(next: PodSpec, previous: PodSpec): readonly FieldError[] {
  const { schedulingGates: old = [] } = previous;
  const added = (next.schedulingGates ?? []).flatMap(({ name }, index) =>
    old.some((gate) => gate.name === name)
      ? []
      : [
          forbidden(
            ['spec', 'schedulingGates', index, 'name'],
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
  if (old.length === 0) return added;
  return [...added, ...selectorErrors(next, previous), ...affinityErrors(next, previous)];
}

/** The new spec with the old values of what `gatingErrors` has judged. */
export function withGatingOf(next: PodSpec, previous: PodSpec): PodSpec {
  const { schedulingGates: _, ...rest } = next;
  const { schedulingGates } = previous;
  const gated = { ...rest, ...(schedulingGates && { schedulingGates }) };
  return (schedulingGates ?? []).length === 0 ? gated : withPlaceOf(gated, previous);
}

function withPlaceOf(next: PodSpec, { nodeSelector, affinity: old }: PodSpec): PodSpec {
  const { nodeSelector: _, affinity, ...rest } = next;
  const { nodeAffinity: _new, ...others } = affinity ?? {};
  const kept = { ...others, ...(old?.nodeAffinity && { nodeAffinity: old.nodeAffinity }) };
  return {
    ...rest,
    ...(nodeSelector && { nodeSelector }),
    ...((old !== undefined || Object.keys(kept).length > 0) && { affinity: kept }),
  };
}

function selectorErrors(next: PodSpec, previous: PodSpec): readonly FieldError[] {
  const { nodeSelector = {} } = next;
  const kept = Object.entries(previous.nodeSelector ?? {}).every(
    ([key, value]) => nodeSelector[key] === value,
  );
  if (kept) return [];
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [invalid(['spec', 'nodeSelector'], nodeSelector, detail)];
}

function affinityErrors(next: PodSpec, previous: PodSpec): readonly FieldError[] {
  const path: FieldPath = [
    'spec',
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  ];
  const [terms, old] = [termsOf(next), termsOf(previous)];
  if (old.length > 0 && old.length !== terms.length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    return [invalid(path, terms, detail)];
  }
  return old.flatMap((term, index) => {
    const changed = terms[index];
    return changed !== undefined && hasOnlyAdditions(changed, term)
      ? []
      : [invalid([...path, index], changed, 'only additions are allowed (no mutations or deletions)')];
  });
}

function termsOf({ affinity }: PodSpec): readonly NodeSelectorTerm[] {
  return affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
}

/** A term that asks for nothing selects nothing: what is added to it would widen it. */
function hasOnlyAdditions(next: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const { matchExpressions = [], matchFields = [] } = old;
  if (matchExpressions.length === 0 && matchFields.length === 0) return isSame(next, old);
  return startsWith(next.matchExpressions, matchExpressions) && startsWith(next.matchFields, matchFields);
}

function startsWith(
  next: readonly NodeSelectorRequirement[] = [],
  old: readonly NodeSelectorRequirement[],
): boolean {
  return isSame(next.slice(0, old.length), old);
}
