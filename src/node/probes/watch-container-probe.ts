import type { Probe } from '../../kube/pod.ts';
import type { Clock } from '../clock.ts';
import type { ContainerTarget } from '../container-target.ts';
import { runProbe } from './probe.ts';
import { watchProbe } from './watch-probe.ts';

export type ContainerProbe = 'startup' | 'liveness' | 'readiness';

export interface ContainerProbeWatch {
  readonly kind: ContainerProbe;
  readonly probe: Probe;
  readonly target: ContainerTarget;
  readonly clock: Clock;
  readonly startedAt: number;
  /** Aborted with the container's run, or when the pod begins to stop. */
  readonly signal: AbortSignal;
  /** For every attempt that fails, with the kubelet's text. */
  readonly onFailure: (message: string) => void;
  /** When a threshold is reached. */
  readonly onSettled: (ok: boolean) => void;
}

/** One probe of one run of a container. */
export async function watchContainerProbe(watch: ContainerProbeWatch): Promise<void> {
  const { kind, probe, target, signal } = watch;
  const title = `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  await watchProbe({
    probe,
    clock: watch.clock,
    signal,
    startedAt: watch.startedAt,
    untilSuccess: kind === 'startup',
    // The container is then ended: what its probe says until then concerns nobody.
    untilFailure: kind !== 'readiness',
    attempt: () => runProbe(target, probe, signal),
    report: ({ ok, output, isUnknown }, settled) => {
      const how = isUnknown === true ? 'errored and resulted in unknown state' : 'failed';
      if (!ok) watch.onFailure(`${title} probe ${how}: ${output}`);
      if (settled) watch.onSettled(ok);
    },
  });
}
