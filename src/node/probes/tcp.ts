import { createConnection } from 'node:net';
import type { Probe } from '../../kube/pod.ts';
import { type ContainerTarget, resolvePort } from '../container-target.ts';
import { dialError } from '../network-error.ts';
import type { ProbeResult } from './probe-result.ts';

/** A connection that opens is success; nothing is sent. */
export async function probeTcp(
  target: ContainerTarget,
  action: NonNullable<Probe['tcpSocket']>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const host = action.host === undefined || action.host === '' ? target.address : action.host;
  if (host === undefined) return { ok: false, output: 'the pod has no network' };
  const port = resolvePort(target.container, action.port);
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    const finish = (ok: boolean, output: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve({ ok, output });
    };
    const giveUp = (): void => finish(false, `dial tcp ${host}:${port}: operation was canceled`);
    signal.addEventListener('abort', giveUp);
    const timer = setTimeout(() => finish(false, `dial tcp ${host}:${port}: i/o timeout`), timeoutMs);
    socket.once('connect', () => finish(true, ''));
    socket.once('error', (error) => finish(false, dialError(error, `${host}:${port}`)));
  });
}
