import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { generate } from 'selfsigned';
import { handleStreamRequest, type StreamRequest } from '../../src/apiserver/handle-stream-request.ts';
import type { KubeletPort } from '../../src/apiserver/kubelet-port.ts';
import type { Pod } from '../../src/kube/pod.ts';

type StreamingPort = Pick<KubeletPort, 'exec' | 'attach' | 'connect' | 'readLogs'>;

/** As much of an API server as streams need: pods by name, and their exec, attach and portforward. */
export interface StreamServer {
  readonly url: string;
  /** Requests that became streams or were refused: `GET exec`. */
  readonly upgrades: readonly string[];
  /** Connections that are open at the moment. */
  openConnections(): number;
  close(): Promise<void>;
}

export async function startStreamServer(
  findPod: (name: string) => Pod | undefined,
  streams: StreamingPort,
): Promise<StreamServer> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const upgrades: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ cert, key }, (request, response) => {
    const path = new URL(request.url ?? '', 'https://localhost').pathname;
    const body = discovery.get(path) ?? findPod(/\/pods\/([^/]+)$/.exec(path)?.[1] ?? '');
    response.statusCode = body === undefined ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404 }));
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const url = new URL(incoming.url ?? '', 'https://localhost');
    const [, name = '', subresource = ''] = /\/pods\/([^/]+)\/(\w+)$/.exec(url.pathname) ?? [];
    const pod = findPod(name);
    if (pod === undefined || !isSubresource(subresource)) {
      socket.destroy();
      return;
    }
    upgrades.push(`${incoming.method} ${subresource}`);
    const kubelet = { ...streams, prove: notHere, drift: notHere, metrics: notHere };
    void handleStreamRequest({ incoming, socket, head, pod, subresource, query: url.searchParams, kubelet });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: `https://127.0.0.1:${port}`,
    upgrades,
    openConnections: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** What kubectl asks for before anything else. */
const discovery: ReadonlyMap<string, unknown> = new Map([
  ['/api', { kind: 'APIVersions', versions: ['v1'] }],
  ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups: [] }],
  [
    '/api/v1',
    {
      kind: 'APIResourceList',
      groupVersion: 'v1',
      resources: [
        {
          name: 'pods',
          singularName: 'pod',
          namespaced: true,
          kind: 'Pod',
          verbs: ['get'],
          shortNames: ['po'],
        },
      ],
    },
  ],
]);

function isSubresource(name: string): name is StreamRequest['subresource'] {
  return ['exec', 'attach', 'portforward'].includes(name);
}

function notHere(): never {
  throw new Error('only streams are served here');
}
