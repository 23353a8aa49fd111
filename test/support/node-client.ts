import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';

/** A client of a real node that does what no kubectl does. */
export interface NodeClient {
  readonly pid: number;
  readonly port: number;
  /** The administrator's. */
  readonly token: string;
  /** With the administrator's token, unless another is named; over a connection of its own. */
  send(method: string, path: string, options?: SendOptions): Promise<NodeAnswer>;
  /** A connection on which anything can be written. */
  connect(): Promise<TLSSocket>;
  /** What the node's process holds, in MiB. */
  residentMiB(): number;
  openFiles(): number;
}

export interface SendOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** '' for none. */
  readonly token?: string;
}

export interface NodeAnswer {
  readonly code: number;
  readonly text: string;
  readonly ms: number;
}

export function openNodeClient(root: string): NodeClient {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the node's own file
  const { pid, url } = JSON.parse(readFileSync(join(root, 'run/node.json'), 'utf8')) as {
    pid: number;
    url: string;
  };
  const port = Number(new URL(url).port);
  const admin = readFileSync(join(root, 'lib/credentials/token'), 'utf8').trim();
  const ca = readFileSync(join(root, 'lib/credentials/ca.pem'), 'utf8');
  return {
    pid,
    port,
    token: admin,
    send: (method, path, { body, headers, token = admin } = {}) =>
      new Promise((resolve, reject) => {
        const startedAt = performance.now();
        const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
        const agent = new Agent({ ca });
        const sent = request({
          agent,
          host: '127.0.0.1',
          port,
          method,
          path,
          headers: {
            ...(content !== undefined && {
              'Content-Type': 'application/json',
              'Content-Length': Buffer.byteLength(content),
            }),
            ...(token !== '' && { Authorization: `Bearer ${token}` }),
            ...headers,
          },
        });
        const answerOf = async (response: IncomingMessage): Promise<NodeAnswer> => {
          const answer = await text(response);
          agent.destroy();
          return { code: response.statusCode ?? 0, text: answer, ms: performance.now() - startedAt };
        };
        sent.on('response', (response) => resolve(answerOf(response)));
        sent.on('error', reject);
        sent.end(content);
      }),
    connect: () =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port, ca }, () => resolve(socket));
        socket.on('error', reject);
      }),
    residentMiB: () => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) / 256,
    openFiles: () => readdirSync(`/proc/${pid}/fd`).length,
  };
}
