import type { Probe } from '../../kube/pod.ts';
import type { Clock } from '../clock.ts';
import type { ProbeResult } from './probe-result.ts';

export interface ProbeWatch {
  readonly probe: Probe;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** When the container started: `initialDelaySeconds` counts from there. */
  readonly startedAt: number;
  readonly attempt: () => Promise<ProbeResult>;
  /** Called for every attempt; with `settled` once a threshold is reached: that many results of one kind in a row. */
  readonly report: (result: ProbeResult, settled: boolean) => void;
  /** Ends the watch: a startup probe has done its work with its first success. */
  readonly untilSuccess: boolean;
  /** The same for a failure that ends the container. */
  readonly untilFailure?: boolean;
}

/** Attempts a probe every period until the signal aborts, and counts its thresholds. */
export async function watchProbe(watch: ProbeWatch): Promise<void> {
  const { probe, clock, signal } = watch;
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  const sinceStart = clock.now() - watch.startedAt;
  const delayMs = (probe.initialDelaySeconds ?? 0) * 1000 - sinceStart;
  if (delayMs > 0) await clock.sleep(delayMs, signal);
  let last: boolean | undefined;
  let inARow = 0;
  while (!signal.aborted) {
    const result = await watch.attempt();
    if (signal.aborted) return;
    if (result.isUnknown === true) {
      watch.report(result, false);
      await clock.sleep(periodMs, signal);
      continue;
    }
    inARow = result.ok === last ? inARow + 1 : 1;
    last = result.ok;
    const threshold = result.ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    const settled = inARow >= threshold;
    watch.report(result, settled);
    if (settled && (result.ok ? watch.untilSuccess : watch.untilFailure === true)) return;
    await clock.sleep(periodMs, signal);
  }
}
