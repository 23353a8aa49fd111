import type { PullPolicy } from './node-ports.ts';

/** Kubernetes' default: what is named by `:latest`, or by nothing, may have changed. */
export function defaultPullPolicy(reference: string): PullPolicy {
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  if (last.includes('@')) return 'IfNotPresent';
  return !last.includes(':') || last.endsWith(':latest') ? 'Always' : 'IfNotPresent';
}
