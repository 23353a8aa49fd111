import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { PodproofError, systemCodeOf } from '../core/errors.ts';
import { AUDIT } from './audit-records.ts';
import { groupVersionsOf } from './discovery.ts';
import { answerRequest } from './handlers/answer-request.ts';
import { answerUpgrade } from './handlers/answer-upgrade.ts';
import { type ApiContext, kindTable } from './handlers/api-context.ts';
import { guardConnections } from './http/guard-connections.ts';
import type { KubeletPort } from './kubelet-port.ts';
import type { ObjectService } from './object-service.ts';
import type { Credentials } from './open-credentials.ts';
import type { ResourceKind } from './resource-kind.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';

export interface ServeOptions {
  readonly objects: ObjectService;
  readonly kinds: readonly ResourceKind[];
  readonly kubelet: KubeletPort;
  readonly credentials: Credentials;
  readonly tokens: ServiceAccountTokens;
  /** An address of this machine: the server listens there and nowhere else. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly clock: { now(): number };
  /** What `/version` says; a kubectl that is more than one minor version away warns. */
  readonly gitVersion?: string;
}

export interface ApiServer {
  /** `https://127.0.0.1:6443`. */
  readonly url: string;
  readonly port: number;
  /** Ends all watches, logs and streams, and every connection, at once. */
  close(): Promise<void>;
}

const DEFAULT_GIT_VERSION = 'v1.32.4';

/** Slow clients: time for the handshake, for the headers, and for the whole of a request. What is answered may take any time. */
const LIMITS = {
  handshakeTimeout: 10_000,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
  /** Clients keep connections for later, kubectl for 90 s. */
  keepAliveTimeout: 120_000,
  maxHeaderSize: 64 * 1024,
} as const;

/** Serves the Kubernetes API over HTTPS. Nothing is answered to whoever does not prove who he is. */
export async function serveApi(options: ServeOptions): Promise<ApiServer> {
  const { objects, kubelet, credentials, tokens, clock, host } = options;
  const closing = new AbortController();
  // Every watch and every log waits for it.
  setMaxListeners(0, closing.signal);
  const kinds = [...options.kinds, AUDIT];
  let address = '';
  const server = createServer({
    ...LIMITS,
    key: credentials.server.key,
    cert: credentials.server.certificate,
    ca: credentials.authority,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    noDelay: true,
  });
  const connections = guardConnections(server);
  const context: ApiContext = {
    objects,
    kubelet,
    tokens,
    kinds: kindTable(kinds),
    groupVersions: groupVersionsOf(kinds),
    authenticator: { token: credentials.token, verifyToken: (token) => tokens.verify(token) },
    admitConnection: (connection) => connections.admit(connection),
    now: () => clock.now(),
    gitVersion: options.gitVersion ?? DEFAULT_GIT_VERSION,
    address: () => address,
    closing: closing.signal,
  };
  server.on('request', (incoming, response) => {
    // A client that has left while something was being written to it is no defect of ours.
    response.on('error', () => undefined);
    void answerRequest(context, incoming, response);
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    void answerUpgrade(context, incoming, socket, head);
  });
  server.on('clientError', refuseBrokenRequest);
  const port = await listen(server, host, options.port);
  address = `${host}:${port}`;
  return {
    url: `https://${address}`,
    port,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      closing.abort();
      // In the next turn: what ends politely has been written by then.
      setImmediate(() => connections.end());
      await closed;
    },
  };
}

/** How long a client that is sent away has to read why. */
const LAST_WORDS_MS = 200;

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, host, port)));
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      server.on('error', () => undefined);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

function cannotListen(error: Error, host: string, port: number): PodproofError {
  const isTaken = systemCodeOf(error) === 'EADDRINUSE';
  const found = isTaken ? 'another program listens there' : error.message;
  return new PodproofError(
    isTaken ? 'conflict' : 'unavailable',
    `cannot serve the API on "${host}:${port}": ${found}`,
    {
      advice: 'choose another port with --port, or 0 for any that is free',
      cause: error,
    },
  );
}

/** What is no HTTP, has too many headers, or does not end. The client has a moment to read that while it still sends. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (socket.writableEnded) return;
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = STATUS_LINES[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  setTimeout(() => socket.destroy(), LAST_WORDS_MS);
}

const STATUS_LINES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
