import type { ClusterNode } from '../../kube/cluster-node.ts';
import type { Pod } from '../../kube/pod.ts';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../../kube/scheduling.ts';

/** Whether the node has what `nodeSelector` and the required node affinity ask for. */
export function matchesNode({ spec }: Pod, node: ClusterNode): boolean {
  const labels = node.metadata.labels ?? {};
  const isSelected = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return isSelected && (required === undefined || selectsNode(required, node));
}

/** One term is enough; a term that asks for nothing matches nothing. */
export function selectsNode({ nodeSelectorTerms }: NodeSelector, node: ClusterNode): boolean {
  return nodeSelectorTerms.some((it) => matchesTerm(it, node));
}

function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  { metadata }: ClusterNode,
): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const fields = { 'metadata.name': metadata.name ?? '' };
  return (
    matchExpressions.every((it) => matchesRequirement(it, metadata.labels ?? {})) &&
    matchFields.every((it) => matchesRequirement(it, fields))
  );
}

function matchesRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return isInteger(value) && isInteger(values[0]) && BigInt(value) > BigInt(values[0]);
    case 'Lt':
      return isInteger(value) && isInteger(values[0]) && BigInt(value) < BigInt(values[0]);
    default:
      return false;
  }
}

function isInteger(text: string | undefined): text is string {
  return text !== undefined && /^-?\d{1,19}$/.test(text);
}
