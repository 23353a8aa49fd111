import type { StartRefused, VerdictSubject } from '../verdict.ts';

export function userNamespaceVerdict({ input }: VerdictSubject): StartRefused | undefined {
  if (input.pod.spec.hostUsers !== false || input.platform.userNamespaces) return undefined;
  return {
    ok: false,
    reason: 'FailedCreatePodSandBox',
    message:
      "Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces",
    path: ['spec', 'hostUsers'],
  };
}
