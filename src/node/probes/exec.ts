import type { ContainerTarget } from '../container-target.ts';
import type { ProbeResult } from './probe-result.ts';

/** A command in the container; 0 is success. */
export async function probeExec(
  target: ContainerTarget,
  command: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const result = await target.engine.exec(target.runtimeContainer, { args: command, timeoutMs, signal });
  if (result.timedOut)
    return {
      ok: false,
      output: `command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s`,
    };
  return { ok: result.exitCode === 0, output: result.stdout + result.stderr };
}
