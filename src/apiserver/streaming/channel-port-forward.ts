import { Duplex } from 'node:stream';
import { ApiError } from '../../kube/status.ts';
import { ChannelSocket } from './channel-socket.ts';
import { type Forwarder, joinConnection } from './forward.ts';
import { keepAlive } from './heartbeat.ts';
import type { StreamRequest } from './stream-request.ts';
import { acceptWebSocket } from './upgrade.ts';

/** More cannot be numbered in a byte, two channels each. */
const maxPorts = 64;

/** Of `ports=80&ports=8080` or `ports=80,8080`. */
export function portsOf(query: URLSearchParams): readonly number[] {
  const texts = [...query.getAll('ports'), ...query.getAll('port')].flatMap((text) => text.split(','));
  if (texts.length === 0) throw new ApiError('BadRequest', 'query parameter "port" is required');
  if (texts.length > maxPorts) throw new ApiError('BadRequest', `at most ${maxPorts} ports can be forwarded`);
  return texts.map((text) => {
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (port >= 1 && port <= 65_535) return port;
    throw new ApiError('BadRequest', `unable to parse "${text}" as a port`);
  });
}

/** Port-forward as it was before SPDY went through WebSockets: one connection for each port, each with two channels. */
export async function forwardChannels(
  request: StreamRequest,
  protocol: string,
  ports: readonly number[],
  forwarder: Forwarder,
): Promise<void> {
  const webSocket = await acceptWebSocket(request, protocol);
  const socket = new ChannelSocket(webSocket);
  keepAlive(request.socket, { ping: () => webSocket.ping(), isHoldingBack: () => webSocket.isPaused });
  const connections = ports.map((port, index) => {
    const error = socket.writer(2 * index + 1);
    const output = socket.writer(2 * index);
    const data = Duplex.from({ readable: socket.reader(2 * index), writable: output });
    data.on('error', () => {});
    // Each channel begins with its port, so that the client can tell them apart.
    const header = Buffer.alloc(2);
    header.writeUInt16LE(port);
    output.write(header);
    error.write(header);
    // The client cannot end one direction: when the pod has said all, the connection is over.
    const over = [output, error].map(
      (writer) => new Promise<unknown>((resolve) => writer.once('close', resolve)),
    );
    void joinConnection(forwarder, port, data, error);
    return Promise.all(over);
  });
  await Promise.all(connections);
  socket.close();
}
