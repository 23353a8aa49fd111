import type { Engine } from '../runtime/engine.ts';
import { type Clock, longestTimerMs } from './clock.ts';
import type { ContainerRunHandle } from './container-slot.ts';
import type { ContainerTarget } from './container-target.ts';
import { runHook } from './lifecycle-hooks.ts';
import { stopSignalName } from './stop-signal.ts';

export interface EndRequest {
  readonly target: ContainerTarget;
  readonly engine: Pick<Engine, 'killContainer'>;
  readonly run: ContainerRunHandle;
  readonly clock: Clock;
  /** For preStop and the time after the signal together; 0: killed at once. */
  readonly graceMs: number;
  /** Aborted when this process does not look after the pod any longer: then nothing more is done. */
  readonly released: AbortSignal;
  readonly onHookFailure: (message: string) => void;
}

/** The kubelet gives every container a moment after its signal, however long preStop took. */
const minimumGraceMs = 2000;

/** preStop, the stop signal, the grace period, SIGKILL. Returns once the last of these was done; the end itself is awaited elsewhere. */
export async function endContainer(request: EndRequest): Promise<void> {
  const { target, engine, run, clock, graceMs, released } = request;
  const ended = run.ended.signal;
  const startedAt = clock.now();
  if (graceMs > 0) {
    await runPreStop(request);
    if (released.aborted) return;
    const { lifecycle } = target.container;
    const signal = stopSignalName(lifecycle?.stopSignal, run.created.image.config.config.StopSignal);
    await engine.killContainer(target.runtimeContainer, signal);
    const leftMs = Math.max(graceMs - (clock.now() - startedAt), Math.min(minimumGraceMs, graceMs));
    await clock.sleep(leftMs, AbortSignal.any([ended, released]));
  }
  if (!ended.aborted && !released.aborted) await engine.killContainer(target.runtimeContainer, 'SIGKILL');
}

async function runPreStop({
  target,
  run,
  clock,
  graceMs,
  released,
  onHookFailure,
}: EndRequest): Promise<void> {
  const handler = target.container.lifecycle?.preStop;
  if (handler === undefined) return;
  const outcome = await runHook({
    target,
    handler,
    clock,
    timeoutMs: Math.min(graceMs, longestTimerMs),
    signal: AbortSignal.any([run.ended.signal, released]),
  });
  if (!outcome.ok && !run.ended.signal.aborted && !released.aborted) onHookFailure(outcome.message);
}
