import { libc, syscallError } from './libc.ts';
import { withNamespaces } from './namespaces.ts';

const addressFamily = { 4: 2, 6: 10 } as const;
const streamSocket = 1;
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;

/**
 * The descriptor of a new TCP socket, not connected yet, in the network namespace at a path: a socket stays in the one
 * that it was made in, whoever uses it.
 */
export function openTcpSocket(networkNamespacePath: string, ipVersion: 4 | 6): number {
  const socket = libc().func('int socket(int domain, int type, int protocol)');
  return withNamespaces({ net: networkNamespacePath }, () => {
    const fd = socket(addressFamily[ipVersion], streamSocket | nonBlocking | closeOnExec, 0);
    if (fd < 0) throw syscallError(libc().errno(), `open a socket in "${networkNamespacePath}"`);
    return fd;
  });
}
