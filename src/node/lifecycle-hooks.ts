import { messageOf } from '../core/errors.ts';
import type { LifecycleHandler } from '../kube/pod.ts';
import type { Clock } from './clock.ts';
import type { ContainerTarget } from './container-target.ts';
import { httpGet } from './http-get.ts';

export type HookOutcome = { readonly ok: true } | HookFailure;

export interface HookFailure {
  readonly ok: false;
  readonly message: string;
  /** Of a command: both of its streams. */
  readonly output?: string;
}

/** `timeoutMs` undefined: as long as it takes, which is what Kubernetes gives `postStart`. */
export interface HookRequest {
  readonly target: ContainerTarget;
  readonly handler: LifecycleHandler;
  readonly clock: Clock;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
}

/** Runs a `postStart` or `preStop` handler to its end. Never throws: a hook that fails is an outcome. */
export async function runHook(request: HookRequest): Promise<HookOutcome> {
  try {
    return await runHandler(request);
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

async function runHandler({ target, handler, clock, timeoutMs, signal }: HookRequest): Promise<HookOutcome> {
  if (handler.exec !== undefined) {
    const command = handler.exec.command ?? [];
    const { exitCode, stdout, stderr, timedOut } = await target.engine.exec(target.runtimeContainer, {
      args: command,
      signal,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    if (exitCode === 0 && !timedOut) return { ok: true };
    const why = timedOut ? 'command timed out' : `command '${command.join(' ')}' exited with ${exitCode}`;
    return { ok: false, message: `${why}: ${stderr}`, output: stdout + stderr };
  }
  if (handler.httpGet !== undefined) {
    // Upstream does not look at the status: any answer will do.
    await httpGet(target, handler.httpGet, { timeoutMs, signal }, 'kube-lifecycle/1.36');
    return { ok: true };
  }
  if (handler.sleep !== undefined) {
    const sleepMs = handler.sleep.seconds * 1000;
    await clock.sleep(timeoutMs === undefined ? sleepMs : Math.min(sleepMs, timeoutMs), signal);
  }
  // `tcpSocket` has never done anything in a hook; Kubernetes accepts and ignores it.
  return { ok: true };
}
