import { admit } from '../admission/admit.ts';
import { levelsFor } from '../admission/namespace-policy.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { Transaction } from './store/transaction.ts';

/** As upstream: a namespace with more is not looked through to its end. */
const MAX_PODS = 3000;

/**
 * Warnings about pods that are there already and would violate a namespace's new enforce level; none when the level has
 * not become stricter.
 */
export function relabelled(
  transaction: Transaction,
  next: KubeObject,
  previous: KubeObject,
): readonly string[] {
  const { enforce } = levelsFor(next.metadata.labels).policy;
  const before = levelsFor(previous.metadata.labels).policy.enforce;
  const isSame = enforce.level === before.level && enforce.version === before.version;
  const isRelaxed =
    enforce.level === 'privileged' || (enforce.version === before.version && before.level === 'restricted');
  if (isSame || isRelaxed) return [];
  const name = next.metadata.name ?? '';
  const pods = transaction.list('Pod', name);
  const violations = new Map<string, string[]>();
  const policy = { enforce, audit: enforce, warn: enforce };
  for (const { metadata, spec } of pods.slice(0, MAX_PODS)) {
    const { evaluation } = admit({ metadata, spec, namespace: name }, policy);
    if (evaluation === undefined || evaluation.allowed) continue;
    const reason = evaluation.forbiddenReasons.join(', ');
    violations.set(reason, [...(violations.get(reason) ?? []), metadata.name ?? '']);
  }
  if (violations.size === 0) return [];
  const level = `${enforce.level}:${enforce.version}`;
  return [
    ...(pods.length > MAX_PODS
      ? [
          `new PodSecurity enforce level only checked against the first ${MAX_PODS} of ${pods.length} existing pods`,
        ]
      : []),
    `existing pods in namespace ${JSON.stringify(name)} violate the new PodSecurity enforce level ${JSON.stringify(level)}`,
    ...[...violations].map(([reason, names]) => podLine(names, reason)).sort(),
  ];
}

function podLine([first = '', ...others]: readonly string[], reason: string): string {
  if (others.length === 0) return `${first}: ${reason}`;
  return `${first} (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'}): ${reason}`;
}
