import type { Clock } from './clock.ts';
import type { Nudge } from './nudge.ts';
import type { Prepare } from './prepare-pod.ts';
import { Refusal } from './refusal.ts';

export interface KeepPreparing {
  readonly clock: Clock;
  /** Until a pod whose sandbox failed is tried again; about 10 s for the kubelet. */
  readonly retryMs: number;
  /** Tries at once what waits. */
  readonly nudge: Nudge;
}

/** Of the kubelet's volume manager: half a second, doubled to two minutes and two seconds. */
const firstMountRetryMs = 500;
const longestMountRetryMs = 122_000;

/** What no second attempt changes: refused by the pod's spec alone. */
const finalReasons: readonly string[] = ['SysctlForbidden', 'AppArmor', 'PodFeatureUnsupported'];

/** For a pod that a node keeps: tells why it cannot be prepared and tries again, until it can be or the pod ends. */
export function keepPreparing(prepare: Prepare, { clock, retryMs, nudge }: KeepPreparing): Prepare {
  return async (signal, record) => {
    let mountRetryMs = firstMountRetryMs;
    for (;;) {
      try {
        return await prepare(signal, record);
      } catch (error) {
        if (!(error instanceof Refusal) || finalReasons.includes(error.reason) || signal.aborted) throw error;
        record('Warning', error.reason, error.message);
        const isMount = error.reason === 'FailedMount';
        await nudge.sleep(clock, isMount ? mountRetryMs : retryMs, signal);
        if (signal.aborted) throw error;
        if (isMount) mountRetryMs = Math.min(mountRetryMs * 2, longestMountRetryMs);
      }
    }
  };
}
