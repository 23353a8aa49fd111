import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { messageOf, PodproofError } from '../core/errors.ts';

export interface Relay {
  close(): Promise<void>;
}

export interface RelayOptions {
  /** Where it listens. */
  readonly address: string;
  readonly port: number;
  /** Where connections lead. */
  readonly target: { readonly host: string; readonly port: number };
  /** Nobody else is let in. */
  readonly isClient: (address: string) => boolean;
}

const maxConnections = 256;
/** Of one pod: it cannot take the API away from the others. */
const maxOfClient = 64;

/** Hands connections on as they are: how pods reach what listens on the host's loopback only, the API. */
export async function relay({ address, port, target, isClient }: RelayOptions): Promise<Relay> {
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  const isTooMany = (client: Socket, address: string): boolean => {
    const count = counts.get(address) ?? 0;
    if (count >= maxOfClient) return true;
    counts.set(address, count + 1);
    client.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
    return false;
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const { remoteAddress = '' } = client;
    if (!isClient(remoteAddress) || isTooMany(client, remoteAddress)) {
      client.destroy();
      return;
    }
    const upstream = connect({ host: target.host, port: target.port, allowHalfOpen: true });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      keep(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  server.maxConnections = maxConnections;
  try {
    server.listen(port, address);
    await once(server, 'listening');
  } catch (error) {
    throw new PodproofError(
      'conflict',
      `cannot serve the API to pods at ${address}:${port}: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
  server.on('error', () => {});
  return {
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
