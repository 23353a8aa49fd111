import { STATUS_CODES as HTTP_STATUS_TEXTS } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { messageOf } from '../../core/errors.ts';
import { ApiError } from '../../kube/status.ts';
import { StreamRefused } from '../kubelet-port.ts';
import type { StreamRequest } from './stream-request.ts';

/** What the client asks its connection to become. */
export type Upgrade = 'websocket' | 'spdy';

export function upgradeOf({ incoming }: StreamRequest): Upgrade {
  const asked = (incoming.headers.upgrade ?? '').toLowerCase();
  if (asked === 'websocket') return 'websocket';
  if (asked === 'spdy/3.1') return 'spdy';
  throw new ApiError('BadRequest', 'Upgrade request required');
}

/** The first of the client's protocols that is among `supported`. */
export function negotiate(
  header: string | readonly string[] | undefined,
  supported: readonly string[],
): string {
  const asked = [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((name) => name.trim());
  const chosen = asked.find((name) => supported.includes(name));
  if (chosen !== undefined) return chosen;
  throw new ApiError(
    'Forbidden',
    `unable to negotiate protocol: client supports [${asked.join(' ')}], server accepts [${supported.join(' ')}]`,
  );
}

/** A client's largest message; kubectl's have 32 KiB. */
const maxMessageBytes = 4 * 1024 * 1024;

/** Answers 101. The protocol is told by hand, since `ws` refuses names with a slash. */
export function acceptWebSocket(request: StreamRequest, protocol: string): Promise<WebSocket> {
  const { incoming, socket, head } = request;
  delete incoming.headers['sec-websocket-protocol'];
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  });
  return new Promise((resolve, reject) => {
    server.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`));
    server.on('wsClientError', (error) => reject(new ApiError('BadRequest', messageOf(error))));
    socket.once('close', () => reject(new Error('the client has gone')));
    server.handleUpgrade(incoming, socket, head, (webSocket) => {
      webSocket.on('error', () => {});
      resolve(webSocket);
    });
  });
}

/** Answers 101; from then on the socket carries SPDY. */
export function acceptSpdy({ socket, head }: StreamRequest, protocol: string): Duplex {
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Connection: Upgrade',
      'Upgrade: SPDY/3.1',
      `X-Stream-Protocol-Version: ${protocol}`,
      '\r\n',
    ].join('\r\n'),
  );
  if (head.length > 0) socket.unshift(head);
  return socket;
}

/** Readies a socket for a stream of any length, whatever times the server counted for requests. */
export function settleSocket(socket: Duplex): void {
  socket.on('error', () => {});
  if (!(socket instanceof Socket)) return;
  socket.setTimeout(0);
  socket.setNoDelay(true);
}

/** Answers a request that does not become a stream, as a whole HTTP response, and ends the connection. */
export function refuse(socket: Duplex, error: unknown): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, type, body } = answerOf(error);
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${code} ${HTTP_STATUS_TEXTS[code] ?? ''}`,
      `Content-Type: ${type}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function answerOf(error: unknown): { readonly code: number; readonly type: string; readonly body: string } {
  // The kubelet's own words, which the API passes on as they are: kubectl knows them by the 404 without a Status.
  if (error instanceof StreamRefused)
    return { code: 404, type: 'text/plain; charset=utf-8', body: error.message };
  const refusal =
    error instanceof ApiError
      ? error
      : new ApiError('InternalError', `Internal error occurred: ${messageOf(error)}`);
  return {
    code: refusal.code,
    type: 'application/json',
    body: `${JSON.stringify(refusal.toStatus())}\n`,
  };
}
