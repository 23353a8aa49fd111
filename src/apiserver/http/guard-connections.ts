import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** Of clients that have proven nothing yet: they need a moment each, and anybody on the machine can open thousands. */
const MAX_STRANGERS = 500;
/** All together. */
const MAX_CONNECTIONS = 2500;
const LAST_WORDS_MS = 200;

/** All connections of a server, those that were upgraded and those before their handshake included. */
export interface GuardedConnections {
  /** Its client has proven who it is: it is not sent away for others any more. */
  admit(connection: Socket): void;
  /** Ends all, after what has been written to them. */
  end(): void;
}

/**
 * Keeps whoever has no credentials from taking up the server: when there are too many strangers, the one that has been
 * there longest makes room. A client with credentials has long shown them by then.
 */
export function guardConnections(server: Server): GuardedConnections {
  const connections = new Set<Socket>();
  const strangers = new Map<string, Socket>();
  const keep = (socket: Socket): void => {
    connections.add(socket);
    // A client that breaks off is no defect of ours.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => connections.delete(socket));
  };
  const admit = (connection: Socket): void => void strangers.delete(clientOf(connection));
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', (socket: Socket) => {
    keep(socket);
    const client = clientOf(socket);
    strangers.set(client, socket);
    socket.once('close', () => {
      if (strangers.get(client) === socket) strangers.delete(client);
    });
    if (strangers.size > MAX_STRANGERS) removeFirst(strangers)?.destroy();
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    keep(socket);
    if (socket.authorized) admit(socket);
  });
  return {
    admit,
    end: () => {
      for (const socket of connections) socket.destroySoon();
      setTimeout(() => {
        for (const socket of connections) socket.destroy();
      }, LAST_WORDS_MS);
    },
  };
}

/** The same of a connection and of the TLS that goes over it. */
function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}

function removeFirst(sockets: Map<string, Socket>): Socket | undefined {
  for (const [client, socket] of sockets) {
    sockets.delete(client);
    return socket;
  }
  return undefined;
}
