import { createWebSocketStream } from 'ws';
import { ApiError } from '../../kube/status.ts';
import { forwardChannels, portsOf } from './channel-port-forward.ts';
import type { Forwarder } from './forward.ts';
import { forwardingConnection } from './forwarding-connection.ts';
import { keepAlive } from './heartbeat.ts';
import type { StreamRequest } from './stream-request.ts';
import { acceptSpdy, acceptWebSocket, negotiate, upgradeOf } from './upgrade.ts';

const spdyProtocol = 'portforward.k8s.io';
const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io';
/** Without SPDY: ports are named by the query, and each has one connection. */
const channelProtocol = 'v4.channel.k8s.io';

/** port-forward, from the request to the end of the client. Rejects while nothing has been answered yet. */
export async function runPortForward(request: StreamRequest): Promise<void> {
  const { incoming, pod, kubelet } = request;
  if (pod.status?.phase !== undefined && pod.status.phase !== 'Running')
    throw new ApiError(
      'BadRequest',
      `unable to forward port because pod is not running. Current status=${pod.status.phase}`,
    );
  const forwarder: Forwarder = { pod, connect: (port) => kubelet.connect(pod, port) };
  if (upgradeOf(request) === 'spdy') {
    const protocol = negotiate(incoming.headers['x-stream-protocol-version'], [spdyProtocol]);
    const transport = acceptSpdy(request, protocol);
    const connection = forwardingConnection(transport, forwarder);
    keepAlive(request.socket, connection);
    return connection.run();
  }
  const protocols = [tunnelProtocol, channelProtocol];
  const protocol = negotiate(incoming.headers['sec-websocket-protocol'], protocols);
  if (protocol === channelProtocol)
    return forwardChannels(request, protocol, portsOf(request.query), forwarder);
  const webSocket = await acceptWebSocket(request, protocol);
  const connection = forwardingConnection(createWebSocketStream(webSocket), forwarder);
  keepAlive(request.socket, {
    ping: () => webSocket.ping(),
    isHoldingBack: () => connection.isHoldingBack(),
  });
  return connection.run();
}
