import type { HttpGetAction } from '../../kube/pod.ts';
import type { ContainerTarget } from '../container-target.ts';
import { httpGet } from '../http-get.ts';
import type { ProbeResult } from './probe-result.ts';

/** A GET from the node; any status from 200 to 399 is success. */
export async function probeHttp(
  target: ContainerTarget,
  action: HttpGetAction,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const { statusCode, body } = await httpGet(target, action, { timeoutMs, signal }, 'kube-probe/1.36');
  if (statusCode >= 200 && statusCode < 400) return { ok: true, output: body };
  return { ok: false, output: `HTTP probe failed with statuscode: ${statusCode}` };
}
