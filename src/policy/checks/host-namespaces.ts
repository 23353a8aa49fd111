import type { Check, Review } from '../check.ts';

/**
 * A pod keeps to namespaces of its own.
 *
 * Fields: `spec.hostNetwork`, `spec.hostPID`, `spec.hostIPC`. Allowed: left out or `false`.
 */
const FIELDS = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

const review: Review = ({ spec }) => {
  const shared = FIELDS.filter((field) => spec[field] === true);
  if (shared.length === 0) return undefined;
  return {
    reason: 'host namespaces',
    detail: shared.map((field) => `${field}=true`).join(', '),
    fields: shared.map((field) => ['spec', field]),
  };
};

export const hostNamespaces: Check = {
  id: 'hostNamespaces',
  level: 'baseline',
  description: "The pod shares none of the host's network, PID and IPC namespaces.",
  versions: [{ minimumVersion: 'v1.0', review }],
};
