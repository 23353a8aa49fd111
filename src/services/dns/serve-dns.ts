import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf, PodproofError } from '../../core/errors.ts';
import { answerQuery, type DnsContext, type Transport } from './answer-query.ts';
import { frame, Unframer } from './tcp-frames.ts';

export interface DnsServer {
  close(): Promise<void>;
}

export interface DnsServerOptions extends DnsContext {
  readonly address: string;
  readonly port: number;
  /** Nobody else is answered. */
  readonly isClient: (address: string) => boolean;
}

const maxQueryBytes = 4096;
const maxParallel = 512;
const maxConnections = 64;
const maxOnConnection = 16;
const maxUnreadBytes = 256 * 1024;
const idleMs = 10_000;

/** Answers over UDP and TCP at one address. Throws `conflict` when somebody else does. */
export async function serveDns(options: DnsServerOptions): Promise<DnsServer> {
  const udp = serveUdp(options);
  const connections = new Set<Socket>();
  const tcp = serveTcp(options, connections);
  try {
    udp.bind(options.port, options.address);
    await once(udp, 'listening');
    // With port 0, as tests have it, TCP is where UDP is.
    tcp.listen(udp.address().port, options.address);
    await once(tcp, 'listening');
  } catch (error) {
    udp.close();
    throw new PodproofError(
      'conflict',
      `cannot serve DNS at ${options.address}:${options.port}: ${messageOf(error)}`,
      {
        advice: 'a name server that takes every address of this machine must leave this one out',
        cause: error,
      },
    );
  }
  udp.on('error', () => {});
  tcp.on('error', () => {});
  return {
    close: async () => {
      udp.close();
      const closed = once(tcp, 'close');
      tcp.close();
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

function serveUdp(options: DnsServerOptions): UdpSocket {
  const socket = createSocket('udp4');
  let running = 0;
  socket.on('message', (query, { address, port }) => {
    if (query.length > maxQueryBytes || running >= maxParallel || !options.isClient(address)) return;
    running += 1;
    void respond(query, 'udp', options, (answer) => {
      // Closed meanwhile, or the client has gone: it asks again if it wants to know.
      socket.send(answer, port, address, () => {});
    }).finally(() => {
      running -= 1;
    });
  });
  return socket;
}

function serveTcp(options: DnsServerOptions, connections: Set<Socket>): Server {
  const server = createServer((socket) => {
    if (!options.isClient(socket.remoteAddress ?? '')) {
      socket.destroy();
      return;
    }
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    serveConnection(socket, options);
  });
  server.maxConnections = maxConnections;
  return server;
}

function serveConnection(socket: Socket, options: DnsServerOptions): void {
  const unframer = new Unframer(maxQueryBytes);
  let running = 0;
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const queries = unframer.push(chunk);
    const isFlooded = socket.writableLength > maxUnreadBytes;
    if (queries === undefined || isFlooded || running + queries.length > maxOnConnection) {
      socket.destroy();
      return;
    }
    for (const query of queries) {
      running += 1;
      void respond(query, 'tcp', options, (answer) => {
        if (!socket.destroyed) socket.write(frame(answer));
      }).finally(() => {
        running -= 1;
      });
    }
  });
}

/** Never fails: what cannot be sent is not sent. */
async function respond(
  query: Buffer,
  transport: Transport,
  context: DnsContext,
  send: (answer: Buffer) => void,
): Promise<void> {
  try {
    const answer = await answerQuery(query, transport, context);
    if (answer !== undefined) send(answer);
  } catch {
    // The socket was closed meanwhile.
  }
}
