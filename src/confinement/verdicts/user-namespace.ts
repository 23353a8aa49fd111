import type { StartRefused, VerdictSubject } from '../verdict.ts';

export function userNamespaceVerdict({ input }: VerdictSubject): StartRefused | undefined {
  if (input.pod.spec.hostUsers !== false || input.platform.userNamespaces) return undefined;
  return {
    ok: false,
    reason: 'FailedCreatePodSandBox',
    message:
      "Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces",
    advice:
      'remove hostUsers, or let the pod run where there are user namespaces: containerd 2.0 or CRI-O 1.25, ' +
      'runc 1.2 or crun 1.9, Linux 6.3',
    path: ['spec', 'hostUsers'],
  };
}
