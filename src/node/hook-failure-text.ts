import type { LifecycleHandler, Pod } from '../kube/pod.ts';
import type { HookFailure } from './lifecycle-hooks.ts';
import { podName } from './pod-name.ts';

/** The kubelet's message about a postStart that failed (`lifecycle/handlers.go`). */
export function hookFailureText(
  { exec, httpGet, sleep }: LifecycleHandler,
  container: string,
  pod: Pod,
  { message, output = '' }: HookFailure,
): string {
  const of = `for Container "${container}" in Pod "${podName(pod)}" failed - error: ${message}`;
  if (exec !== undefined)
    return `Exec lifecycle hook ([${(exec.command ?? []).join(' ')}]) ${of}, message: ${JSON.stringify(output)}`;
  if (httpGet !== undefined) return `HTTP lifecycle hook (${httpGet.path ?? ''}) ${of}`;
  return `Sleep lifecycle hook (${sleep?.seconds ?? 0}) ${of}`;
}
