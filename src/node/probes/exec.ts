import { messageOf, PodproofError } from '../../core/errors.ts';
import type { ContainerTarget } from '../container-target.ts';
import type { ProbeResult } from './probe-result.ts';

/** A command in the container; 0 is success. One that the runtime could not run says nothing about the container. */
export async function probeExec(
  target: ContainerTarget,
  command: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  try {
    const request = { args: command, timeoutMs, signal };
    const { exitCode, stdout, stderr, timedOut } = await target.engine.exec(target.runtimeContainer, request);
    const output = timedOut
      ? `command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s`
      : stdout + stderr;
    return { ok: exitCode === 0 && !timedOut, output };
  } catch (error) {
    if (!(error instanceof PodproofError)) throw error;
    return { ok: false, isUnknown: true, output: `${ofContainerd}${ofRuntime(error)}: unknown` };
  }
}

const ofContainerd =
  'rpc error: code = Unknown desc = failed to exec in container: OCI runtime exec failed: ';

function ofRuntime(error: PodproofError): string {
  return messageOf(error).replace(/^cannot run .*? in container "[^"]*": /s, '');
}
