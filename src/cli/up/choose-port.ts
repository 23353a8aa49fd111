import { once } from 'node:events';
import { createServer } from 'node:net';
import { PodproofError, systemCodeOf } from '../../core/errors.ts';
import { type NodePaths, readSettings } from './node-files.ts';

/** The node is for whoever is on this machine. */
export const API_HOST = '127.0.0.1';

/** The port that was asked for, or that the node had before, or a free one. Throws `conflict` when it is taken. */
export async function choosePort(wanted: number | undefined, paths: NodePaths): Promise<number> {
  const port = wanted ?? readSettings(paths).port ?? 0;
  try {
    return await tryPort(port);
  } catch (error) {
    if (systemCodeOf(error) === 'EACCES')
      throw new PodproofError('conflict', `cannot listen on ${API_HOST}:${port}: permission denied`, {
        cause: error,
      });
    if (systemCodeOf(error) !== 'EADDRINUSE') throw error;
    const had = wanted === undefined ? ', which this node had before,' : '';
    throw new PodproofError(
      'conflict',
      `cannot listen on ${API_HOST}:${port}${had} because another process does`,
      {
        advice: `ss -ltnp 'sport = :${port}'  shows it; podproof up --port N  takes another port`,
        cause: error,
      },
    );
  }
}

async function tryPort(port: number): Promise<number> {
  const server = createServer();
  server.listen(port, API_HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}
