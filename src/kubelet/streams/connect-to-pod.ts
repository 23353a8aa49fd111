import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { StreamRefused } from '../../apiserver/kubelet-port.ts';
import { systemCodeOf } from '../../core/errors.ts';
import type { Pod } from '../../kube/pod.ts';
import { openTcpSocket } from '../../linux/open-tcp-socket.ts';
import type { RunningPod } from '../../node/running-pod.ts';

const connectMs = 30_000;

/**
 * Connects to a port as the pod's own processes would, so that servers on loopback only are reached as well. Rejects
 * with the words of upstream's runtimes.
 */
export async function connectToPod(running: RunningPod | undefined, pod: Pod, port: number): Promise<Duplex> {
  const sandbox = running?.sandbox;
  if (sandbox === undefined)
    throw new StreamRefused(`pod not found (${JSON.stringify(pod.metadata.name ?? '')})`);
  const namespacePath = sandbox.namespacePaths.network;
  try {
    return await connect(namespacePath, 4, port);
  } catch (first) {
    try {
      return await connect(namespacePath, 6, port);
    } catch (second) {
      throw new Error(
        `failed to connect to localhost:${port} inside namespace "${namespacePath ?? 'host'}", ` +
          `IPv4: ${dialText(4, port, first)} IPv6 ${dialText(6, port, second)}`,
        { cause: second },
      );
    }
  }
}

const loopback = { 4: '127.0.0.1', 6: '::1' } as const;

function connect(namespacePath: string | undefined, ipVersion: 4 | 6, port: number): Promise<Socket> {
  const options = { allowHalfOpen: true };
  const socket =
    namespacePath === undefined
      ? new Socket(options)
      : new Socket({ ...options, fd: openTcpSocket(namespacePath, ipVersion) });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }));
    }, connectMs);
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(timer));
    socket.connect({ host: loopback[ipVersion], port }, () => {
      clearTimeout(timer);
      socket.off('error', reject);
      socket.on('error', () => {});
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

/** Go's words, which people look for. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ENETUNREACH: 'network is unreachable',
  EAFNOSUPPORT: 'address family not supported by protocol',
  ETIMEDOUT: 'connection timed out',
};

function dialText(ipVersion: 4 | 6, port: number, error: unknown): string {
  const code = systemCodeOf(error) ?? (error instanceof Error ? systemCodeOf(error.cause) : undefined) ?? '';
  const address = ipVersion === 4 ? `127.0.0.1:${port}` : `[::1]:${port}`;
  return `dial tcp${ipVersion} ${address}: connect: ${reasons[code] ?? (code || String(error))}`;
}
