import type { Check, Review } from '../check.ts';

const FIELDS = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

/** A pod keeps to namespaces of its own. */
const review: Review = ({ spec }) => {
  if (spec.hostNetwork !== true && spec.hostPID !== true && spec.hostIPC !== true) return undefined;
  const shared = FIELDS.filter((field) => spec[field] === true);
  return {
    reason: 'host namespaces',
    detail: shared.map((field) => `${field}=true`).join(', '),
    advice: `write ${shared.map((field) => `${field}: false`).join(', ')} in pod`,
    fields: shared.map((field) => ['spec', field]),
  };
};

export const hostNamespaces: Check = {
  id: 'hostNamespaces',
  level: 'baseline',
  title: 'Host Namespaces',
  description: "The pod shares none of the host's network, PID and IPC namespaces.",
  restricts: [{ fields: FIELDS.map((field) => `spec.${field}`), allowed: ['left out', 'false'] }],
  remedy: 'Remove `hostNetwork`, `hostPID` and `hostIPC`.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
