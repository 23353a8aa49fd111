import { systemCodeOf } from '../core/errors.ts';

/** Errors of a connection in the words of Go's standard library, in which the kubelet tells them. */
const connectWords: Readonly<Record<string, string>> = Object.freeze({
  ECONNREFUSED: 'connect: connection refused',
  ECONNRESET: 'connect: connection reset by peer',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'connect: connection timed out',
});

/** Why no connection to `address` (`HOST:PORT`) came about: `dial tcp 10.1.2.3:80: connect: connection refused`. */
export function dialError(error: unknown, address: string): string {
  const code = systemCodeOf(error) ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `dial tcp: lookup ${address.slice(0, address.lastIndexOf(':'))}: no such host`;
  return `dial tcp ${address}: ${connectWords[code] ?? textOf(error)}`;
}

/** Why a connection that was open gave no answer to a request. */
export function answerError(error: unknown): string {
  const code = systemCodeOf(error) ?? '';
  // Node.js has one code for a connection that was closed and one that was reset; its own words tell them apart.
  if (code === 'ECONNRESET')
    return textOf(error) === 'socket hang up' ? 'EOF' : 'read: connection reset by peer';
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return 'http: server gave HTTP response to HTTPS client';
  if (code.startsWith('HPE_'))
    return 'net/http: HTTP/1.x transport connection broken: malformed HTTP response';
  return textOf(error);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
