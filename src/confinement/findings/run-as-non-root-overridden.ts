import type { ContainerFound, FindingSubject } from './subject.ts';

/** The pod forbids root and the container allows it again: the container's word counts. */
export function runAsNonRootOverridden({ input, context }: FindingSubject): ContainerFound | undefined {
  const ofPod = input.pod.spec.securityContext?.runAsNonRoot;
  const { runAsNonRoot } = context;
  if (ofPod !== true || runAsNonRoot?.value !== false) return undefined;
  return {
    severity: 'warning',
    code: 'run-as-non-root-overridden',
    message: "runAsNonRoot: false of the container cancels the pod's runAsNonRoot: true",
    ...(runAsNonRoot.from.kind === 'manifest' && { path: runAsNonRoot.from.path }),
    advice: 'remove runAsNonRoot from the container',
  };
}
