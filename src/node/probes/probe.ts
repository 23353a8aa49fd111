import type { Probe } from '../../kube/pod.ts';
import { longestTimerMs } from '../clock.ts';
import type { ContainerTarget } from '../container-target.ts';
import { probeExec } from './exec.ts';
import { probeGrpc } from './grpc.ts';
import { probeHttp } from './http.ts';
import type { ProbeResult } from './probe-result.ts';
import { probeTcp } from './tcp.ts';

const maxOutput = 10_240;

/** One attempt. Never throws: what goes wrong is a failure with its text. */
export async function runProbe(
  target: ContainerTarget,
  probe: Probe,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const timeoutMs = Math.min((probe.timeoutSeconds ?? 1) * 1000, longestTimerMs);
  try {
    const result = await attempt(target, probe, timeoutMs, signal);
    return { ...result, output: result.output.slice(0, maxOutput) };
  } catch (error) {
    return {
      ok: false,
      output: (error instanceof Error ? error.message : String(error)).slice(0, maxOutput),
    };
  }
}

async function attempt(
  target: ContainerTarget,
  probe: Probe,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  if (probe.exec !== undefined) return probeExec(target, probe.exec.command ?? [], timeoutMs, signal);
  if (probe.httpGet !== undefined) return probeHttp(target, probe.httpGet, timeoutMs, signal);
  if (probe.tcpSocket !== undefined) return probeTcp(target, probe.tcpSocket, timeoutMs, signal);
  if (probe.grpc !== undefined) return probeGrpc(target, probe.grpc, timeoutMs, signal);
  return { ok: false, output: 'missing probe handler' };
}
