import type { FieldPath } from '../../core/field-path.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { Pod } from '../../kube/pod.ts';
import { isPod, isWorkloadObject, podTemplateOf } from '../../kube/workload.ts';
import { notCarriedOut } from '../fields/field-table.ts';
import type { ResourceKind } from '../resource-kind.ts';

/**
 * The fields of a pod that the node does not carry out, each with its path and what comes of it. A port: what a node can
 * do is no part of the API's vocabulary.
 */
export type PodFields = (pod: Pod) => readonly { readonly path: FieldPath; readonly reason: string }[];

interface WarningSources {
  readonly kind: ResourceKind;
  readonly podFields: PodFields;
}

/** What is told with a write of `next`; what was told of `previous` is not told again with every label. */
export function warningsOf(
  writing: WarningSources,
  next: KubeObject,
  previous?: KubeObject,
): readonly string[] {
  const told = new Set(previous === undefined ? [] : allWarnings(writing, previous));
  return allWarnings(writing, next).filter((text) => !told.has(text));
}

function allWarnings({ kind, podFields }: WarningSources, object: KubeObject): string[] {
  return [...(kind.warnings?.(object) ?? []), ...podWarnings(podFields, object)];
}

/** Of a pod, and of the template that a workload makes its pods of. */
function podWarnings(podFields: PodFields, object: KubeObject): readonly string[] {
  if (!isPod(object) && !isWorkloadObject(object)) return [];
  const found = podTemplateOf(object);
  if (found === undefined) return [];
  const { pod, templatePath } = found;
  return podFields(pod).map(({ path, reason }) => notCarriedOut([...templatePath, ...path], reason));
}
