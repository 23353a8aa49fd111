import type { Duplex } from 'node:stream';
import { type Forwarder, joinConnection } from './forward.ts';
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts';

/** Upstream's: so long a client may take to open the second stream of a pair. */
const pairingMs = 30_000;

interface HalfPair {
  readonly stream: SpdyStream;
  readonly timer: NodeJS.Timeout;
}

/**
 * A SPDY connection whose streams come in pairs, `error` and `data` of the same `requestid`: each pair is one connection
 * to a port of the pod.
 */
export function forwardingConnection(transport: Duplex, forwarder: Forwarder): SpdyConnection {
  const halves = new Map<string, HalfPair>();
  return new SpdyConnection(transport, (stream) => {
    const type = stream.headers.get('streamtype');
    const port = Number(stream.headers.get('port'));
    const requestId = stream.headers.get('requestid');
    const isKnown = (type === 'error' || type === 'data') && requestId !== undefined;
    if (!isKnown || !Number.isInteger(port) || port < 1 || port > 65_535) return stream.reset();
    const half = halves.get(requestId);
    if (half === undefined) {
      const timer = setTimeout(() => stream.reset(), pairingMs);
      halves.set(requestId, { stream, timer });
      stream.once('close', () => {
        clearTimeout(timer);
        if (halves.get(requestId)?.stream === stream) halves.delete(requestId);
      });
      return;
    }
    if (half.stream.headers.get('streamtype') === type) return stream.reset();
    clearTimeout(half.timer);
    halves.delete(requestId);
    const [data, error] = type === 'data' ? [stream, half.stream] : [half.stream, stream];
    // The client ends it at once and says nothing on it; unread it would never be over.
    error.resume();
    void joinConnection(forwarder, port, data, error);
  });
}
