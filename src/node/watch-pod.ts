import type { Clock } from './clock.ts';
import type { PreparedVolume } from './volumes/prepared-volume.ts';
import { watchSizeLimits } from './volumes/watch-size-limits.ts';

/** Why a pod as a whole is ended by its node, in the kubelet's words. */
export interface PodFailure {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'DeadlineExceeded' | 'Evicted';
  readonly message: string;
}

/** `activeDeadlineSeconds`, counted from the pod's acceptance; undefined once the signal has aborted. */
export async function watchDeadline(
  clock: Clock,
  deadlineAt: number,
  signal: AbortSignal,
): Promise<PodFailure | undefined> {
  await clock.sleep(deadlineAt - clock.now(), signal);
  if (signal.aborted) return undefined;
  return {
    type: 'Normal',
    reason: 'DeadlineExceeded',
    message: 'Pod was active on the node longer than the specified deadline',
  };
}

/** Volumes that may not outgrow their `sizeLimit`; undefined when there are none, or once the signal has aborted. */
export async function watchVolumes(
  volumes: Iterable<PreparedVolume>,
  clock: Clock,
  periodMs: number,
  signal: AbortSignal,
): Promise<PodFailure | undefined> {
  const limited = [...volumes].filter((volume) => volume.sizeLimit !== undefined);
  if (limited.length === 0) return undefined;
  const message = await watchSizeLimits(limited, clock, periodMs, signal);
  return message === undefined ? undefined : { type: 'Warning', reason: 'Evicted', message };
}
